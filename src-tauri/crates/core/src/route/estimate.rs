//! How long an answer is expected to take.

use std::time::Duration;

use super::{Candidate, Request};
use crate::capability::{Load, MOST_SPEED};

/// Text tokens of an answer nobody has seen yet: about 200 words, as most in a chat have.
const ANSWER: f32 = 256.0;
/// Of a peer that was not measured; most of the world is nearer.
const UNKNOWN_RTT: Duration = Duration::from_millis(300);
/// Text tokens a second of somebody who does not say: the slowest that is bearable.
const UNKNOWN_SPEED: f32 = 2.0;
/// Reading goes on for all text tokens at once. On processors without a graphics card it is about this much faster.
const READS_FASTER: f32 = 8.0;
/// Who failed every time is still tried when nobody else is there.
const WORST_STANDING: f32 = 0.05;

/// What is expected of a candidate, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) first_text_s: f32,
    pub(super) text_per_second: f32,
    /// Until the answer is whole, with the tries that fail counted in: as many as 1 in `standing` succeed.
    pub(super) whole_s: f32,
}

pub(super) fn estimate(request: &Request, candidate: &Candidate) -> Estimate {
    let text_per_second = speed(candidate.text_per_second).unwrap_or(UNKNOWN_SPEED);
    let prompt_per_second = speed(candidate.prompt_per_second).unwrap_or(text_per_second * READS_FASTER);
    // f32 holds counts of text tokens exactly up to 16 million.
    let read_s = request.prompt_tokens as f32 / prompt_per_second;
    let (rtt, standing) = match candidate.node {
        Some(_) => (candidate.rtt.unwrap_or(UNKNOWN_RTT), candidate.standing),
        None => (Duration::ZERO, 1.0),
    };
    let first_text_s = rtt.as_secs_f32() + wait_s(candidate.load, text_per_second) + read_s;
    let standing = if standing.is_finite() { standing.clamp(WORST_STANDING, 1.0) } else { WORST_STANDING };
    Estimate { first_text_s, text_per_second, whole_s: (first_text_s + ANSWER / text_per_second) / standing }
}

/// Seconds until one more job begins: as many average answers as are ahead, shared by all slots.
pub(crate) fn wait_s(load: Load, text_per_second: f32) -> f32 {
    load.ahead() as f32 / load.slots.max(1) as f32 * ANSWER / text_per_second
}

fn speed(said: f32) -> Option<f32> {
    (said.is_finite() && said > 0.0).then(|| said.clamp(1.0 / MOST_SPEED, MOST_SPEED))
}
