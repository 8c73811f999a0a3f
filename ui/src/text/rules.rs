//! Words about the rules of lending, and the other settings of that section.

pub(crate) const LENDING: &str = "Lending";
pub(crate) const LENDING_LEAD: &str = "Your rules. All of them must allow it before this PC is lent.";
pub(crate) const START: &str = "Start";
pub(crate) const SECTIONS: &str = "Sections";

// The switch
pub(crate) const SWITCH: &str = "Contribute while idle";
pub(crate) const SWITCH_WHY: &str = "Off until you switch it on; an update never does.";

// Groups
pub(crate) const AWAY: &str = "When you are away";
pub(crate) const FIRST: &str = "What comes first";
pub(crate) const MUCH: &str = "How much of it";
pub(crate) const AROUND: &str = "Power, network and disk";
pub(crate) const WHEN: &str = "At which hours";
pub(crate) const WHERE: &str = "Where it is";

// When you are away
pub(crate) const IDLE: &str = "Begin after";
pub(crate) const IDLE_WHY: &str = "So long must keyboard, mouse and gamepad rest.";
pub(crate) const RESUME: &str = "Resume after";
pub(crate) const RESUME_WHY: &str = "A short break stays yours; it doubles when you come back often.";
pub(crate) const LONGEST: &str = "Resume after at most";
pub(crate) const LONGEST_WHY: &str = "The doubling ends here.";
pub(crate) const CALM: &str = "Quiet for";
pub(crate) const CALM_WHY: &str = "Other programs must have been quiet for this long.";

// What comes first
pub(crate) const GAMES: &str = "Games";
pub(crate) const GAMES_WHY: &str = "A game from a known launcher means that you are here.";
pub(crate) const SCREEN: &str = "Full screen";
pub(crate) const SCREEN_WHY: &str = "A film or a presentation should not stutter.";
pub(crate) const APPS: &str = "Programs";
pub(crate) const APPS_WHY: &str = "While one of these runs, this PC is not lent. Default: none.";
pub(crate) const APPS_FIELD: &str = "File name or path of a program";
pub(crate) const APPS_EXAMPLE: &str = "blender, obs64.exe or a full path";
pub(crate) const ADD: &str = "Add";
pub(crate) const OTHER_CPU: &str = "Processor load of others";
pub(crate) const OTHER_CPU_WHY: &str = "Above this, something of yours is at work. 100 switches the rule off.";
pub(crate) const OTHER_GPU: &str = "Graphics load of others";
pub(crate) const OTHER_GPU_WHY: &str = "Games and video show here first. 100 switches the rule off.";
pub(crate) const CELSIUS: &str = "Graphics card cooler than";
pub(crate) const CELSIUS_WHY: &str = "A warm card gets a rest, and so do its fans.";

// How much
pub(crate) const CORES: &str = "Processor";
pub(crate) const CORES_WHY: &str = "At most this share of its cores.";
pub(crate) const MEMORY: &str = "Memory";
pub(crate) const MEMORY_WHY: &str = "At most this share, so that your programs stay in it.";
pub(crate) const VRAM: &str = "Graphics memory";
pub(crate) const VRAM_WHY: &str = "At most this much for lending.";
pub(crate) const VRAM_ZERO: &str = "all but what stays free";
pub(crate) const SPARE_VRAM: &str = "Graphics memory that stays free";
pub(crate) const SPARE_VRAM_WHY: &str = "Your desktop and browser draw with it.";

// Power, network and disk
pub(crate) const BATTERY: &str = "On battery";
pub(crate) const BATTERY_WHY: &str = "Computing drains a battery quickly.";
pub(crate) const METERED: &str = "On a metered network";
pub(crate) const METERED_WHY: &str = "Someone pays for each gigabyte.";
pub(crate) const SPARE_DISK: &str = "Disk that stays free";
pub(crate) const SPARE_DISK_WHY: &str = "A full disk breaks games and updates.";

// Hours
pub(crate) const HOURS: &str = "Hours";
pub(crate) const HOURS_WHY: &str =
    "Filled hours are welcome, in local time. Drag, or use arrow keys and space. Default: always.";
pub(crate) const HOURS_GRID: &str = "Hours of the week; arrow keys move, space switches";
pub(crate) const PRESETS: &str = "Ready-made hours";
pub(crate) const ALWAYS: &str = "Always";
pub(crate) const NIGHTS: &str = "Nights, 22 to 8";
pub(crate) const NIGHTS_AND_WEEKENDS: &str = "Nights and weekends";
pub(crate) const DAY: &str = "Day";
pub(crate) const DAY_NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
pub(crate) const SHORT_DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(crate) fn hour_cell(day: &str, hour: u8) -> String {
    format!("{day} {hour}:00 to {}:00", hour + 1)
}

pub(crate) fn whole_day(day: &str) -> String {
    format!("Switch all of {day}")
}

// Region
pub(crate) const REGION: &str = "Region";
pub(crate) const REGION_WHY: &str = "Near machines answer sooner. Nothing is looked up online. Default: found out.";
pub(crate) const REGION_AUTO: &str = "Find it out";
pub(crate) const REGION_CODE: &str = "A cloud region’s code…";
pub(crate) const REGION_FIELD: &str = "Code of a cloud region";
pub(crate) const REGION_EXAMPLE: &str = "us-east-1";

pub(crate) fn region_now(region: &str, source: &str) -> String {
    format!("Now: {region}, {source}.")
}

// Start at login
pub(crate) const LOGIN: &str = "Start when I log in";
pub(crate) const LOGIN_WHY: &str = "OpenGateway starts in the tray, with its window closed. Default: off.";
pub(crate) const LOGIN_UNKNOWN: &str = "This system does not tell; set it in the system’s own settings.";

// Units and defaults
pub(crate) const MINUTES: &str = "min";
pub(crate) const SECONDS: &str = "s";
pub(crate) const PERCENT: &str = "%";
pub(crate) const DEGREES: &str = "°C";
pub(crate) const MEBIBYTES: &str = "MiB";
pub(crate) const GIGABYTES: &str = "GB";
pub(crate) const ON: &str = "on";
pub(crate) const OFF: &str = "off";
pub(crate) const RESTORE: &str = "Restore";

pub(crate) fn default_of(value: &str) -> String {
    format!("Default: {value}.")
}

pub(crate) fn amount(value: u32, unit: &str) -> String {
    format!("{value} {unit}")
}

pub(crate) fn restore(name: &str) -> String {
    format!("Restore the default of {name}")
}

pub(crate) fn remove(name: &str) -> String {
    format!("Remove {name}")
}
