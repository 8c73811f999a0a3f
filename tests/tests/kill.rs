//! `opengateway` killed at any moment: what it has said is kept, and its engine goes with it.
//!
//! `OPENGATEWAY_KILLS=1000` makes it a long run.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use opengateway_api::{Add, Call, ErrorCode, Message, MessageState, ModelId, Reply, Thread};
use opengateway_node::Client;
use opengateway_tests::asking::{ENDLESS, STARTER, endless};
use opengateway_tests::chance::Chance;
use opengateway_tests::nodes::{Seen, question, read};
use opengateway_tests::soon::{holds, soon, within};
use opengateway_tests::{processes, programs};
use tempfile::tempdir;

const KILLS: usize = 8;
/// A kill comes at most this long after a question.
const LATEST_MS: usize = 400;

#[tokio::test]
async fn a_kill_at_any_moment_loses_nothing_that_was_shown() {
    let kills = std::env::var("OPENGATEWAY_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let (mut chance, home, elsewhere) = (Chance::new(), tempdir().unwrap(), tempdir().unwrap());
    let mut kept = Vec::new();

    for number in 0..kills {
        let app = App::start(home.path()).await;
        for seen in kept.iter().rev().take(2) {
            app.check(seen).await;
        }
        kept.push(app.ask(STARTER, &format!("What is {}+{}?", number % 10, 2)).await);
        assert!(kept.last().unwrap().done, "{kept:?}");
        app.add(&endless(elsewhere.path()).path).await;
        let moment = Duration::from_millis(chance.below(LATEST_MS) as u64);
        eprintln!("kill {number} after {moment:?}");
        kept.push(app.killed_after(moment).await);
    }

    let app = App::start(home.path()).await;
    for seen in &kept {
        app.check(seen).await;
    }
    let letters: usize = kept.iter().map(|seen| seen.text.len()).sum();
    eprintln!("{kills} kills, {} messages with {letters} letters", kept.len());
    app.stop().await;
}

#[tokio::test]
async fn a_killed_engine_fails_its_answer_and_is_started_again() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let app = App::start(home.path()).await;
    app.add(&endless(elsewhere.path()).path).await;
    app.choose(ENDLESS).await;
    let (mut events, mut seen) = (app.client.answer(question("Tell me a story.")), Seen::default());
    within("some text", read(&mut events, &mut seen, |seen| seen.text.len() > 20)).await;

    let [engine] = app.engines()[..] else { unreachable!("one engine: {:?}", app.engines()) };
    processes::kill(engine);
    within("the end", read(&mut events, &mut seen, |_| false)).await;
    let next = app.ask(STARTER, "What is 2+2?").await;

    assert_eq!(seen.error.clone().unwrap().code, ErrorCode::EngineCrashed);
    let message = app.message(&seen).await;
    assert!(matches!(message.state, MessageState::Failed(_)) && message.text == seen.text, "{message:?}");
    assert!(next.done && next.text.contains('4'), "{next:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_node_that_is_asked_to_end_says_goodbye_to_its_readers() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let app = App::start(home.path()).await;
    app.add(&endless(elsewhere.path()).path).await;
    app.choose(ENDLESS).await;
    let (mut events, mut seen) = (app.client.answer(question("Tell me a story.")), Seen::default());
    within("some text", read(&mut events, &mut seen, |seen| seen.text.len() > 20)).await;
    let engines = app.engines();

    futures::join!(app.stop(), within("the end", read(&mut events, &mut seen, |_| false)));

    assert_eq!(seen.error.clone().unwrap().code, ErrorCode::Stopped);
    assert!(engines.into_iter().all(|engine| !processes::is_running(engine)));
    let app = App::start(home.path()).await;
    let message = app.message(&seen).await;
    assert_eq!((&message.state, &message.text), (&MessageState::Cut, &seen.text));
    app.stop().await;
}

/// A node in a process of its own.
struct App {
    process: Child,
    client: Client,
}

impl App {
    async fn start(home: &Path) -> Self {
        let mut command = programs::opengateway(home);
        command.args(["start", "--foreground"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let (process, client) = (command.spawn().unwrap(), Client::new(home));
        soon("the node to serve", async || client.call(Call::Status).await.ok()).await;
        Self { process, client }
    }

    fn engines(&self) -> Vec<u32> {
        processes::children(self.process.id())
    }

    async fn add(&self, path: &Path) -> ModelId {
        let path = path.to_string_lossy().into_owned();
        match self.client.call(Call::AddModel(Add::File { path })).await {
            Ok(Reply::Added(id)) => id,
            other => unreachable!("{other:?}"),
        }
    }

    async fn choose(&self, model: &str) {
        self.client.call(Call::UseModel(ModelId(model.into()))).await.unwrap();
    }

    async fn ask(&self, model: &str, text: &str) -> Seen {
        self.choose(model).await;
        let mut seen = Seen::default();
        within("an answer", read(&mut self.client.answer(question(text)), &mut seen, |_| false)).await;
        seen
    }

    /// Asks for a long answer, kills the program at that moment, and reads what had come.
    async fn killed_after(mut self, moment: Duration) -> Seen {
        self.choose(ENDLESS).await;
        let (mut events, mut seen) = (self.client.answer(question("Tell me a story.")), Seen::default());
        let reading = read(&mut events, &mut seen, |_| false);
        let _still_answering = tokio::time::timeout(moment, reading).await;
        let engines = self.engines();

        self.process.kill().unwrap();
        self.process.wait().unwrap();

        within("the connection to break", read(&mut events, &mut seen, |_| false)).await;
        let gone = async || holds(engines.iter().all(|engine| !processes::is_running(*engine)));
        soon("the engine to follow", gone).await;
        seen
    }

    /// Everything that a reader saw is kept, and how it ended.
    async fn check(&self, seen: &Seen) {
        // Killed before the question was taken in: nothing was promised.
        let Some((_, question, _)) = seen.started else { return };
        let thread = self.thread(seen).await;
        let [asked, answer] = thread.messages.as_slice() else { unreachable!("{thread:?}") };
        assert_eq!((asked.id, &asked.state), (question, &MessageState::Whole));
        if seen.done {
            assert_eq!(Some(answer), seen.message.as_ref());
        } else {
            assert_eq!(answer.state, MessageState::Cut);
            assert!(answer.text.starts_with(&seen.text), "kept {:?}, shown {:?}", answer.text, seen.text);
        }
    }

    async fn thread(&self, seen: &Seen) -> Thread {
        match self.client.call(Call::Conversation(seen.conversation())).await {
            Ok(Reply::Thread(thread)) => thread,
            other => unreachable!("{other:?}"),
        }
    }

    async fn message(&self, seen: &Seen) -> Message {
        self.thread(seen).await.messages.pop().unwrap()
    }

    async fn stop(mut self) {
        self.client.call(Call::Stop).await.unwrap();
        let status = soon("the program to end", async || self.process.try_wait().unwrap()).await;
        assert!(status.success(), "{status}");
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _ended_already = self.process.wait();
    }
}
