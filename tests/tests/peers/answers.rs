//! Prompts that peers answer.

use opengateway_api::{Call, ErrorCode, ModelId, NodeId, Order, Place, Privacy, Reach};
use opengateway_tests::asking::{STARTER, endless};
use opengateway_tests::lab::proxy::{Conditions, Proxy};
use opengateway_tests::peers::{Once, Peer, alone, asker, lender, once, once_at};
use std::time::Duration;
use tempfile::tempdir;

#[tokio::test]
async fn each_place_answers_a_pc_without_any_model_in_turn() {
    let _alone = alone().await;
    let asker = Peer::start(asker()).await;
    asker.client.call(Call::RemoveModel(ModelId(STARTER.into()))).await.unwrap();
    let mut peers = Vec::new();
    for (place, one_way) in [(Place::Nearby, 0), (Place::Region, 35), (Place::Global, 100)] {
        let (peer, proxy) = behind(one_way, &asker).await;
        peers.push((place, peer, proxy));
    }
    asker.knows(3).await;

    for (place, peer, _line) in &peers {
        asker_sees(&asker, *place, peer.node().await).await;
        let seen = asker.ask(once_at(*place, STARTER, "What is 2+2?")).await;

        let origin = seen.origins.last().unwrap();
        assert_eq!(seen.text, "2 + 2 = 4.", "{seen:?}");
        assert_eq!((origin.place, origin.node), (*place, Some(peer.node().await)));
    }
}

#[tokio::test]
async fn a_model_that_only_a_peer_has_is_answered_by_it() {
    let _alone = alone().await;
    let (peer, asker, elsewhere) = (Peer::start(lender()).await, Peer::start(asker()).await, tempdir().unwrap());
    let model = peer.add(&endless(elsewhere.path()).path).await;
    asker.join(&peer.invite().await).await;
    asker.can_ask(&model.0, 1).await;

    let mut prompt = once(&model.0, "Tell me a story.");
    prompt.sampling.max_text_tokens = Some(40);
    let seen = asker.ask(prompt).await;

    assert!(seen.done && !seen.text.is_empty(), "{seen:?}");
    assert_eq!(seen.origins.last().unwrap().node, Some(peer.node().await));
}

#[tokio::test]
async fn a_peer_that_is_not_lent_answers_nobody() {
    let _alone = alone().await;
    let (peer, asker) = (Peer::start(lender()).await, Peer::start(asker()).await);
    asker.join(&peer.invite().await).await;
    asker.can_ask(STARTER, 1).await;

    peer.order(Order::Off).await;
    let seen = asker.ask(from_anywhere_else(STARTER)).await;

    assert_eq!(seen.error.unwrap().code, ErrorCode::Nowhere);
}

#[tokio::test]
async fn what_is_restricted_or_confidential_goes_to_no_stranger() {
    let _alone = alone().await;
    let (peer, asker, elsewhere) = (Peer::start(lender()).await, Peer::start(asker()).await, tempdir().unwrap());
    let model = peer.add(&endless(elsewhere.path()).path).await;
    asker.join(&peer.invite().await).await;
    asker.can_ask(&model.0, 1).await;

    for class in [Privacy::Internal, Privacy::Confidential, Privacy::Restricted] {
        let reach = Reach { place: None, privacy: Some(class) };
        let seen = asker.ask(Once { reach, ..once(&model.0, "A secret") }).await;

        assert_eq!(seen.error.unwrap().code, ErrorCode::Nowhere, "{class:?}");
        assert!(seen.origins.is_empty());
    }
}

fn from_anywhere_else(model: &str) -> Once {
    once_at(Place::Nearby, model, "What is 2+2?")
}

/// A lending peer that the asker reaches only over a line of that length.
async fn behind(one_way_ms: u64, asker: &Peer) -> (Peer, Proxy) {
    let peer = Peer::start(lender()).await;
    let target = format!("127.0.0.1:{}", peer.port().await).parse().unwrap();
    let conditions = Conditions { delay: Duration::from_millis(one_way_ms), ..Conditions::default() };
    let proxy = Proxy::start(target, conditions).await.unwrap();
    let node = peer.node().await;
    asker.join(&format!("/ip4/127.0.0.1/udp/{}/quic-v1/p2p/{node}", proxy.address().port())).await;
    (peer, proxy)
}

/// Waits until the asker has measured how far a peer is.
async fn asker_sees(asker: &Peer, place: Place, node: NodeId) {
    let measured = async || {
        let peers = asker.network().await.peers;
        peers.iter().any(|peer| peer.node == node && peer.place == Some(place)).then_some(())
    };
    opengateway_tests::soon::soon(&format!("{node} to be at {place:?}"), measured).await;
}
