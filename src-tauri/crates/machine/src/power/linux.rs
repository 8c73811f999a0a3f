//! Power supplies as the kernel lists them.

use std::fs;
use std::path::Path;

use opengateway_api::Battery;
use opengateway_core::idle::Power;

use super::Reading;

pub(super) fn read() -> Reading {
    read_in(Path::new("/sys/class/power_supply"))
}

fn read_in(directory: &Path) -> Reading {
    let supplies = fs::read_dir(directory).into_iter().flatten().flatten();
    let supplies: Vec<Supply> = supplies.filter_map(|entry| Supply::read(&entry.path())).collect();
    let batteries = supplies.iter().filter_map(|supply| match supply {
        Supply::Battery(battery) => Some(*battery),
        Supply::Wall { .. } => None,
    });
    // Laptops with two batteries empty one after the other: the fullest tells how long it lasts.
    let battery = batteries.reduce(|one, other| Battery {
        percent: one.percent.max(other.percent),
        discharging: one.discharging || other.discharging,
    });
    let plugged = supplies.contains(&Supply::Wall { plugged: true });
    let unplugged = !plugged && supplies.contains(&Supply::Wall { plugged: false });
    let drains = battery.is_some_and(|battery| (battery.discharging && !plugged) || unplugged);
    Reading { power: Some(if drains { Power::Battery } else { Power::Mains }), battery }
}

#[derive(Debug, PartialEq)]
enum Supply {
    Wall { plugged: bool },
    Battery(Battery),
}

impl Supply {
    fn read(directory: &Path) -> Option<Self> {
        let text = |name: &str| Some(fs::read_to_string(directory.join(name)).ok()?.trim().to_owned());
        match text("type")?.as_str() {
            "Mains" | "USB" => Some(Self::Wall { plugged: text("online")? == "1" }),
            // The battery of a mouse says that it belongs to a device.
            "Battery" if text("scope").as_deref() != Some("Device") => Some(Self::Battery(Battery {
                percent: text("capacity").and_then(|percent| percent.parse().ok()).unwrap_or(0).min(100),
                discharging: text("status")? == "Discharging",
            })),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLUGGED: (&str, &str) = ("AC", "type=Mains online=1");
    const UNPLUGGED: (&str, &str) = ("AC", "type=Mains online=0");

    #[test]
    fn without_a_battery_the_power_is_the_walls() {
        assert_eq!(read(&[]), (Power::Mains, None));
        assert_eq!(read(&[UNPLUGGED]), (Power::Mains, None));
    }

    #[test]
    fn a_laptop_runs_from_its_battery_when_unplugged() {
        let draining = ("BAT0", "type=Battery capacity=71 status=Discharging");

        let reading = read(&[UNPLUGGED, draining]);

        assert_eq!(reading, (Power::Battery, Some(Battery { percent: 71, discharging: true })));
    }

    #[test]
    fn a_laptop_runs_from_the_wall_when_plugged_in() {
        for status in ["Charging", "Full", "Not charging", "Discharging"] {
            let battery = format!("type=Battery capacity=100 status={}", status.replace(' ', "_"));
            assert_eq!(read(&[PLUGGED, ("BAT0", &battery)]).0, Power::Mains, "{status}");
        }
    }

    #[test]
    fn a_battery_that_neither_fills_nor_drains_while_unplugged_is_still_the_source() {
        assert_eq!(read(&[UNPLUGGED, ("BAT0", "type=Battery capacity=80 status=Unknown")]).0, Power::Battery);
    }

    #[test]
    fn any_plugged_charger_counts() {
        let supplies = [UNPLUGGED, ("usb", "type=USB online=1"), ("BAT0", "type=Battery capacity=9 status=Charging")];

        assert_eq!(read(&supplies).0, Power::Mains);
    }

    #[test]
    fn the_battery_of_a_mouse_is_not_the_machines() {
        let mouse = ("hidpp_battery_0", "type=Battery scope=Device capacity=5 status=Discharging");

        assert_eq!(read(&[mouse]), (Power::Mains, None));
    }

    fn read(supplies: &[(&str, &str)]) -> (Power, Option<Battery>) {
        let directory = tempfile::tempdir().unwrap();
        for (name, fields) in supplies {
            let supply = directory.path().join(name);
            fs::create_dir(&supply).unwrap();
            for (field, value) in fields.split(' ').filter_map(|field| field.split_once('=')) {
                fs::write(supply.join(field), format!("{}\n", value.replace('_', " "))).unwrap();
            }
        }
        let reading = read_in(directory.path());
        (reading.power.unwrap(), reading.battery)
    }
}
