//! How much an account may owe, and whether it may ask.

use opengateway_api::{Credits, Unpayable};

use super::Totals;

/// What a PC may owe that is known by its parts. With the question's least this is one question before anything was
/// earned: newcomers owe first, for nothing is minted.
pub const LINE: Credits = Credits::whole(1000);
/// What one may owe that is known by nothing: it has to earn before it can ask.
pub const BARE_LINE: Credits = Credits::whole(250);
/// What earning adds at most.
pub const MOST_EARNED_LINE: Credits = Credits::whole(5000);
/// One part in so many of what was earned.
const EARNED_PARTS: i64 = 5;
/// What can be spent must be this much for a paid question to be asked.
pub const LEAST: Credits = Credits::whole(1000);
/// What a question may cost at most before anything was earned, and then.
const FIRST_CAP: Credits = Credits::whole(1000);
const CAP: Credits = Credits::whole(4000);

/// The credit line of an account.
pub fn line(known_by_parts: bool, earned: Credits) -> Credits {
    let base = if known_by_parts { LINE } else { BARE_LINE };
    let more = earned.0.checked_div(EARNED_PARTS).unwrap_or(0).clamp(0, MOST_EARNED_LINE.0);
    Credits(base.0.saturating_add(more))
}

/// What a question may cost at most.
pub fn most_cap(earned: Credits) -> Credits {
    if earned > Credits::ZERO { CAP } else { FIRST_CAP }
}

/// What can be spent.
pub fn spendable(totals: &Totals, line: Credits) -> Credits {
    Credits(totals.net().0.saturating_add(line.0).saturating_sub(totals.held.0))
}

/// Why a paid question may not be asked; `None` if it may.
pub fn unpayable(spendable: Credits) -> Option<Unpayable> {
    let missing = LEAST.0.saturating_sub(spendable.0);
    (missing > 0).then_some(Unpayable::TooLittle(Credits(missing)))
}
