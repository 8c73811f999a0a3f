//! What this node owes and is owed: owns its book, signs for it, and shows it.
//!
//! [`Book`](book::Book) is synchronous and owned by one thread; [`Accounts`] is the handle. What a call returns is on
//! disk. The rules are in `opengateway_core::ledger`.

mod answering;
mod asking;
mod book;
mod books;
mod exchange;
mod others;
mod recovery;
mod show;
mod shown;
#[cfg(test)]
mod tests;
mod thread;

use std::path::Path;
use std::sync::Arc;

use opengateway_api::{Credits, Error, ErrorCode, Movement, NodeId, Unpayable, WalletProof};
use opengateway_core::ledger::{Fault, JobId, NotPaid, Signature, Signed};
use opengateway_core::tags::Tags;
use opengateway_net::wire::{Item, Statement};
use tokio::sync::{Notify, watch};

use crate::now_ms;
use crate::tasks::Tasks;
use crate::topics::Topics;
use book::Book;
use thread::Thread;

pub(crate) use answering::Offered;
pub(crate) use asking::{Acknowledged, Closed, Payment, Terms};
pub(crate) use exchange::Heard;
pub(crate) use show::Place;

/// Why something is not put into the accounts.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum AccountError {
    /// Nothing can be paid now.
    #[error("peers cannot be paid now")]
    Unpayable(Unpayable),
    /// A peer's question is not taken as a paid one.
    #[error(transparent)]
    NotPaid(NotPaid),
    /// No such job.
    #[error("this job is not known")]
    Unknown,
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The file cannot be read or written.
    #[error("{0}")]
    Broken(String),
}

impl From<rusqlite::Error> for AccountError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(format!("the accounts cannot be kept: {error}"))
    }
}

impl From<AccountError> for Error {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Unknown => {
                Error::new(ErrorCode::InvalidRequest, "There is no such job, or nothing to give back.")
            }
            AccountError::Unpayable(_) => {
                Error::retryable(ErrorCode::InvalidRequest, "The accounts are not open yet. Try again in a moment.")
            }
            error => Error::internal(error),
        }
    }
}

/// A handle to the accounts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Accounts {
    /// Or what is wrong with the file.
    thread: Result<Thread, AccountError>,
    changed: Arc<Notify>,
    /// How far was signed.
    signed: watch::Sender<Option<u64>>,
    tasks: Tasks,
}

impl Accounts {
    /// Opens the file. One that cannot be used keeps nobody from chatting.
    pub(crate) fn open(path: &Path, tasks: Tasks) -> Self {
        let changed = Arc::new(Notify::new());
        let broken = |error: std::io::Error| AccountError::Broken(error.to_string());
        let thread = Book::open(path).and_then(|book| Thread::start(book, changed.clone()).map_err(broken));
        if let Err(error) = &thread {
            tracing::error!(%error, "the accounts cannot be opened");
        }
        Self { thread, changed, signed: watch::Sender::default(), tasks }
    }

