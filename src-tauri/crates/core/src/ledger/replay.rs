//! Everything an account ever did, checked record by record.

use std::collections::{BTreeMap, BTreeSet};

use opengateway_api::{Credits, NodeId};

use super::account::{Account, Fault};
use super::record::{Content, JobId, RecordId, Signed, Totals};

/// A job by its other side.
type Key = (NodeId, JobId);
type Change = (Side, Key, Leg);

/// Whoever asks draws the job's number, and may draw one by which it was asked itself: each side has its own.
#[derive(Debug, Clone, Copy)]
enum Side {
    Earned,
    Spent,
}

/// What a job came to.
#[derive(Debug, Clone, Copy, Default)]
struct Leg {
    amount: Credits,
    /// So much came back: vouchers up to it count no more. One over more is earned whole, to be given back whole.
    given_back: Option<Credits>,
}

/// An account that is read from its first record on. Costs some 50 bytes for each job.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    account: Account,
    earned: BTreeMap<Key, Leg>,
    spent: BTreeMap<Key, Leg>,
    asked: BTreeSet<JobId>,
    /// Records were lost: what came before is not known.
    gap: bool,
    /// Of some reservations only the name is left: what is set aside cannot be checked.
    folded: bool,
}

impl Replay {
    /// Takes the next record, if everything in it follows from those before.
    ///
    /// # Errors
    /// As [`Fault`] lists; then nothing has changed.
    pub fn take(&mut self, signed: &Signed) -> Result<(), Fault> {
        let change = self.change(&signed.record.content)?;
        let exact = !self.folded;
        let adds_up = |expected: &Totals, said: &Totals| {
            (expected.earned, expected.spent) == (said.earned, said.spent) && (!exact || expected.held == said.held)
        };
        self.account.take_if(signed, adds_up)?;
        match change {
            Some((Side::Earned, key, leg)) => drop(self.earned.insert(key, leg)),
            Some((Side::Spent, key, leg)) => drop(self.spent.insert(key, leg)),
            None => {}
        }
        match signed.record.content {
            Content::Reserve { job, .. } => {
                self.asked.insert(job);
            }
            Content::Recover { .. } => self.gap = true,
            _ => {}
        }
        Ok(())
    }

    /// Passes over a reservation of which only the name is left: the next record names it.
    pub fn pass(&mut self, name: RecordId) {
        self.account.sequence = self.account.sequence.map(|latest| latest.saturating_add(1));
        self.account.head = name;
        self.folded = true;
    }

    /// Takes a record whose predecessors are lost.
    pub fn adopt(&mut self, signed: &Signed) {
        self.account.adopt(signed);
        self.gap = true;
    }

    /// The account after all of them.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// With whom and by which job how much was earned, or spent if negative. Two who ask each other may use the same
    /// number.
    pub fn jobs(&self) -> impl Iterator<Item = ((NodeId, JobId), Credits)> + Clone {
        let earned = self.earned.iter().map(|(key, leg)| (*key, leg.amount));
        let spent = self.spent.iter().map(|(key, leg)| (*key, Credits(leg.amount.0.saturating_neg())));
        earned.chain(spent)
    }

    /// What a record makes of its job.
    fn change(&self, content: &Content) -> Result<Option<Change>, Fault> {
        let (side, key, leg) = match *content {
            Content::Genesis(_) | Content::Hardware(_) | Content::Recover { .. } => return Ok(None),
            Content::Reserve { job, .. } if self.asked.contains(&job) => return Err(Fault::Question),
            Content::Reserve { .. } => return Ok(None),
            Content::Receipt { job, provider, amount, more, .. } => {
                let was_asked = self.account.holds.contains_key(&job) || self.asked.contains(&job);
                if !(was_asked || self.folded || self.gap) {
                    return Err(Fault::Amount);
                }
                (Side::Spent, (provider, job), self.grown(Side::Spent, (provider, job), more, amount)?)
            }
            Content::Earned { job, payer, amount, more, .. } => {
                (Side::Earned, (payer, job), self.grown(Side::Earned, (payer, job), more, amount)?)
            }
            Content::Refund { job, payer, amount } => {
                (Side::Earned, (payer, job), self.given_back(Side::Earned, (payer, job), amount)?)
            }
            Content::Refunded { job, provider, amount, .. } => {
                (Side::Spent, (provider, job), self.given_back(Side::Spent, (provider, job), amount)?)
            }
        };
        Ok(Some((side, key, leg)))
    }

    /// A job after so much more, which makes `amount` in all. Records that are lost may have said a part of it.
    fn grown(&self, side: Side, key: Key, more: Credits, amount: Credits) -> Result<Leg, Fault> {
        let so_far = self.leg(side, key);
        if so_far.given_back.is_some_and(|before| amount <= before) {
            return Err(Fault::Question);
        }
        let known = so_far.amount.plus(more).ok_or(Fault::Amount)?;
        let adds_up = if self.gap { known <= amount } else { known == amount };
        if adds_up { Ok(Leg { amount, ..so_far }) } else { Err(Fault::Amount) }
    }

    fn given_back(&self, side: Side, key: Key, amount: Credits) -> Result<Leg, Fault> {
        let so_far = self.leg(side, key);
        if so_far.given_back.is_some() && so_far.amount == Credits::ZERO {
            return Err(Fault::Question);
        }
        let is_all = if self.gap { so_far.amount <= amount } else { so_far.amount == amount };
        if is_all { Ok(Leg { amount: Credits::ZERO, given_back: Some(amount) }) } else { Err(Fault::Amount) }
    }

    fn leg(&self, side: Side, key: Key) -> Leg {
        let legs = match side {
            Side::Earned => &self.earned,
            Side::Spent => &self.spent,
        };
        legs.get(&key).copied().unwrap_or_default()
    }
}
