//! What is known of all peers: what they say, how they were, whether they are connected.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opengateway_api::{Friend, ModelHash, ModelId, NodeId, Peer, PeerModel, Place, Reachability, Region};
use opengateway_core::capability::{Capability, Served, believed_speed, place_of, usual_speed};
use opengateway_core::cluster::{Directory, News, Refused};
use opengateway_core::privacy::Relation;
use opengateway_core::route::Candidate;
use opengateway_core::standing::{Offence, STRANGER, Standing};
use opengateway_net::Verdict;

use super::{Outcome, UnderWay};
use crate::store::StoredPeer;

/// Peers that are shown; the nearest.
const MOST_SHOWN: usize = 1000;
/// Jobs that one peer may have of this node at once.
const MOST_ASKED: u32 = 4;
/// Peers of whom something is remembered, connected or not.
const MOST_KNOWN: usize = 20_000;

/// One peer as it was experienced.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) standing: Standing,
    pub(super) address: String,
    pub(super) connected: Option<Connected>,
    /// It was lost in the middle of a job, and nothing was heard of it since.
    pub(super) lost: bool,
    /// Shared with each job of ours that it has now.
    jobs: UnderWay,
    pub(super) seen_ms: i64,
    /// Something has changed since it was kept.
    pub(super) unsaved: bool,
}

impl Known {
    /// A job for it.
    pub(super) fn ask(&self) -> UnderWay {
        self.jobs.clone()
    }

