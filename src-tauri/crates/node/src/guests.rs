//! Guest work: jobs that are answered while this PC may be lent, in an engine process of their own at idle priority.
//!
//! When lending ends the running streams are dropped and the process is killed; a job that did not finish waits again.

mod limits;
mod meter;
mod visitor;
mod visitors;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use opengateway_api::{Error, Job, JobKind, ModelId, Prompt, Sampling, Speed, Turn};
use opengateway_core::backend::{Backend, Chunk};
use opengateway_core::capability::Load;
use opengateway_core::idle::Act;
use opengateway_engine::{Config, Engine, Role};
use opengateway_net::wire::Refusal;
use tokio::sync::{Notify, mpsc, watch};

use crate::inventory::Inventory;
use crate::models::Registry;
use crate::store::{Finished, StoredJob, StoredReceipt};
use crate::tasks::Tasks;
use crate::{chat, errors, now_ms, speed};
use visitors::Visitors;

pub(crate) use meter::Meter;
pub(crate) use visitor::{NetworkKey, PeerJob};

/// Jobs side by side: together they write faster than one after the other, and each still comes to its end soon.
const MOST: usize = 4;
const SLOTS: u32 = 4;
/// An engine without work gives its memory back after this.
const KEPT: Duration = Duration::from_secs(30);
/// Peers' jobs on their way to the task; more are refused.
const ARRIVING: usize = 32;
/// The number of the benchmark, which waits in no queue: numbers of those begin with 1.
const BENCHMARK: i64 = 0;

/// What guest work is done with.
pub(crate) struct Means {
    pub(crate) registry: Arc<Registry>,
    pub(crate) engine: Config,
    pub(crate) inventory: Arc<Inventory>,
    pub(crate) tasks: Tasks,
}

/// A handle to the task that does guest work.
pub(crate) struct Guests {
    act: watch::Sender<Act>,
    jobs: watch::Receiver<BTreeMap<i64, Job>>,
    queue: Arc<Notify>,
    arriving: mpsc::Sender<PeerJob>,
    load: watch::Receiver<Load>,
    tasks: Tasks,
}

impl Guests {
    pub(crate) fn start(means: Means) -> Self {
        let (act, acts) = watch::channel(Act::Stop);
        let (report, jobs) = watch::channel(BTreeMap::new());
        let queue = Arc::new(Notify::new());
        let tasks = means.tasks.clone();
        let report = Arc::new(report);
        let (arriving, arrivals) = mpsc::channel(ARRIVING);
        let (tell, load) = watch::channel(Load { slots: SLOTS, ..Load::default() });
        let worker = Worker {
            visitors: Visitors::new(tasks.clone(), report.clone()),
            means,
            report,
            engine: None,
            running: FuturesUnordered::new(),
            measured: None,
            load: tell,
        };
        let wake = queue.clone();
        tasks.spawn("guests", async move { worker.run(acts, arrivals, &wake).await });
        Self { act, jobs, queue, arriving, load, tasks }
    }

    /// Takes a peer's job in, or refuses it.
    pub(crate) fn take(&self, job: PeerJob) {
        if let Err(error) = self.arriving.try_send(job) {
            self.tasks.spawn("refusal", error.into_inner().refuse(Refusal::Full));
        }
    }

    /// How busy guest work keeps this PC.
    pub(crate) fn load(&self) -> watch::Receiver<Load> {
        self.load.clone()
    }

    /// Says whether work may be done. What must stop has stopped writing when its job is no longer in [`Self::jobs`].
    pub(crate) fn act(&self, act: Act) {
        self.act.send_if_modified(|now| std::mem::replace(now, act) != act);
    }

    /// Looks for work again.
    pub(crate) fn look(&self) {
        self.queue.notify_one();
    }

    /// The jobs being served.
    pub(crate) fn jobs(&self) -> watch::Receiver<BTreeMap<i64, Job>> {
        self.jobs.clone()
    }
}

type Report = Arc<watch::Sender<BTreeMap<i64, Job>>>;

