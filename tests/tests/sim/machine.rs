//! A PC that answers: jobs wait in its queue, a few are in the engine, and the engine has one model in memory.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use opengateway_api::NodeId;
use opengateway_core::capability::Load;
use opengateway_core::queue::{Entry, Queue, Refused};

use crate::assumed::SIDE_BY_SIDE;
use crate::dice::whole;
use crate::moment::{Moment, seconds};

/// A queue, slots and an engine.
pub(crate) struct Machine {
    queue: Queue<u64>,
    /// In a slot: in the engine's line or running.
    line: VecDeque<Work>,
    running: Vec<Running>,
    slots: u32,
    /// An engine without work gives its memory back after this.
    kept: Duration,
    loaded: Option<usize>,
    rests: Moment,
    paced: u32,
}

/// What a job needs, by its attempt's number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) attempt: u64,
    pub(crate) model: usize,
    /// Loading not counted.
    pub(crate) reads: Duration,
    pub(crate) loads: Duration,
    pub(crate) tokens: f64,
    /// Text tokens a second if it is alone.
    pub(crate) speed: f64,
}

struct Running {
    work: Work,
    /// It reads until then, or wrote until then.
    at: Moment,
    writes: bool,
    written: f64,
    pace: u32,
}

/// What a job's step was.
pub(crate) enum Stepped {
    /// Its pace has changed since.
    Outdated,
    FirstText,
    Done,
}

impl Machine {
    pub(crate) fn new(slots: u32, kept: Duration) -> Self {
        Self {
            queue: Queue::default(),
            line: VecDeque::new(),
            running: Vec::new(),
            slots,
            kept,
            loaded: None,
            rests: Moment::START,
            paced: 0,
        }
    }

    pub(crate) fn load(&self) -> Load {
        let waiting = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        Load { running: self.busy(), waiting, slots: self.slots }
    }

    fn busy(&self) -> u32 {
        u32::try_from(self.line.len() + self.running.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Lets a job wait.
    pub(crate) fn admit(&mut self, asker: NodeId, attempt: u64, now: Instant) -> Result<(), Refused> {
        self.queue.push(Entry { asker, price: 0, deadline: None, job: attempt }, now).map(drop)
    }

    /// Takes the next job out of the queue if there is a slot for it.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<u64> {
        if self.busy() >= self.slots {
            return None;
        }
        self.queue.pop(now).map(|(_, entry)| entry.job)
    }

    /// Takes a job into a slot.
    pub(crate) fn enter(&mut self, work: Work) {
        self.line.push_back(work);
    }

    /// Lets the engine take what is in its line, in order: a job for another model waits until those that run have
    /// ended. Gives when each begins to write.
    pub(crate) fn begin(&mut self, now: Moment) -> Vec<(u64, Moment, u32)> {
        let mut begun = Vec::new();
        while let Some(work) = self.line.front().copied() {
            let fits = self.loaded == Some(work.model);
            if !self.running.is_empty() && !fits {
                break;
            }
            let cold = !fits || (self.running.is_empty() && now.since(self.rests) > self.kept);
            self.line.pop_front();
            self.loaded = Some(work.model);
            self.paced += 1;
            let at = now + work.reads + if cold { work.loads } else { Duration::ZERO };
            self.running.push(Running { work, at, writes: false, written: 0.0, pace: self.paced });
            begun.push((work.attempt, at, self.paced));
        }
        begun
    }

    /// A job's time has come.
    pub(crate) fn step(&mut self, attempt: u64, pace: u32, now: Moment) -> Stepped {
        let Some(place) = self.running.iter().position(|one| one.work.attempt == attempt && one.pace == pace) else {
            return Stepped::Outdated;
        };
        self.catch_up(now);
        if self.running[place].writes {
            self.running.remove(place);
            self.rests = now;
            return Stepped::Done;
        }
        let one = &mut self.running[place];
        (one.writes, one.at) = (true, now);
        Stepped::FirstText
    }

    /// After more or fewer write: when each is done now.
    pub(crate) fn repace(&mut self, now: Moment) -> Vec<(u64, Moment, u32)> {
        let share = self.share();
        let mut paced = self.paced;
        let mut steps = Vec::new();
        for one in self.running.iter_mut().filter(|one| one.writes) {
            paced += 1;
            one.pace = paced;
            let left = (one.work.tokens - one.written).max(0.0);
            steps.push((one.work.attempt, now + seconds(left / (one.work.speed * share)), paced));
        }
        self.paced = paced;
        steps
    }

    /// Counts what was written until now, at the pace until now. To be called before that changes.
    pub(crate) fn catch_up(&mut self, now: Moment) {
        let share = self.share();
        for one in self.running.iter_mut().filter(|one| one.writes) {
            one.written = (one.written + now.since(one.at).as_secs_f64() * one.work.speed * share).min(one.work.tokens);
            one.at = now;
        }
    }

    /// What part of its speed each has.
    fn share(&self) -> f64 {
        let count = self.running.iter().filter(|one| one.writes).count().max(1) as f64;
        (1.0 + SIDE_BY_SIDE * (count - 1.0)) / count
    }

    /// Takes a job out of its slot, if it is in one.
    pub(crate) fn drop_job(&mut self, attempt: u64, now: Moment) {
        self.catch_up(now);
        self.line.retain(|work| work.attempt != attempt);
        let before = self.running.len();
        self.running.retain(|one| one.work.attempt != attempt);
        if self.running.len() < before {
            self.rests = now;
        }
    }

    /// Text tokens of a job so far, whole ones; 0 if it has not begun.
    pub(crate) fn written(&self, attempt: u64) -> u32 {
        let running = self.running.iter().find(|one| one.work.attempt == attempt);
        running.map_or(0, |one| whole(one.written))
    }

    /// Who is in a slot.
    pub(crate) fn inside(&self) -> Vec<u64> {
        let running = self.running.iter().map(|one| one.work.attempt);
        running.chain(self.line.iter().map(|work| work.attempt)).collect()
    }

    /// Everyone leaves. Gives who was in a slot or waited.
    pub(crate) fn clear(&mut self, instant: Instant) -> Vec<u64> {
        let mut gone = self.inside();
        while let Some((_, entry)) = self.queue.pop(instant) {
            gone.push(entry.job);
        }
        *self = Self { paced: self.paced, ..Self::new(self.slots, self.kept) };
        gone
    }
}