    fn asked(&self) -> u32 {
        u32::try_from(Arc::strong_count(&self.jobs).saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Connected {
    pub(super) relayed: bool,
}

pub(super) struct Table {
    pub(super) directory: Directory,
    pub(super) known: BTreeMap<NodeId, Known>,
    pub(super) friends: Vec<Friend>,
    pub(super) region: Option<Region>,
}

impl Table {
    pub(super) fn new(own: NodeId, seed: u64) -> Self {
        Self { directory: Directory::new(own, seed), known: BTreeMap::new(), friends: Vec::new(), region: None }
    }

    /// Remembers what was kept.
    pub(super) fn recall(&mut self, peers: Vec<StoredPeer>, now_ms: i64, now: Instant) {
        for StoredPeer { node, address, standing, seen_ms } in peers {
            let passed = u64::try_from(now_ms.saturating_sub(seen_ms)).unwrap_or(0);
            let standing = Standing::from_kept(standing, Duration::from_millis(passed), now);
            let jobs = UnderWay::default();
            let known = Known { standing, address, connected: None, lost: false, jobs, seen_ms, unsaved: false };
            self.known.insert(node, known);
        }
    }

    /// A peer, made up if it was never met; `None` when too many are known.
    pub(super) fn meet(&mut self, node: NodeId, now_ms: i64, now: Instant) -> Option<&mut Known> {
        if !self.known.contains_key(&node) && self.known.len() >= MOST_KNOWN {
            let oldest = self.known.iter().filter(|(_, known)| known.connected.is_none());
            let oldest = oldest.min_by_key(|(_, known)| known.seen_ms).map(|(node, _)| *node)?;
            self.known.remove(&oldest);
        }
        let stranger = || Known {
            standing: Standing::new(now),
            address: String::new(),
            connected: None,
            lost: false,
            jobs: UnderWay::default(),
            seen_ms: now_ms,
            unsaved: false,
        };
        Some(self.known.entry(node).or_insert_with(stranger))
    }

    /// Takes what a node says of itself, and says whether others should hear it.
    pub(super) fn hear(&mut self, capability: Capability, now_ms: i64, now: Instant) -> (Verdict, bool) {
        let standing = self.known.get(&capability.node).map(|known| &known.standing);
        if standing.is_some_and(|standing| standing.banned_until(now).is_some()) {
            return (Verdict::Ignore, false);
        }
        let valued = standing.is_some_and(|standing| standing.is_good(now));
        let node = capability.node;
        let heard = self.directory.insert(capability, valued, now_ms, now);
        if heard.is_ok()
            && let Some(known) = self.known.get_mut(&node)
        {
            known.lost = false;
        }
        match heard {
            Ok(News::Joined { .. }) => (Verdict::Pass, true),
            Ok(News::Renewed { .. }) => (Verdict::Pass, false),
            Err(Refused::Own | Refused::Replayed | Refused::Full) => (Verdict::Ignore, false),
            Err(Refused::Invalid(_)) => (Verdict::Reject, false),
        }
    }

    pub(super) fn relation(&self, node: &NodeId, now: Instant) -> Relation {
        let theirs = self.directory.get(node).and_then(|capability| capability.region);
        Relation {
            friend: self.friends.iter().any(|friend| friend.node == *node),
            same_region: theirs.is_some() && theirs == self.region,
            good_standing: self.known.get(node).is_some_and(|known| known.standing.is_good(now)),
        }
    }

    pub(super) fn candidates(&self, model: Option<ModelHash>, now: Instant) -> Vec<Candidate> {
        let serving: Vec<&Capability> = match model {
            Some(model) => self.directory.with_model(&model).collect(),
            None => self.directory.iter().collect(),
        };
        let pairs = serving.into_iter().flat_map(|capability| {
            let wanted = move |served: &&Served| model.is_none_or(|model| served.hash == model);
            capability.models.iter().filter(wanted).map(move |served| (capability, served))
        });
        let pairs: Vec<(&Capability, &Served)> = pairs.collect();
        let usual = usual_speed(pairs.iter().map(|(_, served)| served.text_per_second));
        pairs.iter().map(|(capability, served)| self.candidate(capability, served, usual, now)).collect()
    }

    fn candidate(&self, capability: &Capability, served: &Served, usual: f32, now: Instant) -> Candidate {
        let node = capability.node;
        let known = self.known.get(&node);
        let standing = known.map(|known| &known.standing);
        let text_per_second = standing.and_then(Standing::text_per_second);
        Candidate {
            node: Some(node),
            rtt: standing.and_then(Standing::rtt),
            relayed: known.and_then(|known| known.connected).is_some_and(|connected| connected.relayed),
            relation: self.relation(&node, now),
            standing: standing.map_or(STRANGER, |standing| standing.score(now)),
            banned: standing.is_some_and(|standing| standing.banned_until(now).is_some()),
            accepts: capability.accepts && !known.is_some_and(|known| known.lost),
            model: Some(served.hash),
            context: served.context,
            text_per_second: text_per_second.unwrap_or_else(|| believed_speed(served.text_per_second, usual)),
            prompt_per_second: 0.0,
            load: capability.load,
            allowance: MOST_ASKED.saturating_sub(known.map_or(0, Known::asked)),
            price: served.price.unwrap_or(capability.price),
            balance: capability.balance.unwrap_or(0),
        }
    }

    /// Who is connected.
    pub(super) fn connected(&self) -> impl Iterator<Item = NodeId> {
        self.known.iter().filter(|(_, known)| known.connected.is_some()).map(|(node, _)| *node)
    }

    /// Remembers how a peer was. Says for how long it is banned, if it is.
    pub(super) fn came(&mut self, node: NodeId, outcome: &Outcome, now: Instant) -> Option<Duration> {
        let known = self.known.get_mut(&node)?;
        known.unsaved = true;
        match outcome {
            Outcome::Began(after) => known.standing.began_after(*after),
            Outcome::Answered { text_per_second, .. } => {
                known.standing.wrote(*text_per_second);
                known.standing.succeeded(now);
            }
            Outcome::Lost => {
                known.lost = true;
                known.standing.failed(now);
            }
            Outcome::GaveBack => {}
            Outcome::Offended(offence) => {
                known.lost |= *offence == Offence::Stalled;
                known.standing.failed(now);
                return known.standing.strike(*offence, now);
            }
        }
        None
    }

    /// Everywhere a peer may be: how it was connected last, and where it says it is.
    pub(super) fn addresses(&self, node: &NodeId) -> (String, Vec<String>) {
        let last = self.known.get(node).map(|known| known.address.clone());
        let announced = self.directory.get(node).map(|capability| capability.addresses.clone());
        (last.unwrap_or_default(), announced.unwrap_or_default())
    }

    /// Peers as they are shown, the nearest first.
    pub(super) fn peers(&self, now: Instant) -> Vec<Peer> {
        let mut peers: Vec<Peer> = self.directory.iter().map(|capability| self.peer(capability, now)).collect();
        let distance = |peer: &Peer| peer.latency_ms.unwrap_or(f64::MAX);
        peers.sort_by(|one, other| distance(one).total_cmp(&distance(other)).then(one.node.cmp(&other.node)));
        peers.truncate(MOST_SHOWN);
        peers
    }

    fn peer(&self, capability: &Capability, now: Instant) -> Peer {
        let node = capability.node;
        let known = self.known.get(&node);
        let standing = known.map(|known| &known.standing);
        let rtt = standing.and_then(Standing::rtt).filter(|_| known.is_some_and(|known| known.connected.is_some()));
        let load = capability.load;
        let busy = load.running.saturating_add(load.waiting).saturating_mul(100);
        let fastest = capability.models.iter().map(|model| model.text_per_second).fold(0.0, f32::max);
        let score = standing.map_or(STRANGER, |standing| standing.score(now)) * 100.0;
        Peer {
            node,
            friend: self.friends.iter().find(|friend| friend.node == node).map(|friend| friend.name.clone()),
            region: capability.region,
            tiers: capability.tiers.clone(),
            models: capability.models.iter().map(|model| model.name.clone()).collect(),
            hardware: capability.hardware.clone(),
            latency_ms: rtt.map(|rtt| rtt.as_secs_f64() * 1000.0),
            place: rtt.map(place_of),
            text_per_second: standing.and_then(Standing::text_per_second).unwrap_or(fastest).into(),
            load_percent: busy.checked_div(load.slots).unwrap_or(0),
            reachability: match known.and_then(|known| known.connected) {
                Some(Connected { relayed: true }) => Reachability::Relayed,
                Some(Connected { relayed: false }) => Reachability::Direct,
                None => Reachability::Unknown,
            },
            standing: percent(score),
            banned: standing.is_some_and(|standing| standing.banned_until(now).is_some()),
            version: capability.version.clone(),
            uptime_s: capability.uptime_s,
        }
    }

    /// Models that peers answer with and this PC does not have.
    pub(super) fn models(&self, own: &[ModelHash]) -> Vec<PeerModel> {
        let others = self.directory.models().into_iter().filter(|known| !own.contains(&known.hash));
        let model = |known: opengateway_core::cluster::Known| PeerModel {
            id: ModelId(known.name.clone()),
            place: self.nearest(known.hash),
            hash: known.hash,
            name: known.name,
            context: known.context,
            nodes: known.nodes,
            text_per_second: known.text_per_second.into(),
        };
        others.map(model).collect()
    }

    fn nearest(&self, model: ModelHash) -> Place {
        let rtt = |capability: &Capability| self.known.get(&capability.node)?.standing.rtt();
        let nearest = self.directory.with_model(&model).filter_map(rtt).min();
        nearest.map_or(Place::Global, place_of)
    }

    pub(super) fn clusters(&self, own: &Capability) -> Vec<opengateway_api::Cluster> {
        self.directory.clusters(own)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(score: f32) -> u32 {
    score.clamp(0.0, 100.0).round() as u32
}
