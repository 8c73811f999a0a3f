//! Carries TCP connections to the target. Cuts each stream into pieces, as TCP does, and gives each piece a fate.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::queue::Queue;
use super::wire::{Conditions, Fate, Fates, STREAM_BYTES, Way, Wire};

/// About what fits into a packet. The n-th piece of a stream has the n-th fate, however its bytes are written.
const PIECE: usize = 1200;

pub(super) async fn carry(listener: TcpListener, target: SocketAddr, wire: Arc<Wire>) {
    let (mut connections, mut number) = (JoinSet::new(), 0);
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // The client has gone away again.
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(connect(client, target, Arc::clone(&wire), number));
                number += 1;
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Ends when both directions have, or with the first that breaks: then both ends see a closed connection.
async fn connect(client: TcpStream, target: SocketAddr, wire: Arc<Wire>, number: u64) -> io::Result<()> {
    let mut conditions = wire.watch();
    healed(&mut conditions).await;
    sleep(2 * wire.conditions().delay).await;
    healed(&mut conditions).await;
    let upstream = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    upstream.set_nodelay(true)?;
    let ((from_client, to_client), (from_target, to_target)) = (client.into_split(), upstream.into_split());
    let there = Stream::new(&wire, Way::There, number).carry(from_client, to_target);
    let back = Stream::new(&wire, Way::Back, number).carry(from_target, to_client);
    tokio::try_join!(there, back).map(drop)
}

async fn healed(conditions: &mut watch::Receiver<Conditions>) {
    // Without a sender the proxy is gone, and this task with it.
    let _gone = conditions.wait_for(|conditions| !conditions.cut).await;
}

/// One direction of one connection.
struct Stream {
    wire: Arc<Wire>,
    way: Way,
    fates: Fates,
    fate: Fate,
    /// How much of the current piece was read.
    read: usize,
    queue: Queue<Vec<u8>>,
    in_flight: usize,
    last_arrives: Instant,
    open_at: Instant,
    ended: bool,
}

impl Stream {
    fn new(wire: &Arc<Wire>, way: Way, number: u64) -> Self {
        let mut fates = Fates::of_connection(wire.conditions().seed, number, way);
        let (fate, now) = (fates.next(), Instant::now());
        Self {
            wire: Arc::clone(wire),
            way,
            fates,
            fate,
            read: 0,
            queue: Queue::new(),
            in_flight: 0,
            last_arrives: now,
            open_at: now,
            ended: false,
        }
    }

    async fn carry(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        let (mut conditions, mut buffer) = (self.wire.watch(), vec![0; PIECE]);
        loop {
            healed(&mut conditions).await;
            let open = self.open_at <= Instant::now();
            let wanted = !self.ended && self.in_flight < STREAM_BYTES;
            tokio::select! {
                read = from.read(&mut buffer[..PIECE - self.read]), if open && wanted => {
                    let length = read?;
                    self.send(&buffer[..length]);
                }
                () = sleep_until(self.open_at), if !open => {}
                () = self.queue.arrival() => while let Some(piece) = self.queue.pop(Instant::now()) {
                    if piece.is_empty() {
                        return to.shutdown().await;
                    }
                    self.in_flight -= piece.len();
                    to.write_all(&piece).await?;
                },
                changed = conditions.changed() => if changed.is_err() {
                    return Ok(());
                },
            }
        }
    }

    /// An empty piece is the end of the stream.
    fn send(&mut self, piece: &[u8]) {
        let (arrives, open_at) = self.wire.stream(self.way, piece.len(), self.fate, Instant::now());
        self.last_arrives = self.last_arrives.max(arrives);
        self.queue.push(self.last_arrives, piece.to_vec());
        self.open_at = open_at;
        self.in_flight += piece.len();
        self.ended = piece.is_empty();
        self.read += piece.len();
        if self.read == PIECE {
            (self.read, self.fate) = (0, self.fates.next());
        }
    }
}
