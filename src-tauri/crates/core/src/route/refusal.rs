//! Why a candidate is not asked.

use super::{Candidate, Request};
use crate::privacy::{Forbidden, may_read};
use crate::queue;

/// Why a candidate is not asked, in words for the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It may not read the prompt.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It is elsewhere than the request says.
    #[error("the prompt is for another place")]
    WrongPlace,
    /// It broke the rules lately.
    #[error("it broke the rules and is banned for a while")]
    Banned,
    /// It answers with other models.
    #[error("it does not have the model")]
    LacksModel,
    /// The conversation does not fit.
    #[error("it holds {context} text tokens and {needed} are needed")]
    TooShort {
        /// Text tokens that it holds.
        context: u32,
        /// Text tokens that are needed.
        needed: u32,
    },
    /// Its owner is there, or does not lend it.
    #[error("it is not lent now")]
    NotLent,
    /// It would not even let the prompt wait, or has enough of ours.
    #[error("it has no room for another prompt")]
    Full,
    /// It asks more than the owner pays.
    #[error("it is too expensive")]
    TooDear,
    /// The search did not widen so far.
    #[error("nearer ones have room enough")]
    NotReached,
    /// It is reached, and others are better.
    #[error("enough others are expected to be faster")]
    NotNeeded,
}

/// What stands against a candidate by itself. This PC may be busy, but is never kept from its owner.
pub(super) fn of(request: &Request, candidate: &Candidate) -> Option<Refusal> {
    let peer = candidate.node.is_some();
    let forbidden = may_read(request.privacy, candidate.relation).err().filter(|_| peer);
    let elsewhere = request.place.is_some_and(|place| place != candidate.place());
    let of_a_peer = || if peer { of_its_state(request, candidate) } else { None };
    forbidden
        .map(Refusal::from)
        .or(elsewhere.then_some(Refusal::WrongPlace))
        .or_else(|| of_its_model(request, candidate))
        .or_else(of_a_peer)
}

fn of_its_model(request: &Request, candidate: &Candidate) -> Option<Refusal> {
    if request.model.is_some() && request.model != candidate.model {
        return Some(Refusal::LacksModel);
    }
    let (context, needed) = (candidate.context, request.context);
    (context < needed).then_some(Refusal::TooShort { context, needed })
}

fn of_its_state(request: &Request, candidate: &Candidate) -> Option<Refusal> {
    let load = candidate.load;
    if candidate.banned {
        return Some(Refusal::Banned);
    }
    if !candidate.accepts {
        return Some(Refusal::NotLent);
    }
    if load.slots == 0 || candidate.allowance == 0 || load.waiting >= queue::MOST_WAITING {
        return Some(Refusal::Full);
    }
    (candidate.price > request.most_price).then_some(Refusal::TooDear)
}
