//! How nodes find each other.

use std::time::Instant;

use futures::future::join_all;
use opengateway_api::{Call, ErrorCode, Link, ModelId, Tier};
use opengateway_tests::asking::STARTER;
use opengateway_tests::peers::{Peer, Setup, alone, asker, lender, once};
use opengateway_tests::processes;
use opengateway_tests::soon::{holds, soon};

#[tokio::test]
async fn a_pasted_invite_is_enough() {
    let _alone = alone().await;
    let (one, other) = (Peer::start(lender()).await, Peer::start(asker()).await);

    other.join(&one.invite().await).await;

    one.knows(1).await;
    other.knows(1).await;
    assert_eq!(other.network().await.peers[0].node, one.node().await);
    assert_eq!(other.network().await.link, Link::Joined);
}

#[tokio::test]
async fn one_bootstrap_node_brings_eight_together_and_all_agree_on_the_cluster() {
    let _alone = alone().await;
    let first = Peer::start(Setup { serves: true, ..lender() }).await;
    let bootstrap = first.addresses().await;
    let others = join_all((0..7).map(|_| Peer::start(Setup { bootstrap: bootstrap.clone(), ..lender() }))).await;

    for peer in others.iter().chain([&first]) {
        peer.knows(7).await;
        let clusters = peer.network().await.clusters;
        let small = clusters.iter().find(|cluster| cluster.tier == Tier::A).unwrap();
        assert_eq!((small.nodes, small.own), (8, true), "{clusters:?}");
    }
}

#[tokio::test]
async fn what_is_no_invite_is_refused_with_a_reason() {
    let _alone = alone().await;
    let node = Peer::start(asker()).await;

    for text in ["hello", "opengateway:nonsense", "/ip4/not-an-address"] {
        let error = node.client.call(Call::Join(text.into())).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{error}");
    }
}

#[tokio::test]
async fn a_pc_that_slept_is_back_by_itself_when_it_wakes() {
    let _alone = alone().await;
    let (sleeper, other) = (Peer::start(lender()).await, Peer::start(asker()).await);
    other.join(&sleeper.invite().await).await;
    other.can_ask(STARTER, 1).await;
    let is_connected = async || other.network().await.peers.iter().any(|peer| peer.latency_ms.is_some());

    other.client.call(Call::RemoveModel(ModelId(STARTER.into()))).await.unwrap();
    let node = Some(sleeper.node().await);
    processes::freeze(sleeper.id());
    soon("its connection to be missed", async || holds(!is_connected().await)).await;
    processes::thaw(sleeper.id());
    let begin = Instant::now();
    soon("it to come back", async || holds(is_connected().await)).await;

    eprintln!("back {:?} after it woke", begin.elapsed());
    let seen = other.ask(once(STARTER, "What is 2+2?")).await;
    assert_eq!((seen.text.as_str(), seen.origins.last().unwrap().node), ("2 + 2 = 4.", node));
}

#[tokio::test]
async fn a_node_that_was_killed_is_found_again_after_it_starts() {
    let _alone = alone().await;
    let (mut one, mut other) = (Peer::start(lender()).await, Peer::start(asker()).await);
    other.join(&one.invite().await).await;
    other.knows(1).await;
    one.knows(1).await;

    other.stop().await;
    other.start_again().await;
    other.knows(1).await;
    one.kill();
    one.start_again().await;

    // Its port may be another one now: the one that remembers an address that still holds is who finds the other.
    soon("the two to meet again", async || holds(other.network().await.link == Link::Joined)).await;
}