    /// Keeps the wallet's topic true from now on.
    pub(crate) fn show(&self, topics: Arc<Topics>) {
        let (show, stop) = (show::show(self.clone(), topics, self.signed.clone()), self.tasks.token());
        self.tasks.spawn("wallet", async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = show => {}
            }
        });
    }

    /// From now on this node signs. The vault remembers there how far it did, so that an old backup is noticed.
    pub(crate) async fn take_key(&self, secret: [u8; 32], place: Place) -> Result<(), AccountError> {
        let mark = show::mark(place.clone()).await;
        self.run(move |book| book.take_key(secret, mark, now_ms())).await?;
        self.changed.notify_one();
        self.tasks.spawn("wallet's mark", show::keep(self.clone(), place, self.tasks.token()));
        Ok(())
    }

    /// These are the tags of this PC.
    pub(crate) async fn know_tags(&self, tags: Tags) -> Result<(), AccountError> {
        self.run(move |book| book.know_tags(tags, now_ms())).await
    }

    /// Sets the price of a question aside.
    pub(crate) async fn reserve(&self, terms: Terms) -> Result<Payment, AccountError> {
        self.run(move |book| book.reserve(terms, now_ms())).await
    }

    /// Acknowledges what has come of a job.
    pub(crate) async fn acknowledge(
        &self,
        job: JobId,
        due: Credits,
        text_tokens: u32,
    ) -> Result<Acknowledged, AccountError> {
        self.run(move |book| book.acknowledge(job, due, text_tokens)).await
    }

    /// Closes a question with what was acknowledged.
    pub(crate) async fn close_job(&self, job: JobId) -> Result<Closed, AccountError> {
        self.run(move |book| book.close(job, now_ms())).await
    }

    /// The provider has said that it has the receipt.
    pub(crate) async fn was_told(&self, provider: NodeId, record: Vec<u8>) -> Result<(), AccountError> {
        let told = Statement { items: vec![Item::Record(record)], own_from: None };
        self.hear(provider, told).await.map(drop)
    }

    /// Takes a peer's question as a paid one, if the rules let it.
    pub(crate) async fn admit(&self, offered: Offered) -> Result<Credits, AccountError> {
        self.run(move |book| book.admit(&offered, now_ms())).await
    }

    /// Takes what a payer acknowledges; gives how much that is by now.
    pub(crate) async fn vouched(
        &self,
        payer: NodeId,
        job: JobId,
        amount: Credits,
        signature: Signature,
    ) -> Result<Credits, AccountError> {
        self.run(move |book| book.vouched(payer, job, amount, signature)).await
    }

    /// Puts what a job brought into the account. `told`: the payer has closed it too.
    pub(crate) async fn earn(
        &self,
        payer: NodeId,
        job: JobId,
        text_tokens: u32,
        told: bool,
    ) -> Result<Option<Signed>, AccountError> {
        self.run(move |book| {
            book.counted(payer, job, text_tokens)?;
            book.earn(payer, job, told, now_ms())
        })
        .await
    }

    /// What is to be told to a node when it is met.
    pub(crate) async fn business(&self, node: NodeId) -> Result<Option<Statement>, AccountError> {
        self.run(move |book| book.business(node)).await
    }

    /// With whom there is something to settle; `None` is everyone, for records of this node are missing.
    pub(crate) async fn unsettled_with(&self) -> Result<Option<Vec<NodeId>>, AccountError> {
        self.run(move |book| if book.wants_own().is_some() { Ok(None) } else { book.unsettled_with().map(Some) }).await
    }

    /// Takes what a node tells and answers it.
    pub(crate) async fn hear(&self, from: NodeId, told: Statement) -> Result<Statement, AccountError> {
        self.run(move |book| book.hear(from, told, now_ms())).await
    }

    /// Takes what a node answers.
    pub(crate) async fn hear_answer(
        &self,
        from: NodeId,
        told: Statement,
        asked_for_own: bool,
    ) -> Result<(), AccountError> {
        self.run(move |book| {
            book.hear(from, told, now_ms())?;
            if asked_for_own { book.was_asked(from, now_ms()) } else { Ok(()) }
        })
        .await
    }

    /// Takes a piece of gossip.
    pub(crate) async fn hear_gossip(&self, item: Item) -> Result<Heard, AccountError> {
        self.run(move |book| book.hear_gossip(&item, now_ms())).await
    }

    /// Movements before then, newest first.
    pub(crate) async fn movements(&self, before_ms: i64, most: u32) -> Result<Vec<Movement>, AccountError> {
        self.run(move |book| book.movements(before_ms, most)).await
    }

    /// Computes everything anew from the signed records.
    pub(crate) async fn verify(&self) -> Result<WalletProof, AccountError> {
        self.run(|book| book.verify()).await
    }

    /// All records as JSON.
    pub(crate) async fn export(&self) -> Result<String, AccountError> {
        self.run(|book| book.export()).await
    }

    /// Gives back what was earned with a job.
    pub(crate) async fn refund(&self, job: JobId) -> Result<(), AccountError> {
        self.run(move |book| book.refund(job, now_ms())).await
    }

    /// Writes everything and closes the file, if this is the last handle.
    pub(crate) async fn close(self) {
        if let Ok(thread) = self.thread {
            thread.close().await;
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        action: impl FnOnce(&mut Book) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        match &self.thread {
            Ok(thread) => thread.run(action).await,
            Err(error) => Err(error.clone()),
        }
    }
}
