//! The canned node's network: peers that scenes begin with, and what calls do to them.

mod peers;

use std::cell::RefCell;
use std::rc::Rc;

use opengateway_api::{
    AnswerEvent, Error, ErrorCode, Friend, Link, MessageId, Network, Origin, Peer, Place, Reachability, Scope,
};

use self::peers::{clusters, models, peers, serving};
use super::world::World;
use crate::browser;

/// Half seconds until somebody is found.
const SEARCH: u32 = 6;
/// How long each place in the queue takes.
const TURN_MS: i32 = 900;
/// Where this PC would be in a peer's queue, and how long that is said to take.
const QUEUE: [(u32, u32); 3] = [(3, 38_000), (1, 12_000), (0, 3_000)];
const FRIENDS: [&str; 2] = ["Mara’s gaming PC", "Office"];

/// What the canned node knows of the network beyond its topic.
#[derive(Debug, Default)]
pub(super) struct Net {
    /// Whether nobody is ever found.
    pub(super) stays_alone: bool,
    /// Whether a prompt waits until it is stopped.
    pub(super) waits_for_ever: bool,
    searched: u32,
}

/// A node that looks for others.
pub(super) fn alone(scope: Scope) -> Network {
    let listening = ["/ip4/192.168.1.23/udp/47113/quic-v1", "/ip4/192.168.1.23/tcp/47113"];
    Network { scope, link: Link::Alone, listening: listening.map(str::to_owned).into(), ..Network::default() }
}

/// A node that cannot listen.
pub(super) fn failed() -> Network {
    let why = "Another program uses port 4001. Choose another port in Settings, or end that program.";
    Network { scope: Scope::World, link: Link::Failed(why.to_owned()), ..Network::default() }
}

/// A node with that many peers.
pub(super) fn joined(scope: Scope, count: usize, now_ms: i64) -> Network {
    let mut peers = peers(count);
    for trusted in peers.iter_mut().take(FRIENDS.len()) {
        (trusted.standing, trusted.banned, trusted.load_percent) = (92, false, 30);
    }
    Network {
        link: Link::Joined,
        reachability: Reachability::Direct,
        clusters: clusters(&peers),
        models: models(),
        serving: serving(&peers, now_ms),
        waiting: 1,
        peers,
        ..alone(scope)
    }
}

/// Two of the nearest, as the owner calls them.
pub(super) fn friends(network: &Network) -> Vec<Friend> {
    let named = network.peers.iter().zip(FRIENDS);
    named.map(|(peer, name)| Friend { node: peer.node, name: name.to_owned() }).collect()
}

/// What the network becomes when the owner sets another scope.
pub(super) fn set_scope(network: &mut Network, scope: Scope) {
    if network.scope != scope {
        *network = if scope == Scope::Off { Network::default() } else { alone(scope) };
    }
}

impl World {
    /// Half a second in the network; tells whether anything changed.
    pub(super) fn meet(&mut self, now_ms: i64) -> bool {
        let network = &mut self.snapshot.network;
        network.serving.iter_mut().for_each(|job| job.text_tokens += 17);
        match network.link {
            Link::Alone if !self.net.stays_alone => {
                self.net.searched += 1;
                if self.net.searched == SEARCH {
                    *network = joined(network.scope, 24, now_ms);
                }
                self.net.searched >= SEARCH
            }
            _ => !network.serving.is_empty(),
        }
    }

    pub(super) fn join(&mut self, invite: &str) -> Result<(), Error> {
        if !invite.starts_with('/') && !invite.starts_with("opengateway:") {
            let why = "This is neither an invite nor the address of a node. Both begin with “opengateway:” or “/”.";
            return Err(Error::new(ErrorCode::InvalidRequest, why));
        }
        self.net.stays_alone = false;
        Ok(())
    }

    /// A text such as the node makes.
    pub(super) fn invite(&self) -> String {
        let node = self.snapshot.status.node_id.clone().unwrap_or_default();
        format!("opengateway:{node}@203.0.113.7:4001,192.168.1.23:47113")
    }

    /// Who answers with the model in use, and who would carry it on. This PC has nobody who would.
    pub(super) fn origins(&self) -> (Origin, Option<Origin>) {
        let in_use = self.snapshot.models.in_use.as_ref();
        let on_peers = self.snapshot.network.models.iter().any(|model| Some(&model.id) == in_use);
        let mut peers = self.snapshot.network.peers.iter().filter(|_| on_peers);
        match (peers.next(), peers.nth(1)) {
            (Some(first), second) => (origin(first), second.map(origin)),
            (None, _) => (Origin::this_pc(), None),
        }
    }
}

fn origin(peer: &Peer) -> Origin {
    Origin {
        place: peer.place.unwrap_or(Place::Global),
        node: Some(peer.node),
        model: None,
        latency_ms: peer.latency_ms,
        relayed: peer.reachability == Reachability::Relayed,
        cost: 1_240_000_000,
        unpaid: None,
    }
}

/// Waits in a peer's queue; ends when it is this answer's turn, or when it is no longer wanted.
pub(super) async fn queue(world: &Rc<RefCell<World>>, answer: MessageId, on: &mut dyn FnMut(AnswerEvent)) {
    for (position, expected_ms) in QUEUE {
        on(AnswerEvent::Waiting { position, expected_ms: Some(expected_ms) });
        browser::sleep(TURN_MS).await;
        while world.borrow().net.waits_for_ever && world.borrow_mut().write(answer, "") {
            browser::sleep(TURN_MS).await;
        }
        if !world.borrow_mut().write(answer, "") {
            return;
        }
    }
}
