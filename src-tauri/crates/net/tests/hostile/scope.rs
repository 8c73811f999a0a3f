//! Addresses and relays that would lead a node further than its owner lets it go.

use std::process::Command;

use opengateway_api::Scope;
use opengateway_net::scope_of;
use tokio::sync::watch;

use crate::stranger::Stranger;
use crate::until;
use crate::victim::{Manner, Victim, still_answers};

/// Set for tests that this one runs in a process of their own.
const ALONE: &str = "OPENGATEWAY_ALONE";
/// What a dial that is refused says.
const REFUSED: &str = "outside of what this node may reach";

#[tokio::test]
async fn in_loopback_nothing_else_is_dialled() {
    let (log, _guard) = listen_to_the_log();
    let victim = Victim::start().await;
    let outside = [
        "/ip4/192.0.2.1/tcp/4001",
        "/ip4/192.0.2.1/udp/4001/quic-v1",
        "/ip4/192.168.1.7/tcp/4001",
        "/ip4/0.0.0.0/tcp/4001",
        "/ip6/2001:db8::1/tcp/4001",
        "/ip6/::ffff:192.0.2.1/tcp/4001",
        "/dns/localhost/tcp/4001",
        "/dns4/node.example/udp/4001/quic-v1",
        "/dnsaddr/node.example",
    ];
    for address in outside {
        assert_ne!(scope_of(address), Scope::Loopback);

        victim.network.dial(&[address.to_owned()]).await;

        let wanted = format!("{address} is {REFUSED}");
        until(&log, &wanted, |log: &String| log.contains(&wanted)).await;
    }
    still_answers(&victim).await;
}

#[tokio::test]
async fn a_relay_is_no_way_out() {
    let (log, _guard) = listen_to_the_log();
    let (victim, relay) = (Victim::start().await, Victim::that_serves().await);
    let (far, friend) = (Stranger::new(), Stranger::new());
    far.is_reached_through(&relay).await;
    let circuit = format!("{}/p2p-circuit/p2p/{}", relay.address("quic"), far.node);

    friend.dials_address(&circuit).await;
    friend.until("the relayed connection", |log| log.relayed > 0).await;
    victim.network.dial(std::slice::from_ref(&circuit)).await;

    assert_eq!(scope_of(&circuit), Scope::World);
    let wanted = format!("{circuit} is {REFUSED}");
    until(&log, &wanted, |log: &String| log.contains(&wanted)).await;
    assert!(!victim.log.borrow().connected.contains(&far.node));
    still_answers(&victim).await;
}

#[test]
fn the_scope_of_an_address_is_the_least_in_which_it_is_dialled() {
    let scopes = [
        ("/ip4/127.0.0.1/tcp/4001", Scope::Loopback),
        ("/ip6/::1/udp/4001/quic-v1", Scope::Loopback),
        ("/ip4/192.168.1.7/tcp/4001", Scope::Lan),
        ("/ip4/169.254.1.1/tcp/4001", Scope::Lan),
        ("/ip6/fd00::1/tcp/4001", Scope::Lan),
        ("/ip4/100.64.0.1/tcp/4001", Scope::World),
        ("/ip4/192.0.2.1/tcp/4001", Scope::World),
        ("/dns4/node.example/tcp/4001", Scope::World),
        ("node.example:4001", Scope::Off),
    ];
    for (address, scope) in scopes {
        assert_eq!(scope_of(address), scope, "{address}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn in_loopback_all_sockets_are_on_loopback() {
    let mut command = Command::new(std::env::current_exe().unwrap());

    assert!(alone(&mut command, "loopback"), "see above");
}

#[test]
#[cfg(target_os = "linux")]
fn in_a_home_network_public_addresses_are_neither_dialled_nor_let_in() {
    in_a_network_of_its_own("lan");
}

#[test]
#[cfg(target_os = "linux")]
fn a_single_public_address_does_not_take_all_connections() {
    in_a_network_of_its_own("world");
}

/// The network has a loopback, and a public address on it.
#[cfg(target_os = "linux")]
fn in_a_network_of_its_own(test: &str) {
    let ready = "ip link set lo up && ip addr add 198.51.100.1/32 dev lo && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net", "sh", "-c", ready, "sh"]).arg(std::env::current_exe().unwrap());
    let able = Command::new("unshare").args(["--map-root-user", "--net", "ip", "link"]).output();
    if !able.is_ok_and(|output| output.status.success()) {
        return eprintln!("skipped: no network of its own can be made here");
    }

    assert!(alone(&mut command, test), "see above");
}

