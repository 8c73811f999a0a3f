//! Peers as rows of a table, and the friends among them.

use opengateway_api::{Friend, NodeId, Peer, Reachability};

use super::describe::Tone;
use super::machine::region;
use super::names;
use super::network::{models, per_second};
use super::origin::place;
use crate::format;
use crate::text::network as words;

/// So many peers are drawn; a filter finds the others.
const PAGE: usize = 100;
/// From here on a standing is good, and below that it is poor.
const GOOD: u32 = 65;
const POOR: u32 = 35;

/// A peer as a row of the table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PeerRow {
    pub(crate) node: NodeId,
    pub(crate) name: String,
    pub(crate) is_friend: bool,
    /// Its whole name, version and how long it runs.
    pub(crate) title: String,
    pub(crate) hardware: String,
    pub(crate) place: String,
    pub(crate) region: &'static str,
    pub(crate) latency: String,
    pub(crate) way: &'static str,
    /// The first model, and how many more there are.
    pub(crate) models: [String; 2],
    /// All of its models, for those who want to see them.
    pub(crate) all_models: String,
    pub(crate) text_per_second: String,
    pub(crate) load: u32,
    pub(crate) standing: Standing,
}

/// What experience says of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) tone: Tone,
    pub(crate) name: &'static str,
    pub(crate) detail: String,
}

/// The first peers that fit what is searched for, and how many more do.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Picked {
    pub(crate) rows: Vec<PeerRow>,
    pub(crate) more: usize,
}

/// Picks the peers that fit; they stay in their order.
pub(crate) fn pick(peers: &[Peer], friends: &[Friend], search: &str) -> Picked {
    let wanted = search.trim().to_lowercase();
    let mut fitting = peers.iter().filter(|peer| fits(peer, friends, &wanted));
    let rows = fitting.by_ref().take(PAGE).map(|peer| row(peer, friends)).collect();
    Picked { rows, more: fitting.count() }
}

fn fits(peer: &Peer, friends: &[Friend], wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    wanted.is_empty()
        || peer.models.iter().any(|model| has(model))
        || peer.region.is_some_and(|at| has(region(at)) || has(&at.to_string()))
        || has(&peer.hardware)
        || names::friend(friends, peer.node).is_some_and(has)
        || has(&peer.node.to_string())
}

fn row(peer: &Peer, friends: &[Friend]) -> PeerRow {
    PeerRow {
        node: peer.node,
        name: names::peer(friends, peer.node),
        is_friend: names::friend(friends, peer.node).is_some(),
        title: words::peer_title(&peer.node.to_string(), &peer.version, &format::lasting(peer.uptime_s)),
        hardware: peer.hardware.clone(),
        place: peer.place.map_or(words::NOT_MEASURED, place).to_owned(),
        region: peer.region.map_or("", region),
        latency: peer.latency_ms.map_or_else(|| words::NOT_MEASURED.to_owned(), format::latency),
        way: way(peer.reachability),
        models: models(&peer.models),
        all_models: peer.models.join(", "),
        text_per_second: per_second(peer.text_per_second),
        load: peer.load_percent,
        standing: standing(peer),
    }
}

fn way(reachability: Reachability) -> &'static str {
    match reachability {
        Reachability::Direct => words::DIRECT,
        Reachability::Relayed => words::RELAYED,
        Reachability::Unknown | Reachability::None => words::NOT_CONNECTED,
    }
}

fn standing(peer: &Peer) -> Standing {
    let detail = words::standing_of(peer.standing);
    match peer.standing {
        _ if peer.banned => Standing { tone: Tone::Loss, name: words::BANNED, detail: words::BANNED_WHY.to_owned() },
        GOOD.. => Standing { tone: Tone::Alive, name: words::GOOD, detail },
        0..POOR => Standing { tone: Tone::Waiting, name: words::POOR, detail },
        POOR..GOOD => Standing { tone: Tone::Quiet, name: words::UNPROVEN, detail },
    }
}

/// Makes a node a friend, under its last letters until the owner names it, or ends that.
pub(crate) fn set_friend(friends: &mut Vec<Friend>, node: NodeId, is_friend: bool) {
    friends.retain(|friend| is_friend || friend.node != node);
    if is_friend && names::friend(friends, node).is_none() {
        friends.push(Friend { node, name: node.short() });
    }
}

