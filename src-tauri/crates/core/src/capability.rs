//! What a node announces about itself, and what of that is believable.
//!
//! Only the data and its bounds are here; how it is written and signed is the business of whoever sends it. Everything
//! in it is the word of a stranger until it was measured.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use opengateway_api::{ModelHash, NodeId, Place, Region, Tier};

/// How often a node announces itself in a small cluster.
pub const HEARTBEAT: Duration = Duration::from_secs(20);
/// By this much longer for each node that it knows, if that is more: a cluster of any size then hears about three records
/// a second. The simulation in docs/benchmarks.md shows what that costs.
pub const HEARTBEAT_EACH: Duration = Duration::from_millis(300);
/// And never longer.
pub const MOST_HEARTBEAT: Duration = Duration::from_secs(20 * 60);
/// Heartbeats for which a record counts: two may be lost.
pub const VALID_BEATS: u32 = 3;
/// How far clocks may be apart. Home PCs that lost the time server drift by seconds a day; minutes are a wrong setting.
pub const SKEW: Duration = Duration::from_secs(10 * 60);
/// A peer nearer than this is [`Place::Nearby`].
pub const NEARBY: Duration = Duration::from_millis(50);
/// A peer nearer than this is [`Place::Region`].
pub const REGION: Duration = Duration::from_millis(150);

/// Seconds that a record may claim to count: a node that is silent for longer is gone, whatever it said. Three of the
/// longest heartbeats.
pub const MOST_VALID_S: u32 = 3600;
/// All there are.
pub const MOST_TIERS: usize = 4;
/// More models than a disk at home holds.
pub const MOST_MODELS: usize = 32;
/// Bytes of a name; the longest names of graphics cards and model files have about 50.
pub const MOST_TEXT: usize = 64;
/// Direct ones by two transports, and two through relays.
pub const MOST_ADDRESSES: usize = 4;
/// Bytes of an address; one through a relay has 110.
pub const MOST_ADDRESS: usize = 256;
/// Text tokens of context; the longest model of today holds 10 million.
pub const MOST_CONTEXT: u32 = 16 * 1024 * 1024;
/// Text tokens a second; no home PC comes near.
pub const MOST_SPEED: f32 = 1e6;
/// Jobs of one kind; far above what one machine runs.
pub const MOST_JOBS: u32 = 1024;
/// A million credits for 1000 text tokens, in millionths: 25 times the highest price there is.
pub const MOST_PRICE: i64 = 1_000_000_000_000;
/// Seconds; a hundred years.
pub const MOST_UPTIME_S: u64 = 100 * 365 * 24 * 60 * 60;

/// What a node says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Capability {
    /// Who says it.
    pub node: NodeId,
    /// Grows with each record, also across restarts: a lower one is a replay and is refused.
    pub sequence: u64,
    /// When it was written, by the clock of its node, in milliseconds since 1970 UTC.
    pub issued_ms: i64,
    /// Seconds from its receipt until it counts no more.
    pub valid_s: u32,
    /// Where the node is.
    pub region: Option<Region>,
    /// What it serves.
    pub tiers: Vec<Tier>,
    /// What it answers with.
    pub models: Vec<Served>,
    /// What it is, such as `RTX 4070, 32 GB`.
    pub hardware: String,
    /// How busy it is.
    pub load: Load,
    /// Seconds since its program started.
    pub uptime_s: u64,
    /// Its program's version.
    pub version: String,
    /// Whether it takes jobs now.
    pub accepts: bool,
    /// Millionths of a credit for 1000 text tokens of a model that has no price of its own.
    pub price: i64,
    /// Whether others may be connected through it.
    pub relay: bool,
    /// Where it can be dialled, as multiaddresses without its name, the best first.
    pub addresses: Vec<String>,
    /// What others owe it, less what it owes, in millionths of a credit: among equals who has least is asked first. Who
    /// says less than it has is asked more and earns more, as one is who really has little.
    pub balance: Option<i64>,
}

/// A model that a node answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// What the file is.
    pub hash: ModelHash,
    /// What the node calls it.
    pub name: String,
    /// Longest prompt and answer together, in text tokens.
    pub context: u32,
    /// How its numbers were made smaller, such as `Q4_K_M`.
    pub quantisation: String,
    /// Text tokens a second of one answer; 0 if it was not measured.
    pub text_per_second: f32,
    /// Millionths of a credit for 1000 text tokens; `None` is what the node asks for any.
    pub price: Option<i64>,
}

/// How busy a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Jobs that are being answered.
    pub running: u32,
    /// Jobs that wait.
    pub waiting: u32,
    /// Jobs that can be answered at once.
    pub slots: u32,
}

impl Load {
    /// Jobs that could begin at once.
    pub fn free(&self) -> u32 {
        self.slots.saturating_sub(self.running).saturating_sub(self.waiting)
    }

    /// Jobs that have to end before one more begins.
    pub fn ahead(&self) -> u32 {
        self.running.saturating_add(self.waiting).saturating_add(1).saturating_sub(self.slots)
    }
}

