//! What tests and benchmarks share: the programs as built, data directories of their own, models written on the spot.

pub mod asking;
pub mod bench;
pub mod chance;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod fuzz;
pub mod gguf;
pub mod http;
pub mod lab;
pub mod machine;
pub mod nodes;
pub mod peers;
pub mod processes;
pub mod programs;
pub mod soon;
#[cfg(target_os = "linux")]
pub mod tray;
