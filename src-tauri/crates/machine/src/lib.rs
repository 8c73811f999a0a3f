//! What the operating system tells about this PC and about its owner: sensors, and nothing but sensors.
//!
//! [`Machine`] is the seam: [`Computer`] is the real one, tests bring their own. What a system cannot tell is `None`
//! or named in [`Facts::missing`]; what follows from a reading is decided in `opengateway_core::idle`.
//!
//! ```no_run
//! use opengateway_api::Rules;
//! use opengateway_machine::{Computer, Depth, Look, Machine};
//! let mut computer = Computer::new();
//! let look = Look { rules: &Rules::default(), own: &[std::process::id()], models: ".".as_ref(), depth: Depth::All };
//! println!("{:?}", computer.activity(&look));
//! ```

mod asked;
#[cfg(target_os = "linux")]
mod bus;
mod clock;
mod computer;
mod desktop;
mod disk;
mod gamepad;
mod games;
mod graphics;
mod network;
mod parts;
mod power;
mod processes;
pub mod resident;
mod share;

use std::path::Path;

use opengateway_api::{Facts, Rules};
use opengateway_core::idle::Sample;

pub use computer::Computer;
pub use parts::{Parts, RawPart};

/// A machine that can be asked what it is and what goes on. Asked from a thread of its own: an answer may take a moment.
pub trait Machine: Send {
    /// What it is. Never wakes a sleeping graphics card. `models` is the directory that holds the models.
    fn facts(&mut self, models: &Path) -> Facts;

    /// What goes on now. [`Sample::own_answers`] and [`opengateway_core::idle::Vram::needed`] are left to the caller.
    fn activity(&mut self, look: &Look<'_>) -> Sample;

    /// What it is made of, as far as its parts tell. May wake a sleeping graphics card: asked once at a start, not again.
    fn parts(&mut self) -> Parts;
}

/// What a reading needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The owner's rules: which programs matter.
    pub rules: &'a Rules,
    /// Processes that are ours: the node and its engines. They and their children never count as load.
    pub own: &'a [u32],
    /// The directory that holds the models.
    pub models: &'a Path,
    /// How much to read.
    pub depth: Depth,
}

/// How much of [`Machine::activity`] is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    All,
    /// What can stop lending within a tenth of a second: input, gamepad, full screen, new processes, power. Cheap enough
    /// for 25 times a second; the rest is as it was read last.
    Quick,
    /// Only input: enough while the owner is here.
    Input,
}
