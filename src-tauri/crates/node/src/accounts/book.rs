//! The book itself: a database of its own, and the end of this node's chain in memory.
//!
//! `synchronous = FULL`: what a call acknowledges survives a power cut, and only what is on disk is ever sent. A
//! reservation that a restart finds open is closed with what was acknowledged.

use std::path::Path;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use opengateway_api::{Credits, NodeId, Unpayable};
use opengateway_core::ledger::{self, Account, Content, Hold, JobId, Signed};
use opengateway_core::tags::Tags;
use rusqlite::{Connection, OptionalExtension, params};

use super::AccountError;
use super::recovery::Recovery;

const MIGRATIONS: &[&str] = &[include_str!("../../migrations/ledger_001.sql")];
/// Bytes of a reservation's name, which is all that is kept of it once it is closed.
pub(super) const NAME: usize = 32;
/// The fact that names the record that says what this PC is.
const SAID: &str = "said";

/// This node's account and what it knows of others.
pub(super) struct Book {
    pub(super) db: Connection,
    pub(super) chain: Account,
    pub(super) own: Option<Own>,
    pub(super) recovery: Option<Recovery>,
    /// The highest number that is known to have been signed elsewhere or before.
    pub(super) mark: Option<u64>,
    /// The tags of this PC, once they are known.
    pc: Option<Tags>,
    /// Memory does not follow the file: it could not be read.
    pub(super) stale: bool,
}

/// Who signs.
pub(super) struct Own {
    pub(super) key: SigningKey,
    pub(super) node: NodeId,
    /// Of its PC, and the record that says so.
    pub(super) tags: Tags,
    pub(super) said: Vec<u8>,
}

impl Book {
    pub(super) fn open(path: &Path) -> Result<Self, AccountError> {
        Self::on(Connection::open(path)?)
    }

    pub(super) fn on(db: Connection) -> Result<Self, AccountError> {
        db.busy_timeout(Duration::from_secs(5))?;
        // Exclusive: a second program that opened it would sign the same numbers again.
        db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let version = usize::try_from(version).unwrap_or(usize::MAX);
        if version > MIGRATIONS.len() {
            return Err(AccountError::Broken("the accounts were written by a newer OpenGateway".into()));
        }
        for (number, migration) in (1_u32..).zip(MIGRATIONS).skip(version) {
            db.execute_batch(&format!("BEGIN; {migration}; PRAGMA user_version = {number}; COMMIT;"))?;
        }
        let mut book =
            Self { db, chain: Account::default(), own: None, recovery: None, mark: None, pc: None, stale: true };
        book.reload()?;
        Ok(book)
    }

    /// Reads the end of the chain again: after a start, and when what was written was taken back.
    pub(super) fn reload(&mut self) -> Result<(), AccountError> {
        self.stale = true;
        let latest = "SELECT bytes FROM record ORDER BY sequence DESC LIMIT 1";
        let latest: Option<Vec<u8>> = self.db.query_row(latest, [], |row| row.get(0)).optional()?;
        self.chain = Account::default();
        if let Some(bytes) = latest {
            self.chain.adopt(&Signed::read_own(&bytes).map_err(|_| damaged())?);
        }
        self.load_holds()?;
        if self.own.is_some() {
            let said = self.said()?;
            self.remember_said(said.as_ref());
        }
        if self.recovery.is_none() && self.mark > self.chain.sequence {
            self.recovery = self.mark.map(Recovery::new);
        }
        self.stale = false;
        Ok(())
    }

