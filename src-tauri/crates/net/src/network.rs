//! The handle to the swarm's task: what can be asked of the network, and what it tells.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId};
use opengateway_api::{Credits, NodeId, Reachability, Region, Scope};
use opengateway_core::capability::Capability;
use opengateway_core::privacy::Cleared;
use opengateway_core::standing::Offence;
use tokio::sync::{mpsc, oneshot};

use crate::driver::Driver;
use crate::job::{Answering, AskError, IncomingJob};
use crate::streams::Opening;
use crate::wire::{Ask, Item, Payment, Statement};
use crate::{behaviour, job};

/// Orders and events that wait; a task that is slower than this holds the other one up.
const QUEUE: usize = 256;

/// How a node takes part.
#[derive(Clone)]
pub struct Config {
    /// The node's Ed25519 secret key.
    pub secret: [u8; 32],
    /// How far it reaches; not [`Scope::Off`].
    pub scope: Scope,
    /// The port for UDP and TCP; 0 takes any.
    pub port: u16,
    /// Whether others may join through it and be relayed by it.
    pub serves: bool,
}

/// Why there is no network.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key is none.
    #[error("the node's key cannot be used")]
    Key,
    /// The system refuses.
    #[error("the network cannot be used: {0}")]
    System(#[from] std::io::Error),
}

/// What the network tells.
#[derive(Debug)]
pub enum Event {
    /// All addresses it listens on, as multiaddresses that others can dial.
    Listening(Vec<String>),
    /// A node is there, or is connected by another way than before.
    Connected {
        /// Which.
        node: NodeId,
        /// By which address.
        address: String,
        /// Whether a relay is between.
        relayed: bool,
    },
    /// A node is gone.
    Disconnected(NodeId),
    /// The time to a node and back was measured.
    RoundTrip(NodeId, Duration),
    /// A node spoke of itself, and its signature is right. Whether to believe it is to be said with
    /// [`Network::judge`].
    Record {
        /// To be given back.
        ticket: Ticket,
        /// What it says.
        capability: Box<Capability>,
    },
    /// A node did what it must not.
    Offence(NodeId, Offence),
    /// Whether others can reach this node has become known.
    Reachability(Reachability),
    /// A peer asks.
    Job(IncomingJob),
    /// A node tells about its account. To be answered with [`Network::reply`].
    Statement(NodeId, Statement, LedgerReply),
    /// Somebody's account was gossiped about. Whether to believe it is to be said with [`Network::judge_item`].
    Item(Item, LedgerTicket),
}

/// Where the answer to a statement goes. Dropping it answers nothing.
#[derive(Debug)]
pub struct LedgerReply(pub(crate) libp2p::request_response::ResponseChannel<Statement>);

/// Names gossip about an account that waits for a verdict.
#[derive(Debug)]
pub struct LedgerTicket(pub(crate) libp2p::gossipsub::MessageId, pub(crate) PeerId);

/// Names a record that waits for a verdict.
#[derive(Debug)]
pub struct Ticket {
    pub(crate) node: NodeId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) gossip: Option<(libp2p::gossipsub::MessageId, PeerId)>,
}

/// Whether a record is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is news.
    Pass,
    /// It is known already; nobody is to blame.
    Ignore,
    /// It must not be: who sent it is.
    Reject,
}

/// What the driver is asked.
pub(crate) enum Command {
    Dial(Vec<Multiaddr>),
    Announce(Box<Capability>),
    Judge(Ticket, Verdict),
    Follow(Vec<Region>),
    Find(NodeId, Vec<String>),
    Reconnect(NodeId, Option<Multiaddr>, Vec<String>),
    Ban(NodeId, bool),
    Forget(NodeId),
    Open(PeerId, Opening),
    Tell(NodeId, Statement, oneshot::Sender<Statement>),
    Reply(LedgerReply, Statement),
    Gossip(Item),
    JudgeItem(LedgerTicket, Verdict),
}

/// A handle to the network. Dropping the last one ends it.
#[derive(Clone)]
pub struct Network {
    commands: mpsc::Sender<Command>,
    key: Arc<Keypair>,
}

