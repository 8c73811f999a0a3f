//! The task: hears the network, the owner's settings and those who ask, and keeps the network topic true.

mod beat;
mod heard;
mod shown;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use opengateway_api::{Error, ModelHash, NetworkSettings, NodeId, Reachability, Region, Scope};
use opengateway_core::privacy::Cleared;
use opengateway_net::{Config, Event, Invite, Network};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::table::{Known, Table};
use super::{Means, Message, NotSent, Sendable, saved};
use crate::now_ms;
use crate::store::StoredPeer;
use beat::Said;

/// The topic changes at most this often.
const PACE: Duration = Duration::from_millis(500);
/// The fact that holds the port of the last time.
const PORT: &str = "network_port";
/// Remembered peers that are dialled at start.
const REMEMBERED: usize = 32;

/// A farewell is on its way after this.
const FAREWELL: Duration = Duration::from_millis(100);

/// A network that runs.
pub(super) struct Running {
    /// Ends it when dropped.
    _stop: DropGuard,
    pub(super) network: Network,
    events: mpsc::Receiver<Event>,
    settings: NetworkSettings,
    scope: Scope,
    listening: Vec<String>,
    reachability: Reachability,
    followed: BTreeSet<Region>,
}

pub(super) struct Task {
    pub(super) means: Means,
    secret: Option<[u8; 32]>,
    pub(super) table: Table,
    pub(super) running: Option<Running>,
    /// With which settings the network could not be used, and why.
    failed: Option<(NetworkSettings, String)>,
    sequence: u64,
    said: Option<Said>,
    shown: Option<Instant>,
    /// When what is known of peers is written next.
    save_at: Instant,
    redialled: Option<Instant>,
    remembered: Vec<StoredPeer>,
    banned: BTreeSet<NodeId>,
    dialled_later: Vec<String>,
    /// When those who are connected were last asked about what is open between them and us.
    pub(super) settled: Option<Instant>,
}

