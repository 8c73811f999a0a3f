//! What goes over the wire, from outside: the bytes of version 1, and damaged ones.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod memory;
mod mutated;
mod recorded;
mod samples;
