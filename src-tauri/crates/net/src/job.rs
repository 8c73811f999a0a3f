//! Jobs on streams: asking a peer, and being asked. One stream for each job; closing it cancels.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::io::{ReadHalf, WriteHalf};
use futures::{AsyncReadExt, AsyncWriteExt, Stream, StreamExt};
use libp2p::core::SignedEnvelope;
use libp2p::identity::Keypair;
use libp2p::{PeerId, Stream as Substream};
use opengateway_api::{Credits, NodeId};
use opengateway_core::privacy::Cleared;
use opengateway_core::standing::Offence;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::network::{Command, Event};
use crate::streams::{InUse, Incoming};
use crate::wire::{self, Ask, FrameError, FromAsker, FromProvider, MAX_ASK, MAX_REPLY, Payment, Receipt, bounded};

/// A peer that is connected answers a new stream within this.
const OPEN: Duration = Duration::from_secs(5);
/// A question must have come whole within this.
const WHOLE: Duration = Duration::from_secs(10);
/// Questions that are being read at once, in all and from one peer.
const MOST_READING: usize = 32;
const MOST_READING_EACH: usize = 4;
/// A reader that takes nothing for this long is given up.
const SLOW: Duration = Duration::from_secs(30);
const DOMAIN: &str = "opengateway";
const RECEIPT: &[u8] = b"/opengateway/receipt/1";

/// Why a peer could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Another peer may be.
    #[error("the peer cannot be reached: {0}")]
    Unreachable(String),
    /// The prompt is longer than a frame.
    #[error("the prompt is too long to be sent to a peer")]
    TooLong,
}

/// A peer's answer as it comes. Ends after `Done`, of a paid job after `Settled`, after `Refuse`, `Bye` or `Failed`, or
/// with an error.
pub struct Answering {
    frames: Pin<Box<dyn Stream<Item = Result<FromProvider, FrameError>> + Send>>,
    /// Closed with the last frame.
    writer: Option<WriteHalf<Substream>>,
    is_paid: bool,
}

impl Answering {
    /// Sends a voucher, or what settles the job.
    ///
    /// # Errors
    /// When the peer is gone or takes nothing.
    pub async fn pay(&mut self, payment: &FromAsker) -> Result<(), FrameError> {
        let slow = || FrameError::Io(io::Error::new(io::ErrorKind::TimedOut, "the peer takes nothing"));
        let closed = || FrameError::Io(io::ErrorKind::NotConnected.into());
        let writer = self.writer.as_mut().ok_or_else(closed)?;
        tokio::time::timeout(OPEN, wire::write(writer, payment, MAX_REPLY)).await.map_err(|_| slow())?
    }
}

impl Stream for Answering {
    type Item = Result<FromProvider, FrameError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.frames.as_mut().poll_next(cx);
        if let Poll::Ready(frame) = &polled
            && !frame.as_ref().is_some_and(|frame| goes_on(frame, self.is_paid))
        {
            self.writer = None;
        }
        polled
    }
}

/// Whether another frame follows.
fn goes_on(frame: &Result<FromProvider, FrameError>, is_paid: bool) -> bool {
    match frame {
        Ok(FromProvider::Accept { .. } | FromProvider::Loading(_) | FromProvider::Text(_)) => true,
        Ok(FromProvider::Done { .. }) => is_paid,
        _ => false,
    }
}

pub(crate) async fn ask(
    commands: &mpsc::Sender<Command>,
    ask: Cleared<Ask>,
    payment: Option<(Credits, Payment)>,
) -> Result<Answering, AskError> {
    let opened = tokio::time::timeout(OPEN, open(commands, ask.to())).await;
    let (mut stream, in_use) = opened.map_err(|_| AskError::Unreachable("it does not answer".into()))??;
    let mut ask = ask.into_inner();
    let is_paid = payment.is_some();
    if let Some((price, payment)) = payment {
        (ask.price, ask.payment) = (price.0, Some(payment));
    }
    let question = FromAsker::Ask(Box::new(ask));
    let sent = tokio::time::timeout(WHOLE, wire::write(&mut stream, &question, MAX_ASK)).await;
    match sent {
        Ok(Ok(())) => {}
        Ok(Err(FrameError::TooLong(_))) => return Err(AskError::TooLong),
        Ok(Err(error)) => return Err(AskError::Unreachable(error.to_string())),
        Err(_) => return Err(AskError::Unreachable("it takes nothing".into())),
    }
    let (reader, writer) = stream.split();
    let frames = futures::stream::unfold(Some((reader, in_use)), move |reading| async move {
        let (mut reader, in_use) = reading?;
        let frame = wire::read(&mut reader, MAX_REPLY).await;
        let goes_on = goes_on(&frame, is_paid);
        Some((frame, goes_on.then_some((reader, in_use))))
    });
    Ok(Answering { frames: Box::pin(frames), writer: Some(writer), is_paid })
}

async fn open(commands: &mpsc::Sender<Command>, node: NodeId) -> Result<(Substream, InUse), AskError> {
    let unreachable = |why: &str| AskError::Unreachable(why.into());
    let peer = peer_id(node).ok_or_else(|| unreachable("its name is none"))?;
    let (opening, opened) = oneshot::channel();
    commands.send(Command::Open(peer, opening)).await.map_err(|_| unreachable("the network is off"))?;
    let opened = opened.await.map_err(|_| unreachable("the connection is gone"))?;
    opened.map_err(AskError::Unreachable)
}

/// A question from a peer.
#[derive(Debug)]
pub struct IncomingJob {
    /// Who asks; its connection proves it.
    pub from: NodeId,
    /// What it asks.
    pub ask: Ask,
    /// Where the answer goes.
    pub reply: Reply,
    /// What the asker says meanwhile.
    pub wishes: Wishes,
}

