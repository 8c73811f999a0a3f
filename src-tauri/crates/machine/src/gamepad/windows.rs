//! Controllers as XInput sees them. Others, such as those of other consoles, count once a launcher presents them so.

use std::time::{Duration, Instant};

use windows::Win32::UI::Input::XboxController::{XINPUT_GAMEPAD, XINPUT_STATE, XInputGetState};

use super::DeadZone;

/// XInput has this many places.
const PLACES: u32 = 4;
/// Asking for a controller that is not there is slow: it looks through all devices.
const LOOK_EVERY: Duration = Duration::from_secs(5);

pub(super) struct Pads {
    places: Vec<Place>,
}

#[derive(Default)]
struct Place {
    /// Number of the last packet and the buttons in it, while a controller is there.
    last: Option<(u32, u16)>,
    looked: Option<Instant>,
    zone: DeadZone,
}

impl Pads {
    pub(super) fn new() -> Self {
        Self { places: (0..PLACES).map(|_| Place::default()).collect() }
    }

    pub(super) fn used(&mut self) -> Option<bool> {
        let used = (0..).zip(&mut self.places).map(|(number, place)| place.used(number));
        Some(used.fold(false, |any, used| any | used))
    }
}

impl Place {
    fn used(&mut self, number: u32) -> bool {
        if self.last.is_none() && self.looked.is_some_and(|looked| looked.elapsed() < LOOK_EVERY) {
            return false;
        }
        self.looked = Some(Instant::now());
        let state = state(number);
        let before = std::mem::replace(&mut self.last, state.map(|now| (now.dwPacketNumber, now.Gamepad.wButtons.0)));
        let Some(state) = state else { return false };
        if before.is_some_and(|(packet, _)| packet == state.dwPacketNumber) {
            return false;
        }
        let pressed = before.is_some_and(|(_, buttons)| buttons != state.Gamepad.wButtons.0);
        (0..).zip(axes(&state.Gamepad)).fold(pressed, |used, (axis, at)| used | self.zone.left(axis, at))
    }
}

fn axes(pad: &XINPUT_GAMEPAD) -> [f32; 6] {
    let stick = |value: i16| (f32::from(value) + 32768.0) / 65535.0;
    let trigger = |value: u8| f32::from(value) / 255.0;
    [
        stick(pad.sThumbLX),
        stick(pad.sThumbLY),
        stick(pad.sThumbRX),
        stick(pad.sThumbRY),
        trigger(pad.bLeftTrigger),
        trigger(pad.bRightTrigger),
    ]
}

#[expect(unsafe_code, reason = "a call of the system")]
fn state(number: u32) -> Option<XINPUT_STATE> {
    let mut state = XINPUT_STATE::default();
    // SAFETY: `state` is ours and outlives the call.
    let result = unsafe { XInputGetState(number, &raw mut state) };
    (result == 0).then_some(state)
}
