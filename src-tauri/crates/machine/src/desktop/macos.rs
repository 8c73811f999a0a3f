//! What macOS tells: the last input of the hardware, and the windows on the screens.

use std::collections::HashSet;
use std::time::Duration;

use objc2_core_foundation::{CFArray, CFDictionary, CFNumber, CFRetained, CFString, CFType, CGRect};
use objc2_core_graphics::{
    CGDisplayBounds, CGError, CGEventSource, CGEventSourceStateID, CGEventType, CGGetActiveDisplayList,
    CGRectMakeWithDictionaryRepresentation, CGWindowListCopyWindowInfo, CGWindowListOption, kCGWindowBounds,
    kCGWindowLayer, kCGWindowOwnerPID,
};

use super::Area;

/// Stands for input of any kind.
const ANY_INPUT: CGEventType = CGEventType(u32::MAX);
/// More screens than anybody has.
const SCREENS: usize = 32;

type Window = CFDictionary<CFString, CFType>;

pub(crate) struct Desktop;

impl Desktop {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn input_ago(&mut self) -> Option<Duration> {
        let seconds = CGEventSource::seconds_since_last_event_type(CGEventSourceStateID::HIDSystemState, ANY_INPUT);
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Windows come with the foremost first; those of programs are in layer 0, menus and the Dock above or below.
    pub(crate) fn full_screen(&mut self, ours: &HashSet<u32>) -> Option<bool> {
        let windows = windows()?;
        let front = windows.iter().find(|window| layer(window) == Some(0));
        let Some(front) = front else { return Some(false) };
        if process(&front).is_some_and(|process| ours.contains(&process)) {
            return Some(false);
        }
        let area = bounds(&front)?;
        Some(screens()?.iter().any(|screen| area.covers(screen)))
    }

    pub(crate) fn missing(&mut self, ours: &HashSet<u32>) -> Vec<String> {
        let silent = self.full_screen(ours).is_none();
        silent.then(|| "full-screen programs: this session has no screen".into()).into_iter().collect()
    }
}

#[expect(unsafe_code, reason = "a list of the system's")]
fn windows() -> Option<CFRetained<CFArray<Window>>> {
    let which = CGWindowListOption::OptionOnScreenOnly | CGWindowListOption::ExcludeDesktopElements;
    let windows = CGWindowListCopyWindowInfo(which, 0)?;
    // SAFETY: the list has dictionaries with strings as keys and objects of Core Foundation as values.
    Some(unsafe { CFRetained::cast_unchecked(windows) })
}

#[expect(unsafe_code, reason = "a name of the system's")]
fn layer(window: &Window) -> Option<i64> {
    // SAFETY: the system sets this name before any of our code runs and never changes it.
    number(window, unsafe { kCGWindowLayer })
}

#[expect(unsafe_code, reason = "a name of the system's")]
fn process(window: &Window) -> Option<u32> {
    // SAFETY: as for the layer.
    u32::try_from(number(window, unsafe { kCGWindowOwnerPID })?).ok()
}

fn number(window: &Window, name: &CFString) -> Option<i64> {
    window.get(name)?.downcast::<CFNumber>().ok()?.as_i64()
}

#[expect(unsafe_code, reason = "a call of the system")]
fn bounds(window: &Window) -> Option<Area> {
    // SAFETY: as for the layer.
    let bounds = window.get(unsafe { kCGWindowBounds })?.downcast::<CFDictionary>().ok()?;
    let mut area = CGRect::default();
    // SAFETY: `area` is ours and outlives the call.
    let told = unsafe { CGRectMakeWithDictionaryRepresentation(Some(&bounds), &raw mut area) };
    told.then(|| rectangle(area))
}

#[expect(unsafe_code, reason = "a call of the system")]
fn screens() -> Option<Vec<Area>> {
    let (mut screens, mut count) = ([0; SCREENS], 0);
    // SAFETY: the call is told how many fit, and both outlive it.
    let told = unsafe { CGGetActiveDisplayList(u32::try_from(SCREENS).ok()?, screens.as_mut_ptr(), &raw mut count) };
    let screens = screens.get(..usize::try_from(count).ok()?).filter(|_| told == CGError::Success)?;
    Some(screens.iter().map(|screen| rectangle(CGDisplayBounds(*screen))).collect())
}

fn rectangle(area: CGRect) -> Area {
    Area::at(area.origin.x, area.origin.y, area.size.width, area.size.height)
}
