//! Nodes in processes of their own that talk to each other on this machine: the peers' laboratory.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
#[cfg(target_os = "linux")]
use std::sync::Arc;

use futures::stream::BoxStream;
use opengateway_api::{
    Add, AnswerEvent, Ask, Call, Mode, ModelId, Network, NodeId, Order, Place as Where, Reach, Reply, Sampling, Turn,
    Wallet, WalletProof,
};
use opengateway_node::Client;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::ChildStdout;
use tokio::sync::{Mutex, MutexGuard};

#[cfg(target_os = "linux")]
use crate::lab::net::Host;
use crate::nodes::{Seen, read};
use crate::programs;
use crate::soon::{holds, soon, within};

/// Lets one test go on after the other: who shares a processor with eight other nodes is late, and late is lost.
pub async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

/// How a peer is started.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Addresses through which it joins.
    pub bootstrap: Vec<String>,
    /// Whether others join through it.
    pub serves: bool,
    /// Whether it is lent while its owner is away, who is at first.
    pub lent: bool,
    /// Where it says it is.
    pub region: &'static str,
    /// How far it reaches: `lan` and `world` only in namespaces of their own.
    pub scope: &'static str,
    /// What it is made of.
    pub pc: Pc,
}

/// By what others know a PC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pc {
    /// Parts that no other has.
    Own,
    /// Parts with this serial.
    Serial(String),
    /// A virtual machine, which has none.
    Virtual,
}

/// A node that lends.
pub fn lender() -> Setup {
    Setup { lent: true, ..asker() }
}

/// A node that only asks.
pub fn asker() -> Setup {
    Setup { bootstrap: Vec::new(), serves: false, lent: false, region: "europe", scope: "loopback", pc: Pc::Own }
}

/// Turns a program into a command that runs it somewhere.
type Place = Box<dyn Fn(&Path) -> Command + Send + Sync>;

/// A node in a process of its own, with a data directory of its own.
pub struct Peer {
    process: Child,
    /// Makes a program that runs where this node is.
    place: Place,
    pub client: Client,
    home: TempDir,
    setup: Setup,
}

