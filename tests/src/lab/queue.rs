//! Things on their way, each with the moment at which it arrives.

use std::collections::BTreeMap;

use tokio::time::{Instant, sleep_until};

/// The first to arrive comes first; of two that arrive together, the one that was sent first.
#[derive(Debug)]
pub(super) struct Queue<T> {
    waiting: BTreeMap<(Instant, u64), T>,
    sent: u64,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self { waiting: BTreeMap::new(), sent: 0 }
    }

    pub(super) fn push(&mut self, arrives: Instant, thing: T) {
        self.waiting.insert((arrives, self.sent), thing);
        self.sent += 1;
    }

    /// Waits until something has arrived. Safe to drop.
    pub(super) async fn arrival(&self) {
        match self.waiting.first_key_value() {
            Some(((arrives, _), _)) => sleep_until(*arrives).await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn pop(&mut self, now: Instant) -> Option<T> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}
