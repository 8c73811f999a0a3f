//! Models, downloads and facts about this installation, as they are kept.

use opengateway_api::{Error, ModelId, ModelSource};
use rusqlite::{OptionalExtension, params};

use super::{Store, from_json, json};

/// A model's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredModel {
    pub(crate) id: ModelId,
    pub(crate) path: String,
    pub(crate) source: ModelSource,
}

/// A download's journal; how far it has come is the length of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredDownload {
    pub(crate) id: ModelId,
    pub(crate) url: String,
    pub(crate) sha256: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) total: Option<u64>,
    pub(crate) paused: bool,
}

impl Store {
    /// The fact of that name, set to `initial` if it was never known.
    pub(crate) async fn fact(&self, name: &'static str, initial: String) -> Result<String, Error> {
        self.run(move |db| {
            db.execute("INSERT OR IGNORE INTO fact (name, value) VALUES (?1, ?2)", [name, &initial])?;
            db.query_row("SELECT value FROM fact WHERE name = ?1", [name], |row| row.get(0))
        })
        .await
    }

    pub(crate) async fn known_fact(&self, name: &'static str) -> Result<Option<String>, Error> {
        self.run(move |db| db.query_row("SELECT value FROM fact WHERE name = ?1", [name], |row| row.get(0)).optional())
            .await
    }

    pub(crate) async fn set_fact(&self, name: &'static str, value: String) -> Result<(), Error> {
        self.run(move |db| {
            db.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?1, ?2)", [name, &value]).map(drop)
        })
        .await
    }

    pub(crate) async fn models(&self) -> Result<Vec<StoredModel>, Error> {
        self.run(|db| {
            let mut query = db.prepare("SELECT id, path, source FROM model ORDER BY added_ms, id")?;
            let rows = query.query_map([], |row| {
                Ok(StoredModel {
                    id: ModelId(row.get("id")?),
                    path: row.get("path")?,
                    source: from_json(row, "source")?,
                })
            })?;
            rows.collect()
        })
        .await
    }

    /// Keeps a model and forgets the download of that name, if there was one.
    pub(crate) async fn add_model(&self, model: StoredModel, now_ms: i64) -> Result<(), Error> {
        self.run(move |db| {
            db.execute("DELETE FROM download WHERE id = ?1", [&model.id.0])?;
            db.execute(
                "INSERT OR REPLACE INTO model (id, path, source, added_ms) VALUES (?1, ?2, ?3, ?4)",
                params![model.id.0, model.path, json(&model.source)?, now_ms],
            )
            .map(drop)
        })
        .await
    }

    pub(crate) async fn remove_model(&self, id: ModelId) -> Result<(), Error> {
        self.run(move |db| db.execute("DELETE FROM model WHERE id = ?1", [&id.0]).map(drop)).await
    }

    pub(crate) async fn downloads(&self) -> Result<Vec<StoredDownload>, Error> {
        self.run(|db| {
            let mut query = db.prepare("SELECT id, url, sha256, etag, total, paused FROM download ORDER BY rowid")?;
            let rows = query.query_map([], |row| {
                Ok(StoredDownload {
                    id: ModelId(row.get("id")?),
                    url: row.get("url")?,
                    sha256: Some(row.get::<_, String>("sha256")?).filter(|text| !text.is_empty()),
                    etag: Some(row.get::<_, String>("etag")?).filter(|text| !text.is_empty()),
                    total: row
                        .get::<_, i64>("total")
                        .map(|total| u64::try_from(total).ok().filter(|total| *total > 0))?,
                    paused: row.get("paused")?,
                })
            })?;
            rows.collect()
        })
        .await
    }

    pub(crate) async fn keep_download(&self, download: StoredDownload) -> Result<(), Error> {
        self.run(move |db| {
            let total = i64::try_from(download.total.unwrap_or(0)).unwrap_or(i64::MAX);
            db.execute(
                "INSERT INTO download (id, url, sha256, etag, total, paused) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET url = ?2, sha256 = ?3, etag = ?4, total = ?5, paused = ?6",
                params![
                    download.id.0,
                    download.url,
                    download.sha256.unwrap_or_default(),
                    download.etag.unwrap_or_default(),
                    total,
                    download.paused
                ],
            )
            .map(drop)
        })
        .await
    }

    pub(crate) async fn remove_download(&self, id: ModelId) -> Result<(), Error> {
        self.run(move |db| db.execute("DELETE FROM download WHERE id = ?1", [&id.0]).map(drop)).await
    }
}
