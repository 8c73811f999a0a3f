//! Peers' jobs that wait here for a free slot. The owner's own prompts do not wait here: they go first.
//!
//! Who offers more goes first, then whoever was not served for longest, then who came first. Waiting is worth as much
//! as money: each [`STEP`] counts like a doubled price, and after [`OVERDUE`] price counts no more. From then on a job
//! waits only for those that came before it, of which there are fewer than [`MOST_WAITING`]: so each one gets in,
//! whoever comes after it and whatever they offer.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use opengateway_api::NodeId;

/// Most jobs that wait.
pub const MOST_WAITING: u32 = 64;
/// Most jobs of one peer that wait.
pub const MOST_OF_ONE: usize = 8;
/// Waiting this long counts like a doubled price.
pub const STEP: Duration = Duration::from_secs(4);
/// After this long price counts no more: the dearest has no advantage left over what is free.
pub const OVERDUE: Duration = STEP.saturating_mul(TOP);

/// Doublings of a credit for 1000 text tokens that count. At the highest price there is, 40,000 credits, it is 16.
const TOP: u32 = 16;
/// Millionths of a credit.
const CREDIT: i64 = 1_000_000;
/// Peers of whom we know when they were served, so that one who asks again and again does not count as new each time.
const MOST_SERVED: usize = 1024;

/// Names a job in the queue, and is not given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// A job, and what decides when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// Who asks.
    pub asker: NodeId,
    /// What the asker has reserved, in millionths of a credit for 1000 text tokens.
    pub price: i64,
    /// When the asker no longer wants it.
    pub deadline: Option<Instant>,
    /// What is to be done.
    pub job: T,
}

/// Why a job may not wait here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Ask somebody else, or later.
    #[error("too many jobs are waiting")]
    Full,
    /// Wait for one's own jobs.
    #[error("too many jobs of this peer are waiting")]
    TooMany,
}

/// Jobs that wait.
#[derive(Debug)]
pub struct Queue<T> {
    /// In the order in which they came.
    waiting: Vec<Waiting<T>>,
    turns: Turns,
    last: u64,
}

#[derive(Debug)]
struct Waiting<T> {
    ticket: Ticket,
    since: Instant,
    entry: Entry<T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: Vec::new(), turns: Turns::default(), last: 0 }
    }
}

impl<T> Queue<T> {
    /// Whether one more job of this peer may wait.
    ///
    /// # Errors
    /// Why not.
    pub fn room_for(&self, asker: &NodeId) -> Result<(), Refused> {
        let of_one = self.waiting.iter().filter(|waiting| waiting.entry.asker == *asker).count();
        if of_one >= MOST_OF_ONE {
            return Err(Refused::TooMany);
        }
        let fits = u32::try_from(self.len()).is_ok_and(|count| count < MOST_WAITING);
        if fits { Ok(()) } else { Err(Refused::Full) }
    }

    /// Lets a job wait.
    ///
    /// # Errors
    /// Why it may not; the job is dropped then. [`Self::room_for`] asks before.
    pub fn push(&mut self, entry: Entry<T>, now: Instant) -> Result<Ticket, Refused> {
        self.room_for(&entry.asker)?;
        self.last = self.last.saturating_add(1);
        let ticket = Ticket(self.last);
        self.waiting.push(Waiting { ticket, since: now, entry });
        Ok(ticket)
    }

    /// Takes the job that is to begin now. Those whose deadline is over are not taken: [`Self::expire`] gives them.
    pub fn pop(&mut self, now: Instant) -> Option<(Ticket, Entry<T>)> {
        let next = self.waiting.iter().filter(|waiting| !waiting.is_over(now));
        let ticket = next.min_by_key(|waiting| waiting.key(&self.turns, now))?.ticket;
        let waiting = self.take(ticket)?;
        self.turns.serve(waiting.entry.asker);
        Some((ticket, waiting.entry))
    }

