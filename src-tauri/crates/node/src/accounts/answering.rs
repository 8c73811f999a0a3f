//! The provider's side of a job: admit, take what is acknowledged, earn it; and give it back.

use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{self, Content, JobId, Known, NotPaid, Signature, Signed, Voucher, VoucherKind};
use opengateway_core::price;
use rusqlite::{OptionalExtension, params};

use super::AccountError;
use super::book::{Book, number};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A question that is offered for payment.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    pub(crate) payer: NodeId,
    pub(crate) job: JobId,
    /// As they came, unchecked.
    pub(crate) hardware: Vec<u8>,
    pub(crate) reserve: Vec<u8>,
    /// As this node calls it.
    pub(crate) model: String,
    /// For 1000 text tokens.
    pub(crate) price: Credits,
    pub(crate) prompt_bytes: usize,
    pub(crate) friend: bool,
}

struct Answered {
    amount: Credits,
    settled: Credits,
    cap: Credits,
    refunded: bool,
    signature: Vec<u8>,
}

impl Book {
    /// What may be earned with a question at most.
    pub(super) fn admit(&mut self, offered: &Offered, now_ms: i64) -> Result<Credits, AccountError> {
        let provider = self.ready()?.node;
        let other = |_| AccountError::NotPaid(NotPaid::Other);
        let hardware = Signed::read(&offered.hardware).map_err(other)?;
        let tags = hardware.tags().copied().unwrap_or_default();
        let reserve = Signed::read(&offered.reserve).map_err(other)?;
        let Offered { payer, job, price, prompt_bytes, .. } = *offered;
        let first = price::due(price, prompt_bytes, 1);
        let asked = ledger::Asked { payer, provider, job, hardware: &hardware, reserve: &reserve, first };
        let known = Known {
            same_number: self.seen(payer, reserve.record.sequence)?.map(|signed| signed.id),
            least_number: self.least_number(payer)?,
            forked: self.is_forked(payer)? || self.is_kin_forked(payer, &tags)?,
            debt: self.kin_debt(payer, &tags)?,
            today: self.given_today(payer, now_ms)?,
            trusted: offered.friend || self.has_answered_us(payer)?,
        };
        let cap = ledger::admit(&asked, &known, now_ms).map_err(AccountError::NotPaid)?;
        if self.answered(payer, job)?.is_some() {
            return Err(AccountError::NotPaid(NotPaid::Old));
        }
        self.note(&hardware, now_ms)?;
        self.note(&reserve, now_ms)?;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO job (job, role, peer, at_ms, cap, price, model) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        // The payer may acknowledge all that it has set aside, whatever it is given on credit.
        let set_aside = match reserve.record.content {
            Content::Reserve { cap, .. } => cap,
            _ => cap,
        };
        insert.execute(params![job, payer.0, now_ms, set_aside.0, price.0, offered.model])?;
        Ok(cap)
    }

    /// Takes what a payer acknowledges; gives how much that is by now.
    pub(super) fn vouched(
        &mut self,
        payer: NodeId,
        job: JobId,
        amount: Credits,
        signature: Signature,
    ) -> Result<Credits, AccountError> {
        let provider = self.ready()?.node;
        let answered = self.answered(payer, job)?.ok_or(AccountError::Unknown)?;
        let voucher = Voucher { kind: VoucherKind::Payment, payer, provider, job, amount };
        if amount <= answered.amount {
            return Ok(answered.amount);
        }
        if amount > answered.cap || !voucher.is_signed(&signature) {
            return Err(AccountError::NotPaid(NotPaid::Other));
        }
        let mut update = self
            .db
            .prepare_cached("UPDATE job SET amount = ?3, signature = ?4 WHERE job = ?1 AND role = 1 AND peer = ?2")?;
        update.execute(params![job, payer.0, amount.0, signature.0])?;
        Ok(amount)
    }

    /// Puts what was acknowledged into this account. `told`: the payer has closed the question too.
    pub(super) fn earn(
        &mut self,
        payer: NodeId,
        job: JobId,
        told: bool,
        now_ms: i64,
    ) -> Result<Option<Signed>, AccountError> {
        self.ready()?;
        let answered = self.answered(payer, job)?.ok_or(AccountError::Unknown)?;
        // What was given back is earned anew before it is given back in full.
        let before = if answered.refunded { Credits::ZERO } else { answered.settled };
        let more = answered.amount.minus(before).unwrap_or_default();
        if answered.refunded && answered.amount == answered.settled {
            return Ok(None);
        }
        let mut signed = None;
        if more > Credits::ZERO {
            let signature = Signature(answered.signature.as_slice().try_into().map_err(|_| AccountError::Unknown)?);
            let earned = Content::Earned { job, payer, amount: answered.amount, more, signature };
            signed = Some(self.append(earned, now_ms)?);
        }
        let sequence = signed.as_ref().map(|signed| number(signed.record.sequence));
        let mut update = self.db.prepare_cached(
            "UPDATE job SET open = 0, refunded = 0, settled = amount, signature = x'', at_ms = ?3, sequence = coalesce(?4, sequence),
                            told = (told OR ?5 OR amount = 0)
             WHERE job = ?1 AND role = 1 AND peer = ?2",
        )?;
        update.execute(params![job, payer.0, now_ms, sequence, told])?;
        drop(update);
        if answered.refunded {
            self.refund(job, now_ms)?;
        }
        Ok(signed)
    }