impl Network {
    /// Makes a handle, its events, and the task that must be spawned for it to work.
    ///
    /// # Errors
    /// When the system gives no sockets. That a port is taken is told by an empty [`Event::Listening`].
    pub fn start(config: Config) -> Result<(Self, mpsc::Receiver<Event>, BoxFuture<'static, ()>), StartError> {
        let key = Keypair::ed25519_from_bytes(config.secret).map_err(|_| StartError::Key)?;
        let mut swarm = behaviour::swarm(key.clone(), config.scope, config.serves)?;
        let (commands, orders) = mpsc::channel(QUEUE);
        let (tell, events) = mpsc::channel(QUEUE);
        let streams = swarm.behaviour_mut().streams.streams();
        let handle = Self { commands, key: Arc::new(key.clone()) };
        let driver = Driver::new(swarm, key, config, orders, tell.clone())?;
        let accepting = job::accept(streams, tell);
        let run = async move {
            tokio::select! {
                () = driver.run() => {}
                () = accepting => {}
            }
        };
        Ok((handle, events, run.boxed()))
    }

    /// Who this node is.
    pub fn node(&self) -> Option<NodeId> {
        NodeId::from_bytes(&self.key.public().to_peer_id().to_bytes())
    }

    /// Connects to the nodes of these addresses, which carry their names. All addresses of a node are tried at once:
    /// most of them lead nowhere from where this node is. What is no address is passed over; what comes of the others
    /// is told by events.
    pub async fn dial(&self, addresses: &[String]) {
        let addresses = addresses.iter().filter_map(|address| address.parse().ok()).collect();
        self.order(Command::Dial(addresses)).await;
    }

    /// Signs what this node says of itself, tells its clusters, and is found under it.
    pub async fn announce(&self, capability: Capability) {
        self.order(Command::Announce(Box::new(capability))).await;
    }

    /// Says whether a record is passed on.
    pub async fn judge(&self, ticket: Ticket, verdict: Verdict) {
        self.order(Command::Judge(ticket, verdict)).await;
    }

    /// Listens to the clusters of these regions and looks for their nodes.
    pub async fn follow(&self, regions: Vec<Region>) {
        self.order(Command::Follow(regions)).await;
    }

    /// Connects to a node by the addresses that it announced, or else by asking the Kademlia table. Does nothing while
    /// it is connected.
    pub async fn find(&self, node: NodeId, announced: Vec<String>) {
        self.order(Command::Find(node, announced)).await;
    }

    /// Ends all connections with a node that has gone silent and dials it anew, where it was last and where it announced
    /// to be: an old connection may be dead although nobody has noticed yet.
    pub async fn reconnect(&self, node: NodeId, last: &str, announced: Vec<String>) {
        self.order(Command::Reconnect(node, last.parse().ok(), announced)).await;
    }

    /// Ends all connections with a node and refuses new ones, or no longer.
    pub async fn ban(&self, node: NodeId, banned: bool) {
        self.order(Command::Ban(node, banned)).await;
    }

    /// Stops handing on what a node said of itself.
    pub async fn forget(&self, node: NodeId) {
        self.order(Command::Forget(node)).await;
    }

    /// Asks a peer, for this price of 1000 text tokens or for best effort. Only what was cleared for it can be sent;
    /// dropping the answer cancels it.
    ///
    /// # Errors
    /// When the peer cannot be reached. One of another version says so where its answer should be.
    pub async fn ask(&self, ask: Cleared<Ask>, payment: Option<(Credits, Payment)>) -> Result<Answering, AskError> {
        job::ask(&self.commands, ask, payment).await
    }

    /// Tells a node that is connected about accounts, and gives its answer; `None` if there is none.
    pub async fn tell(&self, node: NodeId, statement: Statement) -> Option<Statement> {
        let (tell, told) = oneshot::channel();
        self.order(Command::Tell(node, statement, tell)).await;
        told.await.ok()
    }

    /// Answers a statement.
    pub async fn reply(&self, to: LedgerReply, statement: Statement) {
        self.order(Command::Reply(to, statement)).await;
    }

    /// Tells everyone about an account.
    pub async fn gossip(&self, item: Item) {
        self.order(Command::Gossip(item)).await;
    }

    /// Says whether gossip about an account is passed on.
    pub async fn judge_item(&self, ticket: LedgerTicket, verdict: Verdict) {
        self.order(Command::JudgeItem(ticket, verdict)).await;
    }

    /// Signs a receipt.
    pub fn sign(&self, receipt: &crate::wire::Receipt) -> Vec<u8> {
        job::sign(&self.key, receipt)
    }

    async fn order(&self, command: Command) {
        let _gone_at_shutdown = self.commands.send(command).await;
    }
}