/// How a job came to its end.
struct Ended {
    job: StoredJob,
    answer: Result<String, Error>,
    text_tokens: u32,
    speed: Option<Speed>,
    receipt: Option<StoredReceipt>,
    took: Duration,
}

struct Worker {
    means: Means,
    report: Report,
    engine: Option<Engine>,
    /// `None` comes of a job that was not finished.
    running: FuturesUnordered<BoxFuture<'static, Option<Ended>>>,
    visitors: Visitors,
    load: watch::Sender<Load>,
    /// The model whose speed was measured last, or could not be.
    measured: Option<ModelId>,
}

impl Worker {
    async fn run(mut self, mut acts: watch::Receiver<Act>, mut arrivals: mpsc::Receiver<PeerJob>, queue: &Notify) {
        let stop = self.means.tasks.token();
        loop {
            let act = *acts.borrow_and_update();
            match act {
                Act::Stop => self.stop().await,
                Act::Contribute => self.fill().await,
                Act::Drain => {}
            }
            self.tell_load();
            let rests = self.engine.is_some() && self.running.is_empty();
            tokio::select! {
                // The owner comes first, whatever else has happened.
                biased;
                () = stop.cancelled() => return self.stop().await,
                changed = acts.changed() => if changed.is_err() { return self.stop().await },
                Some(ended) = self.running.next() => if let Some(ended) = ended {
                    self.keep(ended).await;
                },
                Some(job) = arrivals.recv() => self.arrive(job, act),
                () = queue.notified() => {}
                () = tokio::time::sleep(KEPT), if rests => self.free().await,
            }
        }
    }

    /// No further token, and all memory back.
    async fn stop(&mut self) {
        self.running.clear();
        self.visitors.leave();
        self.report.send_if_modified(|jobs| !std::mem::take(jobs).is_empty());
        self.free().await;
    }

