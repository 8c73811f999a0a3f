//! Words about the network: the consent, its view, its settings, and what is said of peers.

pub(crate) const NETWORK: &str = "Network";

// The consent, which is the same in the view and in the first run
pub(crate) const CONSENT: &str = "Join the network";
pub(crate) const CONSENT_TEXT: &str =
    "Peers answer with models that this PC lacks. While you contribute, this PC answers for them.";
/// What it means, each with a heading.
pub(crate) const CONSENT_POINTS: [(&str, &str); 4] = [
    (
        "Who may read prompts",
        "The peer that answers can read that prompt, nobody on the way can. You choose: any peer, friends or nobody.",
    ),
    ("What others see", "Peers see this PC’s network address, its hardware, its models and how fast they answer."),
    ("What this PC gives", "Peers’ prompts are answered only while you contribute, by your rules, and are never kept."),
    (
        "What stays here",
        "Your chats, your files and your key. It is off until you choose, and you can switch it off at any time.",
    ),
];
pub(crate) const CONSENT_LAN: &str = "Only my home network";
pub(crate) const CONSENT_WORLD: &str = "Everywhere";
pub(crate) const CONSENT_OFF: &str = "Keep off";
pub(crate) const CONSENT_NOTE: &str =
    "Home network: private addresses only, and no server. Everywhere: peers all over the world.";
pub(crate) const KEPT_OFF: &str = "It is still off.";
pub(crate) const HELD_OFF: &str =
    "It is being switched on. If nothing changes, the environment variable OPENGATEWAY_SCOPE keeps it off.";

// Scopes
pub(crate) const SCOPE_OFF: &str = "Off";
pub(crate) const SCOPE_LOOPBACK: &str = "This PC only";
pub(crate) const SCOPE_LAN: &str = "Home network";
pub(crate) const SCOPE_WORLD: &str = "Everywhere";

// The view
pub(crate) const LEAD: &str = "Other nodes, what they can do, and what this PC does for them.";
pub(crate) const SETTINGS_LINK: &str = "Network settings";

// Nobody found yet
pub(crate) const ALONE: &str = "Looking for peers…";
pub(crate) const ALONE_LOOPBACK: &str = "Only nodes on this PC are looked for.";
pub(crate) const ALONE_LAN: &str =
    "Another PC in your home network is found within seconds once OpenGateway runs there with its network on.";
pub(crate) const ALONE_WORLD: &str = "Peers are found in your home network and through the nodes that are known. It can \
                                      take a minute; a friend’s invite is the quickest way.";
pub(crate) const LISTENING: &str = "Where this PC listens";

// Failed
pub(crate) const FAILED: &str = "The network cannot be used";
pub(crate) const FAILED_KEPT: &str = "Chats and the models on this PC work as before.";
pub(crate) const SWITCH_OFF: &str = "Switch off";

// Summary
pub(crate) const SUMMARY: &str = "How it stands";
pub(crate) const LINK: &str = "Reach";
pub(crate) const REACHED: &str = "Can be reached";
pub(crate) const REACHED_DIRECT: (&str, &str) = ("Directly", "others can begin a connection to this PC");
pub(crate) const REACHED_RELAYED: (&str, &str) = ("By relay", "another node passes on what comes to this PC");
pub(crate) const REACHED_UNKNOWN: (&str, &str) = ("Not known yet", "nobody has tried yet");
pub(crate) const REACHED_NONE: (&str, &str) = ("No", "this PC can reach others, not they this PC");
pub(crate) const CAPACITY: &str = "Capacity";
pub(crate) const CAPACITY_NOTE: &str = "text tokens/s, all together";
pub(crate) const WAIT: &str = "Expected wait";
pub(crate) const NO_WAIT: &str = "None";
pub(crate) const WAIT_UNKNOWN: &str = "Not known yet";
pub(crate) const WAIT_UNMEASURED: &str = "nobody is measured yet";

