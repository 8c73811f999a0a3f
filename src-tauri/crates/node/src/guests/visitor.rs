//! A peer's job: it waits for its turn, is answered in the guests' engine, and is handed back at once when the owner
//! returns. Its prompt is never kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{Finish, Job, JobKind, Measured, ModelId, NodeId, Prompt, Written};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use opengateway_core::ledger::JobId;
use opengateway_engine::Engine;
use opengateway_net::wire::{Ask, FromAsker, FromProvider, Item, MAX_REPLY, Receipt, Refusal};
use opengateway_net::{Network, Reply, Wishes};
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::meter::Meter;
use super::{Guests, Report};
use crate::accounts::Offered;
use crate::store::StoredReceipt;
use crate::{hex, now_ms};

/// As long as there is no text the asker hears this often that the job lives.
const BEAT: Duration = Duration::from_millis(500);
/// The payer settles within this once it has everything; else what it acknowledged counts.
const SETTLES: Duration = Duration::from_secs(5);

/// A job that a peer asks for.
#[derive(Debug)]
pub(crate) struct PeerJob {
    pub(crate) from: NodeId,
    pub(crate) model: ModelId,
    pub(crate) ask: Ask,
    pub(crate) reply: Reply,
    pub(crate) wishes: Wishes,
    pub(crate) network: NetworkKey,
    pub(crate) meter: Meter,
}

/// What signs receipts. Says nothing of itself in a log.
#[derive(Clone)]
pub(crate) struct NetworkKey(pub(crate) Network);

impl std::fmt::Debug for NetworkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NetworkKey")
    }
}

impl PeerJob {
    /// Takes it as a paid job and lets it wait for its turn, or says no.
    pub(crate) async fn admit(mut self, friend: bool, guests: Arc<Guests>) {
        let Some(payment) = self.ask.payment.take() else { return guests.take(self) };
        let offered = Offered {
            payer: self.from,
            job: self.ask.job,
            hardware: payment.hardware,
            reserve: payment.reserve.clone(),
            model: self.model.0.clone(),
            price: self.meter.price,
            prompt_bytes: self.meter.prompt_bytes,
            friend,
        };
        match self.meter.accounts.admit(offered).await {
            Ok(cap) => {
                self.meter.cap = cap;
                self.network.0.gossip(Item::Record(payment.reserve)).await;
                guests.take(self);
            }
            Err(error) => {
                tracing::info!(%error, peer = %self.from, "a question is not taken as a paid one");
                self.refuse(Refusal::Payment).await;
            }
        }
    }

    /// Says no.
    pub(crate) async fn refuse(self, refusal: Refusal) {
        self.meter.earn(false).await;
        let retry_ms = if refusal == Refusal::Full { 5_000 } else { 60_000 };
        self.reply.end(&FromProvider::Refuse { refusal, retry_ms }).await;
    }
}

/// How long a job waits still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ahead {
    pub(super) position: u32,
    pub(super) expected_ms: u32,
}

/// What a visitor is given by who lets it in.
pub(super) struct Ticket {
    pub(super) id: i64,
    /// Comes when it is its turn; closed when it is to leave.
    pub(super) turn: oneshot::Receiver<Engine>,
    pub(super) ahead: watch::Receiver<Ahead>,
    /// The owner is back.
    pub(super) stop: CancellationToken,
    pub(super) report: Report,
}

/// What came of a job.
pub(super) struct Served {
    pub(super) text_tokens: u32,
    pub(super) receipt: StoredReceipt,
    pub(super) took: Duration,
}

/// Serves a job to its end; `None` if it was not finished.
pub(super) async fn serve(mut job: PeerJob, mut ticket: Ticket) -> Option<Served> {
    let engine = wait(&mut job, &mut ticket).await;
    let Some(engine) = engine else {
        job.meter.earn(false).await;
        job.reply.end(&FromProvider::Bye).await;
        return None;
    };
    ticket.report.send_modify(|jobs| {
        let (id, peer, model) = (ticket.id, Some(job.from), job.model.clone());
        jobs.insert(id, Job { id, kind: JobKind::Peer, peer, model, text_tokens: 0, started_ms: now_ms() });
    });
    let served = answer(job, &ticket, &engine).await;
    ticket.report.send_modify(|jobs| {
        jobs.remove(&ticket.id);
    });
    served
}

