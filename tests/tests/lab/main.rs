//! The laboratory itself: its lines are as bad as asked for, and its networks behave like real ones.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(target_os = "linux")]
mod networks;
mod proxies;
