//! Peers that are asked and do not answer as they should.

use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::Stream;
use opengateway_api::{Turn, Written};
use opengateway_net::wire::{Ask, FrameError, FromAsker, FromProvider, MAX_ASK, MAX_REPLY, Refusal, decode, read};
use opengateway_net::{Answering, AskError};

use crate::stranger::{JOB, Stranger, frame, framed, rest, say};
use crate::victim::{Victim, ask, cleared, still_answers};
use crate::{for_as_long_as_it_takes, soon};

/// After this a node holds a silent peer for lost.
const SILENCE: Duration = Duration::from_secs(2);

/// Whether it is the error that is expected.
type Is = fn(&FrameError) -> bool;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_ends_it_and_says_why() {
    let victim = Victim::start().await;
    let too_long = u32::try_from(MAX_REPLY).unwrap() + 1;
    let text = frame(&FromProvider::Text(Written { text: "2 + 2 is".into(), tokens: vec![1] }));
    let answers: [(Vec<u8>, Is); 7] = [
        (framed(&[0xff; 8]), |error| matches!(error, FrameError::Malformed(_))),
        (framed(&[]), |error| matches!(error, FrameError::Malformed(_))),
        (framed(&[0x82, 7, 0x80]), |error| matches!(error, FrameError::Malformed(_))),
        (too_long.to_be_bytes().into(), |error| matches!(error, FrameError::TooLong(_))),
        (u32::MAX.to_be_bytes().into(), |error| matches!(error, FrameError::TooLong(_))),
        (text[..text.len() - 1].into(), |error| matches!(error, FrameError::Io(_))),
        (Vec::new(), |error| matches!(error, FrameError::Io(_))),
    ];
    for (bytes, is_expected) in answers {
        let stranger = Stranger::new();
        let (mut answer, mut stream) = asked(&victim, &stranger).await;

        say(&mut stream, &text).await;
        say(&mut stream, &bytes).await;
        stream.close().await.unwrap();

        assert!(matches!(soon("the text", answer.next()).await, Some(Ok(FromProvider::Text(_)))));
        let error = soon("the error", answer.next()).await.unwrap().unwrap_err();
        assert!(is_expected(&error), "{bytes:02x?} gives {error:?}");
        assert!(soon("the end", answer.next()).await.is_none());
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_lost_is_dialled_anew_where_it_says_it_is() {
    let (one, other) = (Victim::start().await, Victim::start().await);
    one.meets(&other).await;
    let before = one.log.borrow().connections;

    for_as_long_as_it_takes(async || {
        // One that has just come is left alone.
        one.network.reconnect(other.node, "", vec![other.address("quic")]).await;
        one.log.clone().wait_for(|log| log.connections > before).await.unwrap();
    })
    .await;

    still_answers(&other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_accepts_and_then_is_silent_is_left() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    let (mut answer, mut stream) = asked(&victim, &stranger).await;
    say(&mut stream, &frame(&FromProvider::Accept { position: 0, expected_ms: 0, price: 0 })).await;
    let accepted = soon("the acceptance", answer.next()).await;

    let silent = tokio::time::timeout(SILENCE, answer.next()).await;
    drop(answer);

    assert!(matches!(accepted, Some(Ok(FromProvider::Accept { .. }))) && silent.is_err());
    rest(&mut stream).await;
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_byte_by_byte_is_silence() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    let (mut answer, mut stream) = asked(&victim, &stranger).await;
    let text = frame(&FromProvider::Text(Written { text: "4".repeat(1000), tokens: vec![1] }));
    let drip = async {
        let mut pace = tokio::time::interval(Duration::from_millis(50));
        for byte in &text {
            pace.tick().await;
            if stream.write_all(&[*byte]).await.is_err() || stream.flush().await.is_err() {
                return;
            }
        }
    };
    let leave = async {
        let silent = tokio::time::timeout(SILENCE, answer.next()).await.is_err();
        drop(answer);
        silent
    };

    let ((), silent) = soon("the provider to notice", async { tokio::join!(drip, leave) }).await;

    assert!(silent);
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_waits_until_it_is_read_and_ends_when_nobody_reads() {
    let victim = Victim::start().await;
    for transport in ["quic", "tcp"] {
        let stranger = Stranger::new();
        let (mut answer, mut stream) = asked_by(&victim, &stranger, transport).await;
        let text = frame(&FromProvider::Text(Written { text: "x".repeat(10_000), tokens: vec![1] }));
        let mut taken = 0;
        let mut write = Box::pin(async {
            while stream.write_all(&text).await.is_ok() {
                taken += text.len();
            }
        });

        // Nobody reads: what is under way has a bound.
        assert!(tokio::time::timeout(SILENCE, &mut write).await.is_err());
        let read = async {
            for _ in 0..1000 {
                assert!(matches!(answer.next().await, Some(Ok(FromProvider::Text(_)))));
            }
            drop(answer);
        };
        soon("the answer, then its end", async { tokio::join!(read, &mut write) }).await;

        drop(write);
        assert!((10_000_000..16_000_000).contains(&taken), "{taken} bytes were taken by {transport}");
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_the_last_frame_is_not_read() {
    let victim = Victim::start().await;
    let last = [
        FromProvider::Bye,
        FromProvider::Failed("out of memory".into()),
        FromProvider::Refuse { refusal: Refusal::Other(99), retry_ms: 0 },
    ];
    for last in last {
        let stranger = Stranger::new();
        let (mut answer, mut stream) = asked(&victim, &stranger).await;
        say(&mut stream, &[frame(&last), frame(&FromProvider::Bye)].concat()).await;

        assert_eq!(soon("the last frame", answer.next()).await.unwrap().unwrap(), last);
        assert!(soon("the end", answer.next()).await.is_none());
        rest(&mut stream).await;
    }
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_no_job_protocol_or_is_not_there_is_not_asked() {
    let (victim, stranger, absent) = (Victim::start().await, Stranger::new(), Stranger::new());
    let _newer = stranger.accepts(libp2p::StreamProtocol::new("/opengateway/job/2"));
    stranger.meets(&victim).await;

    let version = victim.asks(stranger.node).await.next().await;
    let unreachable = victim.network.ask(cleared(ask(), absent.node), None).await;

    assert!(matches!(version, Some(Err(FrameError::Version))));
    assert!(matches!(unreachable, Err(AskError::Unreachable(_))));
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_takes_no_bytes_is_left() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    let mut streams = stranger.accepts(JOB);
    stranger.meets_by(&victim, "tcp").await;
    let long = Ask { turns: vec![Turn::user("x".repeat(MAX_ASK - 1000))], ..ask() };

    let asking = soon("it to give up", victim.network.ask(cleared(long, stranger.node), None));
    let (asked, _never_read) = tokio::join!(asking, streams.next());

    assert!(matches!(asked, Err(AskError::Unreachable(_))));
    still_answers(&victim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_is_too_long_is_not_sent() {
    let (victim, stranger) = (Victim::start().await, Stranger::new());
    let mut streams = stranger.accepts(JOB);
    stranger.meets(&victim).await;
    let long = Ask { turns: vec![Turn::user("x".repeat(MAX_ASK))], ..ask() };

    assert!(matches!(victim.network.ask(cleared(long, stranger.node), None).await, Err(AskError::TooLong)));

    // The next question is the first that comes.
    let (_answer, mut stream) = tokio::join!(victim.asks(stranger.node), streams.next());
    let asked: FromAsker = read(&mut stream.as_mut().unwrap().1, MAX_ASK).await.unwrap();
    assert!(matches!(asked, FromAsker::Ask(question) if *question == ask()));
}

/// Lets a victim ask a stranger; the question was read.
async fn asked(victim: &Victim, stranger: &Stranger) -> (Answering, Stream) {
    asked_by(victim, stranger, "quic").await
}

async fn asked_by(victim: &Victim, stranger: &Stranger, transport: &str) -> (Answering, Stream) {
    let mut streams = stranger.accepts(JOB);
    stranger.meets_by(victim, transport).await;
    let (answer, stream) = tokio::join!(victim.asks(stranger.node), soon("the stream", streams.next()));
    let mut stream = stream.unwrap().1;
    let whole = frame(&FromAsker::Ask(Box::new(ask())));
    let mut question = vec![0; whole.len()];
    soon("the question", stream.read_exact(&mut question)).await.unwrap();
    assert_eq!(decode::<FromAsker>(&question[4..]).unwrap(), FromAsker::Ask(Box::new(ask())));
    (answer, stream)
}
