//! The hour of the week, in local time.

use opengateway_core::idle::LocalTime;

#[cfg(unix)]
pub(crate) fn local() -> Option<LocalTime> {
    let now = jiff::Zoned::now();
    let part = |part: i8| u8::try_from(part).ok();
    Some(LocalTime { weekday: part(now.weekday().to_monday_zero_offset())?, hour: part(now.hour())? })
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "a call of the system")]
pub(crate) fn local() -> Option<LocalTime> {
    // SAFETY: the call has no conditions.
    let now = unsafe { windows::Win32::System::SystemInformation::GetLocalTime() };
    // Windows begins the week with Sunday.
    let weekday = (now.wDayOfWeek + 6) % 7;
    Some(LocalTime { weekday: u8::try_from(weekday).ok()?, hour: u8::try_from(now.wHour).ok()? })
}
