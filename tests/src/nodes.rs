//! A node in this process, with a keychain of its own and the engine as built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use opengateway_api::{
    AnswerEvent, Ask, Call, ConversationId, Error, Message, MessageId, Models, Origin, Reply, Snapshot, Thread,
};
use opengateway_node::{Config, Node, Vault, VaultError};

use crate::machine::FakeMachine;
use crate::soon::within;
use crate::{asking, programs};

/// A keychain in memory. Clones share what is in it.
#[derive(Debug, Clone, Default)]
pub struct FakeVault(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl FakeVault {
    fn secrets(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for FakeVault {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.secrets().get(name).cloned())
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.secrets().insert(name.into(), secret.into());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.secrets().remove(name);
        Ok(())
    }
}

/// Starts a node in a data directory.
///
/// # Errors
/// As [`Node::start`].
pub async fn start(home: &Path) -> Result<Node, Error> {
    start_with(home, asking::config(), FakeMachine::away()).await
}

/// Starts a node on a machine, with an engine that [`engine_of`] names.
///
/// # Errors
/// As [`Node::start`].
pub async fn start_on(home: &Path, machine: FakeMachine) -> Result<Node, Error> {
    let program = engine_of(home);
    start_with(home, opengateway_engine::Config { program, ..asking::config() }, machine).await
}

async fn start_with(home: &Path, engine: opengateway_engine::Config, machine: FakeMachine) -> Result<Node, Error> {
    Node::start(config(home, engine), FakeVault::default(), machine).await
}

/// Starts a node with a keychain that was there before.
///
/// # Errors
/// As [`Node::start`].
pub async fn start_with_keychain(home: &Path, keychain: FakeVault) -> Result<Node, Error> {
    Node::start(config(home, asking::config()), keychain, FakeMachine::away()).await
}

fn config(home: &Path, engine: opengateway_engine::Config) -> Config {
    Config { home: home.to_owned(), engine, key_file: false, bootstrap: false, window: None }
}

/// The engine under a name of its own, by which the processes of one test are told from those of the others.
///
/// # Panics
/// When the data directory takes no file.
pub fn engine_of(home: &Path) -> PathBuf {
    let (real, own) = (programs::program("opengateway-engine"), home.join("engine-of-this-test"));
    if !own.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(real, &own).expect("a data directory takes a link");
        #[cfg(not(unix))]
        std::fs::copy(real, &own).expect("a data directory takes a copy");
    }
    own
}

/// An answer as its reader saw it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    pub started: Option<(ConversationId, MessageId, MessageId)>,
    pub text: String,
    pub error: Option<Error>,
    /// Who wrote it, one after the other.
    pub origins: Vec<Origin>,
    /// What was kept, as the last event says.
    pub message: Option<Message>,
    /// Whether it came to its end.
    pub done: bool,
}

impl Seen {
    /// Adds an event.
    pub fn see(&mut self, event: AnswerEvent) {
        match event {
            AnswerEvent::Started { conversation, question, answer } => {
                self.started = Some((conversation, question, answer));
            }
            AnswerEvent::Loading { .. } | AnswerEvent::Waiting { .. } => {}
            AnswerEvent::Origin(origin) => self.origins.push(origin),
            AnswerEvent::Text { text } => self.text.push_str(&text),
            AnswerEvent::Done { message, .. } => (self.done, self.message) = (true, message),
            AnswerEvent::Failed { error, message } => (self.error, self.message) = (Some(error), message),
        }
    }

    /// The answer's name.
    ///
    /// # Panics
    /// When it has not been stored.
    pub fn answer(&self) -> MessageId {
        self.started.expect("the answer was begun").2
    }

    /// The question's name.
    ///
    /// # Panics
    /// When it has not been stored.
    pub fn question(&self) -> MessageId {
        self.started.expect("the answer was begun").1
    }

    /// The conversation's name.
    ///
    /// # Panics
    /// When it has not been stored.
    pub fn conversation(&self) -> ConversationId {
        self.started.expect("the answer was begun").0
    }
}

/// Asks, and reads to the end.
///
/// # Panics
/// When it takes too long.
pub async fn ask(node: &Node, ask: Ask) -> Seen {
    let mut seen = Seen::default();
    within("an answer", read(&mut node.answer(ask), &mut seen, |_| false)).await;
    seen
}

/// Reads on until something holds of what was seen, or the end.
pub async fn read(
    events: &mut (impl Stream<Item = AnswerEvent> + Unpin),
    seen: &mut Seen,
    enough: impl Fn(&Seen) -> bool,
) {
    while !enough(seen) {
        let Some(event) = events.next().await else { return };
        seen.see(event);
    }
}

/// Begins an answer and reads until some of its text has come.
///
/// # Panics
/// When it takes too long.
pub async fn begin(node: &Node, ask: Ask) -> (BoxStream<'static, AnswerEvent>, Seen) {
    let (mut events, mut seen) = (node.answer(ask), Seen::default());
    let begun = |seen: &Seen| seen.text.len() > 20 || seen.error.is_some();
    within("the beginning of an answer", read(&mut events, &mut seen, begun)).await;
    (events, seen)
}

/// A question that begins a conversation.
pub fn question(text: &str) -> Ask {
    Ask::Send { conversation: None, parent: None, text: text.into() }
}

/// What follows a message.
pub fn follow(conversation: ConversationId, parent: Option<MessageId>, text: &str) -> Ask {
    Ask::Send { conversation: Some(conversation), parent, text: text.into() }
}

/// A conversation as it is kept.
///
/// # Panics
/// When there is none.
pub async fn thread(node: &Node, id: ConversationId) -> Thread {
    match node.call(Call::Conversation(id)).await {
        Ok(Reply::Thread(thread)) => thread,
        other => unreachable!("a conversation was expected: {other:?}"),
    }
}

/// Every topic.
///
/// # Panics
/// When the node does not answer.
pub async fn snapshot(node: &Node) -> Snapshot {
    match node.call(Call::Snapshot).await {
        Ok(Reply::Snapshot(snapshot)) => *snapshot,
        other => unreachable!("a snapshot was expected: {other:?}"),
    }
}

/// Models and downloads.
pub async fn models(node: &Node) -> Models {
    snapshot(node).await.models
}

/// Adds a model that never comes to an end by itself, and answers with it from now on.
///
/// # Panics
/// When it is refused.
pub async fn use_endless(node: &Node, directory: &Path) {
    let path = asking::endless(directory).path.to_string_lossy().into_owned();
    let added = node.call(Call::AddModel(opengateway_api::Add::File { path })).await;
    let Ok(Reply::Added(id)) = added else { unreachable!("the model is refused: {added:?}") };
    node.call(Call::UseModel(id)).await.expect("it was just added");
}
