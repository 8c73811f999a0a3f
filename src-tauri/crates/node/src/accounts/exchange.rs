//! What two nodes tell each other when they meet: what closes jobs between them, and each other's lost records.

use opengateway_api::NodeId;
use opengateway_core::ledger::{Content, ForkProof, JobId, Signed, Voucher, VoucherKind};
use opengateway_net::Verdict;
use opengateway_net::wire::{Item, MAX_ITEMS, Promise, Statement};
use rusqlite::params;

use super::AccountError;
use super::asking::Closed;
use super::book::{Book, number};
use super::others::Noted;

/// Jobs that are told at once: each takes two items at most.
const MOST_UNTOLD: u32 = 32;

/// What came of a piece of gossip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) verdict: Verdict,
    /// To be told to everyone: somebody has spent twice.
    pub(crate) proof: Option<Item>,
}

struct Untold {
    job: JobId,
    asked: bool,
    refunded: bool,
}

impl Book {
    /// What is to be told to a node; `None` if there is nothing to talk about.
    pub(super) fn business(&self, node: NodeId) -> Result<Option<Statement>, AccountError> {
        let mut items = Vec::new();
        if self.ready().is_ok() {
            for untold in self.untold(node)? {
                self.tell(node, &untold, &mut items)?;
            }
        }
        items.truncate(MAX_ITEMS);
        let own_from = self.wants_own();
        Ok((own_from.is_some() || !items.is_empty()).then_some(Statement { items, own_from }))
    }

