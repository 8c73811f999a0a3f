//! The rules of lending as rows of the settings.

use super::field::{Amount, Control, Toggle};
use super::list::List;
use crate::text::rules as words;

const DAY_MINUTES: u32 = 24 * 60;
const HOUR_SECONDS: u32 = 60 * 60;
const MOST_MEBIBYTES: u32 = 1 << 20;
const MOST_GIGABYTES: u32 = 100_000;

/// A share or a temperature: what comes from a row is in its range.
fn small(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

pub(super) const AWAY: [Amount; 4] = [
    Amount {
        id: "idle",
        name: words::IDLE,
        why: words::IDLE_WHY,
        unit: words::MINUTES,
        range: (1, DAY_MINUTES),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.idle_minutes,
        set: |settings, value| settings.rules.idle_minutes = value,
    },
    Amount {
        id: "calm",
        name: words::CALM,
        why: words::CALM_WHY,
        unit: words::SECONDS,
        range: (0, HOUR_SECONDS),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.calm_seconds,
        set: |settings, value| settings.rules.calm_seconds = value,
    },
    Amount {
        id: "resume",
        name: words::RESUME,
        why: words::RESUME_WHY,
        unit: words::MINUTES,
        range: (0, DAY_MINUTES),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.resume_minutes,
        set: |settings, value| settings.rules.resume_minutes = value,
    },
    Amount {
        id: "longest-resume",
        name: words::LONGEST,
        why: words::LONGEST_WHY,
        unit: words::MINUTES,
        range: (0, DAY_MINUTES),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.longest_resume_minutes,
        set: |settings, value| settings.rules.longest_resume_minutes = value,
    },
];

pub(super) const FIRST: [Toggle; 2] = [
    Toggle {
        name: words::GAMES,
        why: words::GAMES_WHY,
        get: |settings| settings.rules.yield_to_games,
        set: |settings, on| settings.rules.yield_to_games = on,
    },
    Toggle {
        name: words::SCREEN,
        why: words::SCREEN_WHY,
        get: |settings| settings.rules.yield_to_full_screen,
        set: |settings, on| settings.rules.yield_to_full_screen = on,
    },
];

pub(super) const APPS: List = List {
    test: "apps",
    name: words::APPS,
    why: words::APPS_WHY,
    field: words::APPS_FIELD,
    example: words::APPS_EXAMPLE,
    get: |settings| &settings.rules.apps,
    edit: |settings| &mut settings.rules.apps,
};

pub(super) const LOADS: [Amount; 3] = [
    Amount {
        id: "other-cpu",
        name: words::OTHER_CPU,
        why: words::OTHER_CPU_WHY,
        unit: words::PERCENT,
        range: (1, 100),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.other_cpu_percent.into(),
        set: |settings, value| settings.rules.other_cpu_percent = small(value),
    },
    Amount {
        id: "other-gpu",
        name: words::OTHER_GPU,
        why: words::OTHER_GPU_WHY,
        unit: words::PERCENT,
        range: (1, 100),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.other_gpu_percent.into(),
        set: |settings, value| settings.rules.other_gpu_percent = small(value),
    },
    Amount {
        id: "celsius",
        name: words::CELSIUS,
        why: words::CELSIUS_WHY,
        unit: words::DEGREES,
        range: (30, 110),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.gpu_celsius.into(),
        set: |settings, value| settings.rules.gpu_celsius = small(value),
    },
];

pub(super) const MUCH: [Amount; 4] = [
    CORES,
    MEMORY,
    Amount {
        id: "vram",
        name: words::VRAM,
        why: words::VRAM_WHY,
        unit: words::MEBIBYTES,
        range: (0, MOST_MEBIBYTES),
        zero: Some(words::VRAM_ZERO),
        control: Control::Field,
        get: |settings| settings.rules.vram_mib,
        set: |settings, value| settings.rules.vram_mib = value,
    },
    Amount {
        id: "spare-vram",
        name: words::SPARE_VRAM,
        why: words::SPARE_VRAM_WHY,
        unit: words::MEBIBYTES,
        range: (0, MOST_MEBIBYTES),
        zero: None,
        control: Control::Field,
        get: |settings| settings.rules.spare_vram_mib,
        set: |settings, value| settings.rules.spare_vram_mib = value,
    },
];

const CORES: Amount = Amount {
    id: "cores",
    name: words::CORES,
    why: words::CORES_WHY,
    unit: words::PERCENT,
    range: (5, 100),
    zero: None,
    control: Control::Slider,
    get: |settings| settings.rules.cores_percent.into(),
    set: |settings, value| settings.rules.cores_percent = small(value),
};

const MEMORY: Amount = Amount {
    id: "memory",
    name: words::MEMORY,
    why: words::MEMORY_WHY,
    unit: words::PERCENT,
    range: (5, 100),
    zero: None,
    control: Control::Slider,
    get: |settings| settings.rules.memory_percent.into(),
    set: |settings, value| settings.rules.memory_percent = small(value),
};

pub(super) const AROUND: [Toggle; 2] = [
    Toggle {
        name: words::BATTERY,
        why: words::BATTERY_WHY,
        get: |settings| settings.rules.on_battery,
        set: |settings, on| settings.rules.on_battery = on,
    },
    Toggle {
        name: words::METERED,
        why: words::METERED_WHY,
        get: |settings| settings.rules.on_metered,
        set: |settings, on| settings.rules.on_metered = on,
    },
];

pub(super) const SPARE_DISK: Amount = Amount {
    id: "spare-disk",
    name: words::SPARE_DISK,
    why: words::SPARE_DISK_WHY,
    unit: words::GIGABYTES,
    range: (0, MOST_GIGABYTES),
    zero: None,
    control: Control::Field,
    get: |settings| settings.rules.spare_disk_gb,
    set: |settings, value| settings.rules.spare_disk_gb = value,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use opengateway_api::Settings;

    use super::*;

    fn amounts() -> Vec<Amount> {
        let rest = [SPARE_DISK];
        AWAY.iter().chain(&LOADS).chain(&MUCH).chain(&rest).copied().collect()
    }

    fn toggles() -> Vec<Toggle> {
        FIRST.iter().chain(&AROUND).copied().collect()
    }

    #[test]
    fn every_rule_can_be_set_and_every_default_is_allowed() {
        for amount in amounts() {
            let mut settings = Settings::default();
            let (least, most) = amount.range;
            assert!((least..=most).contains(&(amount.get)(&settings)), "{}", amount.name);

            (amount.set)(&mut settings, most);
            assert_eq!((amount.get)(&settings), most, "{}", amount.name);
        }
        for toggle in toggles() {
            let mut settings = Settings::default();
            let before = (toggle.get)(&settings);

            (toggle.set)(&mut settings, !before);
            assert_ne!((toggle.get)(&settings), before, "{}", toggle.name);
        }
    }

    #[test]
    fn no_two_rows_set_the_same_rule() {
        let ids: BTreeSet<&str> = amounts().iter().map(|amount| amount.id).collect();

        assert_eq!(ids.len(), amounts().len());
    }

    #[test]
    fn no_rule_is_left_out() {
        // The rows, and two that have controls of their own: programs and hours.
        let rules = serde_json::to_value(Settings::default().rules).unwrap();

        assert_eq!(rules.as_object().unwrap().len(), amounts().len() + toggles().len() + 2);
    }
}
