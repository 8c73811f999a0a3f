//! Who answers, in words: before it is asked, while it waits, while it is written, and in the line under an answer.

use opengateway_api::{Credits, Friend, Message, NetworkSettings, Origin, Place, Privacy, Scope};

use super::describe::Tone;
use super::names::{Names, friend};
use crate::{format, text};

/// What an answer waits for before its first text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wait {
    /// Its question is being read.
    Reading,
    /// The model is being loaded, from 0 to 1.
    Loading(f32),
    /// Others are before it.
    Queued { position: u32, expected_ms: Option<u32> },
}

/// How many are before an answer, and how long that may take.
pub(crate) fn queued(position: u32, expected_ms: Option<u32>) -> String {
    let turn = if position == 0 { text::NEXT.to_owned() } else { text::waiting(position) };
    let about = expected_ms.map(|ms| text::about(&format::roughly(ms)));
    [Some(turn), about].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Where an answer was computed.
pub(crate) fn place(place: Place) -> &'static str {
    match place {
        Place::ThisPc => text::THIS_PC,
        Place::Nearby => text::NEARBY,
        Place::Region => text::REGION,
        Place::Global => text::GLOBAL,
        Place::Cloud => text::CLOUD,
    }
}

/// Who computes an answer: `Mara, nearby, 12 ms, relayed`.
pub(crate) fn who(origin: &Origin, friends: &[Friend]) -> String {
    let mut words = place(origin.place).to_owned();
    if let Some(ms) = origin.latency_ms {
        words = text::away(&words, &format::latency(ms));
    }
    if origin.relayed {
        words = text::relayed(&words);
    }
    match origin.node.and_then(|node| friend(friends, node)) {
        Some(name) => text::friend_at(name, &words),
        None => words,
    }
}

/// Whether another one carries on what was already being written.
pub(crate) fn is_carried_on(before: Option<&Origin>, after: &Origin, has_text: bool) -> bool {
    has_text && before.is_some_and(|before| (before.place, before.node) != (after.place, after.node))
}

/// Says that an answer was carried on, and by whom.
pub(crate) fn carried_on(origin: Option<&Origin>) -> &'static str {
    match origin {
        Some(Origin { place: Place::ThisPc, .. }) => text::CARRIED_ON_HERE,
        Some(_) | None => text::CARRIED_ON,
    }
}

/// The quiet line under an answer: who, which model, how fast, what it cost, and who could read the prompt.
pub(crate) fn measured(message: &Message, names: Names<'_>, friends: &[Friend], is_carried: bool) -> Vec<String> {
    let origin = message.origin.as_ref();
    let mut facts = Vec::new();
    facts.extend(origin.map(|origin| who(origin, friends)));
    facts.extend(model(message, names));
    if let Some(measured) = &message.measured {
        if measured.text_per_second > 0.0 {
            facts.push(format::rate(measured.text_per_second));
        }
        facts.push(format::first_token(measured.first_token_ms));
    }
    facts.extend(origin.and_then(cost));
    facts.extend(origin.and_then(|origin| readers(origin, friends, is_carried)));
    if is_carried {
        facts.push(carried_on(origin).to_owned());
    }
    facts
}

/// What it cost; an answer of this PC costs nothing and says nothing of it.
fn cost(origin: &Origin) -> Option<String> {
    match (origin.cost, origin.node) {
        (0, None) => None,
        (0, Some(_)) if origin.unpaid.is_some() => Some(text::FREE_FOR_NOW.to_owned()),
        (0, Some(_)) => Some(text::FREE.to_owned()),
        (cost, _) => Some(text::wallet::tokens(Credits(cost))),
    }
}

/// The model, and whether it is the one that was asked.
fn model(message: &Message, names: Names<'_>) -> Option<String> {
    let other = message.origin.as_ref().and_then(|origin| origin.model.as_ref());
    match (other, &message.model) {
        (Some(other), Some(asked)) if other != asked => Some(text::instead_of(&names.of(other), &names.of(asked))),
        (Some(other), _) => Some(text::not_as_asked(&names.of(other))),
        (None, asked) => asked.as_ref().map(|asked| names.of(asked)),
    }
}

/// Who could read the prompt beside the owner.
fn readers(origin: &Origin, friends: &[Friend], is_carried: bool) -> Option<String> {
    match origin.node {
        _ if is_carried => Some(text::THEY_COULD_READ.to_owned()),
        Some(node) => {
            let named = friend(friends, node).map(text::friend_could_read);
            Some(named.unwrap_or_else(|| text::COULD_READ.to_owned()))
        }
        None => None,
    }
}

/// Who will answer the next prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answerer {
    /// There is no model.
    Nobody,
    /// This PC, with this model.
    ThisPc(String),
    /// Peers have the model; the nearest is there.
    Peers(String, Place),
    /// Peers had the model.
    Gone(String),
}

/// Who will answer the next prompt with the model in use.
pub(crate) fn answerer(names: Names<'_>) -> Answerer {
    let Some(id) = &names.models.in_use else {
        return Answerer::Nobody;
    };
    let name = names.of(id);
    match names.on_peers(id) {
        _ if names.is_own(id) => Answerer::ThisPc(name),
        Some(model) => Answerer::Peers(name, model.place),
        None => Answerer::Gone(name),
    }
}

/// What an empty chat says of that.
pub(crate) fn invitation(answerer: &Answerer, network: &NetworkSettings) -> String {
    match answerer {
        Answerer::Nobody => text::ADD_FIRST.to_owned(),
        Answerer::ThisPc(name) if may_leave(network) => text::runs_here_first(name),
        Answerer::ThisPc(name) => text::runs_here(name),
        Answerer::Peers(name, at) => text::runs_on_peers(name, place(*at)),
        Answerer::Gone(name) => text::runs_nowhere(name),
    }
}

/// Whether a prompt may go to a peer with the same model when this PC is busy.
fn may_leave(network: &NetworkSettings) -> bool {
    network.scope != Scope::Off && network.privacy != Privacy::Restricted
}

/// What is said beside the place where one writes: who can read the prompt.
pub(crate) fn before_sending(answerer: &Answerer, network: &NetworkSettings) -> (Tone, &'static str) {
    match (answerer, network.privacy) {
        (Answerer::ThisPc(_), _) if may_leave(network) => (Tone::Quiet, text::HERE_FIRST),
        (Answerer::Nobody | Answerer::ThisPc(_), _) => (Tone::Quiet, text::STAYS_HERE),
        (Answerer::Gone(_), _) => (Tone::Waiting, text::ON_NO_PEER),
        (Answerer::Peers(..), Privacy::Public) => (Tone::Quiet, text::READ_BY_PEERS),
        (Answerer::Peers(..), Privacy::Internal) => (Tone::Quiet, text::READ_BY_REGION),
        (Answerer::Peers(..), Privacy::Confidential) => (Tone::Quiet, text::READ_BY_FRIENDS),
        (Answerer::Peers(..), Privacy::Restricted) => (Tone::Waiting, text::READ_BY_NOBODY),
    }
}

#[cfg(test)]
mod tests;
