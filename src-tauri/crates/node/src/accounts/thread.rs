//! The thread that owns the book. Calls that wait share one commit, and so one wait for the disk.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};

use super::AccountError;
use super::book::Book;

/// Calls that wait at most; one more waits with its caller.
const QUEUE: usize = 256;
/// Calls of one commit.
const TOGETHER: usize = 64;

pub(super) type Tell = Box<dyn FnOnce(Result<(), AccountError>) + Send>;
pub(super) type Work = Box<dyn FnOnce(&mut Book) -> Tell + Send>;

/// A handle to the thread. Cheap to clone.
#[derive(Clone)]
pub(super) struct Thread {
    work: mpsc::Sender<Work>,
    pub(super) ended: Arc<Option<std::thread::JoinHandle<()>>>,
}

impl Thread {
    /// `changed` is told after each commit.
    pub(super) fn start(mut book: Book, changed: Arc<Notify>) -> std::io::Result<Self> {
        let (work, mut queue) = mpsc::channel::<Work>(QUEUE);
        let serve = move || {
            while let Some(first) = queue.blocking_recv() {
                let before = book.db.total_changes();
                together(&mut book, first, &mut queue);
                if book.db.total_changes() != before {
                    changed.notify_one();
                }
            }
        };
        let thread = std::thread::Builder::new().name("accounts".into()).spawn(serve)?;
        Ok(Self { work, ended: Arc::new(Some(thread)) })
    }

    /// Does something with the book. When this returns without an error it is on disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        action: impl FnOnce(&mut Book) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let (work, told) = work(action);
        let closed = || AccountError::Broken("the accounts are closed".into());
        self.work.send(work).await.map_err(|_| closed())?;
        told.await.map_err(|_| closed())?
    }

    /// Closes the file, if this is the last handle.
    pub(super) async fn close(self) {
        let Self { work, ended } = self;
        drop(work);
        if let Some(thread) = Arc::into_inner(ended).flatten() {
            let _panicked_already_logged = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// A call, and where its outcome is told once it is on disk.
pub(super) fn work<T: Send + 'static>(
    action: impl FnOnce(&mut Book) -> Result<T, AccountError> + Send + 'static,
) -> (Work, oneshot::Receiver<Result<T, AccountError>>) {
    let (tell, told) = oneshot::channel();
    let work: Work = Box::new(move |book| {
        let outcome = apart(book, action);
        Box::new(move |committed| {
            let _caller_may_have_gone = tell.send(outcome.and_then(|done| committed.map(|()| done)));
        })
    });
    (work, told)
}

pub(super) fn together(book: &mut Book, first: Work, queue: &mut mpsc::Receiver<Work>) {
    let mut tells = Vec::new();
    let begun = book.db.execute_batch("BEGIN IMMEDIATE");
    tells.push(first(book));
    while tells.len() < TOGETHER
        && let Ok(next) = queue.try_recv()
    {
        tells.push(next(book));
    }
    let committed = begun.and_then(|()| book.db.execute_batch("COMMIT")).map_err(AccountError::from);
    if let Err(error) = &committed {
        tracing::error!(%error, "the accounts cannot be written");
        let _nothing_to_take_back = book.db.execute_batch("ROLLBACK");
        restore(book);
    }
    tells.into_iter().for_each(|tell| tell(committed.clone()));
}

/// What fails is taken back, and nothing else.
fn apart<T>(book: &mut Book, action: impl FnOnce(&mut Book) -> Result<T, AccountError>) -> Result<T, AccountError> {
    if book.db.is_autocommit() {
        // A full disk takes the whole transaction back: a savepoint would now begin and commit one of its own.
        return Err(AccountError::Broken("the accounts cannot be written now".into()));
    }
    if book.stale {
        book.reload()?;
    }
    book.db.execute_batch("SAVEPOINT call")?;
    let outcome = action(book);
    let end = if outcome.is_ok() { "RELEASE call" } else { "ROLLBACK TO call; RELEASE call" };
    let ended = book.db.execute_batch(end);
    if outcome.is_err() || ended.is_err() {
        restore(book);
    }
    let done = outcome?;
    ended?;
    Ok(done)
}

/// Memory follows the file.
fn restore(book: &mut Book) {
    if let Err(error) = book.reload() {
        tracing::error!(%error, "the accounts cannot be read");
    }
}
