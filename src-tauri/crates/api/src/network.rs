//! Other nodes, and what may go to them.

use serde::{Deserialize, Serialize};

use crate::{ModelHash, ModelId, NodeId, Place, Region, Tier};

/// How far this node reaches into the network. Enforced where connections are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// It talks to nobody.
    #[default]
    Off,
    /// Only other nodes on this machine.
    Loopback,
    /// Only private addresses, found without any server.
    Lan,
    /// Everywhere.
    World,
}

/// Who may read a prompt, from least to most guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Any peer.
    #[default]
    Public,
    /// Friends, and peers of good standing in the owner's region.
    Internal,
    /// Friends.
    Confidential,
    /// Nobody: it stays on this PC.
    Restricted,
}

impl Privacy {
    /// All of them, in that order.
    pub const ALL: [Self; 4] = [Self::Public, Self::Internal, Self::Confidential, Self::Restricted];
}

/// How far a prompt may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// Only there; `None` tries this PC first and then ever farther.
    pub place: Option<Place>,
    /// Who may read it; `None` is what the owner has set.
    pub privacy: Option<Privacy>,
}

/// A node that the owner trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Friend {
    /// Which node.
    pub node: NodeId,
    /// What the owner calls it.
    pub name: String,
}

/// What the owner has set about the network.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkSettings {
    /// How far this node reaches. `OPENGATEWAY_SCOPE` goes before it.
    pub scope: Scope,
    /// Who may read a prompt that names no class.
    pub privacy: Privacy,
    /// Whether a peer's other model may carry an answer on when no peer has the same one.
    pub other_models: bool,
    /// Nodes that the owner trusts.
    pub friends: Vec<Friend>,
    /// Addresses of nodes through which the network is joined, as multiaddresses.
    pub bootstrap: Vec<String>,
    /// Whether others may join through this node and be relayed by it.
    pub serve_bootstrap: bool,
    /// The port for UDP and TCP; 0 takes any.
    pub port: u16,
}

/// How this node stands in the network.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Not at all, as the owner wants it.
    #[default]
    Off,
    /// It is being set up, or nobody has been found yet.
    Alone,
    /// Peers are there.
    Joined,
    /// It cannot be used; what happened and what to do.
    Failed(String),
}

/// Whether others can begin a connection to this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reachability {
    /// Nobody has tried yet.
    #[default]
    Unknown,
    /// They can.
    Direct,
    /// Only through a relay.
    Relayed,
    /// They cannot.
    None,
}

/// Everything about the network: a topic of updates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Network {
    /// How far this node reaches now.
    pub scope: Scope,
    /// How it stands.
    pub link: Link,
    /// Where it listens, as multiaddresses.
    pub listening: Vec<String>,
    /// Whether others can reach it.
    pub reachability: Reachability,
    /// All nodes of one region that serve one tier.
    pub clusters: Vec<Cluster>,
    /// Peers that are alive, the nearest first.
    pub peers: Vec<Peer>,
    /// Models that peers answer with and this PC does not have.
    pub models: Vec<PeerModel>,
    /// Peers' jobs that are answered here now.
    pub serving: Vec<Serving>,
    /// Peers' jobs that wait here.
    pub waiting: u32,
}

/// All known nodes of one region that serve one tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Which region.
    pub region: Region,
    /// Which tier.
    pub tier: Tier,
    /// How many nodes, this one included.
    pub nodes: u32,
    /// Whether this node is one of them.
    pub own: bool,
    /// What they answer with.
    pub models: Vec<String>,
    /// Text tokens a second that all write together when nobody asks.
    pub text_per_second: f64,
    /// Milliseconds that a prompt is expected to wait; `None` if nobody is measured.
    pub wait_ms: Option<u32>,
}

/// Another node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Peer {
    /// Which.
    pub node: NodeId,
    /// What the owner calls it.
    pub friend: Option<String>,
    /// Where it says it is.
    pub region: Option<Region>,
    /// What it serves.
    pub tiers: Vec<Tier>,
    /// What it answers with.
    pub models: Vec<String>,
    /// What it is, such as `RTX 4070, 32 GB`.
    pub hardware: String,
    /// Milliseconds there and back, measured; `None` while not connected.
    pub latency_ms: Option<f64>,
    /// Where an answer of it would come from.
    pub place: Option<Place>,
    /// Text tokens a second: measured here, else as it says.
    pub text_per_second: f64,
    /// Jobs that run or wait there for each that could run, in percent.
    pub load_percent: u32,
    /// Whether it is reached directly.
    pub reachability: Reachability,
    /// What experience says of it, from 0 to 100; 50 is unknown.
    pub standing: u32,
    /// Why nothing is asked of it now.
    pub banned: bool,
    /// Its program's version.
    pub version: String,
    /// Seconds since it started, as it says.
    pub uptime_s: u64,
}

/// A model that peers answer with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeerModel {
    /// Its name here.
    pub id: ModelId,
    /// What the file is.
    pub hash: ModelHash,
    /// What to show.
    pub name: String,
    /// Longest context, in text tokens, that one of them offers.
    pub context: u32,
    /// How many nodes.
    pub nodes: u32,
    /// The nearest of them.
    pub place: Place,
    /// Text tokens a second of the fastest.
    pub text_per_second: f64,
}

/// A peer's job that is answered here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    /// Who asked.
    pub node: NodeId,
    /// What answers.
    pub model: ModelId,
    /// Text tokens written so far.
    pub text_tokens: u32,
    /// When it began, in milliseconds since 1970 UTC.
    pub started_ms: i64,
}

/// Where a prompt would go, and why not elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoutePlan {
    /// The model.
    pub model: ModelId,
    /// Who would be asked, the best first.
    pub choices: Vec<RouteChoice>,
    /// Who would not, and why.
    pub refusals: Vec<RouteRefusal>,
}

/// Someone who would be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouteChoice {
    /// Which peer; `None` is this PC.
    pub node: Option<NodeId>,
    /// Where.
    pub place: Place,
    /// Milliseconds until its first text is expected.
    pub first_text_ms: u32,
    /// Text tokens a second that are expected.
    pub text_per_second: f64,
    /// What speaks for it and against it, for people.
    pub because: String,
}

/// Someone who would not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteRefusal {
    /// Which peer; `None` is this PC.
    pub node: Option<NodeId>,
    /// Why, for people.
    pub because: String,
}
