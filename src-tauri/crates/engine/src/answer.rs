//! An answer on its way from the driver to whoever asked.
//!
//! The driver never waits for a reader: text gathers in the inbox, whose size the model's context bounds, and a
//! slow reader gets larger pieces, but none so large that who pays by the piece would be given much at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{Finish, Measured, Written};
use opengateway_core::backend::{AnswerError, Chunk};
use tokio::sync::{Notify, mpsc};

use crate::driver::Command;

/// Text tokens of a piece that gathers.
const LARGEST: usize = 16;

type End = Result<(Finish, Measured), AnswerError>;

#[derive(Debug, Default)]
struct Contents {
    loading: Option<f32>,
    written: VecDeque<Written>,
    end: Option<End>,
}

/// Where the driver puts what came; shared with one reader.
#[derive(Debug, Clone)]
pub(crate) struct Inbox {
    contents: Arc<Mutex<Contents>>,
    arrived: Arc<Notify>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self { contents: Arc::default(), arrived: Arc::default() }
    }

    pub(crate) fn loading(&self, progress: f32) {
        self.put(|contents| contents.loading = Some(progress));
    }

    pub(crate) fn text(&self, more: Written) {
        self.put(|contents| match contents.written.back_mut() {
            Some(last) if last.tokens.len().saturating_add(more.tokens.len()) <= LARGEST => last.push(more),
            _ => contents.written.push_back(more),
        });
    }

    pub(crate) fn end(&self, end: End) {
        self.put(|contents| contents.end = Some(end));
    }

    /// Whether nobody reads any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.contents) == 1
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.contents, &other.contents)
    }

    fn put(&self, change: impl FnOnce(&mut Contents)) {
        change(&mut self.contents.lock().unwrap_or_else(PoisonError::into_inner));
        self.arrived.notify_one();
    }

    fn take(&self) -> Option<Result<Chunk, AnswerError>> {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(progress) = contents.loading.take() {
            return Some(Ok(Chunk::Loading(progress)));
        }
        if let Some(written) = contents.written.pop_front() {
            return Some(Ok(Chunk::Text(written)));
        }
        contents.end.take().map(|end| end.map(|(finish, measured)| Chunk::Done(finish, measured)))
    }

    async fn next(&self) -> Result<Chunk, AnswerError> {
        loop {
            if let Some(chunk) = self.take() {
                return chunk;
            }
            self.arrived.notified().await;
        }
    }
}

/// Tells the driver when the reader is gone before the end.
struct Reader {
    inbox: Inbox,
    commands: mpsc::Sender<Command>,
    over: bool,
}

impl Drop for Reader {
    fn drop(&mut self) {
        if !self.over {
            // A full queue is no loss: the driver also looks for abandoned inboxes on its own.
            let _noticed_later = self.commands.try_send(Command::Cancel(self.inbox.clone()));
        }
    }
}

pub(crate) fn stream(inbox: Inbox, commands: mpsc::Sender<Command>) -> BoxStream<'static, Result<Chunk, AnswerError>> {
    let reader = Reader { inbox, commands, over: false };
    futures::stream::unfold(reader, |mut reader| async move {
        if reader.over {
            return None;
        }
        let chunk = reader.inbox.next().await;
        reader.over = matches!(chunk, Err(_) | Ok(Chunk::Done(..)));
        Some((chunk, reader))
    })
    .boxed()
}

pub(crate) fn refused(error: AnswerError) -> BoxStream<'static, Result<Chunk, AnswerError>> {
    futures::stream::once(async { Err(error) }).boxed()
}
