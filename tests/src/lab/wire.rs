//! What a bad line does to each piece of data: when it arrives, or that it never does. Opens no socket.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use tokio::sync::watch;
use tokio::time::Instant;

/// This much waits for its turn at a narrow line, as in a router. A further datagram is lost; a stream is read no more.
pub const QUEUE_BYTES: usize = 128 * 1024;
/// Datagrams on their way in one direction, at most; a further one is lost. It bounds memory, and nothing else.
pub const FLIGHT_BYTES: usize = 16 * 1024 * 1024;
/// The same for one connection and one direction: its sender waits.
pub const STREAM_BYTES: usize = 4 * 1024 * 1024;
/// A lost piece of a stream is sent again after a round trip, but not sooner than this.
pub const RETRANSMISSION: Duration = Duration::from_millis(20);
/// What a line left unused for this long may be used at once.
const BURST: Duration = Duration::from_millis(5);

/// How bad a line is, the same in both directions.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Conditions {
    /// How long everything travels, one way. A TCP connection also takes a round trip to be made.
    pub delay: Duration,
    /// Up to this much is added to the delay, drawn evenly. Datagrams then overtake each other; without it they keep
    /// their order, unless the delay is made shorter.
    pub jitter: Duration,
    /// The share of datagrams that never arrive, from 0 to 1. TCP is a stream and loses nothing: that share of its
    /// pieces comes a [`RETRANSMISSION`] later, and all that follows waits for it.
    pub loss: f64,
    /// How much fits through in a second in each direction, for all clients together. Payload only.
    pub bytes_per_second: Option<u64>,
    /// Swallows everything without a word: datagrams are lost, connections stay open, stand still, and go on when it is
    /// healed. As the proxy is on loopback, a connection can be made while the line is cut, but it carries nothing.
    pub cut: bool,
    /// What chance is drawn from. The n-th datagram of the n-th client has the same fate in every run with this seed,
    /// and so has the n-th piece of a connection. A client keeps the seed under which it came.
    pub seed: u64,
}

/// What was sent through a proxy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From clients to the target.
    pub there: Flow,
    /// From the target to its clients.
    pub back: Flow,
}

/// What was sent in one direction, whether it arrived or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Payload of datagrams and of streams, without headers.
    pub bytes: u64,
    /// Datagrams; streams have none.
    pub datagrams: u64,
    /// How many of the datagrams never arrive: by chance, for want of room, or because the line is cut.
    pub lost: u64,
}

/// A direction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    There,
    Back,
}

/// What all clients of a proxy share.
#[derive(Debug)]
pub(super) struct Wire {
    conditions: watch::Receiver<Conditions>,
    there: Mutex<Line>,
    back: Mutex<Line>,
}

impl Wire {
    pub(super) fn new(conditions: watch::Receiver<Conditions>) -> Self {
        Self { conditions, there: Mutex::default(), back: Mutex::default() }
    }

    pub(super) fn conditions(&self) -> Conditions {
        *self.conditions.borrow()
    }

    /// Sees each change from now on.
    pub(super) fn watch(&self) -> watch::Receiver<Conditions> {
        self.conditions.clone()
    }

    pub(super) fn traffic(&self) -> Traffic {
        Traffic { there: self.line(Way::There).flow, back: self.line(Way::Back).flow }
    }

    /// Sends a datagram now: when it arrives, unless it is lost.
    pub(super) fn send(&self, way: Way, bytes: usize, fate: Fate, now: Instant) -> Option<Instant> {
        let conditions = self.conditions();
        let mut line = self.line(way);
        let arrives = line.send(&conditions, bytes, fate, now);
        line.flow.bytes += bytes as u64;
        line.flow.datagrams += 1;
        line.flow.lost += u64::from(arrives.is_none());
        arrives
    }

    /// A datagram is at its end; whether the line still carries it.
    pub(super) fn arrive(&self, way: Way, bytes: usize) -> bool {
        let cut = self.conditions().cut;
        let mut line = self.line(way);
        line.in_flight -= bytes;
        line.flow.lost += u64::from(cut);
        !cut
    }

    /// Sends a piece of a stream now: when it arrives, and when the next one may be sent.
    pub(super) fn stream(&self, way: Way, bytes: usize, fate: Fate, now: Instant) -> (Instant, Instant) {
        let conditions = self.conditions();
        let mut line = self.line(way);
        let leaves = line.leave(&conditions, bytes, now);
        line.flow.bytes += bytes as u64;
        let late = if fate.loss < conditions.loss { RETRANSMISSION.max(2 * conditions.delay) } else { Duration::ZERO };
        (leaves + fate.delay(&conditions) + late, line.has_room_at(&conditions, now))
    }

    fn line(&self, way: Way) -> MutexGuard<'_, Line> {
        let line = match way {
            Way::There => &self.there,
            Way::Back => &self.back,
        };
        line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One direction.
#[derive(Debug, Default)]
struct Line {
    /// When all that was accepted has left: a token bucket, told as time.
    free_at: Option<Instant>,
    in_flight: usize,
    flow: Flow,
}

impl Line {
    fn send(&mut self, conditions: &Conditions, bytes: usize, fate: Fate, now: Instant) -> Option<Instant> {
        let full = self.has_room_at(conditions, now) > now || self.in_flight + bytes > FLIGHT_BYTES;
        if conditions.cut || full {
            return None;
        }
        let leaves = self.leave(conditions, bytes, now);
        if fate.loss < conditions.loss {
            return None;
        }
        self.in_flight += bytes;
        Some(leaves + fate.delay(conditions))
    }

