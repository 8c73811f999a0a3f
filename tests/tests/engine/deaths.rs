//! What becomes of answers when the engine process dies.

use opengateway_api::{ModelId, Sampling};
use opengateway_core::backend::{AnswerError, Backend};
use opengateway_engine::{Engine, State};
use opengateway_tests::asking::{
    Broken, ENDLESS, STARTER, Stream, ask, config, endless, engine, finish, first_text, prompt, starter,
};
use opengateway_tests::soon::{holds, soon, within};
use opengateway_tests::{processes, programs};

#[tokio::test]
async fn a_killed_engine_keeps_the_text_so_far_and_answers_the_next_prompt() {
    let (_directory, engine) = babbler();
    let mut answer = endless_answer(&engine);
    let before = first_text(&mut answer).await;

    processes::kill(engine.process_id().await.unwrap());
    let broken = broken(answer).await;
    let next = ask(&engine, prompt(STARTER, "What is 2+2?", Sampling::greedy())).await.unwrap();

    assert!(!before.is_empty());
    assert!(matches!(broken.error, AnswerError::Crashed(_)), "{broken:?}");
    assert!(next.text.contains('4'), "{next:?}");
}

#[tokio::test]
async fn every_answer_of_a_killed_engine_is_told() {
    let (_directory, engine) = babbler();
    let mut answers: Vec<Stream> = (0..10).map(|_| endless_answer(&engine)).collect();
    for answer in answers.iter_mut().take(8) {
        first_text(answer).await;
    }

    processes::kill(engine.process_id().await.unwrap());
    let told = futures::future::join_all(answers.into_iter().map(broken)).await;

    for broken in told {
        assert!(matches!(broken.error, AnswerError::Crashed(_)), "{broken:?}");
    }
}

#[tokio::test]
async fn stopping_the_engine_gives_its_memory_back_at_once() {
    let (_directory, engine) = babbler();
    let mut answer = endless_answer(&engine);
    first_text(&mut answer).await;
    let process = engine.process_id().await.unwrap();

    engine.kill().await;

    assert!(!processes::is_running(process), "process {process} still runs");
    assert_eq!(engine.process_id().await, None);
    assert!(matches!(broken(answer).await.error, AnswerError::Crashed(_)));
    let next = ask(&engine, prompt(STARTER, "What is 2+2?", Sampling::greedy())).await.unwrap();
    assert!(next.text.contains('4'), "{next:?}");
}

#[tokio::test]
async fn an_engine_that_was_freed_of_its_model_loads_it_again() {
    let engine = engine(config());
    ask(&engine, prompt(STARTER, "Hello", Sampling::greedy())).await.unwrap();

    engine.unload().await;
    let mut state = engine.state();
    within("the model to be freed", state.wait_for(|state| *state == State::Empty)).await.unwrap();
    let again = ask(&engine, prompt(STARTER, "What is 2+2?", Sampling::greedy())).await.unwrap();

    assert!(again.text.contains('4'), "{again:?}");
    assert!(matches!(*engine.state().borrow(), State::Loaded(..)));
}

#[tokio::test]
async fn three_deaths_on_one_model_set_it_aside_until_it_is_forgiven() {
    let (_directory, engine) = babbler();
    for _ in 0..3 {
        let mut answer = endless_answer(&engine);
        first_text(&mut answer).await;
        processes::kill(engine.process_id().await.unwrap());
        assert!(matches!(broken(answer).await.error, AnswerError::Crashed(_)));
    }

    let refused = broken(endless_answer(&engine)).await;
    let other = ask(&engine, prompt(STARTER, "What is 2+2?", Sampling::greedy())).await;
    engine.forgive(ModelId(ENDLESS.into())).await;
    let forgiven = first_text(&mut endless_answer(&engine)).await;

    assert_eq!(refused.error, AnswerError::ModelDisabled(3));
    assert!(other.unwrap().text.contains('4'), "another model is not to blame");
    assert!(!forgiven.is_empty());
}

#[tokio::test]
async fn an_engine_that_cannot_be_started_says_so() {
    let missing = programs::repository("no-such-program");
    let engine = engine(opengateway_engine::Config { program: missing, ..config() });

    let broken = ask(&engine, prompt(STARTER, "Hello", Sampling::greedy())).await.unwrap_err();

    assert!(matches!(&broken.error, AnswerError::Internal(text) if text.contains("no-such-program")), "{broken:?}");
    soon("the state to say so", async || holds(matches!(*engine.state().borrow(), State::Broken(_)))).await;
}

fn babbler() -> (tempfile::TempDir, Engine) {
    let directory = tempfile::tempdir().unwrap();
    let engine = engine(opengateway_engine::Config { context: 32_768, ..config() });
    engine.offer(vec![starter(), endless(directory.path())]);
    (directory, engine)
}

fn endless_answer(engine: &Engine) -> Stream {
    engine.answer(prompt(ENDLESS, "Tell me a story.", Sampling::greedy()))
}

async fn broken(answer: Stream) -> Broken {
    within("the answer to break off", finish(answer)).await.unwrap_err()
}
