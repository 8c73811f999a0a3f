//! A running node: everything created in one place, and ended in the written order.

mod calls;
mod keys;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::BoxStream;
use opengateway_api::{Activity, AnswerEvent, Ask, Call, Error, Notice, NoticeKind, Reply, Settings, Status, Update};
use opengateway_engine::Engine;
use opengateway_machine::Machine;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::accounts::Accounts;
use crate::chat::Chat;
use crate::download::Downloads;
use crate::guests::{self, Guests};
use crate::home::{Home, default_home};
use crate::inventory::Inventory;
use crate::lending::{self, Lending};
use crate::models::Registry;
use crate::peers::{self, Peers};
use crate::router::Router;
use crate::sensors::Sensors;
use crate::store::Store;
use crate::tasks::Tasks;
use crate::topics::{self, Topics};
use crate::vault::Vault;
use crate::{VERSION, control, hashes, login, models, now_ms, settings, starter};

/// Running answers get this long to end by themselves at shutdown.
const ANSWERS_END: Duration = Duration::from_secs(3);
const TASKS_END: Duration = Duration::from_secs(3);

/// How a node is started.
pub struct Config {
    /// The data directory.
    pub home: PathBuf,
    /// How the engine is run.
    pub engine: opengateway_engine::Config,
    /// Whether a key file may stand in for a keychain that this system does not have, without asking.
    pub key_file: bool,
    /// Whether others may join the network through this node, whatever the settings say.
    pub bootstrap: bool,
    /// Told to bring the window to the front; `None` where there is no window.
    pub window: Option<mpsc::Sender<()>>,
}

impl Config {
    /// A node without a window. The engine is the one beside this program unless `OPENGATEWAY_ENGINE` names another.
    ///
    /// # Errors
    /// When no data directory is given and the system names none.
    pub fn headless(home: Option<PathBuf>) -> Result<Self, Error> {
        let home = home.map_or_else(default_home, Ok)?;
        let mut engine = opengateway_engine::Config::beside_this_program().map_err(Error::internal)?;
        if let Some(program) = std::env::var_os("OPENGATEWAY_ENGINE") {
            engine.program = program.into();
        }
        Ok(Self { home, engine, key_file: true, bootstrap: false, window: None })
    }
}

/// A handle to a node in this process. Cheap to clone; [`Node::shutdown`] ends it in order.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    home: Home,
    store: Store,
    accounts: Accounts,
    engine: Engine,
    chat: Arc<Chat>,
    registry: Arc<Registry>,
    downloads: Arc<Downloads>,
    inventory: Arc<Inventory>,
    lending: Lending,
    peers: Peers,
    router: Router,
    topics: Arc<Topics>,
    tasks: Tasks,
    vault: Arc<dyn Vault>,
    key_file: bool,
    window: Option<mpsc::Sender<()>>,
    stop_asked: CancellationToken,
}

impl Node {
    /// Starts a node and its control socket. The keychain is opened beside everything else: it may ask its owner.
    ///
    /// # Errors
    /// `already_running`, `read_only`, `disk_full`, `version_mismatch`, or that the control socket is taken.
    pub async fn start(
        config: Config,
        vault: impl Vault + 'static,
        machine: impl Machine + 'static,
    ) -> Result<Self, Error> {
        let home = Home::open(&config.home)?;
        let listener = control::listen(home.path())?;
        let store = Store::open(&home.database())?;
        store.recover(now_ms()).await?;
        let (chosen, problem) = settings::read(&home.settings());
        let starter = starter::path(&home.models());
        if models::has_starter(&store).await? {
            starter::install(&starter)?;
        }
        let tasks = Tasks::default();
        let program = config.engine;
        let (engine, driver) = Engine::new(opengateway_engine::Config {
            threads: chosen.threads,
            context: chosen.context,
            ..program.clone()
        });
        tasks.spawn("engine", driver);
        let accounts = Accounts::open(&home.accounts(), tasks.clone());
        let sensors = Arc::new(Sensors::start(Box::new(machine), chosen.rules.clone(), home.models())?);
        let topics = Arc::new(Topics::new(first_status(&home), chosen));
        accounts.show(topics.clone());
        let registry = Registry::new(store.clone(), engine.clone(), topics.clone(), starter, home.models());
        let registry = Arc::new(registry);
        let downloads = Downloads::new(registry.clone(), tasks.clone());
        let inventory = Arc::new(Inventory {
            store: store.clone(),
            topics: topics.clone(),
            sensors: sensors.clone(),
            engine: engine.clone(),
            program: program.program.clone(),
        });
        let guests = Arc::new(Guests::start(guests::Means {
            registry: registry.clone(),
            engine: program,
            inventory: inventory.clone(),
            tasks: tasks.clone(),
        }));
        let peers = Peers::start(peers::Means {
            registry: registry.clone(),
            guests: guests.clone(),
            accounts: accounts.clone(),
            inventory: inventory.clone(),
            tasks: tasks.clone(),
            bootstrap: config.bootstrap,
        })
        .await?;
        let router = Router::new(engine.clone(), peers.clone(), accounts.clone(), topics.clone(), tasks.clone());
        let chat = Chat::new(store.clone(), Arc::new(router.clone()), topics.clone(), tasks.clone());
        let own_answers = chat.answering();
        let means = lending::Means { store: store.clone(), topics: topics.clone(), sensors, guests, own_answers };
        let lending = Lending::start(means, &tasks).await?;
        let inner = Arc::new(Inner {
            home,
            store,
            accounts,
            engine,
            chat,
            registry,
            downloads,
            inventory,
            lending,
            peers,
            router,
            topics,
            tasks,
            vault: Arc::new(vault),
            key_file: config.key_file,
            window: config.window,
            stop_asked: CancellationToken::new(),
        });
        let node = Self { inner };
        node.settle(problem).await?;
        node.serve(listener);
        Ok(node)
    }

