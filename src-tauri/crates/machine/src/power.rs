//! Whether the machine runs from the wall, and its battery.
//!
//! Each system has a function `read` that gives a [`Reading`].

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::time::{Duration, Instant};

use opengateway_api::Battery;
use opengateway_core::idle::Power;

#[cfg(target_os = "linux")]
use linux::read;
#[cfg(target_os = "macos")]
use macos::read;
#[cfg(windows)]
use windows::read;

/// Some firmware takes milliseconds to answer, too long for every reading.
const KEPT: Duration = Duration::from_secs(2);

/// What the system says of its power. `None` is what it does not tell; without a battery it runs from the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) power: Option<Power>,
    pub(crate) battery: Option<Battery>,
}

#[derive(Debug, Default)]
pub(crate) struct Supply {
    last: Option<(Instant, Reading)>,
}

impl Supply {
    pub(crate) fn read(&mut self) -> Reading {
        match self.last {
            Some((at, reading)) if at.elapsed() < KEPT => reading,
            _ => {
                let reading = read();
                self.last = Some((Instant::now(), reading));
                reading
            }
        }
    }
}
