//! Other nodes: who they are, what they can answer with, how they were. Owns the network and everything known of it.
//!
//! The task hears what the network tells and lets the rules of `opengateway_core` decide; others ask it by handle.

mod announce;
mod books;
mod saved;
mod table;
mod task;

use std::sync::Arc;
use std::time::Duration;

use opengateway_api::{Credits, Error, ErrorCode, ModelHash, NodeId, Privacy};
use opengateway_core::privacy::{Cleared, Forbidden};
use opengateway_core::route::Candidate;
use opengateway_core::standing::Offence;
use opengateway_net::Network;
use opengateway_net::wire::{Ask, JobId, Payment};
use tokio::sync::{mpsc, oneshot};

use crate::accounts::Accounts;
use crate::guests::Guests;
use crate::inventory::Inventory;
use crate::models::Registry;
use crate::tasks::Tasks;
use task::Task;

/// Messages that wait; who asks faster waits too.
const QUEUE: usize = 256;

/// What the network is used with.
pub(crate) struct Means {
    pub(crate) registry: Arc<Registry>,
    pub(crate) guests: Arc<Guests>,
    pub(crate) accounts: Accounts,
    pub(crate) inventory: Arc<Inventory>,
    pub(crate) tasks: Tasks,
    /// Whether others may join through this node, whatever the settings say.
    pub(crate) bootstrap: bool,
}

/// A handle to the task.
#[derive(Clone)]
pub(crate) struct Peers {
    messages: mpsc::Sender<Message>,
}

/// Held by each job of ours that a peer has, from its clearance to its end.
pub(crate) type UnderWay = Arc<()>;

/// What came of asking a peer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Its first text came after this time.
    Began(Duration),
    /// It answered to the end.
    Answered {
        /// As it was measured here.
        text_per_second: f32,
        job: JobId,
        /// As it came, unchecked.
        receipt: Vec<u8>,
    },
    /// It did not, and that may happen to anyone.
    Lost,
    /// It gave the job back, or would not take it: nothing speaks against it.
    GaveBack,
    /// It did what it must not.
    Offended(Offence),
}

/// A prompt that was cleared for a peer, and the network to send it by.
pub(crate) struct Sendable {
    pub(crate) network: Network,
    pub(crate) ask: Cleared<Ask>,
    /// The price of 1000 text tokens, and what it is paid with; `None` asks for best effort.
    pub(crate) payment: Option<(Credits, Payment)>,
    pub(crate) deadline: Duration,
    /// Where the peer says it is, if it is to be connected first.
    pub(crate) announced: Option<Vec<String>>,
    pub(crate) under_way: UnderWay,
}

/// Why a peer is not asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSent {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the network is off")]
    Off,
    #[error("this system gives no random numbers")]
    NoRandomness,
}

enum Message {
    /// The node's key was opened.
    Key([u8; 32]),
    Candidates(Option<ModelHash>, oneshot::Sender<Vec<Candidate>>),
    Clear(Box<Ask>, Privacy, NodeId, oneshot::Sender<Result<Sendable, NotSent>>),
    Came(NodeId, Outcome),
    Invite(oneshot::Sender<Option<String>>),
    Dial(Vec<String>),
}

impl Peers {
    pub(crate) async fn start(means: Means) -> Result<Self, Error> {
        let (messages, inbox) = mpsc::channel(QUEUE);
        let tasks = means.tasks.clone();
        let task = Task::new(means).await?;
        let stop = tasks.token();
        tasks.spawn("peers", task.run(inbox, stop));
        Ok(Self { messages })
    }

    /// From now on this node has a name.
    pub(crate) async fn key(&self, secret: [u8; 32]) {
        let _gone_at_shutdown = self.messages.send(Message::Key(secret)).await;
    }

    /// Who may be able to answer with this model, or with any.
    pub(crate) async fn candidates(&self, model: Option<ModelHash>) -> Vec<Candidate> {
        self.ask(|tell| Message::Candidates(model, tell)).await.unwrap_or_default()
    }

    /// Lets a prompt of this class go to a peer, if the peer may read it now.
    pub(crate) async fn clear(&self, ask: Ask, class: Privacy, to: NodeId) -> Result<Sendable, NotSent> {
        self.ask(|tell| Message::Clear(Box::new(ask), class, to, tell)).await.unwrap_or(Err(NotSent::Off))
    }

    /// Remembers how a peer was. Never waits: one that is forgotten is no loss.
    pub(crate) fn came(&self, node: NodeId, outcome: Outcome) {
        let _full_or_gone = self.messages.try_send(Message::Came(node, outcome));
    }

    /// A text for a friend.
    ///
    /// # Errors
    /// When this node is not in the network, or listens nowhere.
    pub(crate) async fn invite(&self) -> Result<String, Error> {
        let nowhere = "This node is not in the network yet. Switch the network on, then try again.";
        let invite = self.ask(Message::Invite).await.flatten();
        invite.ok_or_else(|| Error::retryable(ErrorCode::Offline, nowhere))
    }

    /// Connects to these addresses now or as soon as the network is up.
    pub(crate) async fn dial(&self, addresses: Vec<String>) {
        let _gone_at_shutdown = self.messages.send(Message::Dial(addresses)).await;
    }

    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Option<T> {
        let (tell, told) = oneshot::channel();
        self.messages.send(message(tell)).await.ok()?;
        told.await.ok()
    }
}