    fn leave(&mut self, conditions: &Conditions, bytes: usize, now: Instant) -> Instant {
        let Some(rate) = conditions.bytes_per_second else { return now };
        let unused = now.checked_sub(BURST).unwrap_or(now);
        let free_at = self.free_at.map_or(unused, |at| at.max(unused)) + time_for(bytes, rate);
        self.free_at = Some(free_at);
        free_at.max(now)
    }

    /// When less than [`QUEUE_BYTES`] are waiting.
    fn has_room_at(&self, conditions: &Conditions, now: Instant) -> Instant {
        let (Some(rate), Some(free_at)) = (conditions.bytes_per_second, self.free_at) else { return now };
        free_at.checked_sub(time_for(QUEUE_BYTES, rate)).map_or(now, |room| room.max(now))
    }
}

fn time_for(bytes: usize, bytes_per_second: u64) -> Duration {
    Duration::from_nanos((bytes as u64).saturating_mul(1_000_000_000) / bytes_per_second.max(1))
}

/// What chance has in store for one piece of data: two numbers from 0 up to 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    loss: f64,
    jitter: f64,
}

impl Fate {
    fn delay(self, conditions: &Conditions) -> Duration {
        conditions.delay + conditions.jitter.mul_f64(self.jitter)
    }
}

/// A row of fates, the same in every run.
#[derive(Debug)]
pub(super) struct Fates(ChaCha8Rng);

impl Fates {
    pub(super) fn of_client(seed: u64, number: u64, way: Way) -> Self {
        Self::row(seed, 4 * number + u64::from(matches!(way, Way::Back)))
    }

    pub(super) fn of_connection(seed: u64, number: u64, way: Way) -> Self {
        Self::row(seed, 4 * number + 2 + u64::from(matches!(way, Way::Back)))
    }

    fn row(seed: u64, number: u64) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(number);
        Self(chance)
    }

    /// Draws as much whatever the conditions are, so that a change of them leaves later fates as they are.
    pub(super) fn next(&mut self) -> Fate {
        let mut share = || f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0);
        Fate { loss: share(), jitter: share() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUGH: Conditions = Conditions {
        delay: Duration::from_millis(30),
        jitter: Duration::from_millis(10),
        loss: 0.1,
        bytes_per_second: None,
        cut: false,
        seed: 7,
    };

    #[test]
    fn the_same_seed_gives_the_same_fates_and_another_one_gives_others() {
        let now = Instant::now();

        let (first, again) = (arrivals(ROUGH, now), arrivals(ROUGH, now));

        assert_eq!(first, again);
        assert_ne!(first, arrivals(Conditions { seed: 8, ..ROUGH }, now));
        assert!(first.iter().flatten().all(|at| (30..40).contains(&(*at - now).as_millis())));
        let lost = first.iter().filter(|at| at.is_none()).count();
        assert!((80..120).contains(&lost), "{lost} of 1000 are lost");
    }

    #[test]
    fn without_jitter_datagrams_keep_their_order_through_a_narrow_line() {
        let narrow = Conditions { jitter: Duration::ZERO, loss: 0.0, bytes_per_second: Some(1_000_000), ..ROUGH };
        let (now, wire) = (Instant::now(), wire(narrow));
        let mut fates = Fates::of_client(7, 0, Way::There);

        let all: Vec<Instant> =
            (0..100).map(|_| wire.send(Way::There, 1000, fates.next(), now).expect("there is room")).collect();

        assert!(all.is_sorted());
        let took = (all[99] - now).as_millis();
        assert_eq!(took, 30 + 100 - BURST.as_millis(), "100 times 1000 bytes at 1 MB/s");
    }

    #[test]
    fn a_full_queue_loses_the_newest_datagram_and_has_room_again_later() {
        let narrow = Conditions { bytes_per_second: Some(1_000_000), ..Conditions::default() };
        let (now, wire) = (Instant::now(), wire(narrow));
        let mut fates = Fates::of_client(7, 0, Way::There);

        let sent: Vec<_> = (0..200).map(|_| wire.send(Way::There, 1000, fates.next(), now)).collect();
        let kept = sent.iter().take_while(|at| at.is_some()).count();
        let later = wire.send(Way::There, 1000, fates.next(), now + Duration::from_millis(50));

        assert!((kept - 137) <= 1, "{kept} fit: the burst and the queue");
        assert!(sent[kept..].iter().all(Option::is_none));
        assert!(later.is_some());
        assert_eq!(wire.traffic().there, Flow { bytes: 201_000, datagrams: 201, lost: 200 - kept as u64 });
    }

    #[test]
    fn a_lost_piece_of_a_stream_comes_a_round_trip_later() {
        let (now, wire) = (Instant::now(), wire(Conditions { jitter: Duration::ZERO, loss: 1.0, ..ROUGH }));

        let (arrives, _) = wire.stream(Way::Back, 1000, Fates::of_connection(7, 0, Way::Back).next(), now);

        assert_eq!(arrives - now, 3 * ROUGH.delay);
    }

    fn arrivals(conditions: Conditions, now: Instant) -> Vec<Option<Instant>> {
        let (wire, mut fates) = (wire(conditions), Fates::of_client(conditions.seed, 0, Way::There));
        (0..1000).map(|_| wire.send(Way::There, 1000, fates.next(), now)).collect()
    }

    fn wire(conditions: Conditions) -> Wire {
        Wire::new(watch::channel(conditions).1)
    }
}
