//! A peer's job: it waits for its turn, is answered in the guests' engine, and is handed back at once when the owner
//! returns. Its prompt is never kept.

use std::time::{Duration, Instant};

use futures::StreamExt;
use opengateway_api::{Job, JobKind, ModelId, NodeId, Prompt, Written};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use opengateway_engine::Engine;
use opengateway_net::wire::{Ask, FromProvider, MAX_REPLY, Receipt, Refusal};
use opengateway_net::{Cancel, Network, Reply};
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::Report;
use crate::store::StoredReceipt;
use crate::{hex, now_ms};

/// As long as there is no text the asker hears this often that the job lives.
const BEAT: Duration = Duration::from_millis(500);
/// Best effort: nothing is asked for it until there are accounts.
const PRICE: i64 = 0;

/// A job that a peer asks for.
#[derive(Debug)]
pub(crate) struct PeerJob {
    pub(crate) from: NodeId,
    pub(crate) model: ModelId,
    pub(crate) ask: Ask,
    pub(crate) reply: Reply,
    pub(crate) cancel: Cancel,
    pub(crate) network: NetworkKey,
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
    /// Says no.
    pub(crate) async fn refuse(self, refusal: Refusal) {
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
        job.reply.send(&FromProvider::Accept { position, expected_ms, price: PRICE }).await.ok()?;
        tokio::select! {
            biased;
            () = ticket.stop.cancelled() => return None,
            () = job.cancel.asked() => return None,
            engine = &mut ticket.turn => return engine.ok(),
            () = tokio::time::sleep(BEAT) => {}
        }
    }
}

/// Answers. Whatever ends it early, the engine hears of it at once.
async fn answer(job: PeerJob, ticket: &Ticket, engine: &Engine) -> Option<Served> {
    let PeerJob { from, model, ask, mut reply, mut cancel, network } = job;
    let (asked, hash, began) = (ask.job, ask.model, Instant::now());
    let prompt = Prompt { written: ask.written, ..Prompt::new(model, ask.turns, ask.sampling) };
    let mut chunks = engine.answer(prompt);
    let mut text_tokens = 0_u32;
    loop {
        let chunk = tokio::select! {
            biased;
            () = ticket.stop.cancelled() => {
                drop(chunks);
                reply.end(&FromProvider::Bye).await;
                return None;
            }
            () = cancel.asked() => return None,
            chunk = chunks.next() => chunk,
            () = tokio::time::sleep(BEAT) => {
                reply.send(&FromProvider::Accept { position: 0, expected_ms: 0, price: PRICE }).await.ok()?;
                continue;
            }
        };
        match chunk {
            Some(Ok(Chunk::Loading(progress))) => reply.send(&FromProvider::Loading(progress)).await.ok()?,
            Some(Ok(Chunk::Text(more))) => {
                text_tokens = text_tokens.saturating_add(u32::try_from(more.tokens.len()).unwrap_or(u32::MAX));
                count(ticket, text_tokens);
                for piece in pieces(more) {
                    reply.send(&FromProvider::Text(piece)).await.ok()?;
                }
            }
            Some(Ok(Chunk::Waiting(..) | Chunk::Origin(_))) => {}
            Some(Ok(Chunk::Done(finish, measured))) => {
                let ended_ms = now_ms();
                let receipt = Receipt {
                    job: asked,
                    asker: from.0,
                    model: hash.0,
                    prompt_tokens: measured.prompt_tokens,
                    text_tokens: measured.text_tokens,
                    price: PRICE,
                    ended_ms,
                };
                let signed = network.0.sign(&receipt);
                let provider = network.0.node()?;
                reply.end(&FromProvider::Done { finish, measured, receipt: signed.clone() }).await;
                let job = hex(&asked);
                let receipt = StoredReceipt { job, provider, asker: from, signed, ended_ms };
                return Some(Served { text_tokens: measured.text_tokens, receipt, took: began.elapsed() });
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "a peer's job failed");
                reply.end(&failure(&error)).await;
                return None;
            }
            None => {
                reply.end(&FromProvider::Bye).await;
                return None;
            }
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
