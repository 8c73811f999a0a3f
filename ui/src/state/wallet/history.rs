//! Movements as a list that grows at both ends: news come with the wallet, earlier ones page by page.

use opengateway_api::{Credits, Friend, ModelId, Movement, MovementKind};

use crate::format::{self, Clock};
use crate::state::describe::Tone;
use crate::state::names::{self, Names};
use crate::state::origin::place;
use crate::text::{self, wallet as words};

/// So many are asked for at once.
pub(crate) const PAGE: u32 = 50;

/// Names a line of the list: a job that was given back has two.
pub(crate) type Key = (String, MovementKind);

pub(crate) fn key(movement: &Movement) -> Key {
    (movement.job.clone(), movement.kind)
}

/// The list after news. Without a movement in common something may be missing between, so the list begins anew.
pub(crate) fn with_news(known: &[Movement], recent: &[Movement]) -> Vec<Movement> {
    let is_recent = |movement: &&Movement| recent.iter().any(|new| key(new) == key(movement));
    if !known.iter().any(|movement| is_recent(&movement)) {
        return recent.to_vec();
    }
    let oldest_ms = recent.iter().map(|movement| movement.at_ms).min().unwrap_or(i64::MAX);
    let earlier = known.iter().filter(|one| !one.open && one.at_ms <= oldest_ms && !is_recent(one));
    recent.iter().chain(earlier).cloned().collect()
}

/// The list with an earlier page at its end.
pub(crate) fn with_page(known: &[Movement], page: &[Movement]) -> Vec<Movement> {
    let fresh = page.iter().filter(|movement| !known.iter().any(|other| key(other) == key(movement)));
    known.iter().chain(fresh).cloned().collect()
}

/// Up to when the next page reaches: those of the same moment come again, and are left out then.
pub(crate) fn before_ms(known: &[Movement]) -> i64 {
    let settled = known.iter().filter(|movement| !movement.open).map(|movement| movement.at_ms);
    settled.min().map_or(i64::MAX, |oldest| oldest.saturating_add(1))
}

/// A movement as a row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) job: String,
    pub(crate) when: String,
    pub(crate) what: String,
    pub(crate) peer: String,
    /// The whole name of the peer.
    pub(crate) title: String,
    pub(crate) place: String,
    pub(crate) model: String,
    pub(crate) text_tokens: String,
    pub(crate) price: String,
    pub(crate) amount: String,
    pub(crate) tone: Tone,
    pub(crate) is_open: bool,
    /// What is asked before this is given back; `None` if it cannot be.
    pub(crate) question: Option<String>,
}

/// A movement as a row, as long as it is in the list.
pub(crate) fn row(all: &[Movement], key: &Key, friends: &[Friend], names: Names<'_>, clock: Clock) -> Option<Row> {
    let movement = all.iter().find(|movement| (&movement.job, movement.kind) == (&key.0, key.1))?;
    let peer = names::peer(friends, movement.peer);
    let question =
        can_be_given_back(all, movement).then(|| words::give_back_question(&words::tokens(movement.amount), &peer));
    Some(Row {
        job: movement.job.clone(),
        when: clock.past(movement.at_ms),
        what: what(movement.kind, &peer),
        title: movement.peer.to_string(),
        place: movement.place.map_or(text::THIS_PC, place).to_owned(),
        model: names.of(&ModelId(movement.model.clone())),
        text_tokens: format::whole(movement.text_tokens.into()),
        price: if movement.price == Credits::ZERO { words::FREE.to_owned() } else { format::amount(movement.price) },
        amount: signed(movement),
        tone: tone(movement),
        is_open: movement.open,
        question,
        peer,
    })
}

fn what(kind: MovementKind, peer: &str) -> String {
    match kind {
        MovementKind::Earned => words::answered(peer),
        MovementKind::Spent => words::asked(peer),
        MovementKind::Refunded => words::gave_back(peer),
        MovementKind::GotBack => words::got_back(peer),
    }
}

fn signed(movement: &Movement) -> String {
    let sign = match movement.kind {
        _ if movement.amount == Credits::ZERO => "",
        MovementKind::Earned | MovementKind::GotBack => "+",
        MovementKind::Spent | MovementKind::Refunded => "−",
    };
    format!("{sign}{}", format::amount(movement.amount))
}

fn tone(movement: &Movement) -> Tone {
    match movement.kind {
        _ if movement.open => Tone::Waiting,
        MovementKind::Earned | MovementKind::GotBack if movement.amount > Credits::ZERO => Tone::Alive,
        _ => Tone::Quiet,
    }
}

fn can_be_given_back(all: &[Movement], movement: &Movement) -> bool {
    let is_given_back = || all.iter().any(|one| one.job == movement.job && one.kind == MovementKind::Refunded);
    let is_earned = movement.kind == MovementKind::Earned && movement.amount > Credits::ZERO;
    is_earned && !movement.open && !is_given_back()
}

#[cfg(test)]
mod tests;
