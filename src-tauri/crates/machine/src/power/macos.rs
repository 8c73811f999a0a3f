//! Power as macOS tells it.

use objc2_core_foundation::{CFArray, CFBoolean, CFDictionary, CFNumber, CFRetained, CFString, CFType};
use objc2_io_kit::{IOPSCopyPowerSourcesInfo, IOPSCopyPowerSourcesList, IOPSGetPowerSourceDescription};
use opengateway_api::Battery;
use opengateway_core::idle::Power;

use super::Reading;

type Source = CFDictionary<CFString, CFType>;

/// A Mac without a battery lists no source.
pub(super) fn read() -> Reading {
    let battery = sources().iter().filter(|source| is_internal(source)).map(|source| battery(source)).next();
    let drains = battery.is_some_and(|battery| battery.discharging);
    Reading { power: Some(if drains { Power::Battery } else { Power::Mains }), battery }
}

#[expect(unsafe_code, reason = "calls of the system")]
fn sources() -> Vec<CFRetained<Source>> {
    let Some(info) = IOPSCopyPowerSourcesInfo() else { return Vec::new() };
    // SAFETY: the list is made from what the call above gave.
    let Some(list) = (unsafe { IOPSCopyPowerSourcesList(Some(&info)) }) else { return Vec::new() };
    // SAFETY: the elements of the list are objects of Core Foundation.
    let list: CFRetained<CFArray<CFType>> = unsafe { CFRetained::cast_unchecked(list) };
    let described = |source: CFRetained<CFType>| {
        // SAFETY: info and source belong together.
        let description = unsafe { IOPSGetPowerSourceDescription(Some(&info), Some(&source)) }?;
        // SAFETY: a description has strings as keys and objects of Core Foundation as values.
        Some(unsafe { CFRetained::cast_unchecked::<Source>(description) })
    };
    list.iter().filter_map(described).collect()
}

fn is_internal(source: &Source) -> bool {
    text(source, "Type").is_some_and(|kind| kind == "InternalBattery")
}

fn battery(source: &Source) -> Battery {
    let number = |name| value(source, name)?.downcast::<CFNumber>().ok()?.as_i64();
    let share = number("Current Capacity").zip(number("Max Capacity").filter(|most| *most > 0));
    let percent = share.map_or(0, |(now, most)| now.saturating_mul(100) / most);
    let charging = value(source, "Is Charging").and_then(|value| value.downcast::<CFBoolean>().ok());
    let charging = charging.is_some_and(|charging| charging.as_bool());
    Battery {
        percent: u8::try_from(percent.clamp(0, 100)).unwrap_or(0),
        discharging: !charging && text(source, "Power Source State").is_some_and(|from| from == "Battery Power"),
    }
}

fn text(source: &Source, name: &'static str) -> Option<String> {
    Some(value(source, name)?.downcast::<CFString>().ok()?.to_string())
}

fn value(source: &Source, name: &'static str) -> Option<CFRetained<CFType>> {
    source.get(&CFString::from_static_str(name))
}
