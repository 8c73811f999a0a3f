//! Jobs, and the times at which this PC was lent, as they are kept.

use opengateway_api::{BatchItem, Error, JobKind, Mode, ModelId, Reason, Span};
use rusqlite::{OptionalExtension, params};

use super::{Store, from_json, json};

/// A job that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredJob {
    pub(crate) id: i64,
    pub(crate) kind: JobKind,
    pub(crate) model: ModelId,
    pub(crate) prompt: String,
}

/// A job that was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) ended_ms: i64,
    pub(crate) text_tokens: u32,
}

impl Store {
    /// Queues prompts in this order.
    pub(crate) async fn queue_jobs(
        &self,
        kind: JobKind,
        model: ModelId,
        prompts: Vec<String>,
        now_ms: i64,
    ) -> Result<(), Error> {
        self.run(move |db| {
            let mut insert = db.prepare("INSERT INTO job (kind, model, prompt, created_ms) VALUES (?1, ?2, ?3, ?4)")?;
            let kind = json(&kind)?;
            prompts.iter().try_for_each(|prompt| insert.execute(params![kind, model.0, prompt, now_ms]).map(drop))
        })
        .await
    }

    /// The first job that waits and is not among those under way.
    pub(crate) async fn next_job(&self, under_way: Vec<i64>) -> Result<Option<StoredJob>, Error> {
        self.run(move |db| {
            let under_way = json(&under_way)?;
            db.query_row(
                "SELECT id, kind, model, prompt FROM job
                 WHERE ended_ms = 0 AND id NOT IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT 1",
                [under_way],
                |row| {
                    Ok(StoredJob {
                        id: row.get("id")?,
                        kind: from_json(row, "kind")?,
                        model: ModelId(row.get("model")?),
                        prompt: row.get("prompt")?,
                    })
                },
            )
            .optional()
        })
        .await
    }

    pub(crate) async fn waiting_jobs(&self) -> Result<u32, Error> {
        self.run(|db| db.query_row("SELECT COUNT(*) FROM job WHERE ended_ms = 0", [], |row| row.get(0))).await
    }

    pub(crate) async fn end_job(
        &self,
        id: i64,
        answer: Result<String, Error>,
        finished: Finished,
    ) -> Result<(), Error> {
        self.run(move |db| {
            db.execute(
                "UPDATE job SET answer = ?2, text_tokens = ?3, ended_ms = ?4 WHERE id = ?1",
                params![id, json(&Some(answer))?, finished.text_tokens, finished.ended_ms],
            )
            .map(drop)
        })
        .await
    }

    /// A peer's job was answered. What it was about is not kept.
    pub(crate) async fn add_served_job(&self, model: ModelId, finished: Finished) -> Result<(), Error> {
        self.run(move |db| {
            let Finished { ended_ms, text_tokens } = finished;
            db.execute(
                "INSERT INTO job (kind, model, prompt, text_tokens, created_ms, ended_ms)
                 VALUES (?1, ?2, '', ?3, ?4, ?4)",
                params![json(&JobKind::Peer)?, model.0, text_tokens, ended_ms],
            )
            .map(drop)
        })
        .await
    }

    /// The owner's queued prompts, oldest first.
    pub(crate) async fn batch(&self) -> Result<Vec<BatchItem>, Error> {
        self.run(|db| {
            let mut query =
                db.prepare("SELECT id, prompt, model, answer FROM job WHERE kind = ?1 AND prompt <> '' ORDER BY id")?;
            let rows = query.query_map([json(&JobKind::Batch)?], |row| {
                Ok(BatchItem {
                    id: row.get("id")?,
                    prompt: row.get("prompt")?,
                    model: ModelId(row.get("model")?),
                    answer: from_json(row, "answer")?,
                })
            })?;
            rows.collect()
        })
        .await
    }

    /// Forgets what was asked and answered; that work was done stays counted.
    pub(crate) async fn clear_batch(&self) -> Result<(), Error> {
        self.run(|db| {
            db.execute("DELETE FROM job WHERE kind = ?1 AND ended_ms = 0", [json(&JobKind::Batch)?])?;
            db.execute("UPDATE job SET prompt = '', answer = 'null' WHERE kind = ?1", [json(&JobKind::Batch)?])
                .map(drop)
        })
        .await
    }

    /// Jobs that ended since then with an answer.
    pub(crate) async fn finished_jobs(&self, since_ms: i64) -> Result<Vec<Finished>, Error> {
        self.run(move |db| {
            let mut query =
                db.prepare("SELECT ended_ms, text_tokens FROM job WHERE ended_ms > ?1 AND text_tokens > 0")?;
            let rows = query.query_map([since_ms], |row| {
                Ok(Finished { ended_ms: row.get("ended_ms")?, text_tokens: row.get("text_tokens")? })
            })?;
            rows.collect()
        })
        .await
    }

    /// Writes a span, or how long it has lasted by now.
    pub(crate) async fn keep_span(&self, from_ms: i64, until_ms: i64, what: (Mode, Reason)) -> Result<(), Error> {
        self.run(move |db| {
            db.execute(
                "INSERT INTO span (from_ms, until_ms, mode, reason) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (from_ms) DO UPDATE SET until_ms = ?2, mode = ?3, reason = ?4",
                params![from_ms, until_ms, json(&what.0)?, json(&what.1)?],
            )
            .map(drop)
        })
        .await
    }

    /// Spans that ended since then, oldest first. Older ones are forgotten.
    pub(crate) async fn spans(&self, since_ms: i64) -> Result<Vec<Span>, Error> {
        self.run(move |db| {
            db.execute("DELETE FROM span WHERE until_ms < ?1", [since_ms])?;
            let mut query = db.prepare("SELECT from_ms, until_ms, mode, reason FROM span ORDER BY from_ms")?;
            let rows = query.query_map([], |row| {
                Ok(Span {
                    from_ms: row.get("from_ms")?,
                    until_ms: Some(row.get("until_ms")?),
                    mode: from_json(row, "mode")?,
                    reason: from_json(row, "reason")?,
                })
            })?;
            rows.collect()
        })
        .await
    }
}
