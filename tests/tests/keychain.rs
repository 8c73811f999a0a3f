//! Where the identity is kept, with a real keychain on a session bus of the test's own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use opengateway_api::{Ask, Call, Reply, Snapshot, Status};
use opengateway_node::Client;
use opengateway_tests::nodes::{Seen, read};
use opengateway_tests::programs;
use opengateway_tests::soon::{holds, soon, soon_here, within};
use tempfile::{TempDir, tempdir};

const PASSWORD: &str = "correct horse";
/// A bus that starts nothing by itself, whatever is installed here.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

#[tokio::test]
async fn an_identity_is_made_once_and_kept_in_the_keychain() {
    let Some(session) = Session::new() else { return };
    let _keychain = session.unlocked();

    let node = session.node().await;
    let first = node.identified().await;
    node.stop().await;
    let node = session.node().await;
    let second = node.identified().await;

    assert_eq!((first.identity.as_str(), &second.node_id), ("OS keychain", &first.node_id));
    assert!(first.node_id.unwrap().starts_with("12D3KooW"));
    assert_eq!(session.secrets(), 2, "the key, how far it has signed, and no probe are left");
    assert!(!session.key_file().exists());
    node.stop().await;
}

#[tokio::test]
async fn without_any_keychain_the_key_is_in_a_file_that_only_its_owner_can_read() {
    let Some(session) = Session::new() else { return };

    let node = session.node().await;
    let first = node.identified().await;
    let notices = node.snapshot().await.notices;
    node.stop().await;
    let node = session.node().await;
    let second = node.identified().await;

    assert_eq!((first.identity.as_str(), &second.node_id), ("key file", &first.node_id));
    let notice = notices.iter().find(|notice| notice.id == "key-file").unwrap();
    assert!(notice.text.contains("identity.key"), "{notice:?}");
    assert_eq!(fs::metadata(session.key_file()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(node.snapshot().await.notices, [], "it is said once");
    node.stop().await;
}

#[tokio::test]
async fn a_locked_keychain_is_said_and_the_node_chats_without_it() {
    let Some(session) = Session::new() else { return };
    session.unlocked();
    let keychain = session.locked();

    let node = session.node().await;
    let locked = node.snapshot_with_notice("keychain").await;
    let answer = node.ask("What is 2+2?").await;

    assert_eq!(locked.status.node_id, None);
    assert!(locked.status.identity.contains("locked"), "{:?}", locked.status);
    assert!(answer.text.contains('4'), "{answer:?}");
    assert!(!session.key_file().exists(), "a locked keychain is not replaced by a file");

    drop(keychain);
    let _keychain = session.unlocked();
    node.call(Call::RetryKeychain).await;
    let status = node.identified().await;

    assert_eq!(status.identity, "OS keychain");
    assert!(node.snapshot().await.notices.iter().all(|notice| notice.id != "keychain"));
    node.stop().await;
}

#[tokio::test]
async fn a_keychain_that_locks_later_never_leads_to_a_new_identity() {
    let Some(session) = Session::new() else { return };
    let keychain = session.unlocked();
    let node = session.node().await;
    let first = node.identified().await;
    node.stop().await;
    drop(keychain);

    let locked = session.locked();
    let node = session.node().await;
    node.snapshot_with_notice("keychain").await;
    node.call(Call::RetryKeychain).await;
    let still = node.snapshot().await.status;
    drop(locked);
    node.stop().await;
    let gone = session.node().await;
    gone.snapshot_with_notice("keychain").await;
    let without = gone.snapshot().await.status;
    gone.stop().await;
    let _keychain = session.unlocked();
    let node = session.node().await;
    let again = node.identified().await;

    assert_eq!((still.node_id, without.node_id), (None, None));
    assert!(!session.key_file().exists());
    assert_eq!((again.node_id, session.secrets()), (first.node_id, 2));
    node.stop().await;
}

#[tokio::test]
async fn a_keychain_that_lost_the_key_is_said_and_gets_no_other() {
    let Some(session) = Session::new() else { return };
    let _keychain = session.unlocked();
    let node = session.node().await;
    node.identified().await;
    node.stop().await;

    session.forget();
    let node = session.node().await;
    let snapshot = node.snapshot_with_notice("keychain").await;

    assert_eq!((snapshot.status.node_id, session.secrets()), (None, 0));
    assert!(snapshot.status.identity.contains("no longer"), "{}", snapshot.status.identity);
    node.stop().await;
}

/// A bus and a home directory of their own.
struct Session {
    directory: TempDir,
    address: String,
    _bus: Running,
}

impl Session {
    /// `None`, with the reason printed, where a keychain cannot be tested.
    fn new() -> Option<Self> {
        let needed = ["dbus-daemon", "gnome-keyring-daemon", "secret-tool"];
        if let Some(missing) = needed.into_iter().find(|name| !is_installed(name)) {
            eprintln!("skipped: {missing} is not installed; `cargo xtask setup` installs it");
            return None;
        }
        let directory = tempdir().unwrap();
        let config = directory.path().join("bus.conf");
        fs::write(&config, BUS).unwrap();
        fs::create_dir(directory.path().join("run")).unwrap();
        fs::set_permissions(directory.path().join("run"), fs::Permissions::from_mode(0o700)).unwrap();
        let mut bus = Command::new("dbus-daemon");
        bus.arg("--config-file").arg(config).args(["--nofork", "--print-address=1"]).stdout(Stdio::piped());
        let mut bus = Running(bus.stderr(Stdio::null()).spawn().unwrap());
        let mut address = String::new();
        BufReader::new(bus.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { directory, address: address.trim().to_owned(), _bus: bus })
    }

    fn home(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn key_file(&self) -> PathBuf {
        self.home().join("identity.key")
    }

    fn dress<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let path = self.directory.path();
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", path)
            .env("XDG_RUNTIME_DIR", path.join("run"));
        command.env_remove("XDG_DATA_HOME").env_remove("GNOME_KEYRING_CONTROL").env_remove("DISPLAY")
    }

    /// A keychain that is open, until dropped.
    fn unlocked(&self) -> Running {
        let keychain = self.keychain(&["--unlock"], PASSWORD);
        soon_here("the keychain to open", || holds(self.probe()));
        keychain
    }

    /// A keychain that was made before and nobody has opened since, until dropped.
    fn locked(&self) -> Running {
        self.keychain(&[], "")
    }

    fn keychain(&self, words: &[&str], password: &str) -> Running {
        let mut command = Command::new("gnome-keyring-daemon");
        self.dress(&mut command).args(["--foreground", "--components=secrets"]).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keychain = Running(command.spawn().unwrap());
        keychain.0.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        soon_here("the keychain to be on the bus", || holds(self.is_on_bus()));
        keychain
    }

    fn is_on_bus(&self) -> bool {
        let mut command = Command::new("dbus-send");
        self.dress(&mut command).args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]);
        command.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
        command.output().is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("true"))
    }

    /// Whether a secret can be put in and taken out.
    fn probe(&self) -> bool {
        let mut command = Command::new("secret-tool");
        self.dress(&mut command).args(["store", "--label=probe", "test", "probe"]).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"x").unwrap();
        child.wait().unwrap().success() && self.secret_tool(&["clear", "test", "probe"]).0
    }

    /// How many of our secrets the keychain holds.
    fn secrets(&self) -> usize {
        let (_, found) = self.secret_tool(&["search", "--all", "service", "opengateway"]);
        found.lines().filter(|line| line.starts_with('[')).count()
    }

    fn forget(&self) {
        assert!(self.secret_tool(&["clear", "service", "opengateway"]).0);
    }

    fn secret_tool(&self, words: &[&str]) -> (bool, String) {
        let output = self.dress(&mut Command::new("secret-tool")).args(words).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn node(&self) -> Node {
        let mut command = programs::opengateway(&self.home());
        self.dress(&mut command).args(["start", "--foreground"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let node = Node { process: Running(command.spawn().unwrap()), client: Client::new(&self.home()) };
        soon("the node to serve", async || node.client.call(Call::Status).await.ok()).await;
        node
    }
}

/// A node on that bus.
struct Node {
    process: Running,
    client: Client,
}

impl Node {
    async fn call(&self, call: Call) -> Reply {
        within("a reply", self.client.call(call)).await.unwrap()
    }

    async fn snapshot(&self) -> Snapshot {
        match self.call(Call::Snapshot).await {
            Reply::Snapshot(snapshot) => *snapshot,
            other => unreachable!("{other:?}"),
        }
    }

    async fn identified(&self) -> Status {
        soon("an identity", async || {
            let status = self.snapshot().await.status;
            status.node_id.is_some().then_some(status)
        })
        .await
    }

    async fn snapshot_with_notice(&self, id: &str) -> Snapshot {
        soon("a notice", async || {
            let snapshot = self.snapshot().await;
            snapshot.notices.iter().any(|notice| notice.id == id).then_some(snapshot)
        })
        .await
    }

    async fn ask(&self, text: &str) -> Seen {
        let mut seen = Seen::default();
        within("an answer", read(&mut self.client.answer(Ask::once(text)), &mut seen, |_| false)).await;
        seen
    }

    async fn stop(mut self) {
        self.call(Call::Stop).await;
        soon("the program to end", async || self.process.0.try_wait().unwrap()).await;
    }
}

/// A program of the test's own, ended with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

fn is_installed(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory: PathBuf| Path::new(&directory).join(name).is_file())
}
