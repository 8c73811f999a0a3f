//! The engine as built, in its own process, with the starter model: what it answers, how many at once, how it dies.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod accuracy;
mod answers;
mod deaths;
mod hostile;
mod together;
