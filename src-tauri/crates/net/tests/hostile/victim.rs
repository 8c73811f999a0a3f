//! A node under attack: the real network, and the real rules applied as a node applies them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use futures::StreamExt;
use opengateway_api::{Finish, Measured, ModelHash, NodeId, Privacy, Region, Sampling, Scope, Turn, Written};
use opengateway_core::capability::Capability;
use opengateway_core::cluster::{Directory, News, Refused};
use opengateway_core::privacy::{Cleared, Relation};
use opengateway_core::standing::{Offence, Standing};
use opengateway_net::wire::{Ask, FromProvider};
use opengateway_net::{Answering, Config, Event, IncomingJob, Network, Verdict};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::{for_as_long_as_it_takes, soon, until};

/// By its clock.
pub(crate) const NOW_MS: i64 = 1_800_000_000_000;
/// A job for this model goes on until it is cancelled.
pub(crate) const ENDLESS: ModelHash = ModelHash([0xee; 32]);

/// What it does with who breaks the rules.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Nothing.
    Patient,
    /// Bans as a node does.
    Strict,
}

pub(crate) struct Victim {
    pub(crate) network: Network,
    pub(crate) node: NodeId,
    pub(crate) log: watch::Receiver<Log>,
    _tasks: JoinSet<()>,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) listening: Vec<String>,
    pub(crate) connected: BTreeSet<NodeId>,
    pub(crate) most_connected: usize,
    pub(crate) connections: u32,
    pub(crate) offences: BTreeMap<(NodeId, Offence), u32>,
    pub(crate) heard: Vec<(NodeId, Result<News, Refused>)>,
    pub(crate) jobs: Vec<(NodeId, Ask)>,
    pub(crate) cancelled: u32,
}

impl Log {
    pub(crate) fn has(&self, node: NodeId, offence: Offence) -> bool {
        self.offences.contains_key(&(node, offence))
    }

    pub(crate) fn offended(&self, node: NodeId) -> bool {
        self.offences.keys().any(|(who, _)| *who == node)
    }

    /// What the rules said to the records of a node.
    pub(crate) fn said_to(&self, node: NodeId) -> Vec<Result<News, Refused>> {
        self.heard.iter().filter(|(who, _)| *who == node).map(|(_, said)| said.clone()).collect()
    }
}

impl Victim {
    pub(crate) async fn start() -> Self {
        Self::within(Scope::Loopback, Manner::Patient).await
    }

    pub(crate) async fn strict() -> Self {
        Self::within(Scope::Loopback, Manner::Strict).await
    }

    /// One through which others reach each other.
    pub(crate) async fn that_serves() -> Self {
        Self::with(Config { serves: true, ..config(Scope::Loopback) }, Manner::Patient).await
    }

    pub(crate) async fn within(scope: Scope, manner: Manner) -> Self {
        Self::with(config(scope), manner).await
    }