/// Gives a friend another name; an empty one is that of its last letters.
pub(crate) fn rename(friends: &mut [Friend], node: NodeId, name: &str) {
    let name = Some(name.trim()).filter(|name| !name.is_empty()).map_or_else(|| node.short(), str::to_owned);
    if let Some(friend) = friends.iter_mut().find(|friend| friend.node == node) {
        friend.name = name;
    }
}

#[cfg(test)]
mod tests {
    use opengateway_api::{Place, Region};

    use super::*;

    fn peer(at: u8) -> Peer {
        Peer {
            node: NodeId([at; 32]),
            friend: None,
            region: Some(Region::SouthAmerica),
            tiers: Vec::new(),
            models: vec!["Qwen3 32B".to_owned(), "Gemma 3 12B".to_owned()],
            hardware: "RTX 4070, 32 GB".to_owned(),
            latency_ms: Some(12.4),
            place: Some(Place::Nearby),
            text_per_second: 34.4,
            load_percent: 40,
            reachability: Reachability::Direct,
            standing: 80,
            banned: false,
            version: "0.1.0".to_owned(),
            uptime_s: 7_200,
        }
    }

    fn found(search: &str) -> usize {
        let friends = [Friend { node: NodeId([3; 32]), name: "Mara".to_owned() }];
        pick(&[peer(3)], &friends, search).rows.len()
    }

    #[test]
    fn a_row_says_everything_of_a_peer_with_its_unit() {
        let picked = pick(&[peer(3)], &[], "");
        let row = &picked.rows[0];

        assert_eq!(row.name, NodeId([3; 32]).short());
        assert_eq!((row.place.as_str(), row.region), ("nearby", "South America"));
        assert_eq!((row.latency.as_str(), row.way), ("12 ms", "direct"));
        assert_eq!(row.models, ["Qwen3 32B", "and 1 more"]);
        assert_eq!(row.all_models, "Qwen3 32B, Gemma 3 12B");
        assert_eq!((row.text_per_second.as_str(), row.load), ("34", 40));
        assert_eq!((row.standing.name, row.standing.detail.as_str()), ("good", "80 of 100"));
        assert!(row.title.ends_with("Version 0.1.0, running for 2 h"), "{}", row.title);
    }

    #[test]
    fn thousands_of_peers_are_counted_but_not_drawn() {
        let many: Vec<Peer> = std::iter::repeat_with(|| peer(3)).take(3_000).collect();

        let picked = pick(&many, &[], "");

        assert_eq!((picked.rows.len(), picked.more), (100, 2_900));
    }

    #[test]
    fn peers_are_found_by_name_region_model_and_hardware() {
        assert_eq!([found("mara"), found("South Am"), found("gemma"), found("4070")], [1; 4]);
        assert_eq!(found(&NodeId([3; 32]).short()), 1);
        assert_eq!(found("llama"), 0);
    }

    #[test]
    fn a_peer_that_is_not_connected_has_no_numbers_of_its_way() {
        let away = Peer { latency_ms: None, place: None, reachability: Reachability::Unknown, region: None, ..peer(1) };

        let picked = pick(&[away], &[], "");

        assert_eq!((picked.rows[0].latency.as_str(), picked.rows[0].way), ("unknown", "not connected"));
        assert_eq!((picked.rows[0].place.as_str(), picked.rows[0].region), ("unknown", ""));
    }

    #[test]
    fn a_standing_has_a_name_and_a_ban_outweighs_it() {
        let named = |points, banned| standing(&Peer { standing: points, banned, ..peer(1) }).name;

        assert_eq!([named(10, false), named(50, false), named(65, false)], ["poor", "unproven", "good"]);
        assert_eq!(named(90, true), "set aside");
    }

    #[test]
    fn a_friend_is_listed_once_and_can_be_renamed() {
        let node = NodeId([3; 32]);
        let mut friends = Vec::new();

        set_friend(&mut friends, node, true);
        set_friend(&mut friends, node, true);
        assert_eq!(friends, [Friend { node, name: node.short() }]);

        rename(&mut friends, node, "  Mara ");
        assert_eq!(friends[0].name, "Mara");
        rename(&mut friends, node, " ");
        assert_eq!(friends[0].name, node.short());

        set_friend(&mut friends, node, false);
        assert!(friends.is_empty());
    }
}
