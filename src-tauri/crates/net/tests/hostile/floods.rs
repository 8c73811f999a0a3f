//! More of everything than one peer, or many, may have.

use std::collections::BTreeSet;

use futures::future::join_all;
use futures::stream::FuturesUnordered;
use futures::{AsyncWriteExt, StreamExt};
use opengateway_core::standing::Offence;
use opengateway_net::wire::FromAsker;
use tokio::net::TcpStream;

use crate::soon;
use crate::stranger::{Stranger, frame, peer, rest};
use crate::victim::{Victim, ask, still_answers};

/// As many incoming connections as a node takes, and as many as it takes from one peer.
const MOST_INCOMING: usize = 256;
const MOST_PER_PEER: u32 = 4;
/// Streams of one peer on which a node waits for a question.
const MOST_READING: usize = 4;
/// Messages of gossip after which a neighbour is one that floods.
const MOST_GOSSIP: u32 = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_are_refused_and_a_peer_that_was_there_is_answered() {
    let (victim, friend) = (Victim::start().await, Victim::start().await);
    friend.meets(&victim).await;
    let strangers: Vec<Stranger> = (0..MOST_INCOMING + 20).map(|_| Stranger::new()).collect();

    for wave in strangers.chunks(16) {
        let dial = |stranger: &'_ Stranger| {
            let log = stranger.log.clone();
            async move { crate::until(&log, "the outcome", |log| log.opened + log.failed > 0).await }
        };
        for stranger in wave {
            stranger.dials(&victim, "quic").await;
        }
        join_all(wave.iter().map(dial)).await;
    }
    let refused = |log: &crate::stranger::Log| log.closed + log.failed > 0;
    let mut outcomes: FuturesUnordered<_> =
        strangers.iter().map(|stranger| stranger.until("the refusal", refused)).collect();
    for _ in 0..21 {
        outcomes.next().await;
    }

    assert_eq!(victim.log.borrow().most_connected, MOST_INCOMING);
    assert_eq!(friend.is_answered_by(victim.node).await, Ok("2 + 2 is 4.".into()));
    drop(outcomes);
    drop(strangers);
    victim.until("all to leave", |log| log.connected == BTreeSet::from([friend.node])).await;
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_peer_has_only_a_few_connections() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;

    for _ in 0..11 {
        stranger.dials(&victim, "tcp").await;
    }

    let settled = |log: &crate::stranger::Log| log.closed + log.failed == 12 - MOST_PER_PEER;
    stranger.until("the refusals", settled).await;
    assert_eq!(stranger.log.borrow().connections.get(&peer(&victim)), Some(&MOST_PER_PEER));
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_that_say_nothing_are_closed_and_keep_nobody_out_for_long() {
    let victim = Victim::start().await;
    let address = victim.address("tcp");
    let port: u16 = address.split('/').nth(4).unwrap().parse().unwrap();
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }

    for socket in &mut silent {
        let mut all = Vec::new();
        let _closed_or_reset = soon("the end", tokio::io::AsyncReadExt::read_to_end(socket, &mut all)).await;
    }

    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_flood_of_streams_a_few_are_kept_and_others_are_answered_meanwhile() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    still_answers(&victim).await;

    let mut streams = Vec::new();
    for _ in 0..200 {
        let mut stream = stranger.opens(&victim).await;
        let _closed_already = stream.write_all(&[0]).await;
        streams.push(stream);
    }
    let mut ended: FuturesUnordered<_> = streams.iter_mut().map(rest).collect();
    for _ in MOST_READING..200 {
        ended.next().await;
    }
    still_answers(&victim).await;

    assert_eq!(ended.len(), MOST_READING);
    while ended.next().await.is_some() {}
    victim.until("the offences", |log| log.offences.get(&(stranger.node, Offence::Stalled)) == Some(&4)).await;
    assert!(victim.log.borrow().has(stranger.node, Offence::TooMany));
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_come_at_the_same_moment_are_all_heard() {
    let victim = Victim::start().await;
    let strangers = [Stranger::new(), Stranger::new(), Stranger::new()];
    for stranger in &strangers {
        stranger.meets(&victim).await;
    }
    let question = frame(&FromAsker::Ask(Box::new(ask())));

    for _ in 0..20 {
        let all = strangers.iter().flat_map(|stranger| [stranger; 3]);
        let answers = all.map(|stranger| async {
            let mut stream = stranger.says(&victim, &question).await;
            rest(&mut stream).await.len()
        });

        let lengths = join_all(answers).await;

        assert!(lengths.iter().all(|length| *length > 20), "{lengths:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_gossip_is_an_offence_of_its_own() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;

    for thousand in 0..u64::from(MOST_GOSSIP) / 1000 {
        let messages = (0..1000).map(|number| (thousand * 1000 + number).to_le_bytes().to_vec()).collect();
        stranger.gossips_all(&victim, messages).await;
        let heard = u32::try_from(thousand * 1000).unwrap();
        victim.until("the gossip", |log| log.offences.get(&(stranger.node, Offence::Garbage)) > Some(&heard)).await;
    }

    victim.until("the offence", |log| log.has(stranger.node, Offence::TooMany)).await;
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_bad_word_in_gossip_is_enough_for_a_strict_node() {
    let (victim, stranger) = (Victim::strict().await, Stranger::new());
    stranger.meets(&victim).await;

    stranger.gossips(&victim, b"buy now".to_vec()).await;

    stranger.until("the end of the connection", |log| log.connections.is_empty()).await;
    assert!(victim.log.borrow().has(stranger.node, Offence::Garbage));
    still_answers(&victim).await;
}
