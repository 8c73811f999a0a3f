//! What the desktop tells: when the owner last touched keyboard or mouse, and whether a program covers a screen.
//!
//! Each system has a `Desktop` with `new`, `input_ago`, `full_screen` (given the processes that are ours) and `missing`
//! (what it cannot tell and why, for people).

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::Desktop;
#[cfg(target_os = "macos")]
pub(crate) use macos::Desktop;
#[cfg(windows)]
pub(crate) use windows::Desktop;

/// An upright rectangle: left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Area {
    pub(crate) fn at(left: f64, top: f64, width: f64, height: f64) -> Self {
        Self { left, top, right: left + width, bottom: top + height }
    }

    /// Whether nothing of `other` shows beside this.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.left <= other.left && self.top <= other.top && self.right >= other.right && self.bottom >= other.bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_SCREEN: Area = Area { left: 1920.0, top: 0.0, right: 3840.0, bottom: 1080.0 };

    #[test]
    fn a_window_covers_a_screen_if_it_reaches_all_four_edges() {
        assert!(Area::at(1920.0, 0.0, 1920.0, 1080.0).covers(&SECOND_SCREEN));
        assert!(Area::at(0.0, 0.0, 3840.0, 1080.0).covers(&SECOND_SCREEN));
    }

    #[test]
    fn a_window_that_leaves_room_for_a_panel_does_not_cover_the_screen() {
        assert!(!Area::at(1920.0, 32.0, 1920.0, 1048.0).covers(&SECOND_SCREEN));
        assert!(!Area::at(0.0, 0.0, 1920.0, 1080.0).covers(&SECOND_SCREEN));
    }
}