/// Runs a test of [`alone`](self::alone) by itself.
fn alone(command: &mut Command, test: &str) -> bool {
    let name = format!("scope::alone::{test}");
    command.args(["--exact", &name, "--ignored", "--nocapture"]).env(ALONE, "1").status().unwrap().success()
}

/// Tests that are run in a process, or a network, in which there is nothing else.
#[cfg(target_os = "linux")]
mod alone {
    use super::*;

    const LOOPBACK: [&str; 2] = ["0100007F", "00000000000000000000000001000000"];

    #[tokio::test]
    #[ignore = "runs in a process of its own"]
    async fn loopback() {
        if std::env::var_os(ALONE).is_none() {
            return;
        }
        let (victim, other) = (Victim::start().await, Victim::start().await);
        for address in ["/ip4/192.0.2.1/tcp/4001", "/ip4/192.0.2.1/udp/4001/quic-v1", "/dns4/node.example/tcp/1"] {
            victim.network.dial(&[address.to_owned()]).await;
        }
        other.meets(&victim).await;

        let sockets = sockets();

        assert!(sockets.len() >= 8, "{sockets:?}");
        assert!(sockets.iter().all(|local| LOOPBACK.contains(&local.as_str())), "{sockets:?}");
    }

    #[tokio::test]
    #[ignore = "runs in a network of its own"]
    async fn lan() {
        if std::env::var_os(ALONE).is_none() {
            return;
        }
        let (log, _guard) = listen_to_the_log();
        let (victim, stranger) = (Victim::within(Scope::Lan, Manner::Patient).await, Stranger::new());
        for address in ["/ip4/192.0.2.1/tcp/4001", "/dns4/node.example/tcp/4001"] {
            victim.network.dial(&[address.to_owned()]).await;
            let wanted = format!("{address} is {REFUSED}");
            until(&log, &wanted, |log: &String| log.contains(&wanted)).await;
        }

        // Who dials an address of this machine comes from that address.
        for transport in ["quic", "tcp"] {
            let public = victim.address(transport).replace("127.0.0.1", "198.51.100.1");
            stranger.dials_address(&public).await;
        }
        stranger.until("both to be refused", |log| log.closed + log.failed == 2).await;

        assert!(victim.log.borrow().connected.is_empty());
        stranger.meets(&victim).await;
    }

    #[tokio::test]
    #[ignore = "runs in a network of its own"]
    async fn world() {
        const MOST: u32 = 32;
        if std::env::var_os(ALONE).is_none() {
            return;
        }
        let victim = Victim::within(Scope::World, Manner::Patient).await;
        let strangers: Vec<Stranger> = (0..MOST + 10).map(|_| Stranger::new()).collect();

        for stranger in &strangers {
            stranger.dials_address(&victim.address("quic").replace("127.0.0.1", "198.51.100.1")).await;
            stranger.until("the outcome", |log| log.opened + log.failed > 0).await;
        }

        let opened: u32 = strangers.iter().map(|stranger| stranger.log.borrow().opened).sum();
        assert_eq!(opened, MOST);
        still_answers(&victim).await;
    }

    /// The local addresses of this process's sockets, as the kernel writes them.
    fn sockets() -> Vec<String> {
        let links = std::fs::read_dir("/proc/self/fd").unwrap();
        let links = links.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
        let own: Vec<String> = links
            .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
            .collect();
        let tables = ["tcp", "tcp6", "udp", "udp6"];
        let tables = tables.map(|table| std::fs::read_to_string(format!("/proc/self/net/{table}")).unwrap());
        let lines = tables.iter().flat_map(|table| table.lines().skip(1));
        let fields = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
        let mine = fields.filter(|fields| own.iter().any(|inode| inode == fields[9]));
        mine.map(|fields| fields[1].split(':').next().unwrap().to_owned()).collect()
    }
}

/// What is logged by this thread from now on.
fn listen_to_the_log() -> (watch::Receiver<String>, tracing::subscriber::DefaultGuard) {
    let (tell, log) = watch::channel(String::new());
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || Writer(tell.clone()))
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

struct Writer(watch::Sender<String>);

impl std::io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send_modify(|log| log.push_str(&String::from_utf8_lossy(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