    /// A question and its answer.
    ///
    /// # Errors
    /// As the call's own documentation says.
    pub async fn call(&self, call: Call) -> Result<Reply, Error> {
        self.inner.call(call).await
    }

    /// A prompt and its stream. Dropping it stops the answer; what came so far is kept.
    pub fn answer(&self, ask: Ask) -> BoxStream<'static, AnswerEvent> {
        self.inner.chat.answer(ask)
    }

    /// The current value of every topic, then each new one.
    pub fn updates(&self) -> BoxStream<'static, Update> {
        self.inner.topics.updates()
    }

    /// Tells the owner something, until dismissed.
    pub fn notify(&self, notice: Notice) {
        self.inner.topics.notify(notice);
    }

    /// Resolves when somebody asked the node to stop; the caller then calls [`Node::shutdown`].
    pub async fn stop_asked(&self) {
        self.inner.stop_asked.cancelled().await;
    }

    /// Ends everything: running answers get three seconds, then tasks end, the engine, the database. At most eight
    /// seconds; what was acknowledged before is durable all the same.
    pub async fn shutdown(self) {
        let inner = &self.inner;
        inner.stop_asked.cancel();
        let _cut_off = tokio::time::timeout(ANSWERS_END, inner.chat.idle()).await;
        inner.tasks.stop();
        inner.engine.shutdown().await;
        inner.tasks.ended(TASKS_END).await;
        control::forget(inner.home.path());
        let (store, accounts) = (inner.store.clone(), inner.accounts.clone());
        drop(self);
        accounts.close().await;
        store.close().await;
    }

    /// What a fresh node does before it serves.
    async fn settle(&self, settings_problem: Option<String>) -> Result<(), Error> {
        if let Some(text) = settings_problem {
            self.inner.topics.notify(Notice { id: "settings".into(), kind: NoticeKind::Problem, text });
        }
        self.inner.registry.refresh().await?;
        self.inner.chat.refresh().await?;
        self.inner.downloads.recover().await?;
        let inner = self.inner.clone();
        self.inner.tasks.spawn("identity", async move { inner.open_identity().await });
        let inventory = self.inner.inventory.clone();
        self.inner.tasks.spawn("inventory", async move {
            if let Err(error) = inventory.refresh().await {
                tracing::warn!(%error, "this PC is not known yet");
            }
        });
        let registry = self.inner.registry.clone();
        let stop = self.inner.tasks.token();
        self.inner.tasks.spawn("hashes", async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = hashes::keep(registry) => {}
            }
        });
        let (topics, mut state) = (self.inner.topics.clone(), self.inner.engine.state());
        let stop = self.inner.tasks.token();
        self.inner.tasks.spawn("activity", async move {
            loop {
                let activity = topics::activity(&state.borrow_and_update());
                topics.status.send_if_modified(|status| replace(&mut status.activity, activity));
                tokio::select! {
                    () = stop.cancelled() => return,
                    changed = state.changed() => if changed.is_err() { return },
                }
            }
        });
        Ok(())
    }

    fn serve(&self, listener: control::Listener) {
        let weak = Arc::downgrade(&self.inner);
        let stop = self.inner.tasks.token();
        let node = move || weak.upgrade().map(|inner| Self { inner });
        let tasks = self.inner.tasks.clone();
        self.inner.tasks.spawn("control", async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = control::serve(listener, node, tasks) => {}
            }
        });
    }
}

impl Inner {
    async fn save_settings(&self, settings: Settings) -> Result<(), Error> {
        settings::check(&settings)?;
        // A model that is in use may be gone by now: that must keep no other setting from being changed.
        let is_chosen = settings.model != self.topics.settings.borrow().model;
        if is_chosen && !self.topics.knows(&settings.model) {
            return Err(crate::models::unknown(&settings.model));
        }
        settings::write(&self.home.settings(), &settings)?;
        self.engine.configure(settings.threads, settings.context).await;
        self.topics.models.send_modify(|models| models.in_use = Some(settings.model.clone()));
        self.topics.settings.send_replace(settings);
        self.inventory.refresh_region();
        Ok(())
    }
}

fn first_status(home: &Home) -> Status {
    Status {
        version: VERSION.into(),
        pid: std::process::id(),
        home: home.path().display().to_string(),
        node_id: None,
        identity: "being opened".into(),
        activity: Activity::Idle,
        started_ms: now_ms(),
        start_at_login: login::starts(),
    }
}

fn replace<T: PartialEq>(place: &mut T, value: T) -> bool {
    let differs = *place != value;
    *place = value;
    differs
}
