//! One node as it changes: whether it is there, what it does, and whom it has experienced.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use opengateway_core::standing::{Offence, Standing};

use crate::board::Said;
use crate::machine::Machine;
use crate::moment::Moment;

/// Jobs of peers side by side, and prompts of the owner.
const GUESTS: u32 = 4;
pub(crate) const OWN: u32 = 8;
/// The guests' engine gives its memory back after this without work; the owner's is kept ready.
const KEPT: Duration = Duration::from_secs(30);

/// What changes of a node.
pub(crate) struct Node {
    pub(crate) online: bool,
    pub(crate) came: Moment,
    /// The owner is there, or not: since when.
    pub(crate) present: bool,
    pub(crate) since: Moment,
    pub(crate) visits: u32,
    pub(crate) lending: bool,
    pub(crate) lent: Duration,
    pub(crate) served: u32,
    pub(crate) guests: Machine,
    pub(crate) own: Machine,
    pub(crate) peers: BTreeMap<u32, Met>,
    pub(crate) voice: Voice,
}

/// What it says of itself.
#[derive(Debug, Default)]
pub(crate) struct Voice {
    pub(crate) at: Option<Moment>,
    pub(crate) said: Option<Said>,
    /// When it speaks next because something has changed.
    pub(crate) due: Option<Moment>,
    /// How often within this minute.
    pub(crate) times: u32,
}

/// A peer that was asked.
pub(crate) struct Met {
    pub(crate) standing: Standing,
    /// It was lost then, and nothing was heard of it since.
    pub(crate) lost: Option<Moment>,
    pub(crate) asked: u32,
}

/// What came of asking a peer, as `node::peers` has it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome {
    Began(Duration),
    Answered(f32),
    Lost,
    GaveBack,
    Offended(Offence),
}

impl Node {
    pub(crate) fn new(online: bool, present: bool) -> Self {
        Self {
            online,
            came: Moment::START,
            present,
            since: Moment::START,
            visits: 0,
            lending: false,
            lent: Duration::ZERO,
            served: 0,
            guests: Machine::new(GUESTS, KEPT),
            own: Machine::new(OWN, Duration::MAX),
            peers: BTreeMap::new(),
            voice: Voice::default(),
        }
    }

    /// A peer, made up if it was never asked.
    pub(crate) fn meet(&mut self, peer: u32, rtt: Duration, instant: Instant) -> &mut Met {
        self.peers.entry(peer).or_insert_with(|| {
            let mut standing = Standing::new(instant);
            standing.heard_after(rtt);
            Met { standing, lost: None, asked: 0 }
        })
    }

    /// Remembers how a peer was. Says whether it is banned for it.
    pub(crate) fn came_of(&mut self, peer: u32, outcome: Outcome, (now, instant): (Moment, Instant)) -> bool {
        let Some(met) = self.peers.get_mut(&peer) else { return false };
        if !matches!(outcome, Outcome::Began(_)) {
            met.asked = met.asked.saturating_sub(1);
        }
        match outcome {
            Outcome::Began(after) => met.standing.began_after(after),
            Outcome::Answered(text_per_second) => {
                met.standing.wrote(text_per_second);
                met.standing.succeeded(instant);
            }
            Outcome::Lost => {
                met.lost = Some(now);
                met.standing.failed(instant);
            }
            Outcome::GaveBack => {}
            Outcome::Offended(offence) => {
                if offence == Offence::Stalled {
                    met.lost = Some(now);
                }
                met.standing.failed(instant);
                return met.standing.strike(offence, instant).is_some();
            }
        }
        false
    }
}
