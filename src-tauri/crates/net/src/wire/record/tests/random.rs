//! Random records, believable or not.

use opengateway_api::{ModelHash, NodeId, Region, Tier};
use opengateway_core::capability::{Capability, Load, Served};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Signed by the key that the tests sign with.
pub(super) fn capability() -> impl Strategy<Value = Capability> {
    let node = NodeId::from_bytes(&super::key(1).public().to_peer_id().to_bytes()).unwrap();
    let region = option::of(proptest::sample::select(&Region::ALL[..]));
    let tiers = vec(proptest::sample::select(&Tier::ALL[..]), 0..=8);
    let times = (any::<u64>(), any::<i64>(), any::<u32>(), any::<u64>());
    let load = any::<[u32; 3]>().prop_map(|[running, waiting, slots]| Load { running, waiting, slots });
    let rest = ("\\PC{0,64}", "\\PC{0,32}", any::<bool>(), any::<i64>(), any::<bool>(), addresses());
    (times, region, tiers, vec(served(), 0..8), load, rest).prop_map(
        move |(times, region, tiers, models, load, rest)| {
            let (sequence, issued_ms, valid_s, uptime_s) = times;
            let (hardware, version, accepts, price, relay, addresses) = rest;
            Capability {
                node,
                sequence,
                issued_ms,
                valid_s,
                region,
                tiers,
                models,
                hardware,
                load,
                uptime_s,
                version,
                accepts,
                price,
                relay,
                addresses,
                balance: None,
            }
        },
    )
}

fn addresses() -> impl Strategy<Value = Vec<String>> {
    let four = any::<([u8; 4], u16)>().prop_map(|(ip, port)| {
        let ip = std::net::Ipv4Addr::from(ip);
        format!("/ip4/{ip}/udp/{port}/quic-v1")
    });
    let six =
        any::<([u8; 16], u16)>().prop_map(|(ip, port)| format!("/ip6/{}/tcp/{port}", std::net::Ipv6Addr::from(ip)));
    vec(four.boxed().prop_union(six.boxed()), 0..=4)
}

fn served() -> impl Strategy<Value = Served> {
    let speed = proptest::num::f32::NORMAL | proptest::num::f32::ZERO;
    (any::<[u8; 32]>(), "\\PC{0,64}", any::<u32>(), "\\PC{0,16}", speed).prop_map(
        |(hash, name, context, quantisation, text_per_second)| Served {
            hash: ModelHash(hash),
            name,
            context,
            quantisation,
            text_per_second,
            price: None,
        },
    )
}
