//! How many bytes a node sends and receives without being asked anything: what goes over its lines, headers included.

use std::time::Duration;

use crate::assumed::{RELINKED, TIERS, TURNOVER};
use crate::population::Person;
use crate::rules::{HANDED, Rules, Upkeep};

/// A short packet of QUIC and what is around it: IP, UDP, header, tag of the cipher.
const PACKET: f64 = 60.0;
/// An acknowledgement for each second packet goes the other way.
const ACKNOWLEDGED: f64 = 30.0;
/// Topic, lengths and tags round a record in gossip.
const FRAME: f64 = 34.0;
/// A list of what was heard, in a message of its own, and each name in it.
const LIST: f64 = 36.0 + PACKET + ACKNOWLEDGED;
const NAME: f64 = 22.0;
/// gossipsub tells of a record in so many rounds, which are a second apart.
pub(crate) const ROUNDS: f64 = 3.0;
/// A ping carries 32 bytes, with frames round them, and comes back.
const PING: f64 = 2.0 * (PACKET + 40.0) + PACKET;
/// Nodes that a Kademlia query asks until the twenty nearest have answered.
const ASKED: f64 = 22.0;
const QUESTION: f64 = PACKET + 60.0;
/// An answer names 20 nodes of about a hundred bytes each, and of a cluster up to 20 providers and their addresses.
const NEARER: f64 = 2000.0;
const PROVIDERS: f64 = 3000.0;
const PROVIDE: f64 = PACKET + 150.0;
/// What a refreshed bucket of the table holds.
const BUCKET: f64 = 20.0;
/// Each side says on each connection who it is: key, addresses, protocols.
const IDENTIFY: f64 = 2.0 * PACKET + 900.0;
const IDENTIFIED: Duration = Duration::from_secs(300);
/// What one side of a new connection sends: a handshake with keys of ML-KEM-768 and certificates, the names of the
/// protocols, who it is, and what it follows.
const CONNECT: f64 = 3600.0 + 700.0 + IDENTIFY + 1000.0;
/// A node asks for records when it is connected, and once more when gossip flows.
const EXCHANGES: f64 = 2.0;
const RECORD: f64 = 430.0;
/// Clusters of a region, and of all regions.
const CLUSTERS: (f64, f64) = (4.0, 28.0);
const FEW: f64 = 8.0;
/// Keys under which a node is found, its tiers and its models, on average.
pub(crate) const PROVIDED: f64 = 3.6;

/// What bytes are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Records that nodes announce or hand on.
    Records,
    /// Lists of what was heard.
    Lists,
    /// Connections: handshake, keep-alive, ping, identify.
    Lines,
    /// The Kademlia table.
    Table,
}

/// Bytes, or bytes a second, in and out together, by [`Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Traffic([f64; 4]);

impl Traffic {
    pub(crate) fn sum(&self) -> f64 {
        self.0.iter().sum()
    }

    pub(crate) fn of(&self, kind: Kind) -> f64 {
        self.0[kind as usize]
    }

    pub(crate) fn add(&mut self, kind: Kind, bytes: f64) {
        self.0[kind as usize] += bytes;
    }

    pub(crate) fn plus(mut self, other: &Self, times: f64) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(sum, bytes)| *sum += bytes * times);
        self
    }
}

/// Bytes of a signed record, as `net::wire` writes it: envelope with key and signature, then a CBOR map with about two
/// addresses, its tiers and its models.
pub(crate) fn record_bytes(person: &Person) -> f64 {
    const BARE: f64 = 272.0;
    const MODEL: f64 = 78.0;
    BARE + (person.tier + 1) as f64 + MODEL * person.models.len() as f64
}

/// A record of so many bytes in a message to one neighbour, with its acknowledgement.
pub(crate) fn message_bytes(record: f64) -> f64 {
    record + FRAME + PACKET + ACKNOWLEDGED
}

/// How many peers are told in a second what was heard.
pub(crate) fn told(upkeep: &Upkeep, contacts: f64) -> f64 {
    let others = (contacts - upkeep.mesh.0 as f64).max(0.0);
    upkeep.lazy.0.max(upkeep.lazy.1 * others).min(others)
}

/// Where a node is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Nodes of the whole network.
    pub(crate) nodes: f64,
    pub(crate) contacts: f64,
    /// Whether only the own region is followed.
    pub(crate) alone: bool,
    /// Records in a second, of each region that is followed.
    pub(crate) rates: Vec<f64>,
    /// Keys under which the node is found.
    pub(crate) provided: f64,
    /// Share of the neighbours that leave in a second.
    pub(crate) churn: f64,
}

