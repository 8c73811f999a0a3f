//! The wallet in words and numbers, as plain functions: what its view, the rail and the strip say of tokens.

pub(crate) mod history;
pub(crate) mod proof;
pub(crate) mod spans;

use opengateway_api::{Credits, Unpayable, Wallet};

use super::describe::Tone;
use crate::format;
use crate::text::wallet as words;

/// How much there is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The accounts have not been read yet.
    Nothing,
    /// They cannot be used.
    Failed,
    /// Nothing was ever earned or spent.
    New,
    /// All there is.
    All,
}

/// How much there is to show of this.
pub(crate) fn extent(wallet: Option<&Wallet>) -> Extent {
    match wallet {
        None => Extent::Nothing,
        Some(wallet) if wallet.unpayable == Some(Unpayable::Broken) => Extent::Failed,
        Some(wallet) if wallet.unpayable.is_none() && wallet.least == Credits::ZERO => Extent::Nothing,
        Some(wallet) if is_new(wallet) => Extent::New,
        Some(_) => Extent::All,
    }
}

fn is_new(wallet: &Wallet) -> bool {
    wallet.recent.is_empty() && wallet.earned == Credits::ZERO && wallet.spent == Credits::ZERO
}

/// What is said of the balance, and what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) tone: Tone,
    /// Whether a peer can be asked, and why not.
    pub(crate) says: String,
    /// What to do, or what is good to know.
    pub(crate) then: String,
    pub(crate) way: Option<Way>,
}

/// Where something can be done about the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Lend,
    Network,
    Ask,
}

/// Whether a peer can be paid, and if not why and what to do.
pub(crate) fn standing(wallet: &Wallet) -> Standing {
    let say = |tone, says: &str, then: &str, way| Standing { tone, says: says.to_owned(), then: then.to_owned(), way };
    match wallet.unpayable {
        None => payable(wallet),
        Some(Unpayable::TooLittle(missing)) => too_little(wallet, missing),
        Some(Unpayable::NoIdentity) => say(Tone::Quiet, words::NAMELESS, words::NAMELESS_DO, Some(Way::Network)),
        Some(Unpayable::Recovering) => say(Tone::Waiting, words::RECOVERING, words::RECOVERING_DO, None),
        Some(Unpayable::Forked) => say(Tone::Loss, words::FORKED, words::FORKED_DO, Some(Way::Lend)),
        Some(Unpayable::Broken) => say(Tone::Loss, words::FAILED, words::FAILED_WHY, None),
    }
}

fn payable(wallet: &Wallet) -> Standing {
    let least = format::balance(wallet.least);
    let (says, then) = match owed(wallet) {
        _ if is_new(wallet) => (words::NEW.to_owned(), words::new_do(&format::balance(wallet.line))),
        Some(owed) => (words::in_debt(&owed), words::in_debt_do(&least)),
        None => (words::CAN_ASK.to_owned(), words::can_ask(&least)),
    };
    let way = (is_new(wallet) || owed(wallet).is_some()).then_some(Way::Lend);
    Standing { tone: Tone::Alive, says, then, way }
}

/// What this PC owes, if it does; a part of a token counts as one.
fn owed(wallet: &Wallet) -> Option<String> {
    let owed = Credits::ZERO.minus(Credits::whole(wallet.net.floor()))?;
    (owed > Credits::ZERO).then(|| format::amount(owed))
}

fn too_little(wallet: &Wallet, missing: Credits) -> Standing {
    let says = words::too_little(&format::balance(wallet.least), &format::balance(wallet.spendable));
    let pace = days_to(wallet, missing).map(|days| words::pace(&format::amount(up(missing)), days));
    let advice = if is_told_apart(wallet) || wallet.earned > Credits::ZERO {
        words::too_little_do()
    } else {
        words::earn_first_do()
    };
    let then = [Some(advice), pace].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Standing { tone: Tone::Waiting, says, then, way: Some(Way::Lend) }
}

