//! Carries datagrams between clients and the target, each client with a socket of its own, so that answers find back.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::queue::Queue;
use super::wire::{Fates, Way, Wire};

/// Datagrams of further clients are dropped: each costs a socket and a task for as long as the proxy lives.
pub const CLIENTS: usize = 1024;
const LARGEST: usize = 64 * 1024;

pub(super) async fn carry(listener: UdpSocket, target: SocketAddr, wire: Arc<Wire>) {
    let mut clients = Clients::new(Arc::new(listener), target, wire);
    let (mut queue, mut buffer) = (Queue::new(), vec![0; LARGEST]);
    loop {
        tokio::select! {
            received = clients.listener.recv_from(&mut buffer) => {
                // Some systems tell here that an answer found nobody. It is as if nothing had come.
                let Ok((length, from)) = received else { continue };
                // Without a socket for this client the datagram is lost, as everything may be here.
                let Ok(client) = clients.find(from).await else { continue };
                let (fate, now, upstream) = (client.fates.next(), Instant::now(), Arc::clone(&client.upstream));
                if let Some(arrives) = clients.wire.send(Way::There, length, fate, now) {
                    queue.push(arrives, (upstream, buffer[..length].to_vec()));
                }
            }
            () = queue.arrival() => while let Some((upstream, datagram)) = queue.pop(Instant::now()) {
                if clients.wire.arrive(Way::There, datagram.len()) {
                    // Nobody there: the datagram is lost, as on a real way.
                    let _lost = upstream.send(&datagram).await;
                }
            },
        }
    }
}

struct Clients {
    listener: Arc<UdpSocket>,
    target: SocketAddr,
    wire: Arc<Wire>,
    known: BTreeMap<SocketAddr, Client>,
    ways_back: JoinSet<()>,
}

struct Client {
    upstream: Arc<UdpSocket>,
    fates: Fates,
}

impl Clients {
    fn new(listener: Arc<UdpSocket>, target: SocketAddr, wire: Arc<Wire>) -> Self {
        Self { listener, target, wire, known: BTreeMap::new(), ways_back: JoinSet::new() }
    }

    async fn find(&mut self, address: SocketAddr) -> io::Result<&mut Client> {
        if !self.known.contains_key(&address) {
            let client = self.welcome(address).await?;
            self.known.insert(address, client);
        }
        Ok(self.known.get_mut(&address).expect("just looked up or inserted"))
    }

    async fn welcome(&mut self, address: SocketAddr) -> io::Result<Client> {
        if self.known.len() >= CLIENTS {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let upstream = Arc::new(socket_towards(self.target).await?);
        let (number, seed) = (self.known.len() as u64, self.wire.conditions().seed);
        let back = WayBack {
            upstream: Arc::clone(&upstream),
            listener: Arc::clone(&self.listener),
            client: address,
            wire: Arc::clone(&self.wire),
        };
        self.ways_back.spawn(back.carry(Fates::of_client(seed, number, Way::Back)));
        Ok(Client { upstream, fates: Fates::of_client(seed, number, Way::There) })
    }
}

struct WayBack {
    upstream: Arc<UdpSocket>,
    listener: Arc<UdpSocket>,
    client: SocketAddr,
    wire: Arc<Wire>,
}

impl WayBack {
    async fn carry(self, mut fates: Fates) {
        let (mut queue, mut buffer) = (Queue::new(), vec![0; LARGEST]);
        loop {
            tokio::select! {
                received = self.upstream.recv(&mut buffer) => {
                    // It tells so when nobody listens at the target. The client learns nothing, as on a real way.
                    let Ok(length) = received else { continue };
                    if let Some(arrives) = self.wire.send(Way::Back, length, fates.next(), Instant::now()) {
                        queue.push(arrives, buffer[..length].to_vec());
                    }
                }
                () = queue.arrival() => while let Some(datagram) = queue.pop(Instant::now()) {
                    if self.wire.arrive(Way::Back, datagram.len()) {
                        // A client that is gone misses nothing.
                        let _lost = self.listener.send_to(&datagram, self.client).await;
                    }
                },
            }
        }
    }
}

async fn socket_towards(target: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = match target {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(target).await?;
    Ok(socket)
}
