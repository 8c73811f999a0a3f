//! What is assumed of the world and was measured nowhere: every figure once, with its reason.

use std::time::Duration;

use opengateway_api::Region;

/// A region: its share of all nodes, its time zone, and milliseconds there and back to the others.
pub(crate) struct Land {
    pub(crate) region: Region,
    pub(crate) share: f64,
    pub(crate) utc_hours: u32,
    /// To each region in the order of [`LANDS`]; to itself it depends on the cities.
    pub(crate) rtt_ms: [f64; 7],
}

const fn land(region: Region, share: f64, utc_hours: u32, rtt_ms: [f64; 7]) -> Land {
    Land { region, share, utc_hours, rtt_ms }
}

/// As PCs for games are spread over the world, roughly. Times between regions are those of public tables of backbones,
/// rounded.
pub(crate) const LANDS: [Land; 7] = [
    land(Region::Asia, 0.30, 8, [0.0, 170.0, 190.0, 230.0, 300.0, 130.0, 120.0]),
    land(Region::NorthAmerica, 0.24, 18, [170.0, 0.0, 100.0, 200.0, 130.0, 180.0, 170.0]),
    land(Region::Europe, 0.26, 1, [190.0, 100.0, 0.0, 110.0, 210.0, 270.0, 90.0]),
    land(Region::Africa, 0.04, 1, [230.0, 200.0, 110.0, 0.0, 280.0, 290.0, 130.0]),
    land(Region::SouthAmerica, 0.08, 21, [300.0, 130.0, 210.0, 280.0, 0.0, 300.0, 250.0]),
    land(Region::Oceania, 0.04, 10, [130.0, 180.0, 270.0, 290.0, 300.0, 0.0, 230.0]),
    land(Region::MiddleEast, 0.04, 3, [120.0, 170.0, 90.0, 130.0, 250.0, 230.0, 0.0]),
];

/// A model: the tier that serves it, gigabytes, and text tokens a second of one answer on a PC of each tier.
pub(crate) struct Size {
    pub(crate) tier: usize,
    pub(crate) gigabytes: f64,
    pub(crate) speed: [f64; 4],
}

const fn size(tier: usize, gigabytes: f64, speed: [f64; 4]) -> Size {
    Size { tier, gigabytes, speed }
}

/// 3B, 8B, 12B, 14B, 8x7B, 32B, 70B, 235B and 405B. Speed is memory bandwidth over size.
pub(crate) const SIZES: [Size; 9] = [
    size(0, 2.0, [22.0, 110.0, 190.0, 200.0]),
    size(0, 5.0, [9.0, 55.0, 110.0, 120.0]),
    size(1, 7.5, [5.0, 38.0, 75.0, 80.0]),
    size(1, 9.0, [4.0, 32.0, 65.0, 70.0]),
    size(2, 27.0, [2.0, 6.0, 30.0, 45.0]),
    size(2, 20.0, [1.5, 5.0, 32.0, 38.0]),
    size(2, 42.0, [0.7, 2.0, 9.0, 20.0]),
    size(3, 140.0, [0.0, 0.0, 0.0, 9.0]),
    size(3, 230.0, [0.0, 0.0, 0.0, 4.0]),
];

/// Cities of a region, so that some peers are nearby and most are not; larger ones have more nodes.
pub(crate) const CITIES: usize = 12;
/// Milliseconds there and back between two cities of a region, by their distance.
pub(crate) const IN_REGION_MS: (f64, f64) = (20.0, 120.0);
/// The last mile of each home, fibre to DSL: all there is within a city.
pub(crate) const LAST_MILE_MS: (f64, f64) = (1.0, 8.0);
/// Share that is online at a time. With a fifth of them leaving each hour the others come back after 75 minutes.
pub(crate) const ONLINE: f64 = 0.8;
/// Highest tier: cards of 24 GB and more are rare among players.
pub(crate) const TIERS: [f64; 4] = [0.46, 0.45, 0.08, 0.01];
/// Lending is off by default.
pub(crate) const LENDS: f64 = 0.35;
/// Reached without help: by a public address or UPnP.
pub(crate) const OPEN: f64 = 0.40;
/// Of the others, reached by hole punching: measured in the IPFS network (Trautwein et al. 2022).
pub(crate) const PUNCHED: f64 = 0.70;
/// Through a relay the way is so many times as long, and milliseconds more: it is somewhere else.
pub(crate) const RELAYED: (f64, f64) = (1.6, 20.0);
/// One to four models on a disk: nobody keeps many of this size.
pub(crate) const MODELS: [f64; 4] = [0.4, 0.3, 0.2, 0.1];
/// PCs of one tier differ in speed about twofold: e to this.
pub(crate) const SPREAD: f64 = 0.3;
/// What each further answer adds to an engine's speed: docs/benchmarks.md has 1.8 to 2.3 times for eight.
pub(crate) const SIDE_BY_SIDE: f64 = 0.2;
/// Reading over writing: processors are held up by sums, graphics cards are not.
pub(crate) const READS_FASTER: [f64; 4] = [8.0, 25.0, 25.0, 25.0];
/// Loading a model from an NVMe disk, partly in the file cache.
pub(crate) const LOADED_GB_S: f64 = 1.5;
/// An owner is at the PC a third of the time it is on.
pub(crate) const PRESENT: Duration = Duration::from_secs(50 * 60);
pub(crate) const AWAY: Duration = Duration::from_secs(100 * 60);
/// How often owners return, from 4 o'clock in the night a figure for each three hours: nights are quiet, evenings not.
pub(crate) const BY_HOUR: [f64; 8] = [0.2, 0.6, 1.0, 1.1, 1.1, 1.4, 1.8, 0.8];
/// Of an owner who is there: about 50 prompts a day for one who uses it a lot.
pub(crate) const PROMPTS_AN_HOUR: f64 = 6.0;
/// Prompts for a model above the PC's tier: the reason to be in the network.
pub(crate) const LARGER: f64 = 0.30;
/// Prompts for another model of its tier, tried before it is fetched.
pub(crate) const OTHER: f64 = 0.15;
/// Public is the default; then internal, confidential, restricted.
pub(crate) const CLASSES: [f64; 4] = [0.80, 0.10, 0.04, 0.06];
/// Marked by hand, in the own region.
pub(crate) const FRIENDS: usize = 3;
/// Text tokens of a prompt and of an answer in a chat: the middle, and the spread as in [`SPREAD`].
pub(crate) const PROMPT: (f64, f64) = (150.0, 1.0);
pub(crate) const ANSWER: (f64, f64) = (250.0, 0.8);
/// Without text for so long an owner cancels: the program itself waits for ever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// Connections that are replaced between two looks after them, which are [`RELINKED`] apart.
pub(crate) const TURNOVER: f64 = 0.10;
pub(crate) const RELINKED: Duration = Duration::from_secs(300);
/// After a cut somebody's walk through the Kademlia table crosses it within this, and from then on gossip does.
pub(crate) const BRIDGED: Duration = Duration::from_secs(60);
