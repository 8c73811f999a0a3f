//! Whether a provider takes a question as a paid one.

use opengateway_api::{Credits, NodeId};

use super::credit::{LEAST, line, most_cap, spendable};
use super::record::{Content, JobId, RecordId, Signed, Totals};
use crate::tags::Tags;

/// What one whom nothing good is known of may be given on credit a day: until answers are audited by others, the number
/// of its accounts proves nothing.
pub const EXPOSURE: Credits = Credits::whole(2000);
/// How long a reservation may be taken up, in milliseconds.
pub const RESERVED: i64 = 15 * 60 * 1000;
/// How far clocks may be apart, in milliseconds.
const SKEW: i64 = 10 * 60 * 1000;

/// A question as it is to be paid for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who asks; the connection proves it.
    pub payer: NodeId,
    /// Who is asked.
    pub provider: NodeId,
    /// Which job.
    pub job: JobId,
    /// What the account's PC is: its first record, or a later one that says what has changed.
    pub hardware: &'a Signed,
    /// What is set aside.
    pub reserve: &'a Signed,
    /// What the first piece of the answer costs.
    pub first: Credits,
}

/// What the provider knows of the payer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// The record of the reservation's number, if one is known.
    pub same_number: Option<RecordId>,
    /// The lowest number that is still taken: of those below it is not known any more whether there are two.
    pub least_number: u64,
    /// The account has spent twice, or one of the same PC has.
    pub forked: bool,
    /// What other accounts of the same PC owe; not negative.
    pub debt: Credits,
    /// What it has acknowledged today.
    pub today: Credits,
    /// It has answered questions of the provider's, or is a friend: its credits are worth something.
    pub trusted: bool,
}

/// Why a question is not taken as a paid one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPaid {
    /// The records are of somebody or something else.
    #[error("the reservation is not for this question")]
    Other,
    /// It is over, or from the future.
    #[error("the reservation is not of this time")]
    Time,
    /// It was taken up before, or many later records are known.
    #[error("the reservation is old")]
    Old,
    /// Another record with this number is known.
    #[error("the account has two records with one number")]
    Forked,
    /// It owes too much.
    #[error("the account has too little to spend")]
    TooLittle,
    /// More is set aside than may be, or less than the first piece costs.
    #[error("the reservation is too large or too small")]
    Cap,
    /// It was given enough on credit today.
    #[error("the account is new here and has had enough on credit today")]
    Exposed,
}

/// What may be spent on the answer at most.
///
/// # Errors
/// The first reason against it.
pub fn admit(asked: &Asked<'_>, known: &Known, now_ms: i64) -> Result<Credits, NotPaid> {
    let reserve = &asked.reserve.record;
    let Content::Reserve { job, provider, cap, until_ms } = reserve.content else { return Err(NotPaid::Other) };
    let of_payer = reserve.author == asked.payer && asked.hardware.record.author == asked.payer;
    if !of_payer || job != asked.job || provider != asked.provider {
        return Err(NotPaid::Other);
    }
    if until_ms < now_ms.saturating_sub(SKEW) || until_ms > now_ms.saturating_add(RESERVED).saturating_add(SKEW) {
        return Err(NotPaid::Time);
    }
    if known.forked || known.same_number.is_some_and(|id| id != asked.reserve.id) {
        return Err(NotPaid::Forked);
    }
    if reserve.sequence < known.least_number {
        return Err(NotPaid::Old);
    }
    let tags = asked.hardware.tags().ok_or(NotPaid::Other)?;
    may_spend(&reserve.totals, cap, tags, known.debt)?;
    if asked.first > cap {
        return Err(NotPaid::Cap);
    }
    match Credits(EXPOSURE.0.saturating_sub(known.today.0)) {
        _ if known.trusted => Ok(cap),
        room if room < asked.first.max(Credits(1)) => Err(NotPaid::Exposed),
        room => Ok(cap.min(room)),
    }
}

/// Whether an account could ask before it set this aside.
fn may_spend(totals: &Totals, cap: Credits, tags: &Tags, debt: Credits) -> Result<(), NotPaid> {
    let held = totals.held.minus(cap).filter(|others| *others >= Credits::ZERO).ok_or(NotPaid::Other)?;
    let before = Totals { held, ..*totals };
    let line = line(tags.are_enough(), totals.earned);
    if cap > most_cap(totals.earned) {
        return Err(NotPaid::Cap);
    }
    let left = spendable(&before, line).minus(debt).ok_or(NotPaid::TooLittle)?;
    if left < LEAST { Err(NotPaid::TooLittle) } else { Ok(()) }
}
