//! Bytes on the job stream that are no honest question.

use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use opengateway_core::standing::Offence;
use opengateway_net::wire::{Ask, FromAsker, MAX_ASK};

use crate::soon;
use crate::stranger::{Stranger, frame, framed, rest, say};
use crate::victim::{ENDLESS, Victim, ask, still_answers};

/// How long a whole question may take, and a little more.
const WHOLE: Duration = Duration::from_secs(13);

#[tokio::test(flavor = "multi_thread")]
async fn garbage_where_a_question_belongs_is_an_offence() {
    let victim = Victim::start().await;
    let no_questions = [
        framed(&[]),
        framed(&[0xff; 40]),
        framed(b"What is 2 + 2?"),
        framed(&[0x82, 0x09, 0x80]),
        frame(&FromAsker::Cancel),
        [&framed(&minicbor::to_vec(question()).unwrap())[..5], &[0; 400]].concat(),
    ];
    for garbage in no_questions {
        let stranger = Stranger::new();
        stranger.meets(&victim).await;

        let mut stream = stranger.says(&victim, &garbage).await;

        victim.until("the offence", |log| log.has(stranger.node, Offence::Garbage)).await;
        assert!(rest(&mut stream).await.is_empty());
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_breaks_off_is_dropped_and_blames_nobody() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    let whole = frame(&question());

    for length in [0, 1, 3, 4, 5, whole.len() / 2, whole.len() - 1] {
        let mut stream = stranger.opens(&victim).await;
        say(&mut stream, &whole[..length]).await;
        stream.close().await.unwrap();

        assert!(rest(&mut stream).await.is_empty());
    }

    still_answers(&victim).await;
    let log = victim.log.borrow();
    assert!(!log.offended(stranger.node) && log.jobs.iter().all(|(from, _)| *from != stranger.node));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_is_too_large_is_refused_before_anything_else_comes() {
    let victim = Victim::start().await;
    for length in [u32::try_from(MAX_ASK).unwrap() + 1, u32::MAX] {
        let stranger = Stranger::new();
        stranger.meets(&victim).await;

        let mut stream = stranger.says(&victim, &length.to_be_bytes()).await;

        victim.until("the offence", |log| log.has(stranger.node, Offence::TooLarge)).await;
        assert!(rest(&mut stream).await.is_empty());
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_comes_byte_by_byte_is_given_up() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    let whole = frame(&question());

    let mut stream = stranger.opens(&victim).await;
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    let drip = async {
        for byte in whole.iter().cycle() {
            pace.tick().await;
            if stream.write_all(&[*byte]).await.is_err() || stream.flush().await.is_err() {
                return;
            }
        }
    };
    let (given_up, ()) = tokio::join!(tokio::time::timeout(WHOLE, drip), still_answers(&victim));

    assert!(given_up.is_ok(), "it still listens");
    victim.until("the offence", |log| log.has(stranger.node, Offence::Stalled)).await;
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_stream_is_given_up() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;

    let mut stream = stranger.says(&victim, &[0, 0]).await;

    let ended = tokio::time::timeout(WHOLE, rest(&mut stream)).await;
    assert_eq!(ended, Ok(vec![]));
    assert!(victim.log.borrow().has(stranger.node, Offence::Stalled));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_follows_a_question_ends_the_job() {
    let endings: [(&str, Vec<u8>); 4] = [
        ("a cancellation", frame(&FromAsker::Cancel)),
        ("another question", frame(&question())),
        ("garbage", framed(&[0xff; 8])),
        ("too much", u32::MAX.to_be_bytes().into()),
    ];
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    stranger.meets(&victim).await;
    for (number, (what, ending)) in (1..).zip(endings) {
        let mut stream = stranger.says(&victim, &frame(&endless())).await;
        let accepted = soon("the answer", stream.read(&mut [0; 1])).await;

        say(&mut stream, &ending).await;

        assert_eq!(accepted.unwrap(), 1);
        victim.until(what, |log| log.cancelled == number).await;
        rest(&mut stream).await;
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_closes_the_stream_or_goes_away_has_cancelled() {
    let victim = Victim::start().await;
    let (stranger, other) = (Stranger::new(), Stranger::new());
    stranger.meets(&victim).await;
    other.meets(&victim).await;

    let closed = stranger.says(&victim, &frame(&endless())).await;
    drop(closed);
    victim.until("the end of the job", |log| log.cancelled == 1).await;
    let _open = other.says(&victim, &frame(&endless())).await;
    victim.until("the job", |log| log.jobs.len() == 2).await;
    other.leaves(&victim).await;

    victim.until("the end of the job", |log| log.cancelled == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_offends_is_banned_and_does_not_come_back() {
    let (victim, stranger) = (Victim::strict().await, Stranger::new());
    stranger.meets(&victim).await;

    let _stream = stranger.says(&victim, &framed(&[0xff; 8])).await;
    stranger.until("the end of the connection", |log| log.connections.is_empty()).await;
    let before = stranger.log.borrow().closed;
    for transport in ["quic", "tcp"] {
        stranger.dials(&victim, transport).await;
    }

    stranger.until("the refusals", |log| log.closed + log.failed >= before + 2).await;
    assert!(!victim.log.borrow().connected.contains(&stranger.node));
    still_answers(&victim).await;
}

fn question() -> FromAsker {
    FromAsker::Ask(Box::new(ask()))
}

fn endless() -> FromAsker {
    FromAsker::Ask(Box::new(Ask { model: ENDLESS, ..ask() }))
}
