//! What a peer that means harm can do to a node, over real connections on this machine. After each attack the node
//! still answers who asks politely.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod exchange;
mod floods;
mod frames;
mod providers;
mod records;
mod scope;
mod stranger;
mod versions;
mod victim;

use std::time::Duration;

use tokio::sync::watch;

/// Nothing we wait for takes this long, even on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until a log says what is wanted.
async fn until<T>(log: &watch::Receiver<T>, wanted: &str, holds: impl FnMut(&T) -> bool) {
    let mut log = log.clone();
    let waited = tokio::time::timeout(PATIENCE, log.wait_for(holds)).await;
    assert!(waited.is_ok_and(|open| open.is_ok()), "waited {PATIENCE:?} for {wanted}");
}

/// Begins anew what did not come to its end within a part of our patience.
async fn for_as_long_as_it_takes(attempt: impl AsyncFn()) {
    const ATTEMPTS: u32 = 6;
    for _ in 0..ATTEMPTS {
        if tokio::time::timeout(PATIENCE / ATTEMPTS, attempt()).await.is_ok() {
            return;
        }
    }
    unreachable!("waited {PATIENCE:?} for a connection");
}

/// What a future gives, if it gives it soon.
async fn soon<T>(wanted: &str, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(PATIENCE, future).await;
    assert!(outcome.is_ok(), "waited {PATIENCE:?} for {wanted}");
    outcome.unwrap()
}
