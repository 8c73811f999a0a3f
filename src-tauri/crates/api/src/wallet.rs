//! What this node owes and is owed, and why.

use serde::{Deserialize, Serialize};

use crate::{NodeId, Place};

/// An amount of credits, in millionths. Called tokens on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credits(pub i64);

/// Millionths in a credit.
const MILLION: i64 = 1_000_000;

impl Credits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many whole credits; the largest there are if that is too many.
    pub const fn whole(credits: i64) -> Self {
        Self(credits.saturating_mul(MILLION))
    }

    /// Whole credits, rounded down: nobody is shown more than there is.
    pub const fn floor(self) -> i64 {
        self.0.div_euclid(MILLION)
    }

    /// The sum, or `None` when it is out of range.
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` when it is out of range.
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }
}

/// Whole credits; below ten also tenths.
impl std::fmt::Display for Credits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = self.0.unsigned_abs().div_euclid(100_000);
        let sign = if self.0 < 0 && tenths > 0 { "-" } else { "" };
        match (tenths.div_euclid(10), tenths.rem_euclid(10)) {
            (whole, tenth) if whole < 10 && tenth > 0 => write!(f, "{sign}{whole}.{tenth}"),
            (whole, _) => write!(f, "{sign}{whole}"),
        }
    }
}

/// Why a peer cannot be paid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpayable {
    /// The node has no name yet: the keychain is closed, or the network was never on.
    NoIdentity,
    /// What can be spent is below what a question needs: so much is missing.
    TooLittle(Credits),
    /// The database is older than what was signed: other nodes are asked for what is missing first.
    Recovering,
    /// The account was forked on purpose: it has no credit line any more.
    Forked,
    /// The accounts cannot be written: the disk is full, or the file is damaged.
    Broken,
}

/// What a movement was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// A peer was answered.
    Earned,
    /// A peer has answered.
    Spent,
    /// What was earned was given back.
    Refunded,
    /// What was spent came back.
    GotBack,
}

/// A job that was paid for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    /// Names the job: 32 hexadecimal digits.
    pub job: String,
    /// What it was.
    pub kind: MovementKind,
    /// When it was settled, or begun while it is open; in milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The other side.
    pub peer: NodeId,
    /// Where the answer was computed; `None` when this PC was the one.
    pub place: Option<Place>,
    /// What answered, as this node calls it.
    pub model: String,
    /// Text tokens of the answer.
    pub text_tokens: u32,
    /// For 1000 text tokens.
    pub price: Credits,
    /// What it came to so far; never negative.
    pub amount: Credits,
    /// Whether it is still under way.
    pub open: bool,
}

/// What a day brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WalletDay {
    /// When it begins, in milliseconds since 1970 UTC: midnight where this PC is.
    pub from_ms: i64,
    /// What was earned.
    pub earned: Credits,
    /// What was spent.
    pub spent: Credits,
}

/// All about credits: a topic of updates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Wallet {
    /// What can be spent: `net + line - holds`.
    pub spendable: Credits,
    /// What others owe this node, less what it owes: over all nodes the sum is zero.
    pub net: Credits,
    /// The credit line: how much it may owe.
    pub line: Credits,
    /// Set aside for questions under way.
    pub holds: Credits,
    /// What a paid question needs.
    pub least: Credits,
    /// All that was ever earned.
    pub earned: Credits,
    /// All that was ever spent.
    pub spent: Credits,
    /// Why a peer cannot be paid now; `None` if it can.
    pub unpayable: Option<Unpayable>,
    /// How many parts of this PC stand for its identity, of three; with fewer than two the line is short.
    pub parts: u32,
    /// The last days, oldest first.
    pub days: Vec<WalletDay>,
    /// The hours of the last day, oldest first.
    pub hours: Vec<WalletDay>,
    /// The latest movements, newest first.
    pub recent: Vec<Movement>,
}

/// What came of computing everything anew from the signed records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WalletProof {
    /// Records of this node that were read.
    pub records: u64,
    /// Signatures that were checked, those of other nodes included.
    pub signatures: u64,
    /// What is left of all movements: equals the balance that is shown.
    pub net: Credits,
    /// The sum over this node and all it has traded with, as far as it holds their signatures: zero.
    pub sum: Credits,
    /// What is wrong, in words; empty if nothing is.
    pub problems: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_amounts_show_tenths_and_nobody_sees_more_than_there_is() {
        let shown = |micro| Credits(micro).to_string();

        assert_eq!([shown(0), shown(499_999), shown(-500_000), shown(9_999_999)], ["0", "0.4", "-0.5", "9.9"]);
        assert_eq!([shown(1_234_900_000), shown(-12_000_000)], ["1234", "-12"]);
        assert_eq!((Credits(-1).floor(), Credits(1_999_999).floor()), (-1, 1));
    }
}
