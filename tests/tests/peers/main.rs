//! Nodes as processes on this machine: how they find each other, answer each other, and what happens when one is lost.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod answers;
mod cheats;
mod crowd;
mod discovery;
#[cfg(target_os = "linux")]
mod failover;
#[cfg(target_os = "linux")]
mod namespaces;
mod trading;
