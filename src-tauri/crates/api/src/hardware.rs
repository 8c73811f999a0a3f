//! What this PC is.

use serde::{Deserialize, Serialize};

use crate::ModelId;

/// Facts about this PC and what follows from them: a topic of updates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Hardware {
    /// What was found.
    pub facts: Facts,
    /// Each tier, and what this PC lacks for it.
    pub tiers: Vec<TierReport>,
    /// Where in the world it is.
    pub region: RegionReport,
    /// How fast it answers; `None` until it was measured.
    pub speed: Option<Speed>,
}

/// What was found in this PC. Nothing here identifies it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Operating system with its version.
    pub system: String,
    /// The processor's name.
    pub cpu: String,
    /// Physical cores.
    pub cores: u32,
    /// What the processor's instructions are called, such as `x86_64`.
    pub architecture: String,
    /// Clock in megahertz; 0 is unknown.
    pub clock_mhz: u32,
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// Bytes of memory that are free.
    pub free_memory_bytes: u64,
    /// Graphics cards, the largest first.
    pub gpus: Vec<Gpu>,
    /// Free bytes on the disk that holds the models.
    pub free_disk_bytes: u64,
    /// The battery; `None` where there is none.
    pub battery: Option<Battery>,
    /// What could not be found out and why, for people.
    pub missing: Vec<String>,
}

/// A graphics card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gpu {
    /// Its name.
    pub name: String,
    /// Bytes of its memory.
    pub vram_bytes: u64,
    /// Bytes of its memory that are free; `None` while it sleeps.
    pub free_vram_bytes: Option<u64>,
    /// How we know of it, and what would compute on it: `NVML`, `amdgpu`, `Vulkan`, `Metal`.
    pub backend: String,
    /// Degrees Celsius.
    pub celsius: Option<f32>,
    /// Whether it shares the machine's memory.
    pub integrated: bool,
}

/// A battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Battery {
    /// Charge in percent.
    pub percent: u8,
    /// Whether the machine draws from it.
    pub discharging: bool,
}

/// A class of hardware by what it can serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Models of the 8B class.
    A,
    /// Models of the 7B class on a graphics card.
    B,
    /// Models of the 70B class.
    C,
    /// Models of the 400B class.
    D,
}

impl Tier {
    /// All of them, the smallest first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];
}

/// As in a cluster's name: `b`.
impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
        })
    }
}

/// Whether this PC reaches a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierReport {
    /// Which tier.
    pub tier: Tier,
    /// What it serves, such as `70B class`.
    pub serves: String,
    /// What is lacking, each such as `24 GB of graphics memory (has 8 GB)`; empty if it is reached.
    pub lacks: Vec<String>,
}

/// A part of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Asia without the Middle East.
    Asia,
    /// North and Central America and the Caribbean.
    NorthAmerica,
    /// Europe.
    Europe,
    /// Africa.
    Africa,
    /// South America.
    SouthAmerica,
    /// Australia, New Zealand and the Pacific islands.
    Oceania,
    /// Western Asia from Turkey to Iran.
    MiddleEast,
}

impl Region {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Asia,
        Self::NorthAmerica,
        Self::Europe,
        Self::Africa,
        Self::SouthAmerica,
        Self::Oceania,
        Self::MiddleEast,
    ];
}

/// As in a cluster's name: `north-america`.
impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asia => "asia",
            Self::NorthAmerica => "north-america",
            Self::Europe => "europe",
            Self::Africa => "africa",
            Self::SouthAmerica => "south-america",
            Self::Oceania => "oceania",
            Self::MiddleEast => "middle-east",
        })
    }
}

/// How a region was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionSource {
    /// The owner set it.
    Setting,
    /// By the public address that peers see.
    Address,
    /// By the system's time zone.
    TimeZone,
}

/// Where in the world this PC is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegionReport {
    /// The region; `None` if nothing tells it.
    pub region: Option<Region>,
    /// How it was found.
    pub source: Option<RegionSource>,
}

/// How fast this PC answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// With which model.
    pub model: ModelId,
    /// Text tokens written in a second, for one answer.
    pub text_per_second: f64,
    /// Tokens read in a second.
    pub prompt_per_second: f64,
    /// Gigabytes read from memory in a second.
    pub memory_gb_per_second: f64,
    /// When it was measured, in milliseconds since 1970 UTC.
    pub measured_ms: i64,
}
