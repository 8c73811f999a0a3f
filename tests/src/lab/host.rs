//! One computer of a laboratory: a network namespace with a network card, whose cable leads to the next switch.

use std::ffi::OsStr;
use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use super::namespace::Namespace;
use super::proxy::QUEUE_BYTES;

/// The card's name, in every host.
pub(super) const CARD: &str = "eth0";
/// Of a router, where the cables of its home end.
pub(super) const SWITCH: &str = "lan";
/// A narrow line lets this much through at once: three full packets.
const BURST_BYTES: u64 = 4542;

/// A computer. Removed when dropped, with whatever still runs on it.
#[derive(Debug)]
pub struct Host {
    namespace: Arc<Namespace>,
    /// Where its cable ends, and under which name.
    far: Arc<Namespace>,
    plug: String,
    place: Place,
    address: Mutex<Ipv4Addr>,
    home: Option<Arc<Home>>,
}

/// What the hosts of a home share.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) router: Host,
    /// The last number of the newest address.
    pub(super) newest: AtomicU8,
}

/// What a host is connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The far end routes, as a provider does: a route leads to each address.
    Internet { gateway: Ipv4Addr },
    /// The far end is a switch, with a router in it or not.
    Local { gateway: Option<Ipv4Addr> },
}

/// How a host is to be connected.
pub(super) struct Connection {
    pub(super) far: Arc<Namespace>,
    pub(super) plug: String,
    pub(super) place: Place,
    pub(super) address: Ipv4Addr,
}

impl Host {
    pub(super) fn connect(name: &str, connection: Connection, home: Option<Arc<Home>>) -> Result<Self> {
        let Connection { far, plug, place, address } = connection;
        let namespace = Arc::new(Namespace::new(name)?);
        let host = Self { namespace, far, plug, place, address: Mutex::new(address), home };
        host.namespace.settle(&host.place.settings())?;
        host.lay_cable()?;
        host.take_address(address)?;
        Ok(host)
    }

    /// A program that will run on this host.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.namespace.command(program)
    }

    /// Its own address: behind a router, a private one.
    pub fn address(&self) -> Ipv4Addr {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The router of its home, which is a host as well: its address is what the internet sees.
    pub fn router(&self) -> Option<&Host> {
        self.home.as_ref().map(|home| &home.router)
    }

    /// Pulls the cable out. The host keeps its address, and hears nothing. What its programs send meanwhile may be kept
    /// by its system for a second, and leave when the cable is in again.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn down(&self) -> Result<()> {
        self.far.ip(&[&format!("link set {} down", self.plug)])
    }

    /// Puts the cable in again.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn up(&self) -> Result<()> {
        self.far.ip(&[&format!("link set {} up", self.plug)])?;
        self.lead_to(self.address())
    }

    /// Takes another address instead of its own, as after a new lease. In a home it must be one of the home's.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn readdress(&self, address: Ipv4Addr) -> Result<()> {
        if let Place::Internet { .. } = self.place {
            self.far.ip(&[&format!("route delete {}/32", self.address())])?;
        }
        self.take_address(address)?;
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
        Ok(())
    }

    /// Makes its line narrow in both directions, or wide again. Packets with their headers count.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn limit(&self, bytes_per_second: Option<u64>) -> Result<()> {
        for (namespace, interface) in [(&self.namespace, CARD), (&self.far, self.plug.as_str())] {
            let discipline = bytes_per_second.map_or_else(
                || "noqueue".into(),
                |rate| format!("tbf rate {rate}bps burst {BURST_BYTES} limit {QUEUE_BYTES}"),
            );
            namespace.shape(&format!("qdisc replace dev {interface} root {discipline}"))?;
        }
        Ok(())
    }

    pub(super) fn namespace(&self) -> &Arc<Namespace> {
        &self.namespace
    }

    pub(super) fn home(&self) -> Option<&Arc<Home>> {
        self.home.as_ref()
    }

    fn lay_cable(&self) -> Result<()> {
        let (plug, near) = (&self.plug, self.namespace.name());
        self.far.ip(&[&format!("link add {plug} type veth peer name {CARD} netns {near}")])?;
        if let Place::Local { .. } = self.place {
            self.far.ip(&[&format!("link set {plug} master {SWITCH}")])?;
        }
        self.far.ip(&[&format!("link set {plug} up")])?;
        self.namespace.ip(&[&format!("link set {CARD} up")])
    }

    fn take_address(&self, address: Ipv4Addr) -> Result<()> {
        let flush = format!("address flush dev {CARD} scope global");
        let commands = match self.place {
            Place::Internet { gateway } => vec![
                flush,
                format!("address add {address}/32 dev {CARD}"),
                format!("route replace default via {gateway} dev {CARD} onlink"),
            ],
            Place::Local { gateway } => {
                let ways_out = gateway.map_or_else(
                    // What sends to a group without naming a card needs a way.
                    || format!("route replace 224.0.0.0/4 dev {CARD}"),
                    |gateway| format!("route replace default via {gateway}"),
                );
                vec![flush, format!("address add {address}/24 broadcast + dev {CARD}"), ways_out]
            }
        };
        self.namespace.ip(&commands.iter().map(String::as_str).collect::<Vec<_>>())?;
        self.lead_to(address)
    }

    fn lead_to(&self, address: Ipv4Addr) -> Result<()> {
        match self.place {
            Place::Internet { .. } => self.far.ip(&[&format!("route replace {address}/32 dev {}", self.plug)]),
            Place::Local { .. } => Ok(()),
        }
    }
}

impl Place {
    /// The internet here is IPv4 only. Local networks have link-local IPv6, at once instead of a second later.
    fn settings(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Internet { .. } => vec![("ipv6/conf/default/disable_ipv6", "1")],
            Self::Local { .. } => vec![("ipv6/conf/default/accept_dad", "0")],
        }
    }
}
