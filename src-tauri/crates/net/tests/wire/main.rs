//! What goes over the wire, from outside: the bytes of version 1, and damaged ones.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[path = "../../../../../tests/src/fuzz/damage.rs"]
#[expect(unreachable_pub, reason = "the tests across packages use it from outside")]
mod damage;
mod memory;
mod mutated;
mod recorded;
mod samples;
