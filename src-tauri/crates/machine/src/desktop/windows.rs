//! What Windows tells: the last input of this session, and the window in the foreground.

use std::collections::HashSet;
use std::time::Duration;

use windows::Win32::Foundation::{HWND, RECT};
use windows::Win32::Graphics::Gdi::{GetMonitorInfoW, MONITOR_DEFAULTTONULL, MONITORINFO, MonitorFromWindow};
use windows::Win32::System::SystemInformation::GetTickCount;
use windows::Win32::UI::Input::KeyboardAndMouse::{GetLastInputInfo, LASTINPUTINFO};
use windows::Win32::UI::Shell::{
    QUERY_USER_NOTIFICATION_STATE, QUNS_NOT_PRESENT, QUNS_PRESENTATION_MODE, QUNS_RUNNING_D3D_FULL_SCREEN,
    SHQueryUserNotificationState,
};
use windows::Win32::UI::WindowsAndMessaging::{
    GWL_STYLE, GetClassNameW, GetForegroundWindow, GetWindowLongPtrW, GetWindowRect, GetWindowThreadProcessId,
    IsZoomed, WS_CAPTION,
};

use super::Area;

/// Windows of the desktop itself, which fill the screen when nothing else does.
const SHELL: [&str; 5] = ["#32769", "Progman", "WorkerW", "Shell_TrayWnd", "Windows.UI.Core.CoreWindow"];

pub(crate) struct Desktop;

impl Desktop {
    pub(crate) fn new() -> Self {
        Self
    }

    #[expect(unsafe_code, reason = "calls of the system")]
    pub(crate) fn input_ago(&mut self) -> Option<Duration> {
        let size = u32::try_from(size_of::<LASTINPUTINFO>()).ok()?;
        let mut last = LASTINPUTINFO { cbSize: size, dwTime: 0 };
        // SAFETY: `last` is ours, says how long it is and outlives the call.
        unsafe { GetLastInputInfo(&raw mut last) }.ok().ok()?;
        // SAFETY: the call has no conditions.
        let now = unsafe { GetTickCount() };
        // Both count milliseconds and start anew every 49 days.
        Some(Duration::from_millis(now.wrapping_sub(last.dwTime).into()))
    }

    pub(crate) fn full_screen(&mut self, ours: &HashSet<u32>) -> Option<bool> {
        match notification_state() {
            // The screen is locked: what covers it then is the lock.
            Some(QUNS_NOT_PRESENT) => Some(false),
            Some(QUNS_RUNNING_D3D_FULL_SCREEN | QUNS_PRESENTATION_MODE) => Some(true),
            // The other states are also told of programs that merely run; the window itself says more.
            _ => Some(Window::in_foreground().is_some_and(|window| window.covers_screen(ours))),
        }
    }

    pub(crate) fn missing(&mut self, _ours: &HashSet<u32>) -> Vec<String> {
        let silent = self.input_ago().is_none();
        silent.then(|| "time since the last input: this session has none".into()).into_iter().collect()
    }
}

#[expect(unsafe_code, reason = "a call of the system")]
fn notification_state() -> Option<QUERY_USER_NOTIFICATION_STATE> {
    // SAFETY: the call has no conditions.
    unsafe { SHQueryUserNotificationState() }.ok()
}

struct Window(HWND);

impl Window {
    #[expect(unsafe_code, reason = "a call of the system")]
    fn in_foreground() -> Option<Self> {
        // SAFETY: the call has no conditions.
        let window = unsafe { GetForegroundWindow() };
        (!window.is_invalid()).then_some(Self(window))
    }

    fn covers_screen(&self, ours: &HashSet<u32>) -> bool {
        if ours.contains(&self.process()) || SHELL.contains(&self.class().as_str()) || self.is_maximized() {
            return false;
        }
        self.area().zip(self.screen()).is_some_and(|(window, screen)| window.covers(&screen))
    }

    #[expect(unsafe_code, reason = "a call of the system")]
    fn process(&self) -> u32 {
        let mut process = 0;
        // SAFETY: `process` is ours and outlives the call; a window that is gone gives 0.
        unsafe { GetWindowThreadProcessId(self.0, Some(&raw mut process)) };
        process
    }

    #[expect(unsafe_code, reason = "a call of the system")]
    fn class(&self) -> String {
        let mut name = [0; 64];
        // SAFETY: the call is told how long the buffer is.
        let length = unsafe { GetClassNameW(self.0, &mut name) };
        let name = name.get(..usize::try_from(length).unwrap_or(0)).unwrap_or_default();
        String::from_utf16_lossy(name)
    }

    /// Where the task bar hides itself, a maximized window reaches all edges too; but it keeps its title.
    #[expect(unsafe_code, reason = "calls of the system")]
    fn is_maximized(&self) -> bool {
        // SAFETY: a window that is gone gives 0 to both.
        let (zoomed, style) = unsafe { (IsZoomed(self.0).as_bool(), GetWindowLongPtrW(self.0, GWL_STYLE)) };
        let caption = isize::try_from(WS_CAPTION.0).unwrap_or_default();
        zoomed && style & caption == caption
    }

    #[expect(unsafe_code, reason = "a call of the system")]
    fn area(&self) -> Option<Area> {
        let mut area = RECT::default();
        // SAFETY: `area` is ours and outlives the call.
        unsafe { GetWindowRect(self.0, &raw mut area) }.ok()?;
        Some(rectangle(area))
    }

    #[expect(unsafe_code, reason = "calls of the system")]
    fn screen(&self) -> Option<Area> {
        let mut info = MONITORINFO { cbSize: u32::try_from(size_of::<MONITORINFO>()).ok()?, ..Default::default() };
        // SAFETY: `info` is ours, says how long it is and outlives the call; a monitor that is none gives an error.
        let told = unsafe { GetMonitorInfoW(MonitorFromWindow(self.0, MONITOR_DEFAULTTONULL), &raw mut info) };
        told.as_bool().then(|| rectangle(info.rcMonitor))
    }
}

fn rectangle(area: RECT) -> Area {
    let (width, height) = (area.right - area.left, area.bottom - area.top);
    Area::at(area.left.into(), area.top.into(), width.into(), height.into())
}