/// Waits for the engine; `None` if it will not come, or the asker has gone.
async fn wait(job: &mut PeerJob, ticket: &mut Ticket) -> Option<Engine> {
    loop {
        let Ahead { position, expected_ms } = *ticket.ahead.borrow();
        let price = job.meter.price();
        job.reply.send(&FromProvider::Accept { position, expected_ms, price }).await.ok()?;
        tokio::select! {
            biased;
            () = ticket.stop.cancelled() => return None,
            () = job.wishes.cancelled() => return None,
            engine = &mut ticket.turn => return engine.ok(),
            () = tokio::time::sleep(BEAT) => {}
        }
    }
}

/// Answers. Whatever ends it early, the engine hears of it at once, and what was acknowledged is earned.
async fn answer(job: PeerJob, ticket: &Ticket, engine: &Engine) -> Option<Served> {
    let began = Instant::now();
    let mut answer =
        Answer { asker: job.from, job: job.ask.job, reply: job.reply, wishes: job.wishes, meter: job.meter };
    let hash = job.ask.model;
    let prompt = Prompt { written: job.ask.written, ..Prompt::new(job.model, job.ask.turns, job.ask.sampling) };
    let end = answer.write(engine.answer(prompt), ticket).await;
    let (finish, measured) = match end {
        End::Whole(finish, measured) => (finish, measured),
        End::Early(last) => {
            answer.meter.earn(false).await;
            if let Some(last) = last {
                answer.reply.end(&last).await;
            }
            return None;
        }
    };
    let (text_tokens, ended_ms) = (measured.text_tokens, now_ms());
    let receipt = Receipt {
        job: answer.job,
        asker: answer.asker.0,
        model: hash.0,
        prompt_tokens: measured.prompt_tokens,
        text_tokens,
        price: answer.meter.price(),
        ended_ms,
    };
    let signed = job.network.0.sign(&receipt);
    let provider = job.network.0.node()?;
    let receipt =
        StoredReceipt { job: hex(&answer.job), provider, asker: answer.asker, signed: signed.clone(), ended_ms };
    let took = began.elapsed();
    answer.end(FromProvider::Done { finish, measured, receipt: signed }).await;
    Some(Served { text_tokens, receipt, took })
}

/// An answer on its way to its asker.
struct Answer {
    asker: NodeId,
    job: JobId,
    reply: Reply,
    wishes: Wishes,
    meter: Meter,
}

/// How it ended.
enum End {
    Whole(Finish, Measured),
    /// With this as its last word, if anyone hears it.
    Early(Option<FromProvider>),
}

impl Answer {
    async fn write(&mut self, mut chunks: BoxStream<'static, Result<Chunk, AnswerError>>, ticket: &Ticket) -> End {
        loop {
            let writes = self.meter.may_write();
            let step = tokio::select! {
                biased;
                () = ticket.stop.cancelled() => return End::Early(Some(FromProvider::Bye)),
                wish = self.wishes.next() => match wish {
                    FromAsker::Voucher { amount, signature } => {
                        self.meter.vouched(amount, signature).await;
                        continue;
                    }
                    _ => return End::Early(None),
                },
                chunk = chunks.next(), if writes => self.pass_on(chunk, ticket).await,
                () = tokio::time::sleep(self.meter.patience()), if !writes => {
                    let refusal = Refusal::Payment;
                    return End::Early(Some(FromProvider::Refuse { refusal, retry_ms: 60_000 }));
                }
                () = tokio::time::sleep(BEAT) => {
                    let alive = FromProvider::Accept { position: 0, expected_ms: 0, price: self.meter.price() };
                    self.say(&alive).await
                }
            };
            if let Some(end) = step {
                return end;
            }
        }
    }