impl Task {
    pub(super) async fn new(means: Means) -> Result<Self, Error> {
        let remembered = means.registry.store.peers().await?;
        Ok(Self {
            means,
            secret: None,
            table: Table::new(NodeId([0; 32]), 0),
            running: None,
            failed: None,
            sequence: 0,
            said: None,
            shown: None,
            save_at: Instant::now(),
            redialled: None,
            remembered,
            banned: BTreeSet::new(),
            dialled_later: Vec::new(),
            settled: None,
        })
    }

    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Message>, stop: CancellationToken) {
        let mut settings = self.means.registry.topics.settings.subscribe();
        let mut load = self.means.guests.load();
        let mut beats = tokio::time::interval(PACE);
        loop {
            self.follow_settings().await;
            if self.running.is_none() {
                self.show_nothing();
            }
            tokio::select! {
                () = stop.cancelled() => break,
                message = inbox.recv() => match message {
                    Some(message) => self.obey(message).await,
                    None => break,
                },
                event = next(&mut self.running) => self.hear(event).await,
                _ = settings.changed() => self.shown = None,
                _ = load.changed() => {}
                _ = beats.tick(), if self.running.is_some() => self.beat().await,
            }
        }
        self.end().await;
    }

    /// Starts, ends or changes the network as the owner wants it.
    async fn follow_settings(&mut self) {
        let wanted = self.wanted();
        self.table.friends.clone_from(&wanted.friends);
        let scope = scope(&wanted);
        let Some(secret) = self.secret else { return };
        let same = |running: &Running| {
            let now = &running.settings;
            running.scope == scope && now.port == wanted.port && now.serve_bootstrap == wanted.serve_bootstrap
        };
        match &mut self.running {
            None if scope == Scope::Off => self.failed = None,
            Some(running) if same(running) => running.settings = wanted,
            None if self.failed.as_ref().is_some_and(|(settings, _)| *settings == wanted) => {}
            _ => {
                self.end().await;
                if scope != Scope::Off {
                    self.start(secret, scope, wanted).await;
                }
            }
        }
    }

    /// The owner's settings, and what this start was told.
    fn wanted(&self) -> NetworkSettings {
        let mut wanted = self.means.registry.topics.settings.borrow().network.clone();
        if self.means.bootstrap {
            wanted.serve_bootstrap = true;
            wanted.scope = if wanted.scope == Scope::Off { Scope::World } else { wanted.scope };
        }
        wanted
    }

    /// Leaves the network, and says so if anyone is there: nobody is to ask in vain.
    async fn end(&mut self) {
        saved::save(&mut self.table, &self.means.registry.store, &self.means.tasks);
        if let Some(running) = self.running.take()
            && let Some(farewell) = self.farewell(&running)
        {
            running.network.announce(farewell).await;
            tokio::time::sleep(FAREWELL).await;
        }
        self.failed = None;
        self.said = None;
        self.table.known.values_mut().for_each(|known| known.connected = None);
    }

    async fn start(&mut self, secret: [u8; 32], scope: Scope, settings: NetworkSettings) {
        // The port of the last time, if the owner names none: others remember it.
        let last = self.means.registry.store.known_fact(PORT).await.ok().flatten().and_then(|port| port.parse().ok());
        let port = if settings.port == 0 { last.or_else(free_port).unwrap_or(0) } else { settings.port };
        let config = |port| Config { secret, scope, port, serves: settings.serve_bootstrap };
        let started = Network::start(config(port)).or_else(|error| match settings.port {
            0 => Network::start(config(0)),
            _ => Err(error),
        });
        let (network, events, task) = match started {
            Ok(started) => started,
            Err(error) => {
                tracing::error!(%error, "the network is not up");
                self.failed = Some((settings, format!("The network cannot be used: {error}.")));
                return;
            }
        };
        tracing::info!(?scope, "the network is up");
        self.tell_tags();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        self.means.tasks.spawn("network", async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                () = task => {}
            }
        });
        let node = network.node().unwrap_or(NodeId([0; 32]));
        self.table = Table::new(node, getrandom::u64().unwrap_or_default());
        self.table.friends.clone_from(&settings.friends);
        self.table.recall(self.remembered.clone(), now_ms(), Instant::now());
        let known = self.remembered.iter().filter(|peer| !peer.address.is_empty()).take(REMEMBERED);
        let addresses: Vec<String> = known
            .map(|peer| peer.address.clone())
            .chain(settings.bootstrap.iter().cloned())
            .chain(self.dialled_later.drain(..))
            .collect();
        network.dial(&addresses).await;
        let reachability = Reachability::Unknown;
        let (listening, followed) = (Vec::new(), BTreeSet::new());
        self.running = Some(Running {
            _stop: stop.drop_guard(),
            network,
            events,
            settings,
            scope,
            listening,
            reachability,
            followed,
        });
    }

    async fn obey(&mut self, message: Message) {
        match message {
            Message::Key(secret) => self.secret = Some(secret),
            Message::Candidates(model, tell) => {
                let _nobody_waits = tell.send(self.candidates(model));
            }
            Message::Clear(ask, class, to, tell) => {
                let _nobody_waits = tell.send(self.clear(*ask, class, to));
            }
            Message::Came(node, outcome) => self.came(node, outcome).await,
            Message::Invite(tell) => {
                let _nobody_waits = tell.send(self.invite());
            }
            Message::Dial(addresses) => match &self.running {
                Some(running) => running.network.dial(&addresses).await,
                None => self.dialled_later = addresses,
            },
        }
    }

    fn candidates(&self, model: Option<ModelHash>) -> Vec<opengateway_core::route::Candidate> {
        if self.running.is_none() {
            return Vec::new();
        }
        self.table.candidates(model, Instant::now())
    }

    fn clear(
        &mut self,
        ask: opengateway_net::wire::Ask,
        class: opengateway_api::Privacy,
        to: NodeId,
    ) -> Result<Sendable, NotSent> {
        let network = self.running.as_ref().ok_or(NotSent::Off)?.network.clone();
        let now = Instant::now();
        let ask = Cleared::check(ask, class, to, self.table.relation(&to, now))?;
        self.table.meet(to, now_ms(), now);
        let known = self.table.known.get(&to);
        let deadline = known.map(|known| known.standing.deadline()).unwrap_or_default();
        let under_way = known.map(Known::ask).unwrap_or_default();
        let announced = match known.and_then(|known| known.connected) {
            Some(_) => None,
            None => self.table.directory.get(&to).map(|capability| capability.addresses.clone()),
        };
        Ok(Sendable { network, ask, payment: None, deadline, announced, under_way })
    }

    fn invite(&self) -> Option<String> {
        let running = self.running.as_ref()?;
        let node = running.network.node()?;
        let own = |address: &String| address.split_once("/p2p/").map(|(address, _)| address.to_owned());
        // Another machine would find itself there.
        let leads_here = |address: &&String| {
            running.scope == Scope::Loopback || !(address.starts_with("/ip4/127.") || address.starts_with("/ip6/::1/"))
        };
        let direct = running.listening.iter().filter(|address| !address.contains("/p2p-circuit")).filter(leads_here);
        let mut addresses: Vec<String> = direct.filter_map(own).collect();
        let relayed = running.listening.iter().filter(|address| address.contains("/p2p-circuit"));
        addresses.extend(relayed.cloned());
        (!addresses.is_empty()).then(|| Invite { node, addresses }.to_text())
    }
}

/// How far this node reaches: what the environment says goes before the settings.
fn scope(settings: &NetworkSettings) -> Scope {
    match std::env::var("OPENGATEWAY_SCOPE").as_deref() {
        Ok("off") => Scope::Off,
        Ok("loopback") => Scope::Loopback,
        Ok("lan") => Scope::Lan,
        Ok("world") => Scope::World,
        _ => settings.scope,
    }
}

/// One port for UDP and TCP from the first start on: others remember either, and both are to hold after a restart.
fn free_port() -> Option<u16> {
    let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0)).ok()?;
    socket.local_addr().ok().map(|address| address.port())
}

async fn next(running: &mut Option<Running>) -> Event {
    match running {
        Some(running) => match running.events.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
