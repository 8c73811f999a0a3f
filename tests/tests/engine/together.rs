//! Many prompts at once, and prompts that are given up.

use futures::StreamExt;
use opengateway_api::Sampling;
use opengateway_core::backend::{Backend, Chunk};
use opengateway_engine::{Config, Engine};
use opengateway_tests::asking::{
    ENDLESS, STARTER, Stream, ask, at_most, config, endless, engine, finish, first_text, prompt, starter,
};
use opengateway_tests::soon::{PATIENCE, within};
use tokio::sync::mpsc;

const SLOTS: usize = Config::SLOTS as usize;

/// A step of one of many answers: whose, and whether it was the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Text(usize),
    End(usize),
}

#[tokio::test]
async fn eight_answers_come_side_by_side_and_the_ninth_afterwards() {
    let directory = tempfile::tempdir().unwrap();
    let engine = babbler(&directory, config()).await;

    let answers = (0..=SLOTS).map(|_| engine.answer(prompt(ENDLESS, "Tell me a story.", at_most(200)))).collect();
    let steps = within("nine answers", order(answers)).await;

    let ends: Vec<usize> = places(&steps, |step| matches!(step, Step::End(_)));
    let begins = |answer| steps.iter().position(|step| *step == Step::Text(answer)).unwrap();
    assert_eq!(ends.len(), SLOTS + 1);
    for answer in 0..SLOTS {
        assert!(begins(answer) < ends[0], "answer {answer} begins before the first one ends");
    }
    assert!(begins(SLOTS) > ends[0], "the ninth begins after one has ended");
}

#[tokio::test]
async fn dropping_an_answer_makes_room_for_the_one_that_waits() {
    let directory = tempfile::tempdir().unwrap();
    let engine = babbler(&directory, config()).await;
    let mut running: Vec<Stream> = (0..SLOTS).map(|_| endless_answer(&engine)).collect();
    for answer in &mut running {
        first_text(answer).await;
    }
    let mut ninth = endless_answer(&engine);
    arrive(&engine, &mut ninth).await;
    let mut others = running.split_off(1);

    drop(running);
    first_text(&mut ninth).await;

    for answer in &mut others {
        first_text(answer).await;
    }
}

#[tokio::test]
async fn the_next_prompt_starts_promptly_after_a_stop() {
    let directory = tempfile::tempdir().unwrap();
    let engine = babbler(&directory, Config { slots: 1, ..config() }).await;

    for _ in 0..5 {
        let mut answer = endless_answer(&engine);
        first_text(&mut answer).await;
        drop(answer);

        let next = ask(&engine, prompt(ENDLESS, "Tell me a story.", at_most(1))).await.unwrap();

        // The answer before would have gone on for its whole context: tens of seconds.
        assert!(next.measured.first_token_ms < 2000.0, "{next:?}");
    }
}

#[tokio::test]
async fn a_prompt_is_given_up_while_it_is_being_read() {
    let directory = tempfile::tempdir().unwrap();
    let engine = babbler(&directory, Config { slots: 1, ..config() }).await;
    let long = "Tell me a long story about a frog. ".repeat(700);
    let mut reading = engine.answer(prompt(ENDLESS, &long, Sampling::greedy()));
    arrive(&engine, &mut reading).await;

    drop(reading);
    let next = ask(&engine, prompt(ENDLESS, "Tell me a story.", at_most(1))).await.unwrap();

    assert!(next.measured.first_token_ms < 2000.0, "{next:?}");
}

#[tokio::test]
async fn a_model_in_use_is_freed_only_when_its_answers_have_ended() {
    let directory = tempfile::tempdir().unwrap();
    let engine = babbler(&directory, config()).await;
    let mut answer = engine.answer(prompt(ENDLESS, "Tell me a story.", at_most(300)));
    first_text(&mut answer).await;

    let (sense, nonsense) = futures::join!(
        ask(&engine, prompt(STARTER, "What is 2+2?", Sampling::greedy())),
        within("the first answer", finish(answer)),
    );

    assert!(sense.unwrap().text.contains('4'));
    assert_eq!(nonsense.unwrap().measured.text_tokens, 300);
}

/// An engine whose model in memory never ends by itself.
async fn babbler(directory: &tempfile::TempDir, config: Config) -> Engine {
    let engine = engine(Config { context: 32_768, ..config });
    engine.offer(vec![starter(), endless(directory.path())]);
    ask(&engine, prompt(ENDLESS, "Hello", at_most(1))).await.unwrap();
    engine
}

fn endless_answer(engine: &Engine) -> Stream {
    engine.answer(prompt(ENDLESS, "Tell me a story.", Sampling::greedy()))
}

/// Sends a prompt that has to wait; returns when it is before the engine.
async fn arrive(engine: &Engine, answer: &mut Stream) {
    assert!(futures::poll!(answer.next()).is_pending());
    // Orders are obeyed one after the other.
    engine.process_id().await.unwrap();
}

/// The steps of all answers in the order in which they come.
async fn order(answers: Vec<Stream>) -> Vec<Step> {
    let count = answers.len();
    let (tell, mut heard) = mpsc::channel(10_000);
    let read = answers.into_iter().enumerate().map(|(index, mut answer)| {
        let tell = tell.clone();
        async move {
            while let Some(chunk) = answer.next().await {
                let step = match chunk.unwrap() {
                    Chunk::Loading(_) | Chunk::Waiting(..) | Chunk::Origin(_) => continue,
                    Chunk::Text(_) => Step::Text(index),
                    Chunk::Done(..) => Step::End(index),
                };
                tell.send(step).await.unwrap();
            }
        }
    });
    let all = tokio::time::timeout(PATIENCE, futures::future::join_all(read)).await;
    assert!(all.is_ok(), "{count} answers take too long");
    drop(tell);
    let mut steps = Vec::new();
    while let Some(step) = heard.recv().await {
        steps.push(step);
    }
    steps
}

fn places(steps: &[Step], wanted: impl Fn(&Step) -> bool) -> Vec<usize> {
    steps.iter().enumerate().filter(|(_, step)| wanted(step)).map(|(place, _)| place).collect()
}