    async fn pass_on(&mut self, chunk: Option<Result<Chunk, AnswerError>>, ticket: &Ticket) -> Option<End> {
        match chunk {
            Some(Ok(Chunk::Loading(progress))) => self.say(&FromProvider::Loading(progress)).await,
            Some(Ok(Chunk::Text(more))) => {
                let tokens = u32::try_from(more.tokens.len()).unwrap_or(u32::MAX);
                self.meter.wrote(self.meter.text_tokens.saturating_add(tokens));
                count(ticket, self.meter.text_tokens);
                for piece in pieces(more) {
                    if let Some(end) = self.say(&FromProvider::Text(piece)).await {
                        return Some(end);
                    }
                }
                None
            }
            Some(Ok(Chunk::Waiting(..) | Chunk::Origin(_))) => None,
            Some(Ok(Chunk::Done(finish, measured))) => Some(End::Whole(finish, measured)),
            Some(Err(error)) => {
                tracing::warn!(%error, "a peer's job failed");
                Some(End::Early(Some(failure(&error))))
            }
            None => Some(End::Early(Some(FromProvider::Bye))),
        }
    }

    /// An end when nobody takes it.
    async fn say(&mut self, frame: &FromProvider) -> Option<End> {
        self.reply.send(frame).await.err().map(|_| End::Early(None))
    }

    /// What the asker says after its vouchers.
    async fn last_wish(&mut self) -> FromAsker {
        loop {
            match self.wishes.next().await {
                FromAsker::Voucher { amount, signature } => self.meter.vouched(amount, signature).await,
                wish => return wish,
            }
        }
    }

    /// Says that it is whole. A paid one is settled first; who does not settle has acknowledged enough, or little was lost.
    async fn end(mut self, done: FromProvider) {
        if !self.meter.is_paid() {
            return self.reply.end(&done).await;
        }
        let sent = self.reply.send(&done).await;
        let wish = match sent {
            Ok(()) => tokio::time::timeout(SETTLES, self.last_wish()).await.unwrap_or(FromAsker::Cancel),
            Err(_) => FromAsker::Cancel,
        };
        if wish == FromAsker::Cancel {
            self.meter.earn(false).await;
        } else if let Some(record) = self.meter.settled(wish).await {
            self.reply.end(&FromProvider::Settled(record)).await;
        }
    }
}

fn count(ticket: &Ticket, text_tokens: u32) {
    ticket.report.send_modify(|jobs| {
        if let Some(job) = jobs.get_mut(&ticket.id) {
            job.text_tokens = text_tokens;
        }
    });
}

/// What gathered while the asker was slow may be longer than a frame. Tokens go with the last piece: they never come
/// before their text.
fn pieces(more: Written) -> Vec<Written> {
    const LONGEST: usize = MAX_REPLY / 4;
    let mut pieces = Vec::new();
    let mut rest = more.text.as_str();
    while rest.len() > LONGEST {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(LONGEST));
        pieces.push(Written { text: piece.into(), tokens: Vec::new() });
        rest = after;
    }
    let mut tokens = more.tokens.chunks(LONGEST / 4);
    pieces.push(Written { text: rest.into(), tokens: tokens.next().unwrap_or_default().to_vec() });
    pieces.extend(tokens.map(|tokens| Written { text: String::new(), tokens: tokens.to_vec() }));
    pieces
}

fn failure(error: &AnswerError) -> FromProvider {
    let refuse = |refusal| FromProvider::Refuse { refusal, retry_ms: 60_000 };
    match error {
        AnswerError::TooLong { .. } => refuse(Refusal::TooLong),
        AnswerError::ModelTooLarge { .. } | AnswerError::Busy => refuse(Refusal::Full),
        AnswerError::ModelInvalid(_) | AnswerError::ModelDisabled(_) => refuse(Refusal::NoModel),
        // The owner's engine was needed for something else, or broke: nothing of this is the asker's business.
        _ => FromProvider::Bye,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gathered_is_cut_to_frames_and_nothing_is_lost() {
        let written = Written { text: "ä".repeat(40_000), tokens: (0..40_000).collect() };

        let pieces = pieces(written.clone());

        let mut whole = Written::default();
        pieces.iter().for_each(|piece| whole.push(piece.clone()));
        assert_eq!(whole, written);
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.text.len() + piece.tokens.len() * 4 <= MAX_REPLY));
    }
}
