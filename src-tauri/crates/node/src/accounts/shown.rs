//! The wallet as it is shown.

use opengateway_api::{Credits, Movement, MovementKind, NodeId, Wallet, WalletDay};
use opengateway_core::ledger::{LEAST, spendable};
use rusqlite::{Row, params};

use super::AccountError;
use super::book::Book;
use crate::hex;

/// Movements that are shown at once, and those that are given at once.
const SHOWN: u32 = 50;
const MOST: u32 = 1000;

/// Where the bars of the charts begin, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Bars {
    pub(super) days: Vec<i64>,
    pub(super) hours: Vec<i64>,
}

impl Book {
    pub(super) fn wallet(&self, bars: &Bars) -> Result<Wallet, AccountError> {
        let (totals, line) = (self.chain.totals, self.line()?);
        Ok(Wallet {
            spendable: spendable(&totals, line),
            net: totals.net(),
            line,
            holds: totals.held,
            least: LEAST,
            earned: totals.earned,
            spent: totals.spent,
            unpayable: self.unpayable()?,
            parts: self.own.as_ref().map_or(0, |own| own.tags.count()),
            days: self.stretches(&bars.days)?,
            hours: self.stretches(&bars.hours)?,
            recent: self.movements(i64::MAX, SHOWN)?,
        })
    }

    pub(super) fn movements(&self, before_ms: i64, most: u32) -> Result<Vec<Movement>, AccountError> {
        let mut query = self.db.prepare_cached(
            "SELECT * FROM job WHERE at_ms < ?1 AND (open = 1 OR amount > 0) ORDER BY at_ms DESC, job LIMIT ?2",
        )?;
        let rows = query.query_map(params![before_ms, most.min(MOST)], movement)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was earned and spent from each moment to the next.
    fn stretches(&self, from: &[i64]) -> Result<Vec<WalletDay>, AccountError> {
        let mut query = self.db.prepare_cached(
            "SELECT coalesce(sum(CASE WHEN role = 1 THEN settled END), 0), coalesce(sum(CASE WHEN role = 0 THEN settled END), 0)
             FROM job WHERE at_ms >= ?1 AND at_ms < ?2 AND refunded = 0",
        )?;
        let untils = from.iter().skip(1).copied().chain([i64::MAX]);
        let each = from.iter().zip(untils).map(|(from_ms, until_ms)| {
            Ok(query.query_row(params![from_ms, until_ms], |row| {
                Ok(WalletDay { from_ms: *from_ms, earned: Credits(row.get(0)?), spent: Credits(row.get(1)?) })
            })?)
        });
        each.collect()
    }
}

fn movement(row: &Row<'_>) -> rusqlite::Result<Movement> {
    let (role, refunded): (i64, bool) = (row.get("role")?, row.get("refunded")?);
    let place: String = row.get("place")?;
    Ok(Movement {
        job: hex(&row.get::<_, [u8; 16]>("job")?),
        kind: match (role, refunded) {
            (0, false) => MovementKind::Spent,
            (0, true) => MovementKind::GotBack,
            (_, false) => MovementKind::Earned,
            (_, true) => MovementKind::Refunded,
        },
        at_ms: row.get("at_ms")?,
        peer: NodeId(row.get("peer")?),
        place: serde_json::from_str(&place).unwrap_or_default(),
        model: row.get("model")?,
        text_tokens: row.get("text_tokens")?,
        price: Credits(row.get("price")?),
        amount: Credits(row.get("amount")?),
        open: row.get("open")?,
    })
}