    pub(super) fn load_holds(&mut self) -> Result<(), AccountError> {
        let mut open = self.db.prepare_cached("SELECT job, peer, cap FROM job WHERE open = 1 AND role = 0")?;
        let rows = open.query_map([], |row| {
            let hold = Hold { provider: NodeId(row.get("peer")?), cap: Credits(row.get("cap")?) };
            Ok((row.get::<_, JobId>("job")?, hold))
        })?;
        self.chain.holds = rows.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// From now on this node can sign. `mark` is the highest number that it is known to have signed.
    pub(super) fn take_key(&mut self, secret: [u8; 32], mark: Option<u64>, now_ms: i64) -> Result<(), AccountError> {
        let key = SigningKey::from_bytes(&secret);
        let node = NodeId(key.verifying_key().to_bytes());
        self.own = Some(Own { key, node, tags: Tags::default(), said: Vec::new() });
        self.mark = mark;
        if mark > self.chain.sequence {
            tracing::warn!(mark, ours = self.chain.sequence, "the accounts are older than what was signed");
            self.recovery = Some(Recovery::new(mark.unwrap_or(0)));
            return Ok(());
        }
        self.begin(now_ms)
    }

    /// Begins the account if there is none, and closes what a restart has left open.
    pub(super) fn begin(&mut self, now_ms: i64) -> Result<(), AccountError> {
        let said = match self.said()? {
            Some(said) => said,
            None if self.chain.sequence.is_none() => self.append(Content::Genesis(Tags::default()), now_ms)?,
            None => self.append(Content::Hardware(Tags::default()), now_ms)?,
        };
        self.say(&said)?;
        if let Some(tags) = self.pc {
            self.know_tags(tags, now_ms)?;
        }
        self.close_all(now_ms)?;
        self.claim_all(now_ms)?;
        self.prune()
    }

    /// Says what this PC is, if that is news; once records were asked for, if they are missing.
    pub(super) fn know_tags(&mut self, tags: Tags, now_ms: i64) -> Result<(), AccountError> {
        self.pc = Some(tags);
        if self.recovery.is_some() {
            return Ok(());
        }
        let before = self.ready()?.tags;
        // Of another PC, to which this directory has moved, the tags hold from now on.
        let now = before.evolve(tags).unwrap_or_else(|| or(tags, before));
        if now != before {
            let said = self.append(Content::Hardware(now), now_ms)?;
            self.say(&said)?;
        }
        Ok(())
    }

    fn say(&mut self, said: &Signed) -> Result<(), AccountError> {
        self.set_fact(SAID, number(said.record.sequence))?;
        self.remember_said(Some(said));
        Ok(())
    }

    fn remember_said(&mut self, said: Option<&Signed>) {
        if let Some(own) = &mut self.own {
            own.tags = said.and_then(Signed::tags).copied().unwrap_or_default();
            own.said = said.map(|said| said.bytes().to_vec()).unwrap_or_default();
        }
    }

    /// The last record that says what this PC is.
    fn said(&self) -> Result<Option<Signed>, AccountError> {
        let record = self.record(self.fact(SAID)?.unwrap_or(0))?;
        Ok(record.filter(|signed| signed.tags().is_some()))
    }

    pub(super) fn record(&self, sequence: i64) -> Result<Option<Signed>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT bytes FROM record WHERE sequence = ?1")?;
        let bytes: Option<Vec<u8>> = query.query_row([sequence], |row| row.get(0)).optional()?;
        Ok(bytes.filter(|bytes| bytes.len() > NAME).and_then(|bytes| Signed::read_own(&bytes).ok()))
    }

    pub(super) fn fact(&self, name: &str) -> Result<Option<i64>, AccountError> {
        let mut query = self.db.prepare_cached("SELECT value FROM fact WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    pub(super) fn set_fact(&self, name: &str, value: i64) -> Result<(), AccountError> {
        let mut update = self.db.prepare_cached("INSERT OR REPLACE INTO fact (name, value) VALUES (?1, ?2)")?;
        update.execute(params![name, value])?;
        Ok(())
    }

    /// Signs and keeps what comes next.
    pub(super) fn append(&mut self, content: Content, now_ms: i64) -> Result<Signed, AccountError> {
        let own = self.own.as_ref().ok_or(AccountError::Unpayable(Unpayable::NoIdentity))?;
        let signed = self.chain.next(content, now_ms, &own.key)?;
        self.keep(&signed)?;
        self.chain.take(&signed)?;
        Ok(signed)
    }

    pub(super) fn keep(&self, signed: &Signed) -> Result<(), AccountError> {
        let sequence = number(signed.record.sequence);
        let mut insert = self.db.prepare_cached("INSERT INTO record (sequence, bytes) VALUES (?1, ?2)")?;
        insert.execute(params![sequence, signed.bytes()])?;
        Ok(())
    }

    /// Keeps of a record nothing but its name.
    pub(super) fn fold(&self, sequence: i64) -> Result<(), AccountError> {
        let Some(signed) = self.record(sequence)? else { return Ok(()) };
        let mut update = self.db.prepare_cached("UPDATE record SET bytes = ?2 WHERE sequence = ?1")?;
        update.execute(params![sequence, signed.id.0])?;
        Ok(())
    }

    /// Who signs, if that is possible now.
    pub(super) fn ready(&self) -> Result<&Own, AccountError> {
        match &self.own {
            None => Err(AccountError::Unpayable(Unpayable::NoIdentity)),
            Some(_) if self.recovery.is_some() => Err(AccountError::Unpayable(Unpayable::Recovering)),
            Some(own) => Ok(own),
        }
    }

    pub(super) fn line(&self) -> Result<Credits, AccountError> {
        let Some(own) = &self.own else { return Ok(Credits::ZERO) };
        if self.is_forked(own.node)? {
            return Ok(Credits::ZERO);
        }
        Ok(ledger::line(own.tags.are_enough(), self.chain.totals.earned))
    }

    /// Why a peer cannot be paid now.
    pub(super) fn unpayable(&self) -> Result<Option<Unpayable>, AccountError> {
        match self.ready() {
            Err(AccountError::Unpayable(why)) => return Ok(Some(why)),
            Err(error) => return Err(error),
            Ok(own) if self.is_forked(own.node)? => return Ok(Some(Unpayable::Forked)),
            Ok(_) => {}
        }
        Ok(ledger::unpayable(ledger::spendable(&self.chain.totals, self.line()?)))
    }
}

/// A part that says nothing at the moment is still the one it was.
fn or(now: Tags, before: Tags) -> Tags {
    Tags { board: now.board.or(before.board), gpu: now.gpu.or(before.gpu), disk: now.disk.or(before.disk) }
}

/// A sequence as SQLite keeps it.
pub(super) fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

fn damaged() -> AccountError {
    AccountError::Broken("a record of the accounts cannot be read".into())
}
