//! Asking one candidate: its answer as a stream of steps, whoever it is.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{Credits, Finish, Measured, ModelHash, NodeId, Origin, Privacy, Prompt, Unpayable, Written};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use opengateway_core::ledger::JobId;
use opengateway_core::route::Choice;
use opengateway_net::wire::{self, Ask};

use super::bill::Bill;
use super::{Router, remote};
use crate::accounts::{AccountError, Payment, Terms};
use crate::peers::NotSent;
use crate::prompt_bytes;

/// This PC loads models from a slow disk, and its owner sees how far it has come.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 3600);

/// A step of an attempt.
#[derive(Debug)]
pub(super) enum Step {
    Loading(f32),
    /// It lives, and so many are before it.
    Waiting(u32, Option<u32>),
    Text(Written),
    /// So much was acknowledged in all.
    Paid(Credits),
    Done(Finish, Measured),
    Lost(Lost),
}

/// Why an attempt came to nothing.
#[derive(Debug)]
pub(super) enum Lost {
    /// Somebody else may do better.
    Elsewhere(String),
    /// It does not take what it would be paid with.
    NotPaid,
    /// This PC could not; a peer may.
    Here(AnswerError),
    /// Nobody would do better.
    Hopeless(AnswerError),
}

/// Somebody who was asked. Dropping it cancels.
pub(super) struct Attempt {
    pub(super) origin: Origin,
    /// Its first text is late after this.
    pub(super) deadline: Duration,
    pub(super) began: Instant,
    pub(super) steps: BoxStream<'static, Step>,
}

/// Asks this PC.
pub(super) fn here(router: &Router, prompt: Prompt) -> Attempt {
    let steps = router.engine.answer(prompt).filter_map(|chunk| async {
        Some(match chunk {
            Ok(Chunk::Loading(progress)) => Step::Loading(progress),
            Ok(Chunk::Waiting(position, expected_ms)) => Step::Waiting(position, expected_ms),
            Ok(Chunk::Text(more)) => Step::Text(more),
            Ok(Chunk::Done(finish, measured)) => Step::Done(finish, measured),
            Ok(Chunk::Origin(_)) => return None,
            Err(error @ AnswerError::Internal(_)) => Step::Lost(Lost::Hopeless(error)),
            Err(error) => Step::Lost(Lost::Here(error)),
        })
    });
    Attempt { origin: Origin::this_pc(), deadline: NO_DEADLINE, began: Instant::now(), steps: steps.boxed() }
}

/// Asks a peer. What must not go there is not sent: the peers' task clears it, and the network takes nothing else.
pub(super) async fn peer(
    router: &Router,
    choice: &Choice,
    (node, model, class): (NodeId, ModelHash, Privacy),
    prompt: Prompt,
    pays: bool,
) -> Attempt {
    let began = Instant::now();
    let origin = Origin {
        place: choice.place,
        node: Some(node),
        model: None,
        latency_ms: choice.rtt.map(|rtt| rtt.as_secs_f64() * 1000.0),
        relayed: choice.relayed,
        cost: 0,
        unpaid: None,
    };
    let mut job = [0; 16];
    let drawn = getrandom::fill(&mut job);
    let most = prompt.sampling.max_text_tokens;
    let (terms, price) = (terms(choice, (node, model, job), &prompt), Credits(choice.price));
    let Prompt { turns, sampling, written, .. } = prompt;
    let ask = Ask { job, model, turns, sampling, written, privacy: class, price: 0, payment: None };
    let cleared = match drawn {
        Ok(()) => router.peers.clear(ask, class, node).await,
        Err(_) => Err(NotSent::NoRandomness),
    };
    match cleared {
        Ok(mut sendable) => {
            let deadline = sendable.deadline;
            let billed = if pays && price > Credits::ZERO { Some(router.bill(terms).await) } else { None };
            let (bill, unpaid) = match billed {
                Some(Ok((bill, Payment { hardware, reserve, .. }))) => {
                    let payment = wire::Payment { hardware, reserve };
                    sendable.payment = Some((price, payment));
                    (Some(bill), None)
                }
                Some(Err(why)) => (None, Some(why)),
                None => (None, None),
            };
            let steps = remote::steps(router.peers.clone(), sendable, most, bill);
            Attempt { origin: Origin { unpaid, ..origin }, deadline, began, steps }
        }
        Err(error) => {
            let lost = Step::Lost(Lost::Elsewhere(error.to_string()));
            let steps = futures::stream::once(async { lost }).boxed();
            Attempt { origin, deadline: NO_DEADLINE, began, steps }
        }
    }
}

/// What is to be paid for, once it is clear that it may go there.
fn terms(choice: &Choice, (provider, model, job): (NodeId, ModelHash, JobId), prompt: &Prompt) -> Terms {
    Terms {
        job,
        provider,
        model,
        name: prompt.model.0.clone(),
        place: choice.place,
        price: Credits(choice.price),
        prompt_bytes: prompt_bytes(&prompt.turns, &prompt.written),
        most_tokens: prompt.sampling.max_text_tokens,
    }
}

impl Router {
    /// Sets the price of a question aside, or says why it goes for best effort.
    async fn bill(&self, terms: Terms) -> Result<(Bill, Payment), Unpayable> {
        let Terms { job, provider, price, prompt_bytes, .. } = terms;
        match self.accounts.reserve(terms).await {
            Ok(payment) => {
                let (accounts, tasks) = (self.accounts.clone(), self.tasks.clone());
                let (cap, acknowledged, closed) = (payment.cap, None, false);
                let bill = Bill { accounts, tasks, provider, job, price, prompt_bytes, cap, acknowledged, closed };
                Ok((bill, payment))
            }
            Err(AccountError::Unpayable(why)) => Err(why),
            Err(error) => {
                tracing::error!(%error, "a question cannot be paid for");
                Err(Unpayable::Broken)
            }
        }
    }
}
