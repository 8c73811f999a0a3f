//! Peers, receipts and what model files are, as they are kept.

use opengateway_api::{Error, ModelHash, NodeId};
use opengateway_core::standing::Kept;
use rusqlite::{OptionalExtension, params};

use super::{Store, from_json, json};

/// Peers that are remembered; who was not seen for longest goes first.
const MOST_PEERS: u32 = 5000;

/// A node as it was known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredPeer {
    pub(crate) node: NodeId,
    /// Empty is none.
    pub(crate) address: String,
    pub(crate) standing: Kept,
    pub(crate) seen_ms: i64,
}

/// What was done for whom, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredReceipt {
    pub(crate) job: String,
    pub(crate) provider: NodeId,
    pub(crate) asker: NodeId,
    pub(crate) signed: Vec<u8>,
    pub(crate) ended_ms: i64,
}

/// A file as it was when its hash was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) path: String,
    pub(crate) bytes: i64,
    pub(crate) modified_ms: i64,
}

impl Store {
    pub(crate) async fn model_hash(&self, stamp: Stamp) -> Result<Option<ModelHash>, Error> {
        self.run(move |db| {
            let sql = "SELECT hash FROM model_hash WHERE path = ?1 AND bytes = ?2 AND modified_ms = ?3";
            let found = db.query_row(sql, params![stamp.path, stamp.bytes, stamp.modified_ms], |row| row.get(0));
            Ok(found.optional()?.and_then(|hash: String| hash.parse().ok()))
        })
        .await
    }

    pub(crate) async fn keep_model_hash(&self, stamp: Stamp, hash: ModelHash) -> Result<(), Error> {
        self.run(move |db| {
            db.execute(
                "INSERT OR REPLACE INTO model_hash (path, bytes, modified_ms, hash) VALUES (?1, ?2, ?3, ?4)",
                params![stamp.path, stamp.bytes, stamp.modified_ms, hash.to_string()],
            )
            .map(drop)
        })
        .await
    }

    /// All remembered peers, those seen last first.
    pub(crate) async fn peers(&self) -> Result<Vec<StoredPeer>, Error> {
        self.run(|db| {
            let mut query = db.prepare("SELECT node, address, standing, seen_ms FROM peer ORDER BY seen_ms DESC")?;
            let rows = query.query_map([], |row| {
                let node: String = row.get("node")?;
                let address = row.get("address")?;
                let (standing, seen_ms) = (from_json(row, "standing")?, row.get("seen_ms")?);
                Ok(node.parse().ok().map(|node| StoredPeer { node, address, standing, seen_ms }))
            })?;
            rows.filter_map(Result::transpose).collect()
        })
        .await
    }

    pub(crate) async fn keep_peers(&self, peers: Vec<StoredPeer>) -> Result<(), Error> {
        self.run(move |db| {
            let sql = "INSERT INTO peer (node, address, standing, seen_ms) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (node) DO UPDATE SET address = ?2, standing = ?3, seen_ms = ?4";
            let mut insert = db.prepare(sql)?;
            for peer in peers {
                insert.execute(params![peer.node.to_string(), peer.address, json(&peer.standing)?, peer.seen_ms])?;
            }
            let old = "DELETE FROM peer WHERE node NOT IN (SELECT node FROM peer ORDER BY seen_ms DESC LIMIT ?1)";
            db.execute(old, [MOST_PEERS]).map(drop)
        })
        .await
    }

    /// Keeps a receipt; the same one again changes nothing.
    pub(crate) async fn keep_receipt(&self, receipt: StoredReceipt) -> Result<(), Error> {
        self.run(move |db| {
            let StoredReceipt { job, provider, asker, signed, ended_ms } = receipt;
            db.execute(
                "INSERT OR IGNORE INTO receipt (job, provider, asker, signed, ended_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![job, provider.to_string(), asker.to_string(), signed, ended_ms],
            )
            .map(drop)
        })
        .await
    }
}