    /// Nodes with which jobs are not closed on both sides.
    pub(super) fn unsettled_with(&self) -> Result<Vec<NodeId>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT DISTINCT peer FROM job WHERE told = 0 AND open = 0")?;
        let rows = query.query_map([], |row| Ok(NodeId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes what a node tells, and answers it.
    pub(super) fn hear(&mut self, from: NodeId, told: Statement, now_ms: i64) -> Result<Statement, AccountError> {
        let mut items = Vec::new();
        for item in told.items {
            match item {
                Item::Record(bytes) => self.hear_record(from, &bytes, now_ms)?,
                Item::Voucher(promise) if self.ready().is_ok() => {
                    self.hear_voucher(from, &promise, now_ms, &mut items)?;
                }
                Item::Refund(Promise { job, amount, signature }) if self.ready().is_ok() => {
                    let payer = self.ready()?.node;
                    let refund = Voucher { kind: VoucherKind::Refund, payer, provider: from, job, amount };
                    items.extend(self.refunded(&refund, signature, now_ms)?.map(Item::Record));
                }
                Item::Fork(bytes) => {
                    if let Ok(proof) = ForkProof::read(&bytes) {
                        self.condemn(&proof)?;
                    }
                }
                Item::Voucher(_) | Item::Refund(_) => {}
            }
        }
        if let Some(own_from) = told.own_from {
            self.tell_again(from)?;
            items.extend(self.records_of(from, own_from)?.into_iter().map(Item::Record));
        }
        items.truncate(MAX_ITEMS);
        Ok(Statement { items, own_from: None })
    }

    /// Takes gossip: a record of somebody who asks, or a proof that somebody has spent twice.
    pub(super) fn hear_gossip(&mut self, item: &Item, now_ms: i64) -> Result<Heard, AccountError> {
        let heard = |verdict| Heard { verdict, proof: None };
        let signed = match item {
            Item::Record(bytes) => match Signed::read(bytes) {
                Ok(signed) => signed,
                Err(_) => return Ok(heard(Verdict::Reject)),
            },
            Item::Fork(bytes) => {
                let Ok(proof) = ForkProof::read(bytes) else { return Ok(heard(Verdict::Reject)) };
                let news = self.condemn(&proof)?;
                return Ok(heard(if news { Verdict::Pass } else { Verdict::Ignore }));
            }
            Item::Voucher(_) | Item::Refund(_) => return Ok(heard(Verdict::Reject)),
        };
        if self.own.as_ref().is_some_and(|own| own.node == signed.record.author) {
            self.found(signed);
            return Ok(heard(Verdict::Pass));
        }
        Ok(match self.note(&signed, now_ms)? {
            Noted::New => heard(Verdict::Pass),
            Noted::Known => heard(Verdict::Ignore),
            Noted::Fork(proof) => {
                let proof = proof.spends_twice().then(|| Item::Fork(proof.bytes()));
                Heard { verdict: Verdict::Pass, proof }
            }
        })
    }

    fn hear_record(&mut self, from: NodeId, bytes: &[u8], now_ms: i64) -> Result<(), AccountError> {
        let Ok(signed) = Signed::read(bytes) else { return Ok(()) };
        let me = self.own.as_ref().map(|own| own.node);
        if Some(signed.record.author) == me {
            self.found(signed);
            return Ok(());
        }
        if signed.record.author != from {
            return Ok(());
        }
        self.note(&signed, now_ms)?;
        match signed.record.content {
            Content::Receipt { job, provider, amount, .. } if Some(provider) == me => {
                let mut update = self.db.prepare_cached(
                    "UPDATE job SET told = 1 WHERE job = ?1 AND role = 1 AND peer = ?2 AND refunded = 0 AND settled = ?3",
                )?;
                update.execute(params![job, from.0, amount.0])?;
                Ok(())
            }
            Content::Earned { job, payer, amount, .. } if Some(payer) == me => self.was_told(job, from, amount),
            Content::Refunded { job, provider, .. } if Some(provider) == me => self.gave_back(job, from),
            _ => Ok(()),
        }
    }

    /// Either a payer pays, or a provider shows what we have signed.
    fn hear_voucher(
        &mut self,
        from: NodeId,
        promise: &Promise,
        now_ms: i64,
        items: &mut Vec<Item>,
    ) -> Result<(), AccountError> {
        let Promise { job, amount, signature } = *promise;
        match self.vouched(from, job, amount, signature) {
            Ok(_) => {
                self.earn(from, job, false, now_ms)?;
                items.extend(self.latest_of(from, job)?.map(Item::Record));
                return Ok(());
            }
            Err(AccountError::NotPaid(_)) => return Ok(()),
            Err(AccountError::Unknown) => {}
            Err(error) => return Err(error),
        }
        let payer = self.ready()?.node;
        let shown = Voucher { kind: VoucherKind::Payment, payer, provider: from, job, amount };
        if shown.is_signed(&signature)
            && let Some(closed) = self.admit_debt(&shown, now_ms)?
        {
            items.extend(closing(job, closed));
        }
        Ok(())
    }

    fn tell(&self, node: NodeId, untold: &Untold, items: &mut Vec<Item>) -> Result<(), AccountError> {
        let job = untold.job;
        if untold.asked {
            items.extend(closing(job, self.closed(job)?));
        } else if untold.refunded {
            let refund = self.refund_of(node, job)?;
            items.extend(refund.map(|(amount, signature)| Item::Refund(Promise { job, amount, signature })));
        } else if let Some(promise) = self.shown_claim(node, job)? {
            items.push(Item::Voucher(promise));
        }
        Ok(())
    }

    /// What a payer has signed, taken from the record of what it brought.
    fn shown_claim(&self, payer: NodeId, job: JobId) -> Result<Option<Promise>, AccountError> {
        let bytes = self.latest_of(payer, job)?;
        let content = bytes.and_then(|bytes| Signed::read_own(&bytes).ok()).map(|signed| signed.record.content);
        Ok(match content {
            Some(Content::Earned { amount, signature, .. }) => Some(Promise { job, amount, signature }),
            _ => None,
        })
    }

    /// The record with which a job that was answered here was put into the account last.
    pub(super) fn latest_of(&self, payer: NodeId, job: JobId) -> Result<Option<Vec<u8>>, AccountError> {
        let mut query = self.db.prepare_cached(
            "SELECT bytes FROM job JOIN record USING (sequence) WHERE job = ?1 AND role = 1 AND peer = ?2 AND settled > 0",
        )?;
        let mut rows = query.query(params![job, payer.0])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Whoever has lost its records may have lost what it was told, too.
    fn tell_again(&mut self, node: NodeId) -> Result<(), AccountError> {
        let mut update =
            self.db.prepare_cached("UPDATE job SET told = 0 WHERE peer = ?1 AND open = 0 AND amount > 0")?;
        update.execute([node.0])?;
        Ok(())
    }

    fn gave_back(&mut self, job: JobId, payer: NodeId) -> Result<(), AccountError> {
        let mut update = self
            .db
            .prepare_cached("UPDATE job SET told = 1 WHERE job = ?1 AND role = 1 AND peer = ?2 AND refunded = 1")?;
        update.execute(params![job, payer.0])?;
        Ok(())
    }

    fn untold(&self, node: NodeId) -> Result<Vec<Untold>, AccountError> {
        let mut query = self.db.prepare_cached(
            "SELECT job, role, refunded FROM job WHERE told = 0 AND open = 0 AND peer = ?1 ORDER BY at_ms LIMIT ?2",
        )?;
        let rows = query.query_map(params![node.0, MOST_UNTOLD], |row| {
            let role: i64 = row.get("role")?;
            Ok(Untold { job: row.get("job")?, asked: role == 0, refunded: row.get("refunded")? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn records_of(&self, node: NodeId, from: u64) -> Result<Vec<Vec<u8>>, AccountError> {
        let mut query =
            self.db.prepare_cached("SELECT bytes FROM seen WHERE node = ?1 AND sequence >= ?2 ORDER BY sequence")?;
        let rows = query.query_map(params![node.0, number(from)], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// What a provider needs to close a job: the voucher first, so that the receipt finds it earned.
fn closing(job: JobId, Closed { receipt, last }: Closed) -> [Item; 2] {
    let voucher = Promise { job, amount: last.amount, signature: last.signature };
    [Item::Voucher(voucher), Item::Record(receipt)]
}
