//! Measures a release build: the engine against llama.cpp in a plain loop, the window, and nodes that talk to each other.
//!
//! Both sides run the same llama.cpp on the same file in the same minute, in turns, so that a busy machine slows both
//! alike; what is shown are medians. No test depends on these figures.

mod engine;
mod life;
mod machine;
mod ours;
#[cfg(target_os = "linux")]
mod peers;
mod raw;
#[cfg(target_os = "linux")]
mod shell;
mod table;
mod usage;

pub use engine::{Effort, Model, speed};
pub use life::life;
pub use machine::Machine;
#[cfg(target_os = "linux")]
pub use peers::peers;
#[cfg(target_os = "linux")]
pub use shell::shell;
pub use table::Table;
