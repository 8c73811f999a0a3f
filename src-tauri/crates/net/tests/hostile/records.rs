//! What nodes say of themselves, forged, replayed, from another time and from a newer version.

use libp2p::core::SignedEnvelope;
use libp2p::identity::Keypair;
use opengateway_api::{NodeId, Region, Tier};
use opengateway_core::capability::{Capability, Invalid, Load};
use opengateway_core::cluster::{News, Refused};
use opengateway_core::standing::Offence;
use opengateway_net::wire::{MAX_RECORD, sign, verify};

use crate::stranger::Stranger;
use crate::victim::{NOW_MS, Victim, secret, still_answers};

const CAPABILITY: &[u8] = b"/opengateway/capability/1";
const MINUTE: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_record_is_an_offence_and_is_told_to_nobody() {
    let (victim, listener) = (Victim::start().await, listener().await);
    listener.meets(&victim).await;
    let author = Keypair::ed25519_from_bytes(secret()).unwrap();
    let honest = signed(&record(&author));
    let forgeries = [
        (changed(&honest, 60), Offence::BadSignature),
        (changed(&honest, honest.len() - 1), Offence::BadSignature),
        (envelope(&author, b"/opengateway/receipt/1", payload(&honest)), Offence::BadSignature),
        (envelope(&author, b"/opengateway/capability/2", payload(&honest)), Offence::BadSignature),
        ([&envelope(&other(), CAPABILITY, vec![0xa0])[..38], &honest[38..]].concat(), Offence::BadSignature),
        (envelope(&author, CAPABILITY, vec![0xa0]), Offence::Garbage),
        ([&honest[..], &[0x3a, 1, 0]].concat(), Offence::Garbage),
        (honest[..honest.len() - 1].to_vec(), Offence::Garbage),
        (envelope(&author, CAPABILITY, vec![7; MAX_RECORD]), Offence::TooLarge),
    ];
    for (forgery, offence) in forgeries {
        let stranger = Stranger::new();
        stranger.meets(&victim).await;

        stranger.gossips(&victim, forgery).await;

        victim.until("the offence", |log| log.has(stranger.node, offence)).await;
    }
    assert!(victim.log.borrow().heard.is_empty());
    let honest = only_passed_on(&victim, &listener, honest).await;
    assert_eq!(verify(&honest).unwrap().node, node(&author));
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_record_is_ignored_and_blames_nobody() {
    let (victim, stranger, listener) = (Victim::start().await, Stranger::new(), listener().await);
    listener.meets(&victim).await;
    stranger.meets(&victim).await;
    let numbered = |sequence, waiting| {
        let load = Load { waiting, ..Load::default() };
        signed(&(Capability { sequence, load, ..record(&stranger.key).0 }, stranger.key.clone()))
    };

    for (sequence, waiting) in [(5, 0), (5, 1), (4, 2), (u64::MAX, 3), (0, 4)] {
        let before = victim.log.borrow().heard.len();
        stranger.gossips(&victim, numbered(sequence, waiting)).await;
        victim.until("the record", |log| log.heard.len() > before).await;
    }

    let (joined, renewed) = (News::Joined { evicted: vec![] }, News::Renewed { evicted: vec![] });
    let replayed = || Err(Refused::Replayed);
    let said = victim.log.borrow().said_to(stranger.node);
    assert_eq!(said, [Ok(joined), replayed(), replayed(), Ok(renewed), replayed()]);
    listener.until("what is news", |log| log.gossip == [numbered(5, 0), numbered(u64::MAX, 3)]).await;
    assert!(!victim.log.borrow().offended(stranger.node));
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_another_time_are_refused_and_clocks_that_are_a_little_wrong_are_put_up_with() {
    let (victim, stranger, listener) = (Victim::start().await, Stranger::new(), listener().await);
    listener.meets(&victim).await;
    stranger.meets(&victim).await;
    let clocks = [(9, None), (-9, None), (11, Some(Invalid::Future)), (-11, Some(Invalid::Old))];

    let mut passed = Vec::new();
    for (minutes, invalid) in clocks {
        let author = other();
        let issued_ms = NOW_MS + minutes * MINUTE;
        let record = signed(&(Capability { issued_ms, valid_s: 30, ..record(&author).0 }, author.clone()));
        stranger.gossips(&victim, record.clone()).await;

        let expected = invalid.map_or(Ok(News::Joined { evicted: vec![] }), |why| Err(Refused::Invalid(why)));
        victim.until("the record", |log| log.said_to(node(&author)) == [expected.clone()]).await;
        passed.extend(invalid.is_none().then_some(record));
    }

    listener.until("what is believed", |log| log.gossip.len() == passed.len()).await;
    assert_eq!(listener.log.borrow().gossip, passed);
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_out_of_bounds_is_refused_and_not_passed_on() {
    let (victim, stranger, listener) = (Victim::start().await, Stranger::new(), listener().await);
    listener.meets(&victim).await;
    stranger.meets(&victim).await;
    let lie = Capability { hardware: "RTX\u{202e}4070".into(), ..record(&stranger.key).0 };

    stranger.gossips(&victim, signed(&(lie, stranger.key.clone()))).await;

    let refused = Err(Refused::Invalid(Invalid::Bounds("hardware")));
    victim.until("the record", |log| log.said_to(stranger.node) == [refused.clone()]).await;
    only_passed_on(&victim, &listener, signed(&record(&other()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_said_itself_does_not_come_back_to_it() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.listens().await;
    stranger.meets(&victim).await;
    let capability = Capability { node: victim.node, ..record(&stranger.key).0 };

    // Announced again until somebody listens.
    let mut sequence = 0;
    while stranger.log.borrow().gossip.is_empty() {
        sequence += 1;
        victim.network.announce(Capability { sequence, ..capability.clone() }).await;
        tokio::task::yield_now().await;
    }
    let own = stranger.log.borrow().gossip[0].clone();
    let shape = [&own[..], &[0x3a, 1, 0]].concat();
    let parrot = Stranger::new();
    parrot.meets(&victim).await;
    parrot.gossips_all(&victim, vec![own, shape]).await;

    victim.until("the offence", |log| log.has(parrot.node, Offence::Garbage)).await;
    assert_eq!(victim.log.borrow().said_to(victim.node), []);
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_a_newer_version_are_believed_and_passed_on_as_they_are() {
    let (victim, stranger, listener) = (Victim::start().await, Stranger::new(), listener().await);
    listener.meets(&victim).await;
    stranger.meets(&victim).await;
    let author = other();
    let mut payload = payload(&signed(&record(&author)));
    // The map has fifteen fields; here is one more.
    assert_eq!(payload[0], 0xaf);
    payload.splice(..1, [0xb0]);
    payload.extend([0x18, 200, 0x82, 0xf6, 0x61, b'x']);
    let newer = envelope(&author, CAPABILITY, payload);

    stranger.gossips(&victim, newer.clone()).await;

    let joined = Ok(News::Joined { evicted: vec![] });
    victim.until("the record", |log| log.said_to(node(&author)) == [joined.clone()]).await;
    listener.until("the record", |log| log.gossip == [newer.clone()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_records_all_arrive_when_they_come_at_once() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    let longest = |_| {
        let author = other();
        let mut payload = payload(&signed(&record(&author)));
        payload.splice(..1, [0xb0]);
        let room = MAX_RECORD - envelope(&author, CAPABILITY, payload.clone()).len() - 6;
        payload.extend([0x18, 200, 0x59]);
        payload.extend(u16::try_from(room).unwrap().to_be_bytes());
        payload.resize(payload.len() + room, 0);
        let record = envelope(&author, CAPABILITY, payload);
        assert!((MAX_RECORD - 2..=MAX_RECORD).contains(&record.len()), "{}", record.len());
        record
    };

    stranger.gossips_all(&victim, (0..200).map(longest).collect()).await;

    victim.until("all records", |log| log.heard.len() == 200).await;
    assert!(!victim.log.borrow().offended(stranger.node));
}

#[tokio::test(flavor = "multi_thread")]
async fn gossip_longer_than_any_record_could_be_ends_nothing_but_itself() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;

    stranger.gossips(&victim, vec![7; 500_000]).await;

    still_answers(&victim).await;
    assert!(victim.log.borrow().heard.is_empty());
}

/// A stranger that hears what a victim passes on.
async fn listener() -> Stranger {
    let listener = Stranger::new();
    listener.listens().await;
    listener
}

/// The first record that is passed on, which must be this one.
async fn only_passed_on(victim: &Victim, listener: &Stranger, record: Vec<u8>) -> Vec<u8> {
    let stranger = Stranger::new();
    stranger.meets(victim).await;
    stranger.gossips(victim, record.clone()).await;
    listener.until("the record", |log| !log.gossip.is_empty()).await;
    assert_eq!(listener.log.borrow().gossip, std::slice::from_ref(&record));
    record
}

pub(crate) fn record(author: &Keypair) -> (Capability, Keypair) {
    let capability = Capability {
        node: node(author),
        sequence: 1,
        issued_ms: NOW_MS,
        valid_s: 60,
        region: Some(Region::Europe),
        tiers: vec![Tier::A],
        models: Vec::new(),
        hardware: "RTX 4070, 32 GB".into(),
        load: Load::default(),
        uptime_s: 0,
        version: "0.1.0".into(),
        accepts: true,
        price: 0,
        relay: false,
        addresses: Vec::new(),
        balance: None,
    };
    (capability, author.clone())
}

pub(crate) fn signed((capability, key): &(Capability, Keypair)) -> Vec<u8> {
    sign(capability, key).unwrap()
}

pub(crate) fn other() -> Keypair {
    Keypair::ed25519_from_bytes(secret()).unwrap()
}

pub(crate) fn node(key: &Keypair) -> NodeId {
    NodeId::from_bytes(&key.public().to_peer_id().to_bytes()).unwrap()
}

fn envelope(key: &Keypair, kind: &[u8], payload: Vec<u8>) -> Vec<u8> {
    SignedEnvelope::new(key, "opengateway".into(), kind.into(), payload).unwrap().into_protobuf_encoding()
}

fn payload(record: &[u8]) -> Vec<u8> {
    let envelope = SignedEnvelope::from_protobuf_encoding(record).unwrap();
    envelope.payload_and_signing_key("opengateway".into(), CAPABILITY).unwrap().0.to_vec()
}

fn changed(record: &[u8], place: usize) -> Vec<u8> {
    let mut changed = record.to_vec();
    changed[place] ^= 1;
    changed
}
