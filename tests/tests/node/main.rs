//! A node with the real database and the real engine: conversations, models, downloads, lending, and a data directory that
//! cannot be used.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod conversations;
mod downloads;
mod home;
mod lending;
mod models;
