//! A peer's answer, watched: who is silent, sends nonsense or does not stop is lost, and it is remembered.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{Credits, NodeId, Written};
use opengateway_core::standing::Offence;
use opengateway_net::Answering;
use opengateway_net::wire::{FrameError, FromProvider, JobId, Refusal};

use super::attempt::{Lost, Step};
use super::bill::Bill;
use crate::peers::{Outcome, Peers, Sendable, UnderWay};

/// A peer that has a job is heard of at least twice a second; who is silent for longer is lost.
const SILENCE: Duration = Duration::from_secs(2);
/// Text tokens of an answer that names no limit: more than any model writes without losing the thread.
const MOST_TOKENS: u32 = 131_072;
/// Bytes of text for each token that may come; the longest tokens in use have some hundred, most have four.
const TOKEN_BYTES: usize = 64;

/// A peer that has a job of ours.
struct Watched {
    peers: Peers,
    node: NodeId,
    job: JobId,
    began: Instant,
    first: Option<Instant>,
    tokens: usize,
    bytes: usize,
    most: usize,
    #[expect(dead_code, reason = "held while the job lasts")]
    under_way: UnderWay,
    bill: Option<Bill>,
    /// What was acknowledged, when that has just become more.
    paid: Option<Credits>,
}

enum Phase {
    Asking(Box<Sendable>),
    Answering(Answering),
    /// Only its last step is still to be told.
    Whole(Box<Step>),
    Over,
}

/// Sends a prompt and gives what comes of it. Dropping the stream cancels.
pub(super) fn steps(
    peers: Peers,
    sendable: Sendable,
    most: Option<u32>,
    bill: Option<Bill>,
) -> BoxStream<'static, Step> {
    let most = usize::try_from(most.unwrap_or(MOST_TOKENS)).unwrap_or(usize::MAX);
    let (node, job) = (sendable.ask.to(), sendable.ask.get().job);
    let began = Instant::now();
    let (first, paid, under_way) = (None, None, sendable.under_way.clone());
    let watched = Watched { peers, node, job, began, first, tokens: 0, bytes: 0, most, under_way, bill, paid };
    futures::stream::unfold((watched, Phase::Asking(Box::new(sendable))), |(mut watched, phase)| async move {
        if let Some(paid) = watched.paid.take() {
            return Some((Step::Paid(paid), (watched, phase)));
        }
        let (step, phase) = match phase {
            Phase::Asking(sendable) => watched.ask(*sendable).await,
            Phase::Answering(answering) => watched.next(answering).await,
            Phase::Whole(done) => (*done, Phase::Over),
            Phase::Over => return None,
        };
        Some((step, (watched, phase)))
    })
    .boxed()
}

impl Watched {
    async fn ask(&mut self, sendable: Sendable) -> (Step, Phase) {
        let Sendable { network, ask, payment, announced, .. } = sendable;
        let asking = async move {
            if let Some(announced) = announced {
                network.find(ask.to(), announced).await;
            }
            network.ask(ask, payment).await
        };
        match tokio::time::timeout(SILENCE, asking).await {
            Ok(Ok(answering)) => self.next(answering).await,
            Ok(Err(error)) => self.lost(Outcome::Lost, &error.to_string()),
            Err(_) => self.lost(Outcome::Lost, "it does not answer"),
        }
    }

