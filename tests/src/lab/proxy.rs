//! A proxy on loopback that makes the way to one address as bad as a test wants, for UDP and for TCP.
//!
//! Timers are precise to about 1 ms (16 ms on Windows): what is delayed comes that much late, never early. What is sent
//! faster than the proxy reads, some 60,000 datagrams a second, is lost in the system's buffers and not counted.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use super::datagrams::CLIENTS;
use super::wire::Wire;
pub use super::wire::{Conditions, FLIGHT_BYTES, Flow, QUEUE_BYTES, RETRANSMISSION, STREAM_BYTES, Traffic};
use super::{datagrams, streams};

/// A port that is free for UDP may be taken for TCP; then another one is tried.
const TRIES: usize = 16;

/// One line to a target. Ends when dropped: what is on its way is lost, connections are closed.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    conditions: watch::Sender<Conditions>,
    wire: Arc<Wire>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// Listens on one port of 127.0.0.1, for UDP and TCP. The target need not be there yet.
    ///
    /// # Errors
    /// When the system gives no such port.
    pub async fn start(target: SocketAddr, conditions: Conditions) -> io::Result<Self> {
        let (udp, tcp) = listen().await?;
        let address = udp.local_addr()?;
        let (conditions, watched) = watch::channel(conditions);
        let wire = Arc::new(Wire::new(watched));
        let mut tasks = JoinSet::new();
        tasks.spawn(datagrams::carry(udp, target, Arc::clone(&wire)));
        tasks.spawn(streams::carry(tcp, target, Arc::clone(&wire)));
        Ok(Self { address, conditions, wire, _tasks: tasks })
    }

    /// Where clients find the target.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How the line is now.
    pub fn conditions(&self) -> Conditions {
        *self.conditions.borrow()
    }

    /// Makes the line better or worse, for all that is sent from now on. A cut also takes what is on its way.
    pub fn set(&self, conditions: Conditions) {
        self.conditions.send_replace(conditions);
    }

    /// What was sent so far.
    pub fn traffic(&self) -> Traffic {
        self.wire.traffic()
    }
}

async fn listen() -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..TRIES {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        match TcpListener::bind(udp.local_addr()?).await {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) => last = error,
        }
    }
    Err(last)
}
