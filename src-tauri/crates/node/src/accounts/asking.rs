//! The payer's side of a job: set aside, acknowledge, close.

use opengateway_api::{Credits, ModelHash, NodeId, Place, Unpayable};
use opengateway_core::ledger::{Content, JobId, RESERVED, Signature, Voucher, VoucherKind, Work, most_cap};
use opengateway_core::price;
use rusqlite::{OptionalExtension, params};

use super::AccountError;
use super::book::{Book, number};

/// A question that is to be paid for.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) job: JobId,
    pub(crate) provider: NodeId,
    pub(crate) model: ModelHash,
    /// As this node calls it.
    pub(crate) name: String,
    pub(crate) place: Place,
    /// For 1000 text tokens.
    pub(crate) price: Credits,
    pub(crate) prompt_bytes: usize,
    pub(crate) most_tokens: Option<u32>,
}

/// What goes with a paid question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payment {
    /// The record that says what this PC is.
    pub(crate) hardware: Vec<u8>,
    pub(crate) reserve: Vec<u8>,
    pub(crate) cap: Credits,
}

/// So much is acknowledged in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) amount: Credits,
    pub(crate) signature: Signature,
}

/// A question as it was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) receipt: Vec<u8>,
    pub(crate) last: Acknowledged,
}

/// A job of ours in the database.
struct Asked {
    provider: NodeId,
    open: bool,
    sequence: i64,
    cap: Credits,
    amount: Credits,
    settled: Credits,
    price: Credits,
    text_tokens: u32,
    hash: Vec<u8>,
}

