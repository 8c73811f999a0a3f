//! Peers' jobs that wait for their turn.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use opengateway_api::{JobKind, ModelId};
use opengateway_core::queue::{self, Entry, Queue};
use opengateway_engine::Engine;
use opengateway_net::wire::Refusal;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::visitor::{self, Ahead, PeerJob, Ticket};
use super::{Ended, MOST, Report};
use crate::store::StoredJob;
use crate::tasks::Tasks;

/// Until the first job has ended.
const USUAL: Duration = Duration::from_secs(10);

/// The waiting room.
pub(super) struct Visitors {
    tasks: Tasks,
    report: Report,
    queue: Queue<Waiting>,
    ahead: BTreeMap<queue::Ticket, watch::Sender<Ahead>>,
    /// How long a job takes.
    mean: Duration,
    /// Ends all that wait and all that run.
    stop: CancellationToken,
    /// Numbers below zero are peers' jobs; those of the owner's are above.
    last: i64,
}

struct Waiting {
    id: i64,
    model: ModelId,
    turn: oneshot::Sender<Engine>,
    ended: oneshot::Receiver<Ended>,
}

impl Visitors {
    pub(super) fn new(tasks: Tasks, report: Report) -> Self {
        Self {
            tasks,
            report,
            queue: Queue::default(),
            ahead: BTreeMap::new(),
            mean: USUAL,
            stop: CancellationToken::new(),
            last: 0,
        }
    }

    pub(super) fn waiting(&self) -> u32 {
        u32::try_from(self.queue.len()).unwrap_or(u32::MAX)
    }

    /// Lets a job wait, or says why not.
    pub(super) fn admit(&mut self, job: PeerJob) {
        if let Err(refused) = self.queue.room_for(&job.from) {
            tracing::debug!(%refused, peer = %job.from, "a peer's job is not taken");
            return self.tasks.spawn("refusal", job.refuse(Refusal::Full));
        }
        self.last -= 1;
        let (id, now) = (self.last, Instant::now());
        let (turn, turns) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let (tell, ahead) = watch::channel(Ahead::default());
        let waiting = Waiting { id, model: job.model.clone(), turn, ended };
        let entry = Entry { asker: job.from, price: job.meter.price(), deadline: None, job: waiting };
        let Ok(place) = self.queue.push(entry, now) else { return };
        self.ahead.insert(place, tell);
        let ticket = Ticket { id, turn: turns, ahead, stop: self.stop.child_token(), report: self.report.clone() };
        let stored = StoredJob { id, kind: JobKind::Peer, model: job.model.clone(), prompt: String::new() };
        self.tasks.spawn("peer job", async move {
            let served = visitor::serve(job, ticket).await;
            let (text_tokens, receipt, took) =
                served.map_or((0, None, USUAL), |one| (one.text_tokens, Some(one.receipt), one.took));
            let ended = Ended { job: stored, answer: Ok(String::new()), text_tokens, speed: None, receipt, took };
            let _owner_is_back = end.send(ended);
        });
        self.tell();
    }

    /// Lets the next one begin; resolves when it has ended. `None` if nobody waits.
    pub(super) fn next(&mut self, engine: impl FnOnce() -> Engine) -> Option<BoxFuture<'static, Option<Ended>>> {
        let waiting = loop {
            let (place, entry) = self.queue.pop(Instant::now())?;
            self.ahead.remove(&place);
            // Who has gone is not there to take its turn.
            if !entry.job.turn.is_closed() {
                break entry.job;
            }
        };
        let Waiting { id, model, turn, ended } = waiting;
        tracing::debug!(job = id, %model, "a peer's job begins");
        let _gone_this_moment = turn.send(engine());
        self.tell();
        Some(ended.map(Result::ok).boxed())
    }

    /// A job took this long.
    pub(super) fn took(&mut self, time: Duration) {
        self.mean = (self.mean.saturating_mul(3).saturating_add(time)) / 4;
    }

    /// Everyone leaves at once.
    pub(super) fn leave(&mut self) {
        self.stop.cancel();
        self.stop = CancellationToken::new();
        self.queue = Queue::default();
        self.ahead.clear();
    }

    /// Who waits hears how long.
    fn tell(&self) {
        for (position, place) in self.queue.order(Instant::now()).into_iter().enumerate() {
            let wait = queue::expected_wait(position, u32::try_from(MOST).unwrap_or(1), self.mean).unwrap_or_default();
            let expected_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
            if let Some(ahead) = self.ahead.get(&place) {
                ahead.send_replace(Ahead { position: u32::try_from(position).unwrap_or(u32::MAX), expected_ms });
            }
        }
    }
}
