//! Runs a model on this machine, in a child process that can be killed at any moment.
//!
//! [`Engine`] is the handle: it starts `opengateway-engine`, loads models into it, answers prompts through it
//! and starts it anew when it dies. llama.cpp lives in the child only, so a failed assertion, an out-of-memory
//! kill or a hanging driver takes the child and never the app, and killing it gives all memory back at once.
//!
//! Knows nothing of conversations, settings or the network.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use opengateway_engine::{Config, Engine};
//! let (engine, driver) = Engine::new(Config::beside_this_program()?);
//! // Spawn `driver`; it runs the child until every handle is dropped.
//! # drop((engine, driver)); Ok(())
//! # }
//! ```

pub mod fit;
pub mod gguf;
pub mod sample;
pub mod template;
pub mod text;
pub mod wire;

mod answer;
mod driver;
mod handle;
mod probe;
mod process;
#[cfg(target_os = "linux")]
mod reap;

pub use handle::{Config, Engine, Limits, ModelFile, Role, State};