    /// Takes back a job that does not wait any longer; `None` if it has begun or is gone.
    pub fn cancel(&mut self, ticket: Ticket) -> Option<Entry<T>> {
        self.take(ticket).map(|waiting| waiting.entry)
    }

    /// Takes out all jobs whose deadline is over.
    pub fn expire(&mut self, now: Instant) -> Vec<(Ticket, Entry<T>)> {
        let over = self.waiting.extract_if(.., |waiting| waiting.is_over(now));
        over.map(|waiting| (waiting.ticket, waiting.entry)).collect()
    }

    /// How many jobs begin before this one if nobody else comes; `None` if it does not wait.
    pub fn position(&self, ticket: Ticket, now: Instant) -> Option<usize> {
        self.order(now).iter().position(|other| *other == ticket)
    }

    /// In which order jobs begin if all do so now.
    pub fn order(&self, now: Instant) -> Vec<Ticket> {
        let mut turns = self.turns.clone();
        let mut left: Vec<_> = self.waiting.iter().filter(|waiting| !waiting.is_over(now)).collect();
        let mut order = Vec::with_capacity(left.len());
        while let Some(next) = left.iter().min_by_key(|waiting| waiting.key(&turns, now)).copied() {
            order.push(next.ticket);
            turns.serve(next.entry.asker);
            left.retain(|waiting| waiting.ticket != next.ticket);
        }
        order
    }

    /// How many jobs wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn take(&mut self, ticket: Ticket) -> Option<Waiting<T>> {
        let place = self.waiting.iter().position(|waiting| waiting.ticket == ticket)?;
        Some(self.waiting.remove(place))
    }
}

/// How long a job is expected to wait with so many `ahead` of it, while all slots are busy with jobs that take `mean`
/// on average: as long as one of them, shared by the slots, for each that begins before it and for itself. `None`
/// without slots.
pub fn expected_wait(ahead: usize, slots: u32, mean: Duration) -> Option<Duration> {
    let jobs = u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(1);
    mean.saturating_mul(jobs).checked_div(slots)
}

/// Less begins first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Overdue(Ticket),
    InTime { below_top: u32, last_turn: u64, ticket: Ticket },
}

impl<T> Waiting<T> {
    fn key(&self, turns: &Turns, now: Instant) -> Key {
        let waited = now.saturating_duration_since(self.since);
        if waited >= OVERDUE {
            return Key::Overdue(self.ticket);
        }
        let steps = waited.as_secs().checked_div(STEP.as_secs()).unwrap_or(0);
        let level = level(self.entry.price).saturating_add(u32::try_from(steps).unwrap_or(TOP));
        let last_turn = turns.last_of(&self.entry.asker);
        Key::InTime { below_top: TOP.saturating_sub(level), last_turn, ticket: self.ticket }
    }

    fn is_over(&self, now: Instant) -> bool {
        self.entry.deadline.is_some_and(|deadline| deadline <= now)
    }
}

/// How often a price is a doubled credit, up to [`TOP`]: what is below one credit is free.
fn level(price: i64) -> u32 {
    let credits = u64::try_from(price).unwrap_or(0).checked_div(CREDIT.unsigned_abs()).unwrap_or(0);
    u64::BITS.saturating_sub(credits.leading_zeros()).min(TOP)
}

/// Whose turn it was, and when.
#[derive(Debug, Clone, Default)]
struct Turns {
    last: BTreeMap<NodeId, u64>,
    count: u64,
}

impl Turns {
    /// 0 for who was never served.
    fn last_of(&self, asker: &NodeId) -> u64 {
        self.last.get(asker).copied().unwrap_or(0)
    }

    fn serve(&mut self, asker: NodeId) {
        self.count = self.count.saturating_add(1);
        self.last.insert(asker, self.count);
        if self.last.len() > MOST_SERVED
            && let Some(longest_ago) = self.last.iter().min_by_key(|(_, turn)| **turn).map(|(asker, _)| *asker)
        {
            self.last.remove(&longest_ago);
        }
    }
}