/// How many days of lending as in the last ones bring so much; `None` if nothing was earned in them.
fn days_to(wallet: &Wallet, missing: Credits) -> Option<i64> {
    let earned = spans::sum(&wallet.days, |day| day.earned);
    let count = i64::try_from(wallet.days.len()).ok()?;
    let rest = missing.0.checked_mul(count)?.checked_add(earned.0)?.checked_sub(1)?;
    rest.checked_div(earned.0)
}

/// Whole credits, rounded up.
fn up(credits: Credits) -> Credits {
    let whole = Credits::whole(credits.floor());
    if whole == credits { whole } else { whole.plus(Credits::whole(1)).unwrap_or(whole) }
}

/// Whether enough of this PC's parts stand for it.
fn is_told_apart(wallet: &Wallet) -> bool {
    wallet.parts >= ENOUGH_PARTS
}

const ENOUGH_PARTS: u32 = 2;

/// The balance, large; unknown while this PC has no name.
pub(crate) fn balance(wallet: &Wallet) -> String {
    match wallet.unpayable {
        Some(Unpayable::NoIdentity) => words::UNKNOWN_BALANCE.to_owned(),
        _ => format::balance(wallet.spendable),
    }
}

/// Something that the balance is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ingredient {
    /// How it goes into the balance.
    pub(crate) sign: &'static str,
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// What it means, in a sentence.
    pub(crate) meaning: String,
}

/// What the balance is made of: `net + line − set aside`.
pub(crate) fn makeup(wallet: &Wallet) -> [Ingredient; 3] {
    let line = format::balance(wallet.line);
    let line_means = if is_told_apart(wallet) { words::LINE_MEANS.to_owned() } else { words::short_line_means(&line) };
    let means = |sign, name, value, meaning| Ingredient { sign, name, value, meaning };
    [
        means("", words::NET, format::balance(wallet.net), words::NET_MEANS.to_owned()),
        means("+", words::LINE, line, line_means),
        means("−", words::HOLDS, format::amount(up(wallet.holds)), words::HOLDS_MEANS.to_owned()),
    ]
}

/// What was earned and spent in all; nothing while that is nothing.
pub(crate) fn in_all(wallet: &Wallet) -> Option<String> {
    let earned_or_spent = wallet.earned != Credits::ZERO || wallet.spent != Credits::ZERO;
    earned_or_spent.then(|| words::in_all(&format::balance(wallet.earned), &format::amount(up(wallet.spent))))
}

/// How much of a paid question is there, in per cent; only while it is not enough.
pub(crate) fn reached(wallet: &Wallet) -> Option<i64> {
    let Some(Unpayable::TooLittle(_)) = wallet.unpayable else { return None };
    wallet.spendable.0.max(0).checked_mul(100)?.checked_div(wallet.least.0)
}

/// What the strip says of the balance; nothing before there is one.
pub(crate) fn line(wallet: &Wallet) -> Option<(Tone, String)> {
    match (extent(Some(wallet)), wallet.unpayable) {
        (Extent::Nothing, _) | (_, Some(Unpayable::NoIdentity)) => None,
        _ => Some((alarm(wallet).unwrap_or(Tone::Quiet), words::tokens(Credits::whole(wallet.spendable.floor())))),
    }
}

/// What the rail warns of: that nobody can be paid.
pub(crate) fn warning(wallet: &Wallet) -> Option<(Tone, String)> {
    alarm(wallet).map(|tone| (tone, standing(wallet).says))
}

fn alarm(wallet: &Wallet) -> Option<Tone> {
    match wallet.unpayable? {
        Unpayable::NoIdentity => None,
        Unpayable::TooLittle(_) | Unpayable::Recovering => Some(Tone::Waiting),
        Unpayable::Forked | Unpayable::Broken => Some(Tone::Loss),
    }
}

#[cfg(test)]
mod tests;
