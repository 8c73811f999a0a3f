//! Words about this PC: facts, tiers, region, speed.

pub(crate) const THIS_PC: &str = "This PC";
pub(crate) const REFRESH: &str = "Read anew";
pub(crate) const LOADING: &str = "Looking at this PC…";
pub(crate) const PROCESSOR: &str = "Processor";
pub(crate) const MEMORY: &str = "Memory";
pub(crate) const GRAPHICS: &str = "Graphics card";
pub(crate) const NO_GRAPHICS: &str = "none found; the processor answers";
pub(crate) const SHARED: &str = "shares the memory";
pub(crate) const ASLEEP: &str = "asleep";
pub(crate) const DISK: &str = "Disk";
pub(crate) const BATTERY: &str = "Battery";
pub(crate) const DISCHARGING: &str = "in use";
pub(crate) const CHARGED: &str = "on mains";
pub(crate) const SYSTEM: &str = "System";
pub(crate) const REGION: &str = "Region";
pub(crate) const SPEED: &str = "Speed";
pub(crate) const MEASURE: &str = "Measure";
pub(crate) const MEASURING: &str = "Measuring…";
pub(crate) const NOT_MEASURED: &str = "not measured yet";
pub(crate) const MEASURE_HINT: &str = "Takes about a minute, while this PC is lent";
pub(crate) const MEASURE_QUEUED: &str = "It is measured as soon as this PC is lent.";
pub(crate) const TIERS: &str = "Tiers";
pub(crate) const REACHED: &str = "reached";
pub(crate) const MISSING: &str = "Could not be found out";

pub(crate) fn cores(count: u32) -> String {
    if count == 1 { "1 core".to_owned() } else { format!("{count} cores") }
}

pub(crate) fn free_of(whole: &str, free: &str) -> String {
    format!("{whole}, {free} free")
}

pub(crate) fn free_disk(free: &str) -> String {
    format!("{free} free where the models are")
}

pub(crate) fn writes(rate: &str) -> String {
    format!("writes {rate}")
}

pub(crate) fn reads(rate: &str) -> String {
    format!("reads {rate}")
}

pub(crate) fn memory_speed(gigabytes: f64) -> String {
    format!("memory {gigabytes:.0} GB/s")
}

pub(crate) fn with_model(model: &str, moment: &str) -> String {
    format!("{model}, {moment}")
}

pub(crate) fn tier_label(letter: &str, serves: &str) -> String {
    format!("Tier {letter}, {serves}")
}

pub(crate) fn lacks(what: &str) -> String {
    format!("needs {what}")
}

// Regions
pub(crate) const ASIA: &str = "Asia";
pub(crate) const NORTH_AMERICA: &str = "North America";
pub(crate) const EUROPE: &str = "Europe";
pub(crate) const AFRICA: &str = "Africa";
pub(crate) const SOUTH_AMERICA: &str = "South America";
pub(crate) const OCEANIA: &str = "Oceania";
pub(crate) const MIDDLE_EAST: &str = "Middle East";
pub(crate) const NO_REGION: &str = "unknown; set it in Settings";
pub(crate) const BY_SETTING: &str = "set by you";
pub(crate) const BY_ADDRESS: &str = "by the address that peers see";
pub(crate) const BY_TIME_ZONE: &str = "by the time zone";
