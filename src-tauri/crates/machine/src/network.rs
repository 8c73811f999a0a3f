//! Whether the network costs by volume.

use std::time::Duration;

use crate::asked::Asked;

/// Networks change seldom.
const FRESH_FOR: Duration = Duration::from_secs(30);
const GOOD_FOR: Duration = Duration::from_secs(120);
/// How long a reading waits for the service that knows.
const WAIT: Duration = Duration::from_millis(50);

pub(crate) struct Network {
    metered: Asked<Option<bool>>,
}

impl Network {
    pub(crate) fn new() -> Self {
        Self { metered: Asked::new("metered network", FRESH_FOR, GOOD_FOR, system::metered()) }
    }

    pub(crate) fn metered(&mut self) -> Option<bool> {
        self.metered.within(WAIT).flatten()
    }

    pub(crate) fn missing(&mut self) -> Option<String> {
        self.metered().is_none().then(|| "metered network: the system does not tell".into())
    }
}

#[cfg(target_os = "linux")]
mod system {
    use crate::bus::{Bus, Object};

    /// `NetworkManager` knows; other services for networks do not tell.
    pub(super) fn metered() -> impl FnMut() -> Option<bool> {
        let mut bus = Bus::system();
        let manager = Object {
            service: "org.freedesktop.NetworkManager",
            path: "/org/freedesktop/NetworkManager",
            interface: "org.freedesktop.NetworkManager",
        };
        move || bus.property(manager, "Metered").and_then(meaning)
    }

    /// Yes, no, and a guess at each.
    fn meaning(told: u32) -> Option<bool> {
        match told {
            1 | 3 => Some(true),
            2 | 4 => Some(false),
            _ => None,
        }
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn a_guess_counts_like_a_word() {
            assert_eq!(
                [0, 1, 2, 3, 4, 5].map(super::meaning),
                [None, Some(true), Some(false), Some(true), Some(false), None]
            );
        }
    }
}

#[cfg(windows)]
mod system {
    use windows::Networking::Connectivity::{NetworkCostType, NetworkInformation};

    pub(super) fn metered() -> impl FnMut() -> Option<bool> {
        || {
            let cost = NetworkInformation::GetInternetConnectionProfile().ok()?.GetConnectionCost().ok()?;
            let kind = cost.NetworkCostType().ok()?;
            let beyond = cost.Roaming().unwrap_or(false) || cost.OverDataLimit().unwrap_or(false);
            match kind {
                NetworkCostType::Unrestricted => Some(beyond),
                NetworkCostType::Fixed | NetworkCostType::Variable => Some(true),
                _ => None,
            }
        }
    }
}

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;