    async fn free(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.shutdown().await;
        }
    }

    fn arrive(&mut self, job: PeerJob, act: Act) {
        if act == Act::Contribute {
            self.visitors.admit(job);
        } else {
            self.means.tasks.spawn("refusal", job.refuse(Refusal::NotLending));
        }
    }

    fn tell_load(&self) {
        let running = u32::try_from(self.running.len()).unwrap_or(u32::MAX);
        let load = Load { running, waiting: self.visitors.waiting(), slots: SLOTS };
        self.load.send_if_modified(|told| std::mem::replace(told, load) != load);
    }

    async fn fill(&mut self) {
        self.measure_first().await;
        // Beside other work a measurement would say little.
        let measures = self.report.borrow().values().any(|job| job.kind == JobKind::Benchmark);
        while self.running.len() < MOST && !measures {
            let under_way = self.report.borrow().keys().copied().collect();
            match self.means.registry.store.next_job(under_way).await {
                Ok(Some(job)) => self.begin(job).await,
                Ok(None) if self.visitors.waiting() > 0 => self.let_in().await,
                Ok(None) => return,
                Err(error) => return tracing::warn!(%error, "jobs cannot be read"),
            }
        }
    }

    /// How fast the model in use answers here is worth knowing before anyone asks for it.
    async fn measure_first(&mut self) {
        let topics = &self.means.registry.topics;
        let model = topics.settings.borrow().model.clone();
        let known = topics.hardware.borrow().speed.as_ref().is_some_and(|speed| speed.model == model);
        if known || !self.running.is_empty() || self.measured.as_ref() == Some(&model) {
            return;
        }
        self.measured = Some(model.clone());
        self.begin(StoredJob { id: BENCHMARK, kind: JobKind::Benchmark, model, prompt: String::new() }).await;
    }

    /// The owner's own work is done: a peer's is next.
    async fn let_in(&mut self) {
        let engine = self.ready().await;
        if let Some(ended) = self.visitors.next(|| engine) {
            self.running.push(ended);
        }
    }

    /// The engine, with the models there are now.
    async fn ready(&mut self) -> Engine {
        let engine = match &self.engine {
            Some(engine) => engine.clone(),
            None => self.start().await,
        };
        engine.offer(self.means.registry.engine.offered());
        engine
    }

    async fn begin(&mut self, job: StoredJob) {
        let engine = self.ready().await;
        let StoredJob { id, kind, model, .. } = job.clone();
        self.report.send_modify(|jobs| {
            jobs.insert(id, Job { id, kind, peer: None, model, text_tokens: 0, started_ms: now_ms() });
        });
        let program = self.means.engine.program.clone();
        let report = self.report.clone();
        self.running.push(match kind {
            JobKind::Benchmark => Box::pin(async move { Some(benchmark(engine, job, program).await) }),
            JobKind::Batch | JobKind::Peer => {
                let turns = vec![Turn::user(&job.prompt)];
                let prompt = chat::prompt(&self.means.registry.topics, job.model.clone(), turns, Sampling::default());
                Box::pin(async move { Some(answer(engine, job, prompt, report).await) })
            }
        });
    }

    /// An engine within what the owner's rules leave to guests.
    async fn start(&mut self) -> Engine {
        let Means { registry, engine, tasks, .. } = &self.means;
        let rules = registry.topics.settings.borrow().rules.clone();
        let facts = registry.topics.hardware.borrow().facts.clone();
        let limits = limits::of(&rules, &facts, registry.engine.gpu().await);
        let config =
            Config { role: Role::Guest(limits), threads: limits::threads(&rules, facts.cores), ..engine.clone() };
        let (engine, driver) = Engine::new(config);
        tasks.spawn("guest engine", driver);
        self.engine = Some(engine.clone());
        engine
    }

    async fn keep(&mut self, ended: Ended) {
        let Ended { job, answer, text_tokens, speed, receipt, took } = ended;
        if let Some(speed) = speed {
            self.means.inventory.keep_speed(speed).await;
        }
        let finished = Finished { ended_ms: now_ms(), text_tokens };
        let kept = match job.kind {
            JobKind::Batch => self.means.registry.store.end_job(job.id, answer, finished).await,
            JobKind::Peer => {
                self.visitors.took(took);
                self.keep_served(&job.model, finished, receipt).await
            }
            JobKind::Benchmark => answer.map(drop),
        };
        if let Err(error) = kept {
            tracing::error!(%error, kind = ?job.kind, "what came of a job is not kept");
        }
        self.report.send_modify(|jobs| {
            jobs.remove(&job.id);
        });
    }

    async fn keep_served(
        &mut self,
        model: &ModelId,
        finished: Finished,
        receipt: Option<StoredReceipt>,
    ) -> Result<(), Error> {
        let Some(receipt) = receipt else { return Ok(()) };
        let store = &self.means.registry.store;
        store.keep_receipt(receipt).await?;
        store.add_served_job(model.clone(), finished).await
    }
}

/// Answers a prompt. Dropping it stops the answer at once.
async fn answer(engine: Engine, job: StoredJob, prompt: Prompt, report: Report) -> Ended {
    let mut text = String::new();
    let mut chunks = engine.answer(prompt);
    let (answer, text_tokens) = loop {
        match chunks.next().await {
            Some(Ok(Chunk::Loading(_) | Chunk::Waiting(..) | Chunk::Origin(_))) => {}
            Some(Ok(Chunk::Text(more))) => {
                text.push_str(&more.text);
                report.send_modify(|jobs| {
                    if let Some(job) = jobs.get_mut(&job.id) {
                        job.text_tokens += 1;
                    }
                });
            }
            Some(Ok(Chunk::Done(_, measured))) => break (Ok(text), measured.text_tokens),
            Some(Err(error)) => break (Err(errors::answer(&error)), 0),
            None => break (Err(Error::internal("the answer ended without an end")), 0),
        }
    };
    Ended { job, answer, text_tokens, speed: None, receipt: None, took: Duration::ZERO }
}

async fn benchmark(engine: Engine, job: StoredJob, program: PathBuf) -> Ended {
    let speed = speed::measure(&engine, &program, &job.model).await;
    let answer = speed.as_ref().map(|_| String::new()).map_err(Clone::clone);
    Ended { job, answer, text_tokens: 0, speed: speed.ok(), receipt: None, took: Duration::ZERO }
}
