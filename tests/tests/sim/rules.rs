//! What a node does by itself, as numbers. When the program changes, this file changes: [`Rules::as_built`].

use std::time::Duration;

use opengateway_core::capability::{HEARTBEAT, heartbeat, valid_s};

/// A peer with a job that is silent for longer is lost: `node::router::remote`.
pub(crate) const SILENCE: Duration = Duration::from_secs(2);
/// Who was lost is not asked again for the same answer within this: `node::router::run`, and the three below.
pub(crate) const AVOIDED: Duration = Duration::from_secs(10);
/// When nobody has room, it is asked again after this.
pub(crate) const AGAIN: Duration = Duration::from_millis(500);
/// Who could be answered a moment ago is not given up before this.
pub(crate) const HOPES: Duration = Duration::from_secs(60);
/// Who is asked at once at most.
pub(crate) const RIVALS: usize = 2;
/// Jobs that one peer may have of a node at once: `node::peers::table`.
pub(crate) const MOST_ASKED: u32 = 4;
/// A change is told this soon, and not more often: `node::peers::task::beat`.
pub(crate) const SOON: Duration = Duration::from_secs(1);
/// But load after this part of a heartbeat.
const PARTS: u32 = 20;
/// A connection that is dead is noticed after this: `net::behaviour`.
pub(crate) const QUIET: Duration = Duration::from_secs(5);
/// Records that two who meet give each other: `net::wire::record`.
pub(crate) const HANDED: usize = 64;

/// What the program does that may be otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules {
    /// Heartbeats are longer the more nodes are known, as core says; if not, they are as in a household.
    pub(crate) stretches: bool,
    /// Everyone announces itself anew when somebody is new, as long as fewer are known.
    pub(crate) greets_below: usize,
    /// Only the own region is followed once so many nodes are known, and so many of the own region.
    pub(crate) alone_from: (usize, usize),
    /// What strangers say of their speed is believed as core says; if not, all of it.
    pub(crate) doubts: bool,
    /// A prompt waits for somebody who is banned, when nobody else is left.
    pub(crate) waits_for_banned: bool,
    pub(crate) upkeep: Upkeep,
}

/// What keeps the network together: `net`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Upkeep {
    /// Connections that are sought.
    pub(crate) contacts: usize,
    /// Those beyond are closed after this. If not, they stay until all places are taken, and nobody else can be dialled.
    pub(crate) welcome: Option<Duration>,
    /// Neighbours in the mesh of a cluster: as many are sought once one less is too few, and so many are the most.
    pub(crate) mesh: (usize, usize),
    /// Whether a node sends its own records to everyone it is connected to, or to its mesh only.
    pub(crate) floods: bool,
    /// Peers that are told what was heard, in each second, at least; and as a share of those who are connected.
    pub(crate) lazy: (f64, f64),
    /// Exchanges of records that a node begins in an hour at most.
    pub(crate) exchanges: f64,
    /// A connection on which nothing comes is used after this.
    pub(crate) keep_alive: Duration,
    /// The way is measured this often.
    pub(crate) ping: Duration,
    /// The Kademlia table is refreshed this often.
    pub(crate) refresh: Duration,
    /// What is provided is announced this often.
    pub(crate) provided: Duration,
    /// Nodes of the own region's clusters are looked for this often; `None` looks for those of all that are followed at
    /// each identify.
    pub(crate) members: Option<Duration>,
    /// Those of all that are followed, this often, as long as fewer than eight are connected.
    pub(crate) members_of_few: Duration,
}

impl Rules {
    /// The program.
    pub(crate) fn as_built() -> Self {
        Self {
            stretches: true,
            greets_below: 64,
            alone_from: (2000, 200),
            doubts: true,
            waits_for_banned: false,
            upkeep: Upkeep {
                contacts: 24,
                welcome: Some(seconds(20)),
                mesh: (3, 4),
                floods: false,
                lazy: (2.0, 0.0),
                exchanges: 16.0,
                keep_alive: seconds(2),
                ping: seconds(15),
                refresh: seconds(3600),
                provided: seconds(1800),
                members: Some(seconds(3600)),
                members_of_few: seconds(600),
            },
        }
    }

    /// What its constants are compared with: the defaults of libp2p, and what is best in a household.
    pub(crate) fn plain() -> Self {
        Self {
            stretches: false,
            greets_below: usize::MAX,
            alone_from: (2000, 2000),
            doubts: false,
            waits_for_banned: true,
            upkeep: Upkeep {
                contacts: 128,
                welcome: None,
                mesh: (6, 11),
                floods: true,
                lazy: (6.0, 0.25),
                exchanges: f64::INFINITY,
                keep_alive: seconds(2),
                ping: seconds(5),
                refresh: seconds(300),
                provided: seconds(600),
                members: None,
                members_of_few: seconds(5),
            },
        }
    }

    /// How often a node announces itself that knows so many.
    pub(crate) fn beat(&self, known: usize) -> Duration {
        if self.stretches { heartbeat(known) } else { HEARTBEAT }
    }

    /// How soon after its last record a node says that its load has changed.
    pub(crate) fn load_after(&self, known: usize) -> Duration {
        SOON.max(self.beat(known) / PARTS)
    }

    /// How long such a record counts.
    pub(crate) fn valid(&self, known: usize) -> Duration {
        seconds(valid_s(self.beat(known)).into())
    }
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
