//! Asking one candidate: its answer as a stream of steps, whoever it is.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{Finish, Measured, ModelHash, NodeId, Origin, Privacy, Prompt, Written};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use opengateway_core::route::Choice;
use opengateway_net::wire::Ask;

use super::Router;
use super::remote;
use crate::peers::NotSent;

/// This PC loads models from a slow disk, and its owner sees how far it has come.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 3600);

/// A step of an attempt.
#[derive(Debug)]
pub(super) enum Step {
    Loading(f32),
    /// It lives, and so many are before it.
    Waiting(u32, Option<u32>),
    Text(Written),
    Done(Finish, Measured),
    Lost(Lost),
}

/// Why an attempt came to nothing.
#[derive(Debug)]
pub(super) enum Lost {
    /// Somebody else may do better.
    Elsewhere(String),
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
) -> Attempt {
    let began = Instant::now();
    let origin = Origin {
        place: choice.place,
        node: Some(node),
        model: None,
        latency_ms: choice.rtt.map(|rtt| rtt.as_secs_f64() * 1000.0),
        relayed: choice.relayed,
        cost: 0,
    };
    let mut job = [0; 16];
    let drawn = getrandom::fill(&mut job);
    let most = prompt.sampling.max_text_tokens;
    let Prompt { turns, sampling, written, .. } = prompt;
    let ask = Ask { job, model, turns, sampling, written, privacy: class, price: 0 };
    let cleared = match drawn {
        Ok(()) => router.peers.clear(ask, class, node).await,
        Err(_) => Err(NotSent::NoRandomness),
    };
    match cleared {
        Ok(sendable) => {
            let deadline = sendable.deadline;
            let steps = remote::steps(router.peers.clone(), sendable, most);
            Attempt { origin, deadline, began, steps }
        }
        Err(error) => {
            let lost = Step::Lost(Lost::Elsewhere(error.to_string()));
            let steps = futures::stream::once(async { lost }).boxed();
            Attempt { origin, deadline: NO_DEADLINE, began, steps }
        }
    }
}
