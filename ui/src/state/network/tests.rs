use opengateway_api::{NodeId, Peer, Tier};

use super::*;

fn cluster(region: Region, tier: Tier, nodes: u32, text_per_second: f64) -> Cluster {
    Cluster {
        region,
        tier,
        nodes,
        own: false,
        models: vec!["Qwen3 4B".to_owned(), "Gemma 3 12B".to_owned()],
        text_per_second,
        wait_ms: Some(4_000),
    }
}

fn peer(region: Option<Region>) -> Peer {
    Peer {
        node: NodeId([1; 32]),
        friend: None,
        region,
        tiers: Vec::new(),
        models: Vec::new(),
        hardware: String::new(),
        latency_ms: None,
        place: None,
        text_per_second: 0.0,
        load_percent: 0,
        reachability: Reachability::Unknown,
        standing: 50,
        banned: false,
        version: String::new(),
        uptime_s: 0,
    }
}

fn network() -> Network {
    Network {
        scope: Scope::World,
        link: Link::Joined,
        reachability: Reachability::Relayed,
        clusters: vec![
            cluster(Region::Asia, Tier::A, 8, 900.0),
            cluster(Region::Asia, Tier::C, 2, 300.0),
            Cluster { own: true, wait_ms: Some(0), ..cluster(Region::Europe, Tier::B, 3, 250.4) },
        ],
        peers: vec![peer(Some(Region::Europe)), peer(Some(Region::Africa)), peer(None)],
        ..Network::default()
    }
}

fn nodes(spots: &[Spot], region: Region) -> u32 {
    spots.iter().find(|spot| spot.region == region).map_or(0, |spot| spot.nodes)
}

#[test]
fn the_strip_says_how_the_network_stands_and_nothing_while_it_is_off() {
    let with = |link| line(&Network { link, ..network() });

    assert_eq!(with(Link::Off), None);
    assert_eq!(with(Link::Alone), Some((Tone::Waiting, "Looking for peers".to_owned())));
    assert_eq!(with(Link::Joined), Some((Tone::Alive, "3 peers".to_owned())));
    assert_eq!(with(Link::Failed("no socket".to_owned())).map(|(tone, _)| tone), Some(Tone::Loss));
}

#[test]
fn the_summary_says_reach_capacity_and_wait_in_plain_words() {
    let said = summary(&network()).map(|figure| format!("{}: {} ({})", figure.name, figure.value, figure.note));

    assert_eq!(
        said,
        [
            "Reach: Everywhere (3 peers)",
            "Can be reached: By relay (another node passes on what comes to this PC)",
            "Capacity: 1,150 (text tokens/s, all together)",
            "Expected wait: None (for a prompt in europe/b)",
        ]
    );
}

#[test]
fn without_a_cluster_of_its_own_the_shortest_wait_counts() {
    let mut known = network();
    known.clusters.retain(|cluster| !cluster.own);
    known.clusters[1].wait_ms = Some(1_500);

    let [.., wait] = summary(&known);
    assert_eq!((wait.value.as_str(), wait.note.as_str()), ("2 s", "for a prompt in asia/c"));

    known.clusters.clear();
    let [.., unknown] = summary(&known);
    assert_eq!(unknown.value, words::WAIT_UNKNOWN);
}

#[test]
fn a_node_that_serves_several_tiers_is_counted_once() {
    let spots = spots(&network(), None);

    assert_eq!(nodes(&spots, Region::Asia), 8);
    assert_eq!(nodes(&spots, Region::Africa), 1);
    assert_eq!(nodes(&spots, Region::Oceania), 0);
}

#[test]
fn this_pc_is_where_its_cluster_is_or_else_where_it_was_found_to_be() {
    let own = |network: &Network, here| spots(network, here).into_iter().find(|spot| spot.is_own).map(|own| own.region);
    let untried = Network { clusters: Vec::new(), ..network() };

    assert_eq!(own(&network(), Some(Region::Asia)), Some(Region::Europe));
    assert_eq!(own(&untried, Some(Region::Asia)), Some(Region::Asia));
    assert_eq!(own(&untried, None), None);
}

#[test]
fn the_map_can_be_read_aloud() {
    let words = map_words(&spots(&network(), None));

    assert!(words.starts_with("Nodes by region: Asia 8 nodes, North America nobody, "), "{words}");
    assert!(words.contains("Europe 3 nodes, you are here, "), "{words}");
}

#[test]
fn the_clusters_of_this_pc_come_first_and_then_the_strongest() {
    let rows = clusters(&network());

    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["europe/b", "asia/a", "asia/c"]);
    assert!(rows[0].is_own);
    assert_eq!(rows[0].wait, "None");
    assert_eq!(rows[1].wait, "4 s");
    assert_eq!((rows[1].nodes.as_str(), rows[1].text_per_second.as_str()), ("8", "900"));
    assert_eq!(rows[1].models, "Qwen3 4B and 1 more");
}

#[test]
fn only_who_has_set_this_pc_alone_is_offered_it() {
    let names = |set| scopes(set).into_iter().map(|(_, name)| name).collect::<Vec<_>>();

    assert_eq!(names(Scope::Off), ["Off", "Home network", "Everywhere"]);
    assert_eq!(names(Scope::Loopback), ["Off", "This PC only", "Home network", "Everywhere"]);
}

#[test]
fn every_privacy_class_has_a_name_and_a_sentence() {
    for class in Privacy::ALL {
        let (name, means) = privacy(class);
        assert!(!name.is_empty() && means.ends_with('.'), "{name}");
    }
}

#[test]
fn every_search_says_where_it_looks() {
    assert_eq!(alone(Scope::Lan), words::ALONE_LAN);
    assert_eq!(alone(Scope::World), words::ALONE_WORLD);
    assert_eq!(alone(Scope::Loopback), words::ALONE_LOOPBACK);
}
