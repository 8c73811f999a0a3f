//! Holds [`super::plan`] to its rules: in sentences and over random networks.

mod equals;
mod random;
mod refusals;
mod spreading;
mod widening;

use super::*;
use crate::privacy::Forbidden;

const MODEL: ModelHash = ModelHash([1; 32]);
const CREDIT: i64 = 1_000_000;

/// Who is asked, in that order; 0 is this PC.
fn asked(plan: &Plan) -> Vec<u16> {
    plan.choices.iter().map(|choice| number(choice.node)).collect()
}

fn why_not(plan: &Plan, peer: u16) -> Option<Refusal> {
    plan.refusals.iter().find(|(node, _)| number(*node) == peer).map(|(_, refusal)| *refusal)
}

fn one_answer() -> Request {
    Request {
        model: Some(MODEL),
        context: 1000,
        prompt_tokens: 100,
        answers: 1,
        place: None,
        privacy: Privacy::Public,
        most_price: i64::MAX,
    }
}

fn answers(count: usize) -> Request {
    Request { answers: count, ..one_answer() }
}

/// This PC, idle, with one slot.
fn this_pc() -> Candidate {
    let load = Load { running: 0, waiting: 0, slots: 1 };
    Candidate { node: None, rtt: None, load, accepts: false, allowance: u32::MAX, ..peer(0, 0) }
}

fn busy(candidate: Candidate) -> Candidate {
    let load = Load { running: candidate.load.slots, ..candidate.load };
    Candidate { load, ..candidate }
}

/// A good, idle peer with four slots.
fn peer(number: u16, rtt_ms: u64) -> Candidate {
    let mut key = [0; 32];
    key[..2].copy_from_slice(&number.to_be_bytes());
    Candidate {
        node: Some(NodeId(key)),
        rtt: Some(Duration::from_millis(rtt_ms)),
        relayed: false,
        relation: Relation::default(),
        standing: 0.9,
        banned: false,
        accepts: true,
        model: Some(MODEL),
        context: 8192,
        text_per_second: 40.0,
        prompt_per_second: 400.0,
        load: Load { running: 0, waiting: 0, slots: 4 },
        allowance: 4,
        price: CREDIT,
        balance: 0,
    }
}

fn number(node: Option<NodeId>) -> u16 {
    node.map_or(0, |node| u16::from_be_bytes([node.0[0], node.0[1]]))
}