    /// How many text tokens a job has come to, for people.
    pub(super) fn counted(&mut self, payer: NodeId, job: JobId, text_tokens: u32) -> Result<(), AccountError> {
        let mut update =
            self.db.prepare_cached("UPDATE job SET text_tokens = ?3 WHERE job = ?1 AND role = 1 AND peer = ?2")?;
        update.execute(params![job, payer.0, text_tokens])?;
        Ok(())
    }

    /// Claims what payers acknowledged before a restart.
    pub(super) fn claim_all(&mut self, now_ms: i64) -> Result<(), AccountError> {
        let open: Vec<(JobId, [u8; 32])> = {
            let mut query = self
                .db
                .prepare_cached("SELECT job, peer FROM job WHERE role = 1 AND (open = 1 OR amount > settled)")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        for (job, payer) in open {
            self.earn(NodeId(payer), job, false, now_ms)?;
        }
        Ok(())
    }

    /// Gives back what was earned with a job.
    pub(super) fn refund(&mut self, job: JobId, now_ms: i64) -> Result<(), AccountError> {
        self.ready()?;
        let peer = "SELECT peer FROM job WHERE job = ?1 AND role = 1 AND open = 0 AND refunded = 0 AND settled > 0";
        let payer: Option<[u8; 32]> = self.db.query_row(peer, [job], |row| row.get(0)).optional()?;
        let payer = NodeId(payer.ok_or(AccountError::Unknown)?);
        // All that was acknowledged is given back.
        self.earn(payer, job, false, now_ms)?;
        let answered = self.answered(payer, job)?.ok_or(AccountError::Unknown)?;
        let signed = self.append(Content::Refund { job, payer, amount: answered.settled }, now_ms)?;
        let mut update = self.db.prepare_cached(
            "UPDATE job SET refunded = 1, told = 0, at_ms = ?3, sequence = ?4 WHERE job = ?1 AND role = 1 AND peer = ?2",
        )?;
        update.execute(params![job, payer.0, now_ms, number(signed.record.sequence)])?;
        Ok(())
    }

    /// The signature over what is given back.
    pub(super) fn refund_of(&self, payer: NodeId, job: JobId) -> Result<Option<(Credits, Signature)>, AccountError> {
        let own = self.ready()?;
        let Some(answered) = self.answered(payer, job)?.filter(|answered| answered.refunded) else { return Ok(None) };
        let amount = answered.settled;
        let voucher = Voucher { kind: VoucherKind::Refund, payer, provider: own.node, job, amount };
        Ok(Some((amount, voucher.sign(&own.key))))
    }

    /// A provider gives back what we paid. Gives the record that says that it came.
    pub(super) fn refunded(
        &mut self,
        refund: &Voucher,
        signature: Signature,
        now_ms: i64,
    ) -> Result<Option<Vec<u8>>, AccountError> {
        self.ready()?;
        let Voucher { provider, job, amount, .. } = *refund;
        let row = "SELECT settled, refunded, sequence FROM job WHERE job = ?1 AND role = 0 AND peer = ?2 AND open = 0";
        let row = self.db.query_row(row, params![job, provider.0], |row| {
            Ok((Credits(row.get(0)?), row.get::<_, bool>(1)?, row.get::<_, i64>(2)?))
        });
        match row.optional()? {
            Some((_, true, sequence)) => Ok(self.record(sequence)?.map(|signed| signed.bytes().to_vec())),
            Some((paid, false, _)) if paid == amount && refund.is_signed(&signature) => {
                let signed = self.append(Content::Refunded { job, provider, amount, signature }, now_ms)?;
                let mut update = self.db.prepare_cached(
                    "UPDATE job SET refunded = 1, told = 1, at_ms = ?2, sequence = ?3 WHERE job = ?1 AND role = 0",
                )?;
                update.execute(params![job, now_ms, number(signed.record.sequence)])?;
                Ok(Some(signed.bytes().to_vec()))
            }
            _ => Ok(None),
        }
    }

    fn given_today(&self, payer: NodeId, now_ms: i64) -> Result<Credits, AccountError> {
        let mut query = self.db.prepare_cached(
            "SELECT coalesce(sum(CASE WHEN open THEN cap ELSE amount END), 0) FROM job
             WHERE role = 1 AND peer = ?1 AND at_ms > ?2",
        )?;
        Ok(Credits(query.query_row(params![payer.0, now_ms.saturating_sub(DAY_MS)], |row| row.get(0))?))
    }

    fn has_answered_us(&self, payer: NodeId) -> Result<bool, AccountError> {
        let mut query = self.db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM job WHERE role = 0 AND peer = ?1 AND settled > 0 AND refunded = 0)",
        )?;
        Ok(query.query_row([payer.0], |row| row.get(0))?)
    }

    fn answered(&self, payer: NodeId, job: JobId) -> Result<Option<Answered>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT * FROM job WHERE job = ?1 AND role = 1 AND peer = ?2")?;
        let found = query.query_row(params![job, payer.0], |row| {
            Ok(Answered {
                amount: Credits(row.get("amount")?),
                settled: Credits(row.get("settled")?),
                cap: Credits(row.get("cap")?),
                refunded: row.get("refunded")?,
                signature: row.get("signature")?,
            })
        });
        Ok(found.optional()?)
    }
}
