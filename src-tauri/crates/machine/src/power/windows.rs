//! Power as Windows tells it.

use opengateway_api::Battery;
use opengateway_core::idle::Power;
use windows::Win32::System::Power::{GetSystemPowerStatus, SYSTEM_POWER_STATUS};

use super::Reading;

const UNKNOWN: u8 = 255;
const OFFLINE: u8 = 0;
/// The bit that says that there is no battery.
const NO_BATTERY: u8 = 128;

#[expect(unsafe_code, reason = "a call of the system")]
pub(super) fn read() -> Reading {
    let mut status = SYSTEM_POWER_STATUS::default();
    // SAFETY: `status` is ours and outlives the call.
    if unsafe { GetSystemPowerStatus(&raw mut status) }.is_err() {
        return Reading { power: None, battery: None };
    }
    let has_battery = status.BatteryFlag != UNKNOWN && status.BatteryFlag & NO_BATTERY == 0;
    let drains = status.ACLineStatus == OFFLINE;
    Reading {
        power: match status.ACLineStatus {
            UNKNOWN if has_battery => None,
            OFFLINE => Some(Power::Battery),
            _ => Some(Power::Mains),
        },
        battery: has_battery.then(|| Battery { percent: status.BatteryLifePercent.min(100), discharging: drains }),
    }
}