impl Book {
    /// Sets the highest price of a question aside.
    pub(super) fn reserve(&mut self, terms: Terms, now_ms: i64) -> Result<Payment, AccountError> {
        if let Some(why) = self.unpayable()? {
            return Err(AccountError::Unpayable(why));
        }
        let Terms { job, provider, model, name, place, price, prompt_bytes, most_tokens } = terms;
        let dearest = price::due(price, prompt_bytes, most_tokens.unwrap_or(u32::MAX));
        let cap = dearest.min(most_cap(self.chain.totals.earned)).max(Credits(1));
        let until_ms = now_ms.saturating_add(RESERVED);
        let signed = self.append(Content::Reserve { job, provider, cap, until_ms }, now_ms)?;
        let place = serde_json::to_string(&Some(place)).unwrap_or_else(|_| "null".into());
        let mut insert = self.db.prepare_cached(
            "INSERT INTO job (job, role, peer, at_ms, sequence, cap, price, model, hash, place)
             VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let sequence = number(signed.record.sequence);
        insert.execute(params![job, provider.0, now_ms, sequence, cap.0, price.0, name, model.0, place])?;
        let hardware = self.ready()?.said.clone();
        Ok(Payment { hardware, reserve: signed.bytes().to_vec(), cap })
    }

    /// Acknowledges so much in all; never less than before, and never more than was set aside.
    pub(super) fn acknowledge(
        &mut self,
        job: JobId,
        due: Credits,
        text_tokens: u32,
    ) -> Result<Acknowledged, AccountError> {
        let asked = self.asked(job)?.filter(|asked| asked.open).ok_or(AccountError::Unknown)?;
        let amount = due.min(asked.cap).max(asked.amount);
        let mut update =
            self.db.prepare_cached("UPDATE job SET amount = ?2, text_tokens = ?3 WHERE job = ?1 AND role = 0")?;
        update.execute(params![job, amount.0, text_tokens])?;
        self.acknowledged(job, asked.provider, amount)
    }

    /// Closes a question with what was acknowledged. One that is closed already stays as it is.
    pub(super) fn close(&mut self, job: JobId, now_ms: i64) -> Result<Closed, AccountError> {
        let asked = self.asked(job)?.ok_or(AccountError::Unknown)?;
        if asked.open {
            self.settle(job, &asked, now_ms)?;
        }
        self.closed(job)
    }

    /// What a restart has left open.
    pub(super) fn close_all(&mut self, now_ms: i64) -> Result<(), AccountError> {
        let open: Vec<JobId> = self.chain.holds.keys().copied().collect();
        for job in open {
            self.close(job, now_ms)?;
        }
        Ok(())
    }

    /// A provider shows what we signed, and we know of less: our disk has forgotten it.
    pub(super) fn admit_debt(&mut self, shown: &Voucher, now_ms: i64) -> Result<Option<Closed>, AccountError> {
        self.ready()?;
        let Voucher { provider, job, amount, .. } = *shown;
        let known = self.asked(job)?;
        if known.as_ref().is_some_and(|asked| asked.provider != provider) {
            return Ok(None);
        }
        if known.is_none() {
            let mut insert =
                self.db.prepare_cached("INSERT INTO job (job, role, peer, at_ms, open) VALUES (?1, 0, ?2, ?3, 0)")?;
            insert.execute(params![job, provider.0, now_ms])?;
        }
        let more = "UPDATE job SET amount = max(amount, ?2), told = 0 WHERE job = ?1 AND role = 0";
        self.db.prepare_cached(more)?.execute(params![job, amount.0])?;
        let asked = self.asked(job)?.ok_or(AccountError::Unknown)?;
        if asked.open {
            // It is still being answered: closing it says everything.
            return Ok(None);
        }
        if asked.settled < asked.amount {
            self.settle(job, &asked, now_ms)?;
        }
        self.closed(job).map(Some)
    }

    /// The provider has put so much of this question into its account.
    pub(super) fn was_told(&mut self, job: JobId, provider: NodeId, amount: Credits) -> Result<(), AccountError> {
        let mut update = self.db.prepare_cached(
            "UPDATE job SET told = 1 WHERE job = ?1 AND role = 0 AND peer = ?2 AND open = 0 AND settled <= ?3",
        )?;
        update.execute(params![job, provider.0, amount.0])?;
        Ok(())
    }

    fn settle(&mut self, job: JobId, asked: &Asked, now_ms: i64) -> Result<(), AccountError> {
        let Asked { provider, amount, settled, price, text_tokens, sequence, .. } = *asked;
        let model = ModelHash(asked.hash.as_slice().try_into().unwrap_or_default());
        let work = Work { model, text_tokens, price };
        let more = amount.minus(settled).unwrap_or_default();
        let signed = self.append(Content::Receipt { job, provider, amount, more, work }, now_ms)?;
        if asked.open {
            self.fold(sequence)?;
        }
        // Who got nothing needs no receipt.
        let mut update = self.db.prepare_cached(
            "UPDATE job SET open = 0, settled = amount, sequence = ?2, at_ms = ?3, hash = x'', told = (amount = 0)
             WHERE job = ?1 AND role = 0",
        )?;
        update.execute(params![job, number(signed.record.sequence), now_ms])?;
        Ok(())
    }

    pub(super) fn closed(&self, job: JobId) -> Result<Closed, AccountError> {
        let asked = self.asked(job)?.ok_or(AccountError::Unknown)?;
        let receipt = self.record(asked.sequence)?.map(|signed| signed.bytes().to_vec()).unwrap_or_default();
        Ok(Closed { receipt, last: self.acknowledged(job, asked.provider, asked.amount)? })
    }

    fn acknowledged(&self, job: JobId, provider: NodeId, amount: Credits) -> Result<Acknowledged, AccountError> {
        let own = self.own.as_ref().ok_or(AccountError::Unpayable(Unpayable::NoIdentity))?;
        let voucher = Voucher { kind: VoucherKind::Payment, payer: own.node, provider, job, amount };
        Ok(Acknowledged { amount, signature: voucher.sign(&own.key) })
    }

    fn asked(&self, job: JobId) -> Result<Option<Asked>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT * FROM job WHERE job = ?1 AND role = 0")?;
        let found = query.query_row([job], |row| {
            Ok(Asked {
                provider: NodeId(row.get("peer")?),
                open: row.get("open")?,
                sequence: row.get("sequence")?,
                cap: Credits(row.get("cap")?),
                amount: Credits(row.get("amount")?),
                settled: Credits(row.get("settled")?),
                price: Credits(row.get("price")?),
                text_tokens: row.get("text_tokens")?,
                hash: row.get("hash")?,
            })
        });
        Ok(found.optional()?)
    }
}
