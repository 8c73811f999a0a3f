//! Peers of other networks, and of older and newer versions.

use futures::StreamExt;
use opengateway_api::Written;
use opengateway_net::wire::{FromAsker, FromProvider};

use crate::soon;
use crate::stranger::{JOB, Stranger, framed, peer, rest, say};
use crate::victim::{Victim, ask, still_answers};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_of_another_network_is_sent_away() {
    let victim = Victim::start().await;
    for network in ["opengateway/2", "ipfs/0.1.0", ""] {
        let stranger = Stranger::of(network);

        stranger.dials(&victim, "quic").await;

        stranger.until("the end of the connection", |log| log.closed == 1).await;
        victim.until("the same", |log| !log.connected.contains(&stranger.node)).await;
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_a_newer_version_is_answered() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    let mut question = minicbor::to_vec(FromAsker::Ask(Box::new(ask()))).unwrap();
    // A kind and a list with a map of six fields; here is one more.
    assert_eq!(question[..4], [0x82, 0x00, 0x81, 0xa6]);
    question[3] = 0xa7;
    question.extend([0x18, 99, 0x82, 0xf6, 0x61, b'x']);

    let mut stream = stranger.says(&victim, &framed(&question)).await;

    assert!(!rest(&mut stream).await.is_empty());
    assert_eq!(victim.log.borrow().jobs, [(stranger.node, ask())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_a_newer_version_is_understood_and_a_new_kind_of_frame_is_not() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    let mut streams = stranger.accepts(JOB);
    stranger.meets(&victim).await;
    let (mut answer, stream) = tokio::join!(victim.asks(stranger.node), soon("the stream", streams.next()));
    let mut stream = stream.unwrap().1;
    let text = FromProvider::Text(Written { text: "4".into(), tokens: vec![1] });
    let mut newer = minicbor::to_vec(&text).unwrap();
    assert_eq!(newer[..4], [0x82, 0x03, 0x81, 0xa2]);
    newer[3] = 0xa3;
    newer.extend([0x02, 0xa1, 0x00, 0xf5]);

    say(&mut stream, &framed(&newer)).await;
    say(&mut stream, &framed(&[0x82, 0x07, 0x81, 0x01])).await;

    assert_eq!(soon("the text", answer.next()).await.unwrap().unwrap(), text);
    assert!(soon("the refusal", answer.next()).await.unwrap().is_err());
    still_answers(&victim).await;
    assert!(stranger.log.borrow().connections.contains_key(&peer(&victim)));
}
