//! Waiting for what happens elsewhere: a condition is looked at again and again until it holds.

use std::time::{Duration, Instant};

/// Nothing we wait for takes this long, even on a machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(10);

/// What `look` finds, as soon as it finds something.
///
/// # Panics
/// When it finds nothing for [`PATIENCE`]; `wanted` says what was waited for.
pub async fn soon<T>(wanted: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    soon_within(PATIENCE, wanted, look).await
}

/// The same for what takes its time.
///
/// # Panics
/// When it finds nothing within `patience`.
pub async fn soon_within<T>(patience: Duration, wanted: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begin.elapsed() < patience, "waited {patience:?} for {wanted}");
        tokio::time::sleep(AGAIN).await;
    }
}

/// The same for tests without tasks.
///
/// # Panics
/// As [`soon`].
pub fn soon_here<T>(wanted: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "waited {PATIENCE:?} for {wanted}");
        std::thread::sleep(AGAIN);
    }
}

/// What a future gives, if it gives it soon.
///
/// # Panics
/// When it does not within [`PATIENCE`].
pub async fn within<T>(wanted: &str, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(PATIENCE, future).await;
    assert!(outcome.is_ok(), "waited {PATIENCE:?} for {wanted}");
    outcome.expect("checked above")
}

/// `Some(())` if it holds: for [`soon`].
pub fn holds(condition: bool) -> Option<()> {
    condition.then_some(())
}
