//! More prompts at once than one PC can answer.

use std::collections::BTreeMap;
use std::time::Instant;

use futures::future::join_all;
use futures::{Stream, StreamExt};
use opengateway_api::{AnswerEvent, Call, ModelId};
use opengateway_tests::asking::{STARTER, counting};
use opengateway_tests::peers::{Peer, Setup, alone, asker, lender, once};
use opengateway_tests::soon::{holds, soon, within};
use tempfile::tempdir;

const LENDERS: usize = 8;
const PROMPTS: usize = 100;

#[tokio::test]
async fn a_hundred_prompts_at_once_are_spread_over_all_who_lend() {
    let _alone = alone().await;
    let first = Peer::start(Setup { serves: true, ..lender() }).await;
    let bootstrap = first.addresses().await;
    let _others = join_all((1..LENDERS).map(|_| Peer::start(Setup { bootstrap: bootstrap.clone(), ..lender() }))).await;
    let asker = Peer::start(Setup { bootstrap, ..asker() }).await;
    asker.client.call(Call::RemoveModel(ModelId(STARTER.into()))).await.unwrap();
    asker.can_ask(STARTER, LENDERS).await;

    let begin = Instant::now();
    let prompts = (0..PROMPTS).map(|number| (number % 10, number / 10));
    let answers = join_all(prompts.map(async |(one, other)| {
        let seen = asker.ask(once(STARTER, &format!("What is {one}+{other}?"))).await;
        assert_eq!(seen.text, format!("{one} + {other} = {}.", one + other), "{seen:?}");
        seen.origins.last().unwrap().node
    }));
    let mut shares = BTreeMap::new();
    for node in answers.await {
        *shares.entry(node.unwrap()).or_insert(0) += 1;
    }

    let shares: Vec<u32> = shares.into_values().collect();
    eprintln!("{PROMPTS} prompts in {:?}, answered by {} nodes: {shares:?}", begin.elapsed(), shares.len());
    assert!(shares.len() + 2 >= LENDERS && shares.iter().all(|share| *share <= 40), "{shares:?}");
}

#[tokio::test]
async fn who_has_to_wait_is_told_how_many_are_before_it_and_how_long_it_will_take() {
    let _alone = alone().await;
    let elsewhere = tempdir().unwrap();
    let lender = Peer::start(lender()).await;
    let model = lender.add(&counting(elsewhere.path()).path).await;
    let invite = lender.invite().await;
    let askers = join_all((0..3).map(|_| Peer::start(asker()))).await;
    for asker in &askers {
        asker.join(&invite).await;
        asker.can_ask(&model.0, 1).await;
    }
    let endless = || once(&model.0, "Count.");

    let mut busy: Vec<_> = (0..4).map(|_| askers[0].answer(endless())).collect();
    for answer in &mut busy {
        writes(answer).await;
    }
    let mut waiting: Vec<_> = (0..4).map(|_| askers[1].answer(endless())).collect();
    let mut last = askers[2].answer(endless());
    let mut positions = Vec::new();
    for answer in waiting.iter_mut().chain([&mut last]) {
        let (position, expected) = waits(answer).await;
        assert!(expected.is_some(), "position {position}");
        positions.push(position);
    }

    // Who asks for the first time goes before the second prompt of somebody else.
    assert_eq!(positions, [0, 1, 2, 3, 1]);
    drop((busy, waiting));
    writes(&mut last).await;
    soon("the others to be gone", async || holds(lender.network().await.serving.len() == 1)).await;
}

async fn writes(answer: &mut (impl Stream<Item = AnswerEvent> + Unpin)) {
    within("text", answer.any(async |event| matches!(event, AnswerEvent::Text { .. }))).await;
}

/// The place in the line that is told first.
async fn waits(answer: &mut (impl Stream<Item = AnswerEvent> + Unpin)) -> (u32, Option<u32>) {
    within("a place in the line", async {
        loop {
            match answer.next().await.unwrap() {
                AnswerEvent::Waiting { position, expected_ms } if position > 0 || expected_ms.is_some() => {
                    return (position, expected_ms);
                }
                AnswerEvent::Text { .. } | AnswerEvent::Failed { .. } => unreachable!("nobody had room"),
                _ => {}
            }
        }
    })
    .await
}
