//! The canned node's peers: what each is, and what they are together. The same each time.

use opengateway_api::{
    Cluster, ModelHash, ModelId, NodeId, Peer, PeerModel, Place, Reachability, Region, Serving, Tier,
};

use crate::demo::words::{HARDWARE, PEER_MODELS};

/// Where this PC is.
const OWN_REGION: Region = Region::Europe;

/// So many peers, the nearest first.
pub(super) fn peers(count: usize) -> Vec<Peer> {
    let mut peers: Vec<Peer> = (0..count).map(peer).collect();
    peers.sort_by(|one, other| {
        let far = |peer: &Peer| peer.latency_ms.unwrap_or(f64::MAX);
        far(one).total_cmp(&far(other))
    });
    peers
}

fn peer(at: usize) -> Peer {
    const REGIONS: [Region; 10] = [
        OWN_REGION,
        OWN_REGION,
        OWN_REGION,
        Region::NorthAmerica,
        Region::NorthAmerica,
        Region::Asia,
        Region::Asia,
        Region::SouthAmerica,
        Region::Oceania,
        Region::Africa,
    ];
    let region = REGIONS[scatter(at, 1) % REGIONS.len()];
    let (hardware, tiers, text_per_second) = HARDWARE[scatter(at, 2) % HARDWARE.len()];
    let latency = latency(region, scatter(at, 3));
    let is_connected = !scatter(at, 4).is_multiple_of(12);
    let mut key = [0; 32];
    key.iter_mut().zip(0..).for_each(|(byte, place)| *byte = scatter(at, 100 + place).to_le_bytes()[0]);
    key.iter_mut().rev().zip(at.to_le_bytes()).take(2).for_each(|(byte, own)| *byte = own);
    Peer {
        node: NodeId(key),
        friend: None,
        region: Some(region),
        tiers: tiers.to_vec(),
        models: PEER_MODELS.iter().skip(scatter(at, 5) % 3).step_by(2).map(|(_, name)| (*name).to_owned()).collect(),
        hardware: hardware.to_owned(),
        latency_ms: is_connected.then_some(latency),
        place: is_connected.then(|| place(latency)),
        text_per_second: f64::from(text_per_second),
        load_percent: small(scatter(at, 6) % 5 * 30),
        reachability: match scatter(at, 7) % 4 {
            _ if !is_connected => Reachability::Unknown,
            0 => Reachability::Relayed,
            _ => Reachability::Direct,
        },
        standing: small(20 + scatter(at, 8) % 80),
        banned: scatter(at, 9).is_multiple_of(17),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_s: scatter(at, 10) as u64 * 9,
    }
}

fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn latency(region: Region, scattered: usize) -> f64 {
    let (least, spread) = match region {
        Region::Europe | Region::MiddleEast => (4, 60),
        Region::NorthAmerica | Region::Africa => (95, 70),
        Region::Asia | Region::SouthAmerica | Region::Oceania => (180, 140),
    };
    f64::from(small(least + scattered % spread))
}

fn place(latency_ms: f64) -> Place {
    match latency_ms {
        ..50.0 => Place::Nearby,
        ..150.0 => Place::Region,
        _ => Place::Global,
    }
}

/// The clusters of these peers and this PC, which serves the first two tiers.
pub(super) fn clusters(peers: &[Peer]) -> Vec<Cluster> {
    let mut clusters = Vec::new();
    for region in Region::ALL {
        for tier in Tier::ALL {
            let own = region == OWN_REGION && matches!(tier, Tier::A | Tier::B);
            let members = || peers.iter().filter(|peer| peer.region == Some(region) && peer.tiers.contains(&tier));
            if own || members().next().is_some() {
                clusters.push(Cluster {
                    region,
                    tier,
                    nodes: small(members().count() + usize::from(own)),
                    own,
                    models: members().next().map(|peer| peer.models.clone()).unwrap_or_default(),
                    text_per_second: members().map(|peer| peer.text_per_second).sum::<f64>()
                        + f64::from(u8::from(own)) * 74.0,
                    wait_ms: (members().count() > 1).then_some(small(members().count() % 3) * 2_400),
                });
            }
        }
    }
    clusters
}

/// What peers offer that this PC lacks.
pub(super) fn models() -> Vec<PeerModel> {
    const OFFERS: [(u32, Place, u8); 5] = [
        (14, Place::Nearby, 34),
        (9, Place::Nearby, 41),
        (6, Place::Region, 22),
        (3, Place::Region, 58),
        (2, Place::Global, 9),
    ];
    let offered = PEER_MODELS.iter().zip(OFFERS).zip(1..);
    offered
        .map(|(((id, name), (nodes, place, text_per_second)), salt)| PeerModel {
            id: ModelId((*id).to_owned()),
            hash: ModelHash([salt; 32]),
            name: (*name).to_owned(),
            context: 32_768,
            nodes,
            place,
            text_per_second: text_per_second.into(),
        })
        .collect()
}

/// Two of their jobs, answered here.
pub(super) fn serving(peers: &[Peer], now_ms: i64) -> Vec<Serving> {
    let jobs = peers.iter().zip([(348, 21_000), (1_204, 64_000)]);
    jobs.map(|(peer, (text_tokens, since_ms))| Serving {
        node: peer.node,
        model: ModelId("qwen3-4b-q4_k_m".to_owned()),
        text_tokens,
        started_ms: now_ms - since_ms,
    })
    .collect()
}

/// A number that looks random and is the same each time.
fn scatter(at: usize, salt: usize) -> usize {
    (at + 1).wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503)) >> 7 & 0xffff
}
