//! The books, checked and copied out: everything computed anew from the signed records.

use opengateway_api::{Credits, WalletProof};
use opengateway_core::ledger::{Content, RecordId, Replay, Signed};
use rusqlite::params;

use super::AccountError;
use super::book::{Book, NAME};
use crate::hex;

/// Problems that are told; the others are alike.
const MOST_PROBLEMS: usize = 20;

impl Book {
    /// Checks every record, every signature and the balance. About 50 µs for each record.
    pub(super) fn verify(&self) -> Result<WalletProof, AccountError> {
        let (mut proof, mut replay) = (WalletProof::default(), Replay::default());
        let mut query = self.db.prepare("SELECT sequence, bytes FROM record ORDER BY sequence")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (sequence, bytes): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            proof.records = proof.records.saturating_add(1);
            check(&mut proof, &mut replay, (sequence, &bytes));
        }
        proof.net = replay.account().totals.net();
        let legs = replay.jobs().map(|(_, amount)| amount.0);
        self.compare(&mut proof, &replay)?;
        // Each job's other leg is what the other side signed, or what was signed for it: as much, the other way.
        let own: i64 = legs.clone().fold(0, i64::saturating_add);
        let others: i64 = legs.map(i64::saturating_neg).fold(0, i64::saturating_add);
        proof.sum = Credits(own.saturating_add(others));
        proof.problems.truncate(MOST_PROBLEMS);
        Ok(proof)
    }

    /// Whether what is shown is what the records say.
    fn compare(&self, proof: &mut WalletProof, replay: &Replay) -> Result<(), AccountError> {
        if replay.account().totals.net() != self.chain.totals.net() {
            proof.problems.push(format!(
                "the balance is {}, and the records come to {}",
                self.chain.totals.net(),
                replay.account().totals.net()
            ));
        }
        let sql = "SELECT settled FROM job WHERE job = ?1 AND peer = ?2 AND role = ?3 AND refunded = 0";
        let mut query = self.db.prepare(sql)?;
        for ((peer, job), amount) in replay.jobs().filter(|(_, amount)| *amount != Credits::ZERO) {
            let role = i64::from(amount.0 > 0);
            let listed: Option<i64> =
                query.query_map(params![job, peer.0, role], |row| row.get(0))?.next().transpose()?;
            if listed != Some(amount.0.saturating_abs()) {
                proof.problems.push(format!("job {} is listed with another amount than its record has", hex(&job)));
            }
        }
        Ok(())
    }

    /// All records as JSON. What was folded is its name.
    pub(super) fn export(&self) -> Result<String, AccountError> {
        let mut query = self.db.prepare("SELECT sequence, bytes FROM record ORDER BY sequence")?;
        let rows = query.query_map([], |row| {
            let (sequence, bytes): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let kind = if bytes.len() > NAME { "record" } else { "name" };
            Ok(serde_json::json!({ "sequence": sequence, kind: hex(&bytes) }))
        })?;
        let records: Vec<_> = rows.collect::<Result<_, _>>()?;
        let node = self.own.as_ref().map(|own| own.node);
        let all = serde_json::json!({ "format": "opengateway-accounts-1", "node": node, "records": records });
        serde_json::to_string_pretty(&all).map_err(|error| AccountError::Broken(error.to_string()))
    }
}

fn check(proof: &mut WalletProof, replay: &mut Replay, (sequence, bytes): (i64, &[u8])) {
    let mut problem = |what: String| proof.problems.push(format!("record {sequence}: {what}"));
    if let Ok(name) = <[u8; NAME]>::try_from(bytes) {
        return replay.pass(RecordId(name));
    }
    let signed = match Signed::read(bytes) {
        Ok(signed) => signed,
        Err(error) => return problem(error.to_string()),
    };
    let follows = replay.account().sequence.map_or(0, |latest| latest.saturating_add(1)) == signed.record.sequence;
    let recovers = matches!(signed.record.content, Content::Recover { .. });
    if follows || recovers {
        if let Err(fault) = replay.take(&signed) {
            problem(fault.to_string());
            replay.adopt(&signed);
        }
    } else {
        // Records were lost, and a later one says so.
        replay.adopt(&signed);
    }
    let by_others = matches!(signed.record.content, Content::Earned { .. } | Content::Refunded { .. });
    proof.signatures = proof.signatures.saturating_add(1).saturating_add(u64::from(by_others));
}