impl Place {
    /// Bytes a second, without the records that are handed on in gossip.
    pub(crate) fn upkeep(&self, rules: &Rules) -> Traffic {
        let mut traffic = Traffic::default();
        traffic.add(Kind::Lines, self.lines(&rules.upkeep));
        traffic.add(Kind::Table, self.table(&rules.upkeep));
        traffic.add(Kind::Lists, self.lists(&rules.upkeep));
        traffic.add(Kind::Records, self.exchanged(&rules.upkeep));
        traffic
    }

    /// What goes over one line in one direction goes over another in the other, so all of it counts twice.
    fn lines(&self, upkeep: &Upkeep) -> f64 {
        let welcome = upkeep.welcome.unwrap_or_default().as_secs_f64();
        let held = self.contacts + 2.0 * self.walked(upkeep) * welcome;
        let each = |time: Duration| held / time.as_secs_f64();
        let kept = each(upkeep.keep_alive) * PACKET + each(upkeep.ping) * PING + each(IDENTIFIED) * IDENTIFY;
        2.0 * (kept + self.begun(upkeep) * CONNECT)
    }

    fn table(&self, upkeep: &Upkeep) -> f64 {
        let (refreshes, provides, looks) = self.walks(upkeep);
        let full = self.asked() / ASKED;
        let step = |answer: f64| self.asked() * (QUESTION + PACKET + full * answer + 2.0 * ACKNOWLEDGED);
        let provided = provides * (step(NEARER) + self.asked() * PROVIDE);
        2.0 * (refreshes * step(NEARER) + provided + looks * step(PROVIDERS))
    }

    /// A list goes out for each cluster of which something was heard within the last rounds.
    fn lists(&self, upkeep: &Upkeep) -> f64 {
        let by_cluster = self.rates.iter().flat_map(|rate| first_heard_in().map(|share| share * rate));
        let lists: f64 = by_cluster.map(|rate| 1.0 - (-rate * ROUNDS).exp()).sum();
        let names = self.rates.iter().sum::<f64>() * ROUNDS;
        2.0 * told(upkeep, self.contacts) * (lists * LIST + names * NAME)
    }

    fn exchanged(&self, upkeep: &Upkeep) -> f64 {
        let exchanges = (self.begun(upkeep) * EXCHANGES).min(2.0 * upkeep.exchanges / 3600.0);
        2.0 * exchanges * self.nodes.min(HANDED as f64) * RECORD
    }

    /// Connections that begin in a second, dialled and taken.
    fn begun(&self, upkeep: &Upkeep) -> f64 {
        2.0 * (self.replaced() + self.walked(upkeep))
    }

    fn replaced(&self) -> f64 {
        self.contacts * (self.churn + TURNOVER / RELINKED.as_secs_f64())
    }

    /// Nodes that are dialled in a second because a query asks them. While all places are taken nobody is.
    pub(crate) fn walked(&self, upkeep: &Upkeep) -> f64 {
        let (refreshes, provides, looks) = self.walks(upkeep);
        let strangers = (1.0 - self.contacts / (self.nodes - 1.0).max(1.0)).max(0.0);
        if upkeep.welcome.is_some() { (refreshes + provides + looks) * self.asked() * strangers } else { 0.0 }
    }

    /// Queries in a second: to refresh the table, to be found, to find others.
    fn walks(&self, upkeep: &Upkeep) -> (f64, f64, f64) {
        let buckets = (self.nodes / BUCKET).log2().max(1.0) + 1.0;
        let followed = if self.alone { CLUSTERS.0 } else { CLUSTERS.1 };
        let looks = match upkeep.members {
            _ if self.contacts < FEW => followed / upkeep.members_of_few.as_secs_f64(),
            None => (self.contacts / IDENTIFIED.as_secs_f64() + self.replaced()) * followed,
            Some(time) => CLUSTERS.0 / time.as_secs_f64(),
        };
        (buckets / upkeep.refresh.as_secs_f64(), self.provided / upkeep.provided.as_secs_f64(), looks)
    }

    fn asked(&self) -> f64 {
        ASKED.min(self.nodes - 1.0).max(0.0)
    }
}

/// A record is said in all clusters of its node, and each of them brings it first to as many.
fn first_heard_in() -> [f64; 4] {
    let share = |cluster: usize| (cluster..TIERS.len()).map(|tier| TIERS[tier] / (tier + 1) as f64).sum();
    [0, 1, 2, 3].map(share)
}
