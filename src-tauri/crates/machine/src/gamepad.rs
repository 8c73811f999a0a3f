//! Since the owner last used a game controller. Sticks drift, so an axis counts only once it leaves its dead zone.
//!
//! Each system has `Pads` with `new` and `used`: whether any controller was used since the last call, or `None` where
//! a controller is there that we may not read.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::collections::HashMap;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use linux::Pads;
#[cfg(target_os = "macos")]
use macos::Pads;
#[cfg(windows)]
use windows::Pads;

/// Share of its range by which an axis must move to count. Worn sticks wander by a tenth.
const DEAD: f32 = 0.2;

pub(crate) struct Gamepads {
    pads: Pads,
    used: Option<Instant>,
}

impl Gamepads {
    pub(crate) fn new() -> Self {
        Self { pads: Pads::new(), used: None }
    }

    /// [`Duration::MAX`] if none was used since we look.
    pub(crate) fn ago(&mut self) -> Option<Duration> {
        if self.pads.used()? {
            self.used = Some(Instant::now());
        }
        Some(self.used.map_or(Duration::MAX, |used| used.elapsed()))
    }

    pub(crate) fn missing(&mut self) -> Option<String> {
        self.ago().is_none().then(|| "game controllers: this user may not read them".into())
    }
}

/// The axes of one controller, each at the position at which its movement was last counted.
#[derive(Debug, Default)]
pub(crate) struct DeadZone(HashMap<u32, f32>);

impl DeadZone {
    /// Whether `axis` has left its dead zone by being at `position`, which goes from 0 to 1.
    pub(crate) fn left(&mut self, axis: u32, position: f32) -> bool {
        let counted = self.0.entry(axis).or_insert(position);
        let left = (position - *counted).abs() > DEAD;
        if left {
            *counted = position;
        }
        left
    }
}

/// Where `value` is within the range of its axis, from 0 to 1.
#[cfg(unix)]
fn position((smallest, largest): (i32, i32), value: i32) -> f32 {
    let offset = |value: i32| f64::from(value) - f64::from(smallest);
    crate::share::share(offset(value), offset(largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drifting_stick_never_counts() {
        let mut zone = DeadZone::default();
        zone.left(0, 0.5);

        let drift = [0.52, 0.45, 0.61, 0.39, 0.5];

        assert!(drift.iter().all(|position| !zone.left(0, *position)));
    }

    #[test]
    fn a_pushed_stick_counts_at_each_push_and_on_its_way_back() {
        let mut zone = DeadZone::default();
        zone.left(0, 0.5);

        let counted: Vec<_> = [0.9, 0.95, 0.5, 0.1].map(|position| zone.left(0, position)).into();

        assert_eq!(counted, [true, false, true, true]);
    }

    #[test]
    fn a_slow_push_counts_once_it_is_far_enough() {
        let mut zone = DeadZone::default();
        zone.left(0, 0.0);

        let counted = [0.1, 0.15, 0.21].map(|position| zone.left(0, position));

        assert_eq!(counted, [false, false, true]);
    }

    #[test]
    fn where_an_axis_rests_at_first_does_not_count() {
        let mut zone = DeadZone::default();

        assert!(!zone.left(0, 1.0));
        assert!(!zone.left(1, 0.0));
    }

    #[cfg(unix)]
    #[test]
    fn an_axis_goes_from_0_to_1_whatever_its_range() {
        assert_eq!(position((-32768, 32767), -32768), 0.0);
        assert_eq!(position((0, 255), 255), 1.0);
        assert_eq!(position((-1, 1), 0), 0.5);
        assert_eq!(position((0, 0), 0), 0.0);
    }
}
