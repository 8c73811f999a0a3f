//! The exchange of records between two nodes that meet.

use std::collections::BTreeSet;

use futures::{AsyncWriteExt, StreamExt};
use libp2p::Stream;
use opengateway_api::NodeId;
use opengateway_core::standing::Offence;
use opengateway_net::wire::{MAX_RECORD, MAX_RECORDS, Records, Wanted, decode, verify};

use crate::records::{node, other, record, signed};
use crate::soon;
use crate::stranger::{RECORDS, Stranger, frame, framed, rest, say};
use crate::victim::{Victim, still_answers};

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_is_asked_whom_it_knows_and_believed_what_is_signed() {
    let (victim, stranger, authors) = (Victim::start().await, Stranger::new(), [other(), other()]);
    let records = authors.iter().map(|author| signed(&record(author)).into()).collect();

    answers(&stranger, &victim, &frame(&Records { records })).await;

    victim.until("the records", |log| authors.iter().all(|author| log.said_to(node(author)).len() == 1)).await;
    assert!(!victim.log.borrow().offended(stranger.node));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_none_is_an_offence() {
    let victim = Victim::start().await;
    let author = other();
    let mut forged = signed(&record(&author));
    forged[60] ^= 1;
    let records = |records: Vec<Vec<u8>>| frame(&Records { records: records.into_iter().map(Into::into).collect() });
    let answers_and_offences = [
        (records(vec![forged.clone()]), Offence::BadSignature),
        (records(vec![vec![0; MAX_RECORD + 1]]), Offence::TooLarge),
        (records(vec![vec![]]), Offence::Garbage),
        (records(vec![vec![]; MAX_RECORDS + 1]), Offence::Garbage),
        (framed(&[0xff; 8]), Offence::Garbage),
        (u32::MAX.to_be_bytes().into(), Offence::TooLarge),
    ];
    for (answer, offence) in answers_and_offences {
        let stranger = Stranger::new();

        answers(&stranger, &victim, &answer).await;

        victim.until("the offence", |log| log.has(stranger.node, offence)).await;
    }
    assert!(victim.log.borrow().heard.is_empty());
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_none_gets_no_answer() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    for question in [framed(&[0xff; 8]), framed(&[]), u32::MAX.to_be_bytes().into()] {
        let mut stream = stranger.opens_for(&victim, RECORDS).await;
        say(&mut stream, &question).await;

        assert!(rest(&mut stream).await.is_empty());
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_and_again_gets_no_more_answers() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;

    let mut answered = 0;
    for _ in 0..100 {
        answered += u32::from(!asks(&stranger, &victim, 64).await.is_empty());
    }

    assert_eq!(answered, 16);
    victim.until("the offence", |log| log.offences.get(&(stranger.node, Offence::TooMany)) == Some(&1)).await;
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_more_records_than_fit_and_who_asks_again_hears_of_others() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    let records = (0..100).map(|_| signed(&record(&other()))).collect();
    stranger.gossips_all(&victim, records).await;
    victim.until("the records", |log| log.heard.len() == 100).await;

    let mut known = BTreeSet::new();
    for most in [u32::MAX, 64, 64, 64] {
        let nodes = nodes(&asks(&stranger, &victim, most).await);
        assert!(nodes.len() <= MAX_RECORDS);
        known.extend(nodes);
    }

    assert_eq!(known.len(), 100);
    assert!(nodes(&asks(&stranger, &victim, 0).await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_answers_keeps_nobody_waiting() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    let mut streams = stranger.accepts(RECORDS);
    stranger.meets(&victim).await;
    let (_, _silent) = soon("the question", streams.next()).await.unwrap();

    still_answers(&victim).await;

    assert!(!victim.log.borrow().offended(stranger.node));
}

/// Meets a victim and answers its question for records.
async fn answers(stranger: &Stranger, victim: &Victim, answer: &[u8]) {
    let mut streams = stranger.accepts(RECORDS);
    stranger.meets(victim).await;
    let (_, mut stream): (_, Stream) = soon("the question", streams.next()).await.unwrap();
    let _heard_enough_already = stream.write_all(answer).await;
    let _heard_enough_already = stream.close().await;
    let asked = rest(&mut stream).await;
    assert_eq!(asked, frame(&Wanted { most: 64 }));
}

/// Asks a victim for records; what comes, with its length before it.
async fn asks(stranger: &Stranger, victim: &Victim, most: u32) -> Vec<u8> {
    let mut stream = stranger.opens_for(victim, RECORDS).await;
    let _refused_already = stream.write_all(&frame(&Wanted { most })).await;
    let _refused_already = stream.flush().await;
    rest(&mut stream).await
}

fn nodes(answer: &[u8]) -> Vec<NodeId> {
    let records: Records = decode(&answer[4..]).unwrap();
    records.records.iter().map(|record| verify(record).unwrap().node).collect()
}