    async fn next(&mut self, mut answering: Answering) -> (Step, Phase) {
        let frame = match tokio::time::timeout(SILENCE, answering.next()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(FrameError::Malformed(_)))) => return self.offended(Offence::Garbage),
            Ok(Some(Err(FrameError::TooLong(_)))) => return self.offended(Offence::TooLarge),
            Ok(Some(Err(FrameError::Io(_))) | None) => return self.lost(Outcome::Lost, "the connection is gone"),
            Ok(Some(Err(FrameError::Version))) => return self.lost(Outcome::Lost, "it is of another version"),
            Err(_) if self.first.is_none() => return self.offended(Offence::Stalled),
            // Killed, asleep or cut off: who has begun to write means no harm.
            Err(_) => return self.lost(Outcome::Lost, "it went silent"),
        };
        let step = match frame {
            FromProvider::Accept { position, expected_ms, .. } => Step::Waiting(position, Some(expected_ms)),
            FromProvider::Loading(progress) => Step::Loading(progress),
            FromProvider::Text(more) if self.is_endless(&more) => return self.offended(Offence::Endless),
            FromProvider::Text(more) => {
                self.wrote();
                if let Some(bill) = &mut self.bill {
                    self.paid = bill.came(u32::try_from(self.tokens).unwrap_or(u32::MAX), &mut answering).await;
                }
                Step::Text(more)
            }
            FromProvider::Done { finish, measured, receipt } => {
                let text_per_second = self.text_per_second();
                self.peers.came(self.node, Outcome::Answered { text_per_second, job: self.job, receipt });
                return self.whole(Step::Done(finish, measured), answering);
            }
            FromProvider::Bye => return self.lost(Outcome::GaveBack, "its owner needs it"),
            FromProvider::Failed(_) => return self.lost(Outcome::Lost, "it failed"),
            FromProvider::Refuse { refusal: Refusal::Payment, .. } => return self.not_paid(),
            FromProvider::Settled(_) => return self.offended(Offence::Garbage),
            FromProvider::Refuse { refusal: Refusal::NoModel, .. } => return self.offended(Offence::Lied),
            FromProvider::Refuse { refusal, .. } => return self.lost(Outcome::GaveBack, words(refusal)),
        };
        (step, Phase::Answering(answering))
    }

    /// Counts what comes; whether it is more than was asked for.
    fn is_endless(&mut self, more: &Written) -> bool {
        self.tokens = self.tokens.saturating_add(more.tokens.len());
        self.bytes = self.bytes.saturating_add(more.text.len());
        self.tokens > self.most || self.bytes > self.most.saturating_mul(TOKEN_BYTES)
    }

    fn wrote(&mut self) {
        if self.first.is_none() {
            let now = Instant::now();
            self.first = Some(now);
            self.peers.came(self.node, Outcome::Began(now.duration_since(self.began)));
        }
    }

    fn text_per_second(&self) -> f32 {
        let seconds = self.first.map_or(0.0, |first| first.elapsed().as_secs_f32());
        let tokens = u16::try_from(self.tokens).unwrap_or(u16::MAX);
        if seconds > 0.0 { f32::from(tokens) / seconds } else { 0.0 }
    }

    fn offended(&mut self, offence: Offence) -> (Step, Phase) {
        let what = match offence {
            Offence::Stalled => "it took the job and said nothing",
            Offence::Endless => "it does not stop",
            Offence::Lied => "it does not have the model it announced",
            _ => "it sends what nobody understands",
        };
        self.lost(Outcome::Offended(offence), what)
    }

    /// The answer is there: settles it beside everything else.
    fn whole(&mut self, done: Step, answering: Answering) -> (Step, Phase) {
        match self.bill.take() {
            Some(bill) => {
                let text_tokens = u32::try_from(self.tokens).unwrap_or(u32::MAX);
                let cost = bill.cost(text_tokens);
                bill.settle(text_tokens, answering);
                (Step::Paid(cost), Phase::Whole(Box::new(done)))
            }
            None => (done, Phase::Over),
        }
    }

    fn not_paid(&mut self) -> (Step, Phase) {
        self.peers.came(self.node, Outcome::GaveBack);
        (Step::Lost(Lost::NotPaid), Phase::Over)
    }

    fn lost(&mut self, outcome: Outcome, why: &str) -> (Step, Phase) {
        tracing::info!(peer = %self.node, why, "a peer is lost");
        self.peers.came(self.node, outcome);
        (Step::Lost(Lost::Elsewhere(why.into())), Phase::Over)
    }
}

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotLending => "it is not lent now",
        Refusal::Full => "too many wait there",
        Refusal::NoModel => "it does not have the model",
        Refusal::TooLong => "the prompt is too long for it",
        Refusal::Policy | Refusal::Standing => "its owner's rules exclude this prompt",
        Refusal::Payment => "it does not take our credits now",
        Refusal::Malformed | Refusal::Other(_) => "it is of another version",
    }
}