pub(crate) fn in_cluster(cluster: &str) -> String {
    format!("for a prompt in {cluster}")
}

pub(crate) fn peers(count: usize) -> String {
    if count == 1 { "1 peer".to_owned() } else { format!("{} peers", crate::format::whole(count as u64)) }
}

pub(crate) fn nodes(count: u32) -> String {
    if count == 1 { "1 node".to_owned() } else { format!("{} nodes", crate::format::whole(count.into())) }
}

// The strip
pub(crate) const STRIP_ALONE: &str = "Looking for peers";
pub(crate) const STRIP_FAILED: &str = "No network";

// Map
pub(crate) const MAP: &str = "Where they are";
pub(crate) const HERE: &str = "you are here";
pub(crate) const NOBODY: &str = "nobody";

/// What the map shows, for those who do not see it.
pub(crate) fn map_words(regions: &[String]) -> String {
    format!("Nodes by region: {}.", regions.join(", "))
}

pub(crate) fn map_region(name: &str, nodes: &str, is_own: bool) -> String {
    if is_own { format!("{name} {nodes}, {HERE}") } else { format!("{name} {nodes}") }
}

// Clusters
pub(crate) const CLUSTERS: &str = "Clusters";
pub(crate) const CLUSTER: &str = "Cluster";
pub(crate) const NODES: &str = "Nodes";
pub(crate) const MODELS: &str = "Models";
pub(crate) const CAPACITY_HEAD: &str = "Text tokens/s";
pub(crate) const WAIT_HEAD: &str = "Wait";
pub(crate) const OWN_CLUSTER: &str = "yours";
pub(crate) const FEW_CLUSTERS: &str = "Show fewer";
pub(crate) const NO_CLUSTERS: &str = "No node serves a tier yet.";
pub(crate) const NO_MODELS: &str = "none";

pub(crate) fn all_clusters(count: usize) -> String {
    format!("Show all {count} clusters")
}

pub(crate) fn and_more(count: usize) -> String {
    format!("and {count} more")
}

// Peers
pub(crate) const PEERS: &str = "Peers, the nearest first";
pub(crate) const FILTER: &str = "Filter by name, region, model or hardware";
pub(crate) const PEER: &str = "Peer";
pub(crate) const PLACE: &str = "Place";
pub(crate) const ROUND_TRIP: &str = "Round trip";
pub(crate) const SPEED: &str = "Text tokens/s";
pub(crate) const LOAD: &str = "Load";
pub(crate) const STANDING: &str = "Standing";
pub(crate) const FRIEND: &str = "Friend";
pub(crate) const DIRECT: &str = "direct";
pub(crate) const RELAYED: &str = "relayed";
pub(crate) const NOT_CONNECTED: &str = "not connected";
pub(crate) const NOT_MEASURED: &str = "unknown";
pub(crate) const GOOD: &str = "good";
pub(crate) const UNPROVEN: &str = "unproven";
pub(crate) const POOR: &str = "poor";
pub(crate) const BANNED: &str = "set aside";
pub(crate) const BANNED_WHY: &str = "is not asked";

pub(crate) fn standing_of(standing: u32) -> String {
    format!("{standing} of 100")
}

pub(crate) fn more_peers(count: usize) -> String {
    format!("and {} more; the filter finds them", crate::format::whole(count as u64))
}

pub(crate) fn no_peer(search: &str) -> String {
    format!("No peer fits “{search}”.")
}

pub(crate) fn befriend(name: &str) -> String {
    format!("Make {name} a friend")
}

pub(crate) fn unfriend(name: &str) -> String {
    format!("{name} is a friend; end that")
}

pub(crate) fn peer_title(node: &str, version: &str, uptime: &str) -> String {
    format!("{node}\nVersion {version}, running for {uptime}")
}