/// Why a record is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// No honest program writes this.
    #[error("its {0} is out of bounds")]
    Bounds(&'static str),
    /// Its clock or ours is wrong.
    #[error("it is dated in the future")]
    Future,
    /// It comes far too late, or somebody repeats it.
    #[error("its time is long over")]
    Old,
}

impl Capability {
    /// Whether it is within bounds and of this time, give or take [`SKEW`]. `now_ms` is in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, now_ms: i64) -> Result<(), Invalid> {
        if let Some((what, _)) = self.bounds().iter().find(|(_, kept)| !kept) {
            return Err(Invalid::Bounds(what));
        }
        let skew = i64::try_from(SKEW.as_millis()).unwrap_or(i64::MAX);
        let over_ms = self.issued_ms.saturating_add(i64::from(self.valid_s).saturating_mul(1000));
        if self.issued_ms > now_ms.saturating_add(skew) {
            return Err(Invalid::Future);
        }
        if over_ms < now_ms.saturating_sub(skew) {
            return Err(Invalid::Old);
        }
        Ok(())
    }

    fn bounds(&self) -> [(&'static str, bool); 10] {
        let Load { running, waiting, slots } = self.load;
        [
            ("validity", (1..=MOST_VALID_S).contains(&self.valid_s)),
            ("list of tiers", self.tiers.len() <= MOST_TIERS && are_distinct(&self.tiers, |tier| *tier)),
            ("list of models", self.models.len() <= MOST_MODELS && are_distinct(&self.models, |model| model.hash)),
            ("model", self.models.iter().take(MOST_MODELS).all(Served::is_within_bounds)),
            ("hardware", is_plain(&self.hardware)),
            ("version", is_plain(&self.version)),
            ("load", [running, waiting, slots].iter().all(|jobs| *jobs <= MOST_JOBS)),
            ("price", (0..=MOST_PRICE).contains(&self.price)),
            ("uptime", self.uptime_s <= MOST_UPTIME_S),
            ("list of addresses", self.has_few_addresses()),
        ]
    }
}

impl Capability {
    fn has_few_addresses(&self) -> bool {
        self.addresses.len() <= MOST_ADDRESSES && self.addresses.iter().all(|address| address.len() <= MOST_ADDRESS)
    }
}

impl Served {
    fn is_within_bounds(&self) -> bool {
        let named = !self.name.trim().is_empty() && is_plain(&self.name) && is_plain(&self.quantisation);
        // A range holds no NaN.
        let priced = self.price.is_none_or(|price| (0..=MOST_PRICE).contains(&price));
        named
            && priced
            && (1..=MOST_CONTEXT).contains(&self.context)
            && (0.0..=MOST_SPEED).contains(&self.text_per_second)
    }
}

/// How often a node announces itself that knows so many others.
pub fn heartbeat(known: usize) -> Duration {
    let known = u32::try_from(known).unwrap_or(u32::MAX);
    HEARTBEAT_EACH.saturating_mul(known).clamp(HEARTBEAT, MOST_HEARTBEAT)
}

/// How long a record counts that is renewed with this heartbeat, in seconds.
pub fn valid_s(heartbeat: Duration) -> u32 {
    let whole = heartbeat.as_millis().div_ceil(1000);
    u32::try_from(whole).unwrap_or(u32::MAX).saturating_mul(VALID_BEATS).min(MOST_VALID_S)
}

/// The speed at which a model is usually said to be served: the median of what was announced; 0 if nobody measured.
pub fn usual_speed(announced: impl IntoIterator<Item = f32>) -> f32 {
    let mut speeds: Vec<f32> = announced.into_iter().filter(|speed| *speed > 0.0).collect();
    speeds.sort_unstable_by(f32::total_cmp);
    speeds.get(speeds.len() / 2).copied().unwrap_or(0.0)
}

/// What a stranger's speed is taken for: what it says, but no more than what is usual, or else whoever boasts most would
/// be asked first by everyone. Who says nothing is taken for usual.
pub fn believed_speed(announced: f32, usual: f32) -> f32 {
    if announced > 0.0 && announced < usual { announced } else { usual }
}

/// Where an answer of a peer comes from, by the measured time there and back.
pub fn place_of(rtt: Duration) -> Place {
    match rtt {
        near if near < NEARBY => Place::Nearby,
        far if far < REGION => Place::Region,
        _ => Place::Global,
    }
}

fn are_distinct<T, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> bool {
    items.iter().map(key).collect::<BTreeSet<_>>().len() == items.len()
}

/// Whether people see what a text says: short, and nothing in it that is invisible or turns its letters round.
fn is_plain(text: &str) -> bool {
    text.len() <= MOST_TEXT && !text.chars().any(is_hidden)
}

fn is_hidden(letter: char) -> bool {
    let invisible = matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    let turns =
        matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    letter.is_control() || invisible || turns
}
