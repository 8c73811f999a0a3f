//! Everything an account ever did, checked record by record.

use std::collections::{BTreeMap, BTreeSet};

use opengateway_api::{Credits, NodeId};

use super::account::{Account, Fault};
use super::record::{Content, JobId, RecordId, Signed, Totals};

/// A job by its other side, and what it came to.
type Change = ((NodeId, JobId), Credits);

/// An account that is read from its first record on. Costs some 50 bytes for each job.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    account: Account,
    /// What each job came to, by its other side: positive was earned.
    jobs: BTreeMap<(NodeId, JobId), Credits>,
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
        if let Some((key, amount)) = change {
            self.jobs.insert(key, amount);
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

    /// With whom and by which job how much was earned, or spent if negative.
    pub fn jobs(&self) -> &BTreeMap<(NodeId, JobId), Credits> {
        &self.jobs
    }

    /// What a record makes of its job.
    fn change(&self, content: &Content) -> Result<Option<Change>, Fault> {
        let so_far = |key| self.jobs.get(&key).copied().unwrap_or(Credits::ZERO);
        let (key, now) = match *content {
            Content::Genesis(_) | Content::Hardware(_) | Content::Recover { .. } => return Ok(None),
            Content::Reserve { job, .. } if self.asked.contains(&job) => return Err(Fault::Question),
            Content::Reserve { .. } => return Ok(None),
            Content::Receipt { job, provider, amount, more, .. } => {
                let (key, now) = ((provider, job), Credits(amount.0.saturating_neg()));
                let adds_up = Credits(so_far(key).0.saturating_sub(more.0)) == now;
                let was_asked = self.account.holds.contains_key(&job) || self.asked.contains(&job);
                if !self.gap && (!adds_up || !(was_asked || self.folded)) {
                    return Err(Fault::Amount);
                }
                (key, now)
            }
            Content::Earned { job, payer, amount, more, .. } => {
                let key = (payer, job);
                if !self.gap && so_far(key).plus(more) != Some(amount) {
                    return Err(Fault::Amount);
                }
                (key, amount)
            }
            Content::Refund { job, payer: other, amount } => {
                if !self.gap && so_far((other, job)) != amount {
                    return Err(Fault::Amount);
                }
                ((other, job), Credits::ZERO)
            }
            Content::Refunded { job, provider: other, amount, .. } => {
                if !self.gap && so_far((other, job)).0 != amount.0.saturating_neg() {
                    return Err(Fault::Amount);
                }
                ((other, job), Credits::ZERO)
            }
        };
        Ok(Some((key, now)))
    }
}