    async fn with(config: Config, manner: Manner) -> Self {
        let (network, events, task) = Network::start(config).unwrap();
        let node = network.node().unwrap();
        let (tell, log) = watch::channel(Log::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(task);
        let directory = Directory::new(node, 1);
        let rules = Rules { network: network.clone(), directory, standings: BTreeMap::new(), manner, tell };
        tasks.spawn(rules.apply(events));
        network.follow(Region::ALL.into()).await;
        let on_loopback = |address: &&String| address.contains("/127.0.0.1/") || address.contains("/::1/");
        until(&log, "its addresses", |log: &Log| log.listening.iter().filter(on_loopback).count() == 4).await;
        Self { network, node, log, _tasks: tasks }
    }

    /// Where it listens with this transport.
    pub(crate) fn address(&self, transport: &str) -> String {
        let wanted = |address: &&String| address.starts_with("/ip4/127.0.0.1/") && address.contains(transport);
        self.log.borrow().listening.iter().find(wanted).cloned().unwrap()
    }

    pub(crate) async fn meets(&self, other: &Self) {
        for_as_long_as_it_takes(async || {
            self.network.dial(&[other.address("quic")]).await;
            self.log.clone().wait_for(|log| log.connected.contains(&other.node)).await.unwrap();
        })
        .await;
        until(&other.log, "the connection", |log| log.connected.contains(&self.node)).await;
    }

    pub(crate) async fn until(&self, wanted: &str, holds: impl FnMut(&Log) -> bool) {
        until(&self.log, wanted, holds).await;
    }

    /// Sends a question.
    pub(crate) async fn asks(&self, node: NodeId) -> Answering {
        soon("the question to be sent", self.network.ask(cleared(ask(), node), None)).await.unwrap()
    }

    /// Asks, and reads to the end.
    pub(crate) async fn is_answered_by(&self, node: NodeId) -> Result<String, String> {
        let mut answer = self.asks(node).await;
        let mut text = String::new();
        while let Some(frame) = soon("the answer", answer.next()).await {
            match frame.map_err(|error| error.to_string())? {
                FromProvider::Text(more) => text.push_str(&more.text),
                FromProvider::Done { .. } => return Ok(text),
                _ => {}
            }
        }
        Err(format!("it ended after {text:?}"))
    }
}

/// A stranger with good manners comes, asks and is answered.
pub(crate) async fn still_answers(victim: &Victim) {
    let guest = Victim::start().await;

    guest.meets(victim).await;

    assert_eq!(guest.is_answered_by(victim.node).await, Ok("2 + 2 is 4.".into()));
}

pub(crate) fn ask() -> Ask {
    Ask {
        job: [5; 16],
        model: ModelHash([1; 32]),
        turns: vec![Turn::user("What is 2 + 2?")],
        sampling: Sampling::default(),
        written: Written::default(),
        privacy: Privacy::Public,
        price: 0,
        payment: None,
    }
}

pub(crate) fn cleared(ask: Ask, to: NodeId) -> Cleared<Ask> {
    Cleared::check(ask, Privacy::Public, to, Relation::default()).unwrap()
}

fn config(scope: Scope) -> Config {
    Config { secret: secret(), scope, port: 0, serves: false }
}

/// Another one each time.
pub(crate) fn secret() -> [u8; 32] {
    static LAST: AtomicU32 = AtomicU32::new(1);
    let mut secret = [9; 32];
    secret[..4].copy_from_slice(&LAST.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    secret
}

/// What a node does with what its network tells.
struct Rules {
    network: Network,
    directory: Directory,
    standings: BTreeMap<NodeId, Standing>,
    manner: Manner,
    tell: watch::Sender<Log>,
}

impl Rules {
    async fn apply(mut self, mut events: mpsc::Receiver<Event>) {
        let mut jobs = JoinSet::new();
        while let Some(event) = events.recv().await {
            while jobs.try_join_next().is_some() {}
            match event {
                Event::Listening(addresses) => self.tell.send_modify(|log| log.listening = addresses),
                Event::Connected { node, .. } => self.tell.send_modify(|log| {
                    log.connected.insert(node);
                    log.connections += 1;
                    log.most_connected = log.most_connected.max(log.connected.len());
                }),
                Event::Disconnected(node) => self.tell.send_modify(|log| {
                    log.connected.remove(&node);
                }),
                Event::Record { ticket, capability } => {
                    let verdict = self.hear(*capability);
                    self.network.judge(ticket, verdict).await;
                }
                Event::Statement(_, told, reply) => self.network.reply(reply, told).await,
                Event::Item(_, ticket) => self.network.judge_item(ticket, Verdict::Ignore).await,
                Event::Offence(node, offence) => self.offended(node, offence).await,
                Event::Job(job) => {
                    self.tell.send_modify(|log| log.jobs.push((job.from, job.ask.clone())));
                    jobs.spawn(answer(job, self.tell.clone()));
                }
                Event::RoundTrip(..) | Event::Reachability(_) => {}
            }
        }
    }

    fn hear(&mut self, capability: Capability) -> Verdict {
        let node = capability.node;
        let said = self.directory.insert(capability, false, NOW_MS, Instant::now());
        let verdict = match said {
            Ok(_) => Verdict::Pass,
            Err(Refused::Own | Refused::Replayed | Refused::Full) => Verdict::Ignore,
            Err(Refused::Invalid(_)) => Verdict::Reject,
        };
        self.tell.send_modify(|log| log.heard.push((node, said)));
        verdict
    }

    async fn offended(&mut self, node: NodeId, offence: Offence) {
        self.tell.send_modify(|log| *log.offences.entry((node, offence)).or_default() += 1);
        let now = Instant::now();
        let banned = self.standings.entry(node).or_insert_with(|| Standing::new(now)).strike(offence, now);
        if self.manner == Manner::Strict && banned.is_some() {
            self.network.ban(node, true).await;
        }
    }
}

async fn answer(mut job: IncomingJob, tell: watch::Sender<Log>) {
    let _gone = job.reply.send(&FromProvider::Accept { position: 0, expected_ms: 0, price: 0 }).await;
    if job.ask.model == ENDLESS {
        job.wishes.cancelled().await;
        return tell.send_modify(|log| log.cancelled += 1);
    }
    for text in ["2 + 2 ", "is 4."] {
        let _gone = job.reply.send(&FromProvider::Text(Written { text: text.into(), tokens: vec![1] })).await;
    }
    let done = FromProvider::Done { finish: Finish::Stop, measured: Measured::default(), receipt: Vec::new() };
    job.reply.end(&done).await;
}
