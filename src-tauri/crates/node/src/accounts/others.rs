//! What is known of other accounts: their latest records, the PCs they live on, and who has spent twice.

use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{ForkProof, Signed};
use opengateway_core::tags::{Tag, Tags, same_machine};
use rusqlite::{OptionalExtension, Row, params};

use super::AccountError;
use super::book::{Book, number};

/// Records of each other account that are kept: more than a payer has open at once.
const KEPT: i64 = 16;
/// Other accounts that are remembered; who was not heard of for longest goes first.
const MOST_ACCOUNTS: u32 = 20_000;

/// What a record of somebody else was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Noted {
    New,
    Known,
    /// It and one that was known prove that its author has forked the account.
    Fork(Box<ForkProof>),
}

impl Book {
    /// Remembers a record of another account.
    pub(super) fn note(&mut self, signed: &Signed, now_ms: i64) -> Result<Noted, AccountError> {
        let (node, sequence) = (signed.record.author, number(signed.record.sequence));
        if let Some(known) = self.seen(node, signed.record.sequence)? {
            return match ForkProof::of(known, signed.clone()) {
                Some(proof) => self.condemn(&proof).map(|_| Noted::Fork(Box::new(proof))),
                None => Ok(Noted::Known),
            };
        }
        let mut insert = self.db.prepare_cached("INSERT INTO seen (node, sequence, bytes) VALUES (?1, ?2, ?3)")?;
        insert.execute(params![node.0, sequence, signed.bytes()])?;
        let mut old = self.db.prepare_cached("DELETE FROM seen WHERE node = ?1 AND sequence < ?2")?;
        old.execute(params![node.0, sequence.saturating_sub(KEPT)])?;
        self.note_account(signed, now_ms)?;
        Ok(Noted::New)
    }

    fn note_account(&self, signed: &Signed, now_ms: i64) -> Result<(), AccountError> {
        let record = &signed.record;
        let mut upsert = self.db.prepare_cached(
            "INSERT INTO account (node, sequence, net, seen_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (node) DO UPDATE SET seen_ms = ?4, sequence = max(sequence, ?2),
                                              net = CASE WHEN ?2 > sequence THEN ?3 ELSE net END",
        )?;
        upsert.execute(params![record.author.0, number(record.sequence), record.totals.net().0, now_ms])?;
        if let Some(tags) = signed.tags() {
            let [board, gpu, disk] = blobs(tags);
            let mut update =
                self.db.prepare_cached("UPDATE account SET board = ?2, gpu = ?3, disk = ?4 WHERE node = ?1")?;
            update.execute(params![record.author.0, board, gpu, disk])?;
        }
        Ok(())
    }

    /// Forgets those that were not heard of for longest, when there are too many.
    pub(super) fn prune(&self) -> Result<(), AccountError> {
        let least = "SELECT seen_ms FROM account ORDER BY seen_ms DESC LIMIT 1 OFFSET ?1";
        let least: Option<i64> = self.db.query_row(least, [MOST_ACCOUNTS], |row| row.get(0)).optional()?;
        if let Some(least) = least {
            self.db
                .execute("DELETE FROM account WHERE seen_ms <= ?1 AND node NOT IN (SELECT node FROM fork)", [least])?;
            self.db.execute("DELETE FROM seen WHERE node NOT IN (SELECT node FROM account)", [])?;
        }
        Ok(())
    }

    /// Remembers for good that an account was forked, if that was to spend twice. Says whether it is news.
    pub(super) fn condemn(&self, proof: &ForkProof) -> Result<bool, AccountError> {
        if !proof.spends_twice() {
            return Ok(false);
        }
        let mut insert = self.db.prepare_cached("INSERT OR IGNORE INTO fork (node, proof) VALUES (?1, ?2)")?;
        Ok(insert.execute(params![proof.author().0, proof.bytes()])? > 0)
    }

    pub(super) fn is_forked(&self, node: NodeId) -> Result<bool, AccountError> {
        let mut query = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM fork WHERE node = ?1)")?;
        Ok(query.query_row([node.0], |row| row.get(0))?)
    }

    /// A record of another account.
    pub(super) fn seen(&self, node: NodeId, sequence: u64) -> Result<Option<Signed>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT bytes FROM seen WHERE node = ?1 AND sequence = ?2")?;
        let known = query.query_row(params![node.0, number(sequence)], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        Ok(known.and_then(|bytes| Signed::read_own(&bytes).ok()))
    }

    /// The lowest number of an account's records of which it is still known whether there are two.
    pub(super) fn least_number(&self, node: NodeId) -> Result<u64, AccountError> {
        let mut query = self.db.prepare_cached("SELECT sequence FROM account WHERE node = ?1")?;
        let latest: Option<i64> = query.query_row([node.0], |row| row.get(0)).optional()?;
        Ok(latest.and_then(|latest| u64::try_from(latest.saturating_sub(KEPT)).ok()).unwrap_or(0))
    }

    /// What accounts on the same PC owe.
    pub(super) fn kin_debt(&self, node: NodeId, tags: &Tags) -> Result<Credits, AccountError> {
        let debts = self.kin(node, tags)?.into_iter().map(|(_, net)| net.saturating_neg().max(0));
        Ok(Credits(debts.fold(0, i64::saturating_add)))
    }

    pub(super) fn is_kin_forked(&self, node: NodeId, tags: &Tags) -> Result<bool, AccountError> {
        let kin = self.kin(node, tags)?;
        kin.iter().try_fold(false, |forked, (kin, _)| Ok(forked || self.is_forked(*kin)?))
    }

    /// Other accounts on the same PC, and what they are owed.
    fn kin(&self, node: NodeId, tags: &Tags) -> Result<Vec<(NodeId, i64)>, AccountError> {
        let [board, gpu, disk] = blobs(tags);
        let mut query = self.db.prepare_cached(
            "SELECT node, net, board, gpu, disk FROM account WHERE node <> ?1 AND
             ((board <> x'' AND board = ?2) OR (gpu <> x'' AND gpu = ?3) OR (disk <> x'' AND disk = ?4))",
        )?;
        let rows = query.query_map(params![node.0, board, gpu, disk], |row| {
            let theirs = Tags { board: tag(row, "board")?, gpu: tag(row, "gpu")?, disk: tag(row, "disk")? };
            Ok((NodeId(row.get("node")?), row.get::<_, i64>("net")?, theirs))
        })?;
        let all: Vec<(NodeId, i64, Tags)> = rows.collect::<Result<_, _>>()?;
        let same = all.into_iter().filter(|(_, _, theirs)| same_machine(theirs, tags));
        Ok(same.map(|(node, net, _)| (node, net)).collect())
    }
}

fn blobs(tags: &Tags) -> [Vec<u8>; 3] {
    [tags.board, tags.gpu, tags.disk].map(|tag| tag.map(|tag| tag.0.to_vec()).unwrap_or_default())
}

fn tag(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Tag>> {
    let bytes: Vec<u8> = row.get(column)?;
    Ok(bytes.as_slice().try_into().ok().map(Tag))
}