// What this PC serves
pub(crate) const SERVED: &str = "Served here now";
pub(crate) const NONE_SERVED: &str = "No peer’s prompt is being answered here.";
pub(crate) const NOT_LENT: &str = "Peers’ prompts are answered while this PC is lent. Switch that on under Contribute.";

// Invite and join
pub(crate) const INVITE: &str = "Invite a friend";
pub(crate) const INVITE_TEXT: &str =
    "A text that lets a friend’s node find this one. It holds this PC’s addresses, so send it only to them.";
pub(crate) const INVITE_GO: &str = "Make an invite";
pub(crate) const INVITE_AGAIN: &str = "Make another";
pub(crate) const INVITE_COPY: &str = "Copy the invite";
pub(crate) const INVITE_FIELD: &str = "Your invite";
pub(crate) const JOIN: &str = "Join with an invite";
pub(crate) const JOIN_TEXT: &str = "Paste what a friend sent you, or the address of a node.";
pub(crate) const JOIN_FIELD: &str = "Invite, or address of a node";
pub(crate) const JOIN_EXAMPLE: &str = "/ip4/192.168.1.20/udp/4001/…";
pub(crate) const JOIN_GO: &str = "Join";
pub(crate) const JOINED: &str = "Taken. That node is being looked for.";
pub(crate) const KEPT_INVITE: &str = "What you pasted is still in the box.";
pub(crate) const INVITING: &str = "Invite and join";

// Settings
pub(crate) const SECTION_LEAD: &str =
    "How far this PC reaches, who may read prompts, and who is trusted. A peer that answers can read that prompt.";
pub(crate) const SCOPE: &str = "Reach";
pub(crate) const SCOPE_WHY: &str = "Peers in reach see this PC’s address. Default: off.";
pub(crate) const PRIVACY: &str = "Who may read prompts";
pub(crate) const PRIVACY_WHY: &str = "For every prompt of yours that leaves this PC. Default: public.";
pub(crate) const PUBLIC: (&str, &str) = ("Public", "Any peer, so most models and the shortest wait.");
pub(crate) const INTERNAL: (&str, &str) = ("Internal", "Friends, and peers of good standing in your region.");
pub(crate) const CONFIDENTIAL: (&str, &str) = ("Confidential", "Only friends, whom you mark in Network.");
pub(crate) const RESTRICTED: (&str, &str) = ("Restricted", "Nobody: every prompt stays on this PC.");
pub(crate) const JOINING: &str = "Joining it";
pub(crate) const OTHER_MODELS: &str = "Another model may carry on";
pub(crate) const OTHER_MODELS_WHY: &str =
    "When a peer is lost in mid-answer and no other has the same model. The answer says so.";
pub(crate) const BOOTSTRAP: &str = "Nodes to join through";
pub(crate) const BOOTSTRAP_WHY: &str = "Addresses of nodes that lead to others. Default: none of your own.";
pub(crate) const BOOTSTRAP_FIELD: &str = "Address of a node";
pub(crate) const BOOTSTRAP_EXAMPLE: &str = "/dns4/node.example.org/udp/4001/quic-v1";
pub(crate) const SERVE: &str = "Help others join";
pub(crate) const SERVE_WHY: &str =
    "Others join through this PC and are relayed by it, within limits. It needs a public address.";
pub(crate) const PORT: &str = "Port";
pub(crate) const PORT_WHY: &str = "For UDP and TCP. A fixed one is easier to open in a router.";
pub(crate) const PORT_ZERO: &str = "any that is free";
pub(crate) const FRIENDS: &str = "Friends";
pub(crate) const FRIENDS_WHY: &str = "Nodes that you trust with confidential prompts.";
pub(crate) const NO_FRIENDS: &str = "Mark a peer as a friend under Network and it is listed here.";
pub(crate) const FRIEND_NAME: &str = "Name of this friend";

pub(crate) fn scope_now(scope: &str) -> String {
    format!("Now: {scope}. Where OPENGATEWAY_SCOPE is set, it goes before this.")
}
