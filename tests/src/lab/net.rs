//! An internet of network namespaces: public hosts, homes behind routers, and networks without a way out.
//!
//! Nothing leaves the machine: no namespace has a route or a cable to the real network, and only addresses that were
//! given out here are known. Linux only, and only as root; see [`missing`].

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, ensure};

pub use super::host::Host;
use super::host::{CARD, Connection, Home, Place, SWITCH};
use super::namespace::{self, Namespace};

/// Where public hosts live. The blocks for documentation will not do: AutoNAT and UPnP take them for addresses that
/// nobody can reach. These count as public, and yet nobody lives there: they serve DNS and multicast as a whole
/// (RFC 7534, 7535, 7450). Should a packet escape in spite of all, it disturbs no one.
const PUBLIC: [[u8; 3]; 3] = [[192, 31, 196], [192, 175, 48], [192, 52, 193]];
/// The next hop of every public host, out of a block that was given up (RFC 7526).
const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 88, 99, 1);
/// Every home has the same addresses, as homes do: a node that mixes them up is found out.
const HOME: [u8; 3] = [192, 168, 1];
const ROUTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);
const SWITCH_ADDRESS: &str = "02:00:00:00:00:01";

/// Why there can be no laboratory here; `None` if there can. Found out once, by trying.
pub fn missing() -> Option<String> {
    static REASON: OnceLock<Option<String>> = OnceLock::new();
    let attempt = || Lab::new()?.behind("attempt", Nat::Cone).map(drop);
    let reason =
        || attempt().err().map(|error| format!("networks need Linux, root, iproute2 and nftables here: {error:#}"));
    REASON.get_or_init(reason).clone()
}

/// How a router translates. Each lets in only answers to what went out, from where they were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nat {
    /// One outside port for all destinations, and the same as inside: holes can be punched. Of two hosts in one home
    /// that use the same port, the second gets another one.
    Cone,
    /// A new, random outside port for each destination: nobody can tell which one to send to.
    Symmetric,
}

/// An internet. Hosts may outlive it, but then only reach their own network.
#[derive(Debug)]
pub struct Lab {
    internet: Arc<Namespace>,
    connected: AtomicU32,
    public: AtomicU32,
}

impl Lab {
    /// An internet without hosts. First removes what processes that are no more have left behind.
    ///
    /// # Errors
    /// When the system refuses: see [`missing`].
    pub fn new() -> Result<Self> {
        namespace::sweep()?;
        let internet = Arc::new(Namespace::new("internet")?);
        internet.settle(&[("ipv4/ip_forward", "1"), ("ipv6/conf/default/disable_ipv6", "1")])?;
        internet.ip(&[&format!("address add {GATEWAY}/32 dev lo")])?;
        Ok(Self { internet, connected: AtomicU32::new(0), public: AtomicU32::new(0) })
    }

    /// A host with a public address of its own.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn public(&self, name: &str) -> Result<Host> {
        let address = self.next_public()?;
        self.public_at(name, address)
    }

    /// A host with this public address; any will do that no other host of this laboratory has.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn public_at(&self, name: &str, address: Ipv4Addr) -> Result<Host> {
        let far = Arc::clone(&self.internet);
        let connection = Connection { far, plug: self.plug(), place: Place::Internet { gateway: GATEWAY }, address };
        Host::connect(name, connection, None)
    }

    /// A host in a home of its own, behind a router.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn behind(&self, name: &str, nat: Nat) -> Result<Host> {
        let router = self.public(&format!("{name}-router"))?;
        router.namespace().settle(&[("ipv4/ip_forward", "1")])?;
        add_switch(router.namespace())?;
        router.namespace().ip(&[&format!("address add {ROUTER}/24 dev {SWITCH}")])?;
        router.namespace().rules(&rules(nat))?;
        self.at_home(name, Arc::new(Home { router, newest: AtomicU8::new(1) }))
    }

    /// A further host in the home of that one, and on the same switch.
    ///
    /// # Errors
    /// When that one has no home, its home has no address left, or the system refuses.
    pub fn beside(&self, host: &Host, name: &str) -> Result<Host> {
        self.at_home(name, Arc::clone(host.home().context("a host without a router has no home")?))
    }

    /// So many hosts on one switch, with no way out.
    ///
    /// # Errors
    /// When the system refuses, or there are more than 254.
    pub fn lan(&self, hosts: u8) -> Result<Vec<Host>> {
        ensure!(hosts < u8::MAX, "a local network has 254 hosts at most");
        let switch = Arc::new(Namespace::new("switch")?);
        add_switch(&switch)?;
        let host = |number: u8| {
            let (far, plug) = (Arc::clone(&switch), self.plug());
            let connection = Connection { far, plug, place: Place::Local { gateway: None }, address: local(number) };
            Host::connect(&format!("lan-{number}"), connection, None)
        };
        (1..=hosts).map(host).collect()
    }

    fn at_home(&self, name: &str, home: Arc<Home>) -> Result<Host> {
        let number = home.newest.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        ensure!(number < u8::MAX, "a home has 253 hosts at most");
        let (far, place) = (Arc::clone(home.router.namespace()), Place::Local { gateway: Some(ROUTER) });
        let connection = Connection { far, plug: self.plug(), place, address: local(number) };
        Host::connect(name, connection, Some(home))
    }

    /// A name for the far end of a cable.
    fn plug(&self) -> String {
        format!("to-{}", self.connected.fetch_add(1, Ordering::Relaxed))
    }

    fn next_public(&self) -> Result<Ipv4Addr> {
        let number = self.public.fetch_add(1, Ordering::Relaxed) as usize;
        let [a, b, c] = PUBLIC[number % PUBLIC.len()];
        let last = u8::try_from(number / PUBLIC.len() + 1).context("all public addresses are given away")?;
        Ok(Ipv4Addr::new(a, b, c, last))
    }
}

fn local(number: u8) -> Ipv4Addr {
    let [a, b, c] = HOME;
    Ipv4Addr::new(a, b, c, number)
}

/// As simple as the cheapest: it sends what is for a group to everyone. Its own address stays the same when a further
/// cable is put in, so that nobody has to find the router anew.
fn add_switch(namespace: &Namespace) -> Result<()> {
    namespace.ip(&[
        &format!("link add {SWITCH} address {SWITCH_ADDRESS} type bridge mcast_snooping 0"),
        &format!("link set {SWITCH} up"),
    ])
}

/// What comes unasked is dropped without a word. A refusal would be remembered as a connection, and would take the
/// outside port that the answer to it needs: no hole could be punched.
fn rules(nat: Nat) -> String {
    let mapping = match nat {
        Nat::Cone => "persistent",
        Nat::Symmetric => "random,fully-random",
    };
    format!(
        r#"table ip home {{
            chain translate {{
                type nat hook postrouting priority srcnat
                oifname "{CARD}" masquerade {mapping}
            }}
            chain arriving {{
                type filter hook input priority filter; policy drop
                ct state established,related accept
                iifname {{ "lo", "{SWITCH}" }} accept
            }}
            chain passing {{
                type filter hook forward priority filter; policy drop
                ct state established,related accept
                iifname "{SWITCH}" accept
            }}
        }}"#
    )
}
