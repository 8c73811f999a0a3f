//! An account as its latest record leaves it, and what may come next.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use opengateway_api::{Credits, NodeId};

use super::record::{Content, JobId, Record, RecordId, Signed, Totals};
use super::voucher::{Signature, Voucher, VoucherKind};

/// A question that is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Who answers it.
    pub provider: NodeId,
    /// What is set aside.
    pub cap: Credits,
}

/// Why a record cannot be the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another one comes first, or it is an old one.
    #[error("it is not the next record of its account")]
    Order,
    /// It names another one than the last.
    #[error("it follows from another record")]
    Chain,
    /// The totals are not what all records come to.
    #[error("its totals are wrong")]
    Totals,
    /// The question was never asked, was asked already, or is closed.
    #[error("it speaks of a question that is not open")]
    Question,
    /// Less than what was said before, or more than was set aside.
    #[error("its amount is impossible")]
    Amount,
    /// The other side did not sign it.
    #[error("the other side has not signed it")]
    Unsigned,
}

/// The end of an account's chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Of the latest record; `None` before the first one.
    pub sequence: Option<u64>,
    /// The latest record.
    pub head: RecordId,
    /// What all of them come to.
    pub totals: Totals,
    /// Questions that are not closed.
    pub holds: BTreeMap<JobId, Hold>,
}

impl Account {
    /// Signs what comes next, without taking it: it is to be kept first.
    ///
    /// # Errors
    /// As [`Fault`] lists.
    pub fn next(&self, content: Content, at_ms: i64, key: &SigningKey) -> Result<Signed, Fault> {
        let author = NodeId(key.verifying_key().to_bytes());
        self.numbered(content, self.expected()?, at_ms, (author, key))
    }

    /// Signs that records from `lost` on may be lost, with a number that none of them can have. What is held is from
    /// then on what is known to be.
    ///
    /// # Errors
    /// [`Fault::Order`] when the number is not above the latest one.
    pub fn recover(&self, lost: u64, sequence: u64, at_ms: i64, key: &SigningKey) -> Result<Signed, Fault> {
        let author = NodeId(key.verifying_key().to_bytes());
        if self.sequence.is_some_and(|latest| sequence <= latest) {
            return Err(Fault::Order);
        }
        self.numbered(Content::Recover { lost }, sequence, at_ms, (author, key))
    }

    fn numbered(
        &self,
        content: Content,
        sequence: u64,
        at_ms: i64,
        (author, key): (NodeId, &SigningKey),
    ) -> Result<Signed, Fault> {
        let totals = self.after(&content)?;
        let record = Record { author, sequence, previous: self.head, at_ms, totals, content };
        Ok(Signed::sign(record, key))
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// As [`Fault`] lists; then nothing has changed.
    pub fn take(&mut self, signed: &Signed) -> Result<(), Fault> {
        self.take_if(signed, |expected, said| expected == said)
    }

    pub(super) fn take_if(&mut self, signed: &Signed, adds_up: impl Fn(&Totals, &Totals) -> bool) -> Result<(), Fault> {
        let Record { author, sequence, previous, totals, content, .. } = &signed.record;
        let expected = self.expected()?;
        let in_order = match content {
            Content::Recover { lost } => *lost <= *sequence && *sequence >= expected,
            Content::Genesis(_) => self.sequence.is_none() && *sequence == 0,
            _ => self.sequence.is_some() && *sequence == expected,
        };
        if !in_order {
            return Err(Fault::Order);
        }
        if *previous != self.head {
            return Err(Fault::Chain);
        }
        if !adds_up(&self.after(content)?, totals) {
            return Err(Fault::Totals);
        }
        is_signed(*author, content)?;
        match content {
            Content::Reserve { job, provider, cap, .. } => {
                self.holds.insert(*job, Hold { provider: *provider, cap: *cap });
            }
            Content::Receipt { job, .. } => {
                self.holds.remove(job);
            }
            _ => {}
        }
        (self.sequence, self.head, self.totals) = (Some(*sequence), signed.id, *totals);
        Ok(())
    }

    /// Goes on from a record whose predecessors are not known, as after records were lost. Open questions are kept.
    pub fn adopt(&mut self, signed: &Signed) {
        let Record { sequence, totals, .. } = signed.record;
        (self.sequence, self.head, self.totals) = (Some(sequence), signed.id, totals);
    }

    /// The next number. After the last one there is none.
    fn expected(&self) -> Result<u64, Fault> {
        self.sequence.map_or(Some(0), |latest| latest.checked_add(1)).ok_or(Fault::Order)
    }

    /// What the totals are after this.
    fn after(&self, content: &Content) -> Result<Totals, Fault> {
        let mut totals = self.totals;
        match content {
            Content::Genesis(_) | Content::Hardware(_) => {}
            Content::Recover { .. } => {
                let caps = self.holds.values().map(|hold| hold.cap);
                totals.held = caps.into_iter().try_fold(Credits::ZERO, more)?;
            }
            Content::Reserve { job, cap, .. } => {
                if self.holds.contains_key(job) || *cap == Credits::ZERO {
                    return Err(Fault::Question);
                }
                totals.held = more(totals.held, *cap)?;
            }
            Content::Receipt { job, provider, amount, more: added, .. } => {
                let hold = self.holds.get(job);
                if hold.is_some_and(|hold| hold.provider != *provider) {
                    return Err(Fault::Question);
                }
                if added > amount || hold.is_some_and(|hold| *amount > hold.cap) {
                    return Err(Fault::Amount);
                }
                totals.held = less(totals.held, hold.map_or(Credits::ZERO, |hold| hold.cap))?;
                totals.spent = more(totals.spent, *added)?;
            }
            Content::Earned { amount, more: added, .. } => {
                if added > amount || *added == Credits::ZERO {
                    return Err(Fault::Amount);
                }
                totals.earned = more(totals.earned, *added)?;
            }
            Content::Refund { amount, .. } => totals.earned = less(totals.earned, *amount)?,
            Content::Refunded { amount, .. } => totals.spent = less(totals.spent, *amount)?,
        }
        Ok(totals)
    }
}

/// Whether the other side has signed what only it can give.
fn is_signed(author: NodeId, content: &Content) -> Result<(), Fault> {
    let voucher = |kind, payer, provider, job, amount| Voucher { kind, payer, provider, job, amount };
    let signed = match content {
        Content::Earned { job, payer, amount, signature, .. } => {
            *payer != author && checked(voucher(VoucherKind::Payment, *payer, author, *job, *amount), signature)
        }
        Content::Refunded { job, provider, amount, signature } => {
            *provider != author && checked(voucher(VoucherKind::Refund, author, *provider, *job, *amount), signature)
        }
        _ => true,
    };
    if signed { Ok(()) } else { Err(Fault::Unsigned) }
}

fn checked(voucher: Voucher, signature: &Signature) -> bool {
    voucher.is_signed(signature)
}

/// No amount is negative.
fn more(total: Credits, amount: Credits) -> Result<Credits, Fault> {
    total.plus(amount).filter(|_| amount >= Credits::ZERO).ok_or(Fault::Amount)
}

/// Totals are never negative either.
fn less(total: Credits, amount: Credits) -> Result<Credits, Fault> {
    let rest = total.minus(amount).filter(|rest| *rest >= Credits::ZERO);
    rest.filter(|_| amount >= Credits::ZERO).ok_or(Fault::Amount)
}
