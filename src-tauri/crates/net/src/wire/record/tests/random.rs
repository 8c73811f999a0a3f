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
    let rest = ("\\PC{0,64}", "\\PC{0,32}", any::<bool>(), any::<i64>(), any::<bool>());
    (times, region, tiers, vec(served(), 0..8), load, rest).prop_map(
        move |(times, region, tiers, models, load, rest)| {
            let (sequence, issued_ms, valid_s, uptime_s) = times;
            let (hardware, version, accepts, price, relay) = rest;
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
            }
        },
    )
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
        },
    )
}
