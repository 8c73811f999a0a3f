//! The database: one SQLite file, owned by one thread. What a call acknowledged survives a kill.

mod conversations;
mod lending;
mod network;
mod registry;

use std::path::Path;
use std::sync::Arc;

use opengateway_api::Error;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::errors;

pub(crate) use conversations::{Begun, Ending};
pub(crate) use lending::{Finished, StoredJob};
pub(crate) use network::{Stamp, StoredPeer, StoredReceipt};
pub(crate) use registry::{StoredDownload, StoredModel};

/// In the order they are applied; the position is the schema's version. Only ever appended to.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/001_conversations.sql"),
    include_str!("../migrations/002_lending.sql"),
    include_str!("../migrations/003_network.sql"),
];

/// Work that waits for the database at most; one more waits its turn with the caller.
const QUEUE: usize = 256;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    work: mpsc::Sender<Work>,
    thread: Arc<Option<std::thread::JoinHandle<()>>>,
}

impl Store {
    /// Opens the file, bringing its schema up to date.
    ///
    /// # Errors
    /// `disk_full`, `read_only`, or that the file is damaged or newer than this program.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path).map_err(|error| errors::database(&error))?;
        Self::on(connection)
    }

    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self::on(Connection::open_in_memory().unwrap()).unwrap()
    }

    fn on(mut connection: Connection) -> Result<Self, Error> {
        prepare(&mut connection).map_err(|error| errors::database(&error))?;
        migrate(&mut connection)?;
        let (work, mut queue) = mpsc::channel::<Work>(QUEUE);
        let serve = move || {
            while let Some(work) = queue.blocking_recv() {
                work(&mut connection);
            }
            let _checkpoint_is_made_at_next_open = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        };
        let thread = std::thread::Builder::new().name("database".into()).spawn(serve).map_err(Error::internal)?;
        Ok(Self { work, thread: Arc::new(Some(thread)) })
    }

    /// Runs `action` on the database thread, in one transaction.
    async fn run<T: Send + 'static>(
        &self,
        action: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, result) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let outcome = connection.transaction().and_then(|transaction| {
                let value = action(&transaction)?;
                transaction.commit().map(|()| value)
            });
            let _caller_may_have_gone = tell.send(outcome);
        });
        let closed = || Error::internal("the database is closed");
        self.work.send(work).await.map_err(|_| closed())?;
        result.await.map_err(|_| closed())?.map_err(|error| errors::database(&error))
    }

    /// Writes everything into the main file and closes it, if this is the last handle.
    pub(crate) async fn close(self) {
        let Self { work, thread } = self;
        drop(work);
        if let Some(thread) = Arc::into_inner(thread).flatten() {
            let _panicked_already_logged = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// Write-ahead log with `synchronous = NORMAL`: a commit survives a kill of the process at once, and a power cut
/// loses at most the last moments, never the file.
fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
}

fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let database = |error: rusqlite::Error| errors::database(&error);
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(database)?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        return Err(Error::new(
            opengateway_api::ErrorCode::VersionMismatch,
            "The data in this directory was written by a newer OpenGateway. Update this program, or choose another directory with --home.",
        ));
    }
    for (number, migration) in (1_u32..).zip(MIGRATIONS).skip(version) {
        let transaction = connection.transaction().map_err(database)?;
        transaction.execute_batch(migration).map_err(database)?;
        transaction.pragma_update(None, "user_version", number).map_err(database)?;
        transaction.commit().map_err(database)?;
    }
    Ok(())
}

/// A value as the JSON that a column holds.
fn json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A column's JSON as a value.
fn from_json<T: serde::de::DeserializeOwned>(row: &rusqlite::Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    let failed = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
    };
    serde_json::from_str(&text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_from_the_future_is_refused_and_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("opengateway.db");
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();

        let error = Store::open(&path).err().unwrap();

        assert_eq!(error.code, opengateway_api::ErrorCode::VersionMismatch);
    }

    #[test]
    fn a_file_that_is_no_database_is_named_as_such() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("opengateway.db");
        std::fs::write(&path, "this is not a database, it is a text file").unwrap();

        let error = Store::open(&path).err().unwrap();

        assert!(error.message.contains("damaged"), "{error}");
    }
}
