//! Guest work: jobs that are answered while this PC may be lent, in an engine process of their own at idle priority.
//!
//! When lending ends the running streams are dropped and the process is killed; a job that did not finish waits again.

mod limits;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use opengateway_api::{Error, Job, JobKind, ModelId, Prompt, STARTER, Sampling, Speed, Turn};
use opengateway_core::backend::{Backend, Chunk};
use opengateway_core::idle::Act;
use opengateway_engine::{Config, Engine, Role};
use tokio::sync::{Notify, watch};

use crate::inventory::Inventory;
use crate::models::Registry;
use crate::store::{Finished, StoredJob};
use crate::tasks::Tasks;
use crate::{errors, now_ms, speed};

/// Jobs side by side: together they write faster than one after the other, and each still comes to its end soon.
const MOST: usize = 4;
/// An engine without work gives its memory back after this.
const KEPT: Duration = Duration::from_secs(30);
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
}

impl Guests {
    pub(crate) fn start(means: Means) -> Self {
        let (act, acts) = watch::channel(Act::Stop);
        let (report, jobs) = watch::channel(BTreeMap::new());
        let queue = Arc::new(Notify::new());
        let tasks = means.tasks.clone();
        let worker =
            Worker { means, report: Arc::new(report), engine: None, running: FuturesUnordered::new(), measured: None };
        let wake = queue.clone();
        tasks.spawn("guests", async move { worker.run(acts, &wake).await });
        Self { act, jobs, queue }
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
}

struct Worker {
    means: Means,
    report: Report,
    engine: Option<Engine>,
    running: FuturesUnordered<BoxFuture<'static, Ended>>,
    /// The model whose speed was measured last, or could not be.
    measured: Option<ModelId>,
}

impl Worker {
    async fn run(mut self, mut acts: watch::Receiver<Act>, queue: &Notify) {
        let stop = self.means.tasks.token();
        loop {
            let act = *acts.borrow_and_update();
            match act {
                Act::Stop => self.stop().await,
                Act::Contribute => self.fill().await,
                Act::Drain => {}
            }
            let rests = self.engine.is_some() && self.running.is_empty();
            tokio::select! {
                // The owner comes first, whatever else has happened.
                biased;
                () = stop.cancelled() => return self.stop().await,
                changed = acts.changed() => if changed.is_err() { return self.stop().await },
                Some(ended) = self.running.next() => self.keep(ended).await,
                () = queue.notified() => {}
                () = tokio::time::sleep(KEPT), if rests => self.free().await,
            }
        }
    }

    /// No further token, and all memory back.
    async fn stop(&mut self) {
        self.running.clear();
        self.report.send_if_modified(|jobs| !std::mem::take(jobs).is_empty());
        self.free().await;
    }

    async fn free(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.shutdown().await;
        }
    }

    async fn fill(&mut self) {
        self.measure_first().await;
        // Beside other work a measurement would say little.
        let measures = self.report.borrow().values().any(|job| job.kind == JobKind::Benchmark);
        while self.running.len() < MOST && !measures {
            let under_way = self.report.borrow().keys().copied().collect();
            match self.means.registry.store.next_job(under_way).await {
                Ok(Some(job)) => self.begin(job).await,
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

    async fn begin(&mut self, job: StoredJob) {
        let engine = match &self.engine {
            Some(engine) => engine.clone(),
            None => self.start().await,
        };
        // Models come and go while an engine lives.
        engine.offer(self.means.registry.engine.offered());
        let StoredJob { id, kind, model, .. } = job.clone();
        self.report.send_modify(|jobs| {
            jobs.insert(id, Job { id, kind, model, text_tokens: 0, started_ms: now_ms() });
        });
        let program = self.means.engine.program.clone();
        self.running.push(match kind {
            JobKind::Batch => Box::pin(answer(engine, job, self.report.clone())),
            JobKind::Benchmark => Box::pin(benchmark(engine, job, program)),
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
        let Ended { job, answer, text_tokens, speed } = ended;
        if let Some(speed) = speed {
            self.means.inventory.keep_speed(speed).await;
        }
        let finished = Finished { ended_ms: now_ms(), text_tokens };
        let kept = match job.kind {
            JobKind::Batch => self.means.registry.store.end_job(job.id, answer, finished).await,
            JobKind::Benchmark => answer.map(drop),
        };
        if let Err(error) = kept {
            tracing::error!(%error, kind = ?job.kind, "what came of a job is not kept");
        }
        self.report.send_modify(|jobs| {
            jobs.remove(&job.id);
        });
    }
}

/// Answers a prompt. Dropping it stops the answer at once.
async fn answer(engine: Engine, job: StoredJob, report: Report) -> Ended {
    let mut text = String::new();
    let mut chunks = engine.answer(prompt(&job));
    let (answer, text_tokens) = loop {
        match chunks.next().await {
            Some(Ok(Chunk::Loading(_))) => {}
            Some(Ok(Chunk::Text(more))) => {
                text.push_str(&more);
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
    Ended { job, answer, text_tokens, speed: None }
}

fn prompt(job: &StoredJob) -> Prompt {
    let turns = vec![Turn::user(&job.prompt)];
    let sampling = if job.model.0 == STARTER { Sampling::greedy() } else { Sampling::default() };
    Prompt { model: job.model.clone(), turns, sampling }
}

async fn benchmark(engine: Engine, job: StoredJob, program: PathBuf) -> Ended {
    let speed = speed::measure(&engine, &program, &job.model).await;
    let answer = speed.as_ref().map(|_| String::new()).map_err(Clone::clone);
    Ended { job, answer, text_tokens: 0, speed: speed.ok() }
}