/// Where an answer goes. Dropping it ends the job without a word.
pub struct Reply(WriteHalf<Substream>, #[expect(dead_code, reason = "held while the job lasts")] InUse);

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reply")
    }
}

impl Reply {
    /// Sends one frame. Waits for a slow reader, but not for ever.
    ///
    /// # Errors
    /// When the asker is gone or takes nothing: the job is over.
    pub async fn send(&mut self, frame: &FromProvider) -> Result<(), FrameError> {
        let slow = || FrameError::Io(io::Error::new(io::ErrorKind::TimedOut, "the asker takes nothing"));
        tokio::time::timeout(SLOW, wire::write(&mut self.0, frame, MAX_REPLY)).await.map_err(|_| slow())?
    }

    /// Sends the last frame and closes the stream.
    pub async fn end(mut self, frame: &FromProvider) {
        if self.send(frame).await.is_ok() {
            let _gone_already = tokio::time::timeout(SLOW, self.0.close()).await;
        }
    }
}

/// What the asker says after its question.
pub struct Wishes(Pin<Box<dyn Stream<Item = FromAsker> + Send>>);

impl std::fmt::Debug for Wishes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wishes")
    }
}

impl Wishes {
    fn read(reader: ReadHalf<Substream>) -> Self {
        let wishes = futures::stream::unfold(Some(reader), |reader| async move {
            let mut reader = reader?;
            match wire::read(&mut reader, MAX_REPLY).await {
                Ok(wish @ (FromAsker::Voucher { .. } | FromAsker::Settle { .. })) => Some((wish, Some(reader))),
                // Everything else ends the job.
                _ => Some((FromAsker::Cancel, None)),
            }
        });
        Self(Box::pin(wishes))
    }

    /// The next one: a voucher, a settlement, or [`FromAsker::Cancel`] when the asker wants no more, is gone, or says
    /// what cannot be understood. May be dropped at any time.
    pub async fn next(&mut self) -> FromAsker {
        self.0.next().await.unwrap_or(FromAsker::Cancel)
    }

    /// Resolves when the asker wants no more.
    pub async fn cancelled(&mut self) {
        while self.next().await != FromAsker::Cancel {}
    }
}

/// Reads questions, a bounded number at a time; more streams are closed.
pub(crate) async fn accept(mut streams: mpsc::Receiver<Incoming>, events: mpsc::Sender<Event>) {
    let reading = Reading::default();
    let all = Arc::new(Semaphore::new(MOST_READING));
    let mut questions = futures::stream::FuturesUnordered::new();
    loop {
        tokio::select! {
            incoming = streams.recv() => {
                let Some(Incoming { peer, stream, place, in_use }) = incoming else { return };
                let Ok(permit) = all.clone().try_acquire_owned() else { continue };
                let Some(counted) = Counted::new(&reading, peer) else { continue };
                let events = events.clone();
                questions.push(async move {
                    question(peer, (stream, in_use), &events).await;
                    drop((permit, counted, place));
                });
            }
            Some(()) = questions.next() => {}
        }
    }
}

/// Reads one question and tells of it; what is no question counts against the peer.
async fn question(peer: PeerId, (stream, in_use): (Substream, InUse), events: &mpsc::Sender<Event>) {
    let Some(from) = NodeId::from_bytes(&peer.to_bytes()) else { return };
    let (mut reader, writer) = stream.split();
    let read = tokio::time::timeout(WHOLE, wire::read::<FromAsker>(&mut reader, MAX_ASK)).await;
    let event = match read {
        Ok(Ok(FromAsker::Ask(ask))) => {
            Event::Job(IncomingJob { from, ask: *ask, reply: Reply(writer, in_use), wishes: Wishes::read(reader) })
        }
        Ok(Ok(_)) | Ok(Err(FrameError::Malformed(_))) => Event::Offence(from, Offence::Garbage),
        Ok(Err(FrameError::TooLong(_))) => Event::Offence(from, Offence::TooLarge),
        Ok(Err(FrameError::Io(_) | FrameError::Version)) => return,
        Err(_) => Event::Offence(from, Offence::Stalled),
    };
    let _gone_at_shutdown = events.send(event).await;
}

type Reading = Arc<Mutex<BTreeMap<PeerId, usize>>>;

/// One question of a peer that is being read.
struct Counted(Reading, PeerId);

impl Counted {
    fn new(reading: &Reading, peer: PeerId) -> Option<Self> {
        let mut counts = reading.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_default();
        if *count >= MOST_READING_EACH {
            return None;
        }
        *count += 1;
        Some(Self(reading.clone(), peer))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}

pub(crate) fn peer_id(node: NodeId) -> Option<PeerId> {
    PeerId::from_bytes(&node.to_bytes()).ok()
}

/// Signs a receipt so that anyone can see who gave it.
pub(crate) fn sign(key: &Keypair, receipt: &Receipt) -> Vec<u8> {
    let payload = minicbor::to_vec(receipt).unwrap_or_default();
    SignedEnvelope::new(key, DOMAIN.into(), RECEIPT.into(), payload)
        .map(SignedEnvelope::into_protobuf_encoding)
        .unwrap_or_default()
}

/// What a receipt says, and who gave it; `None` if its signature is wrong or it is none.
pub fn receipt(bytes: &[u8]) -> Option<(NodeId, Receipt)> {
    let envelope = SignedEnvelope::from_protobuf_encoding(bytes).ok()?;
    let (payload, key) = envelope.payload_and_signing_key(DOMAIN.into(), RECEIPT).ok()?;
    Some((NodeId::from_bytes(&key.to_peer_id().to_bytes())?, bounded::whole(payload).ok()?))
}
