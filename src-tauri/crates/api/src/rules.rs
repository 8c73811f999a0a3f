//! When this PC may be lent, as its owner sets it.

use serde::{Deserialize, Serialize};

use crate::Hours;

/// When this PC may be lent and how much of it: every rule with the default that suits a gaming PC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Minutes without keyboard, mouse or gamepad before lending begins.
    pub idle_minutes: u32,
    /// Whether a full-screen program means that the owner is here.
    pub yield_to_full_screen: bool,
    /// Whether games of the known launchers mean that the owner is here.
    pub yield_to_games: bool,
    /// Further programs that must not be disturbed, by file name such as `blender` or by path.
    pub apps: Vec<String>,
    /// Other programs must use less than this of the processor, in percent of the whole machine.
    pub other_cpu_percent: u8,
    /// Other programs must use less than this of the graphics card, in percent.
    pub other_gpu_percent: u8,
    /// Seconds for which other programs must have been that quiet.
    pub calm_seconds: u32,
    /// Mebibytes of graphics memory that stay free for others.
    pub spare_vram_mib: u32,
    /// The graphics card must be cooler than this, in degrees Celsius.
    pub gpu_celsius: u8,
    /// Whether lending goes on without mains power.
    pub on_battery: bool,
    /// Whether lending goes on where the network is metered.
    pub on_metered: bool,
    /// Gigabytes of disk that stay free.
    pub spare_disk_gb: u32,
    /// The hours of each weekday, in local time, at which lending is welcome.
    pub hours: Hours,
    /// Minutes until lending resumes after it yielded; doubles, up to [`Self::longest_resume_minutes`], if it yielded
    /// three times within an hour.
    pub resume_minutes: u32,
    /// Minutes until lending resumes at most.
    pub longest_resume_minutes: u32,
    /// At most this share of the processor's cores, in percent.
    pub cores_percent: u8,
    /// At most this share of the memory, in percent.
    pub memory_percent: u8,
    /// At most this much graphics memory in mebibytes; 0 is all but what stays spare.
    pub vram_mib: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            idle_minutes: 5,
            yield_to_full_screen: true,
            yield_to_games: true,
            apps: Vec::new(),
            other_cpu_percent: 25,
            other_gpu_percent: 10,
            calm_seconds: 60,
            spare_vram_mib: 1024,
            gpu_celsius: 75,
            on_battery: false,
            on_metered: false,
            spare_disk_gb: 20,
            hours: Hours::default(),
            resume_minutes: 5,
            longest_resume_minutes: 30,
            cores_percent: 50,
            memory_percent: 50,
            vram_mib: 0,
        }
    }
}