impl Peer {
    /// Starts a node that talks on loopback and nowhere else.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start(setup: Setup) -> Self {
        Self::start_in(setup, Box::new(|program| Command::new(program))).await
    }

    /// Starts a node somewhere else, such as in a network namespace.
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_in(setup: Setup, place: Place) -> Self {
        let home = tempfile::tempdir().expect("the system has a directory for what is temporary");
        std::fs::write(home.path().join("settings.toml"), settings(&setup)).expect("its own directory takes a file");
        let process = spawn(home.path(), &setup, &place);
        let client = Client::new(home.path());
        let mut peer = Self { process, place, client, home, setup };
        peer.come_up().await;
        peer
    }

    /// Starts a node on a host of a laboratory.
    ///
    /// # Panics
    /// When it does not come up.
    #[cfg(target_os = "linux")]
    pub async fn start_at(host: Arc<Host>, setup: Setup) -> Self {
        Self::start_in(setup, Box::new(move |program| host.command(program))).await
    }

    async fn come_up(&mut self) {
        let said = self.process.stdout.take().and_then(|out| ChildStdout::from_std(out).ok()).expect("it is read once");
        let first = within("the node to serve", BufReader::new(said).lines().next_line()).await;
        assert!(matches!(first, Ok(Some(_))), "the node has ended at once: {first:?}");
        if self.setup.lent {
            self.order(Order::On).await;
        }
        soon("an address", async || self.addresses().await.into_iter().next()).await;
    }

    /// Starts it again in the same directory, after [`Self::kill`] or [`Self::stop`].
    ///
    /// # Panics
    /// When it does not come up.
    pub async fn start_again(&mut self) {
        self.process = spawn(self.home.path(), &self.setup, &self.place);
        self.come_up().await;
    }

    /// What its owner says about lending.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn order(&self, order: Order) {
        self.client.call(Call::Contribute(order)).await.expect("an order is kept");
    }

    /// Somebody moves its mouse.
    ///
    /// # Panics
    /// When it does not run.
    pub fn owner_comes_back(&mut self) {
        self.tell("owner back");
    }

    /// Nobody has been at its keyboard for long.
    ///
    /// # Panics
    /// When it does not run.
    pub fn owner_leaves(&mut self) {
        self.tell("owner away");
    }

    fn tell(&mut self, line: &str) {
        let told = self.process.stdin.as_mut().map(|stdin| writeln!(stdin, "{line}"));
        assert!(matches!(told, Some(Ok(()))), "the node hears nothing: {told:?}");
    }

    /// Waits until it is lent again: after its owner left, or its sensors were silent for a while.
    pub async fn lends(&self) {
        let lends = async || match self.client.call(Call::Snapshot).await {
            Ok(Reply::Snapshot(snapshot)) => holds(snapshot.contribution.mode == Mode::Contributing),
            _ => None,
        };
        soon("it to be lent", lends).await;
    }

    /// Adds a model file.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn add(&self, path: &Path) -> ModelId {
        let path = path.to_string_lossy().into_owned();
        match self.client.call(Call::AddModel(Add::File { path })).await {
            Ok(Reply::Added(id)) => id,
            other => unreachable!("the model is refused: {other:?}"),
        }
    }

    /// Everything it knows of the network.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn network(&self) -> Network {
        match self.client.call(Call::Network).await {
            Ok(Reply::Network(network)) => *network,
            other => unreachable!("the network was expected: {other:?}"),
        }
    }

    /// Its name.
    ///
    /// # Panics
    /// When it has none.
    pub async fn node(&self) -> NodeId {
        let status = soon("a name", async || match self.client.call(Call::Status).await {
            Ok(Reply::Status(status)) => status.node_id,
            _ => None,
        });
        status.await.parse().expect("a node's name is one")
    }

    /// Where it can be dialled by UDP.
    pub async fn addresses(&self) -> Vec<String> {
        let listening = self.network().await.listening;
        let is_own = |address: &String| address.contains("/udp/") && !address.contains("/p2p-circuit");
        let is_far = |address: &String| self.setup.scope == "loopback" || !address.starts_with("/ip4/127.");
        let four = listening.into_iter().filter(|address| address.starts_with("/ip4/"));
        four.filter(is_own).filter(is_far).collect()
    }

    /// The port on which it takes UDP.
    ///
    /// # Panics
    /// When it listens nowhere.
    pub async fn port(&self) -> u16 {
        let addresses = self.addresses().await;
        let port = addresses.first().and_then(|address| address.split('/').nth(4)?.parse().ok());
        port.expect("it listens")
    }

    /// Pastes an invite or an address.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn join(&self, text: &str) {
        self.client.call(Call::Join(text.into())).await.expect("an invite that was just made is taken");
    }

    /// A text for others to paste.
    ///
    /// # Panics
    /// When it has none.
    pub async fn invite(&self) -> String {
        match self.client.call(Call::Invite).await {
            Ok(Reply::Invite(text)) => text,
            other => unreachable!("an invite was expected: {other:?}"),
        }
    }

    /// Waits until it knows so many others.
    pub async fn knows(&self, count: usize) {
        soon("peers to be known", async || (self.network().await.peers.len() >= count).then_some(())).await;
    }

    /// Waits until so many others take jobs and answer with a model of that name.
    pub async fn can_ask(&self, model: &str, count: usize) {
        let takes = async || {
            let model = Some(ModelId(model.into()));
            let call = Call::Route { model, text: "Hi".into(), reach: Reach::default() };
            let Ok(Reply::Route(plan)) = self.client.call(call).await else { return None };
            let chosen = plan.choices.iter().filter(|choice| choice.node.is_some()).count();
            let spare = plan.refusals.iter().filter(|no| no.because.contains("nearer ones")).count();
            (chosen + spare >= count).then_some(())
        };
        soon("peers that take jobs", takes).await;
    }

    /// A prompt's answer as it comes.
    pub fn answer(&self, prompt: Once) -> BoxStream<'static, AnswerEvent> {
        let Once { model, text, sampling, reach } = prompt;
        self.client.answer(Ask::Once { turns: vec![Turn::user(text)], model: Some(ModelId(model)), sampling, reach })
    }

    /// A prompt's answer.
    pub async fn ask(&self, prompt: Once) -> Seen {
        let mut seen = Seen::default();
        within("an answer", read(&mut self.answer(prompt), &mut seen, |_| false)).await;
        seen
    }

    /// What it owes and is owed.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn wallet(&self) -> Wallet {
        match self.client.call(Call::Wallet).await {
            Ok(Reply::Wallet(wallet)) => *wallet,
            other => unreachable!("the wallet was expected: {other:?}"),
        }
    }

    /// What its books come to.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn proof(&self) -> WalletProof {
        match self.client.call(Call::VerifyWallet).await {
            Ok(Reply::WalletProof(proof)) => proof,
            other => unreachable!("a proof was expected: {other:?}"),
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Where its data is.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Ends it as a power cut would.
    ///
    /// # Panics
    /// When it cannot be ended.
    pub fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it was killed");
    }

    /// Ends it in order.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(&mut self) {
        self.client.call(Call::Stop).await.expect("it runs");
        soon("the program to end", async || self.process.try_wait().expect("it is ours")).await;
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _ended_already = self.process.wait();
    }
}

/// A prompt that is not kept.
#[derive(Debug, Clone)]
pub struct Once {
    pub model: String,
    pub text: String,
    pub sampling: Sampling,
    pub reach: Reach,
}

/// The likeliest answer, from anywhere.
pub fn once(model: &str, text: &str) -> Once {
    Once { model: model.into(), text: text.into(), sampling: Sampling::greedy(), reach: Reach::default() }
}

/// The likeliest answer from there.
pub fn once_at(place: Where, model: &str, text: &str) -> Once {
    Once { reach: Reach { place: Some(place), privacy: None }, ..once(model, text) }
}

fn spawn(home: &Path, setup: &Setup, place: &Place) -> Child {
    let mut command = programs::apart(place(&programs::program("opengateway-lab-node")), home);
    command.env("OPENGATEWAY_SCOPE", setup.scope).env("OPENGATEWAY_LAB_PC", serial(home, &setup.pc));
    if setup.serves {
        command.arg("--bootstrap");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("the program was built")
}

fn serial(home: &Path, pc: &Pc) -> String {
    match pc {
        Pc::Own => home.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        Pc::Serial(serial) => serial.clone(),
        Pc::Virtual => String::new(),
    }
}

/// A PC that is lent with the first sample that allows it.
fn settings(setup: &Setup) -> String {
    let mut text = format!("region = {:?}\n[network]\nscope = {:?}\nbootstrap = [", setup.region, setup.scope);
    for address in &setup.bootstrap {
        let _never_fails = write!(text, "{address:?}, ");
    }
    text + "]\n[rules]\ncalm_seconds = 0\nresume_minutes = 0\nlongest_resume_minutes = 0\n"
}
