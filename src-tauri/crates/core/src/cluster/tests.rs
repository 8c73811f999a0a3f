//! Holds [`super::Directory`] to its bounds, also against nodes that somebody makes up.

mod names;
mod random;
mod room;

use opengateway_api::{Place, Region, Tier};

use super::*;
use crate::capability::{Load, MOST_VALID_S, SKEW, Served, place_of};

const NOW_MS: i64 = 1_800_000_000_000;
const SECOND: Duration = Duration::from_secs(1);
const OWN: NodeId = NodeId([0xff; 32]);

#[test]
fn a_node_is_known_for_as_long_as_its_record_counts() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());

    let news = directory.insert(record(1, 1), false, NOW_MS, start);

    assert_eq!(news, Ok(News::Joined { evicted: vec![] }));
    assert_eq!(directory.expire(start + 59 * SECOND), []);
    assert_eq!(directory.get(&node(1)), Some(&record(1, 1)));
    assert_eq!(directory.expire(start + 60 * SECOND), [node(1)]);
    assert_eq!((directory.get(&node(1)), directory.iter().count()), (None, 0));
}

#[test]
fn a_record_counts_from_its_receipt_whatever_the_clock_of_its_sender_says() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let ahead = Capability { issued_ms: NOW_MS + 599_000, ..record(1, 1) };
    let behind = Capability { issued_ms: NOW_MS - 599_000, ..record(2, 1) };

    directory.insert(ahead, false, NOW_MS, start).unwrap();
    directory.insert(behind, false, NOW_MS, start).unwrap();

    assert_eq!(directory.expire(start + 59 * SECOND), []);
    assert_eq!(directory.expire(start + 60 * SECOND), [node(1), node(2)]);
}

#[test]
fn only_a_higher_sequence_renews_a_node() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    directory.insert(record(1, 5), false, NOW_MS, start).unwrap();

    for sequence in [0, 4, 5] {
        assert_eq!(directory.insert(record(1, sequence), false, NOW_MS, start), Err(Refused::Replayed));
    }
    let news = directory.insert(record(1, 6), false, NOW_MS, start + 30 * SECOND);

    assert_eq!(news, Ok(News::Renewed { evicted: vec![] }));
    assert_eq!(directory.expire(start + 89 * SECOND), []);
}

#[test]
fn what_is_our_own_or_not_believed_is_refused() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let own = Capability { node: OWN, ..record(1, 1) };
    let endless = Capability { valid_s: MOST_VALID_S + 1, ..record(1, 1) };

    assert_eq!(directory.insert(own, true, NOW_MS, start), Err(Refused::Own));
    let refused = directory.insert(endless, true, NOW_MS, start);
    assert_eq!(refused, Err(Refused::Invalid(Invalid::Bounds("validity"))));
    assert_eq!(directory.iter().count(), 0);
}

#[test]
fn an_old_record_never_revives_a_node_that_is_gone() {
    let skew_ms = i64::try_from(SKEW.as_millis()).unwrap();
    for valid_s in [1, 60, MOST_VALID_S] {
        // The worst case: written by a clock that is as far ahead as we put up with.
        let old = Capability { issued_ms: NOW_MS + skew_ms, valid_s, ..record(1, 7) };
        let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
        directory.insert(old.clone(), false, NOW_MS, start).unwrap();

        for second in 0..4000 {
            let (now, now_ms) = (start + SECOND * second, NOW_MS + i64::from(second) * 1000);
            directory.expire(now);
            let replayed = directory.insert(old.clone(), false, now_ms, now);
            assert!(
                matches!(replayed, Err(Refused::Replayed | Refused::Invalid(Invalid::Old))),
                "{second}: {replayed:?}"
            );
        }
    }
}

#[test]
fn a_node_that_was_gone_comes_back_with_a_higher_sequence() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    directory.insert(record(1, 7), false, NOW_MS, start).unwrap();
    directory.expire(start + 60 * SECOND);

    let news = directory.insert(record(1, 8), false, NOW_MS, start + 61 * SECOND);

    assert_eq!(news, Ok(News::Joined { evicted: vec![] }));
}

#[test]
fn everyone_with_a_model_is_found_by_its_hash() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    directory.insert(serving(1, &[(1, "a"), (2, "b")]), false, NOW_MS, start).unwrap();
    directory.insert(serving(2, &[(2, "b")]), false, NOW_MS, start).unwrap();

    let with =
        |directory: &Directory, model| directory.with_model(&hash(model)).map(|found| found.node).collect::<Vec<_>>();
    assert_eq!(with(&directory, 2), [node(1), node(2)]);
    assert_eq!(with(&directory, 3), []);
    directory.expire(start + 60 * SECOND);
    assert_eq!(with(&directory, 2), []);
}

#[test]
fn a_cluster_is_what_its_nodes_can_do() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let busy = Load { running: 2, waiting: 1, slots: 2 };
    let first = Capability { load: busy, ..serving(1, &[(1, "a"), (2, "b")]) };
    let second = Capability { load: busy, tiers: vec![Tier::A, Tier::B], ..serving(2, &[(2, "b")]) };
    let away = Capability { accepts: false, ..serving(3, &[(2, "b")]) };
    let nowhere = Capability { region: None, ..serving(4, &[(1, "a")]) };
    for capability in [first, second, away, nowhere] {
        directory.insert(capability, false, NOW_MS, start).unwrap();
    }

    let own = Capability { node: OWN, tiers: vec![Tier::B, Tier::C], ..serving(5, &[(5, "mine")]) };
    let clusters = directory.clusters(&own);

    let [a, b, c] = &clusters[..] else { panic!("{clusters:?}") };
    assert_eq!((a.region, a.tier, a.nodes, a.own), (Region::Europe, Tier::A, 3, false));
    assert_eq!((&a.models[..], a.text_per_second), (&["b".to_owned(), "a".to_owned()][..], 80.0));
    // Two jobs are ahead, each 256 text tokens at 40 a second, on two slots.
    assert_eq!(a.wait_ms, Some(6400));
    assert_eq!((b.tier, b.nodes, b.own), (Tier::B, 2, true));
    assert_eq!((c.tier, c.nodes, c.own, &c.models[..]), (Tier::C, 1, true, &["mine".to_owned()][..]));
    assert_eq!((c.text_per_second, c.wait_ms), (40.0, Some(0)));
}

#[test]
fn a_place_needs_no_region() {
    assert_eq!(place_of(SECOND), Place::Global);
}

/// A record of a node that serves one model.
fn record(number: u32, sequence: u64) -> Capability {
    Capability { sequence, ..serving(number, &[(1, "a")]) }
}

fn serving(number: u32, models: &[(u8, &str)]) -> Capability {
    let models = models.iter().map(|(number, name)| Served {
        hash: hash(*number),
        name: (*name).into(),
        context: 8192,
        quantisation: "Q4_K_M".into(),
        text_per_second: 40.0,
        price: None,
    });
    Capability {
        node: node(number),
        sequence: 1,
        issued_ms: NOW_MS,
        valid_s: 60,
        region: Some(Region::Europe),
        tiers: vec![Tier::A],
        models: models.collect(),
        hardware: "RTX 4070, 32 GB".into(),
        load: Load { running: 0, waiting: 0, slots: 4 },
        uptime_s: 3600,
        version: "0.1.0".into(),
        accepts: true,
        price: 0,
        relay: false,
        addresses: Vec::new(),
        balance: None,
    }
}

fn node(number: u32) -> NodeId {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    NodeId(key)
}

fn hash(number: u8) -> ModelHash {
    ModelHash([number; 32])
}
