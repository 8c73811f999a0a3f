//! After a backup was restored, or the data directory was lost: nothing is signed before those who hold this node's
//! records were asked for them, so that no number is signed twice.

use std::collections::{BTreeMap, BTreeSet};

use opengateway_api::NodeId;
use opengateway_core::ledger::{Content, Signed};
use rusqlite::params;

use super::AccountError;
use super::book::{Book, number};

/// When not everyone who traded with us can be asked, the others get this long after the first answer, in milliseconds.
const PATIENCE: i64 = 60_000;
/// Who traded with us within this many milliseconds is waited for.
const RECENT: i64 = 90 * 24 * 3600 * 1000;
/// A node gives back at most so many; more means that somebody makes us keep much.
const MOST_FOUND: usize = 10_000;

/// What is known of the records that are missing.
pub(super) struct Recovery {
    /// The highest number that is known to have been signed.
    mark: u64,
    found: BTreeMap<u64, Signed>,
    answered: BTreeSet<NodeId>,
    first_ms: Option<i64>,
}

impl Recovery {
    pub(super) fn new(mark: u64) -> Self {
        Self { mark, found: BTreeMap::new(), answered: BTreeSet::new(), first_ms: None }
    }
}

impl Book {
    /// The first number of which this node's own records are wanted; `None` when none are.
    pub(super) fn wants_own(&self) -> Option<u64> {
        self.recovery.as_ref().map(|_| self.chain.sequence.map_or(0, |latest| latest.saturating_add(1)))
    }

    /// Somebody has a record of this node.
    pub(super) fn found(&mut self, signed: Signed) {
        let sequence = signed.record.sequence;
        if self.chain.sequence.is_some_and(|latest| sequence <= latest) {
            return;
        }
        if self.recovery.is_none() {
            tracing::warn!(sequence, "somebody has a record of ours that we do not know: the accounts are old");
        }
        self.mark = self.mark.max(Some(sequence));
        let recovery = self.recovery.get_or_insert_with(|| Recovery::new(sequence));
        recovery.mark = recovery.mark.max(sequence);
        if recovery.found.len() < MOST_FOUND {
            recovery.found.insert(sequence, signed);
        }
    }

    /// Somebody was asked and has given what it has.
    pub(super) fn was_asked(&mut self, node: NodeId, now_ms: i64) -> Result<(), AccountError> {
        if let Some(recovery) = &mut self.recovery {
            recovery.answered.insert(node);
            recovery.first_ms.get_or_insert(now_ms);
        }
        self.go_on(now_ms)
    }

    /// Ends the recovery if nobody else is waited for.
    pub(super) fn go_on(&mut self, now_ms: i64) -> Result<(), AccountError> {
        let Some(recovery) = &self.recovery else { return Ok(()) };
        let Some(first_ms) = recovery.first_ms else { return Ok(()) };
        let traded = self.traded_with(now_ms)?;
        let all = !traded.is_empty() && traded.iter().all(|node| recovery.answered.contains(node));
        if !all && now_ms.saturating_sub(first_ms) < PATIENCE {
            return Ok(());
        }
        self.recover(now_ms)
    }

    fn recover(&mut self, now_ms: i64) -> Result<(), AccountError> {
        let Some(Recovery { mark, found, .. }) = self.recovery.take() else { return Ok(()) };
        let lost = self.chain.sequence.map_or(0, |latest| latest.saturating_add(1));
        for signed in found.values() {
            self.keep(signed)?;
            self.remember(signed)?;
        }
        let latest = found.into_values().next_back();
        tracing::info!(lost, mark, found = latest.as_ref().map(|signed| signed.record.sequence), "the accounts go on");
        if let Some(latest) = &latest {
            self.chain.adopt(latest);
        }
        self.load_holds()?;
        let next = self.chain.sequence.map_or(0, |latest| latest.saturating_add(1)).max(mark.saturating_add(1));
        let own = self.ready()?;
        let signed = self.chain.recover(lost, next, now_ms, &own.key)?;
        self.keep(&signed)?;
        self.chain.take(&signed)?;
        self.begin(now_ms)
    }

    /// Puts what a record says into the list of jobs.
    fn remember(&self, signed: &Signed) -> Result<(), AccountError> {
        let (at_ms, sequence) = (signed.record.at_ms, number(signed.record.sequence));
        let row = |role: i64, job: &[u8; 16], peer: &NodeId| -> Result<(), AccountError> {
            let mut insert =
                self.db.prepare_cached("INSERT OR IGNORE INTO job (job, role, peer, at_ms) VALUES (?1, ?2, ?3, ?4)")?;
            insert.execute(params![job, role, peer.0, at_ms])?;
            Ok(())
        };
        let update = |set: &str, job: &[u8; 16], role: i64, amount: i64| -> Result<(), AccountError> {
            let sql =
                format!("UPDATE job SET {set}, sequence = ?4, at_ms = ?5 WHERE job = ?1 AND role = ?2 AND ?3 = ?3");
            self.db.prepare_cached(&sql)?.execute(params![job, role, amount, sequence, at_ms])?;
            Ok(())
        };
        match &signed.record.content {
            Content::Reserve { job, provider, cap, .. } => {
                row(0, job, provider)?;
                update("cap = ?3", job, 0, cap.0)
            }
            Content::Receipt { job, provider, amount, .. } => {
                row(0, job, provider)?;
                update("open = 0, told = 1, amount = ?3, settled = ?3", job, 0, amount.0)
            }
            Content::Earned { job, payer, amount, .. } => {
                row(1, job, payer)?;
                // What was set aside for it is lost: its payer may still close it with more.
                let set = "open = 0, told = 1, amount = ?3, settled = ?3, cap = max(cap, 9223372036854775807)";
                update(set, job, 1, amount.0)
            }
            Content::Refund { job, amount, .. } => update("refunded = 1", job, 1, amount.0),
            Content::Refunded { job, amount, .. } => update("refunded = 1", job, 0, amount.0),
            Content::Genesis(_) | Content::Hardware(_) | Content::Recover { .. } => Ok(()),
        }
    }

    fn traded_with(&self, now_ms: i64) -> Result<Vec<NodeId>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT DISTINCT peer FROM job WHERE at_ms > ?1")?;
        let rows = query.query_map([now_ms.saturating_sub(RECENT)], |row| Ok(NodeId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
