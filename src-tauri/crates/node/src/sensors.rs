//! Asks the machine from a thread of its own, as seldom as the moment allows: sensors may take their time, and every
//! wake-up costs a resting PC power.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use opengateway_api::{Error, Facts, Rules};
use opengateway_core::idle::{Sample, minutes};
use opengateway_machine::{Depth, Look, Machine, Parts};
use tokio::sync::{oneshot, watch};

/// Requests that wait; the thread takes them all before it sleeps again.
const QUEUE: usize = 64;
/// While jobs run a full reading is taken this often, and quick ones in between.
const FULL: Duration = Duration::from_secs(1);

/// How often the machine is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Never: nobody needs to know.
    Asleep,
    /// Every two seconds whether the owner is still here.
    Resting,
    /// Every two seconds everything.
    Watching,
    /// Twice a second: this PC may be lent, but no job runs.
    Ready,
    /// 25 times a second: a job runs that must end within a tenth of a second.
    Alert,
}

impl Pace {
    fn interval(self) -> Option<Duration> {
        match self {
            Self::Asleep => None,
            Self::Resting | Self::Watching => Some(Duration::from_secs(2)),
            Self::Ready => Some(Duration::from_millis(500)),
            Self::Alert => Some(Duration::from_millis(40)),
        }
    }

    fn depth(self, last_full: Option<Instant>) -> Depth {
        match self {
            Self::Asleep | Self::Resting => Depth::Input,
            Self::Watching => Depth::All,
            Self::Ready | Self::Alert if last_full.is_none_or(|full| full.elapsed() >= FULL) => Depth::All,
            Self::Ready | Self::Alert => Depth::Quick,
        }
    }
}

enum Request {
    Pace(Pace),
    Rules(Box<Rules>),
    Facts(oneshot::Sender<Facts>),
    Parts(oneshot::Sender<Parts>),
    /// A full reading, now.
    Look(oneshot::Sender<Sample>),
}

/// A handle to the thread. The thread ends with it.
pub(crate) struct Sensors {
    requests: SyncSender<Request>,
    samples: watch::Receiver<Option<Sample>>,
}

impl Sensors {
    /// Starts the thread, asleep.
    pub(crate) fn start(machine: Box<dyn Machine>, rules: Rules, models: PathBuf) -> Result<Self, Error> {
        let (requests, queue) = sync_channel(QUEUE);
        let (report, samples) = watch::channel(None);
        let serve = move || Thread { machine, rules, models, report, last_full: None }.serve(&queue);
        std::thread::Builder::new().name("sensors".into()).spawn(serve).map_err(Error::internal)?;
        Ok(Self { requests, samples })
    }

    pub(crate) fn samples(&self) -> watch::Receiver<Option<Sample>> {
        self.samples.clone()
    }

    pub(crate) fn pace(&self, pace: Pace) {
        self.request(Request::Pace(pace));
    }

    /// Other programs matter from now on.
    pub(crate) fn rules(&self, rules: Rules) {
        self.request(Request::Rules(Box::new(rules)));
    }

    /// What the machine is; `None` if its sensors do not answer.
    pub(crate) async fn facts(&self) -> Option<Facts> {
        let (tell, facts) = oneshot::channel();
        self.request(Request::Facts(tell));
        tokio::time::timeout(PATIENCE, facts).await.ok()?.ok()
    }

    /// What tells this PC from others. May wake a sleeping graphics card.
    pub(crate) async fn parts(&self) -> Option<Parts> {
        let (tell, parts) = oneshot::channel();
        self.request(Request::Parts(tell));
        tokio::time::timeout(PATIENCE, parts).await.ok()?.ok()
    }

    /// A full reading, now; `None` if the sensors do not answer.
    pub(crate) async fn look(&self) -> Option<Sample> {
        let (tell, sample) = oneshot::channel();
        self.request(Request::Look(tell));
        tokio::time::timeout(PATIENCE, sample).await.ok()?.ok()
    }

    fn request(&self, request: Request) {
        if self.requests.try_send(request).is_err() {
            // The thread hangs in a sensor: whoever waits for samples notices, and takes the owner to be here.
            tracing::warn!("the machine's sensors do not answer");
        }
    }
}

/// Sensors that have not answered by now are taken to hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

struct Thread {
    machine: Box<dyn Machine>,
    rules: Rules,
    models: PathBuf,
    report: watch::Sender<Option<Sample>>,
    last_full: Option<Instant>,
}

impl Thread {
    fn serve(mut self, queue: &Receiver<Request>) {
        let mut pace = Pace::Asleep;
        loop {
            let request = match pace.interval() {
                None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(interval) => queue.recv_timeout(interval),
            };
            match request {
                Ok(Request::Pace(new)) => pace = new,
                Ok(Request::Rules(rules)) => {
                    self.rules = *rules;
                    self.last_full = None;
                }
                Ok(Request::Facts(tell)) => {
                    let _nobody_waits = tell.send(self.machine.facts(&self.models));
                    continue;
                }
                Ok(Request::Parts(tell)) => {
                    let _nobody_waits = tell.send(self.machine.parts());
                    continue;
                }
                Ok(Request::Look(tell)) => {
                    let sample = self.read(Depth::All);
                    self.report.send_replace(Some(sample.clone()));
                    let _nobody_waits = tell.send(sample);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if pace != Pace::Asleep {
                let sample = self.sample(pace.depth(self.last_full));
                self.report.send_replace(Some(sample));
            }
        }
    }

    /// Nothing but input is read while the owner is here; what was not read now is not known.
    fn sample(&mut self, depth: Depth) -> Sample {
        let sample = self.read(depth);
        if depth != Depth::Input {
            return sample;
        }
        let idle = minutes(self.rules.idle_minutes);
        let used = |ago: Option<Duration>| ago.is_some_and(|ago| ago < idle);
        if used(sample.input_ago) || used(sample.gamepad_ago) {
            return Sample { input_ago: sample.input_ago, gamepad_ago: sample.gamepad_ago, ..Sample::default() };
        }
        self.read(Depth::All)
    }

    fn read(&mut self, depth: Depth) -> Sample {
        if depth == Depth::All {
            self.last_full = Some(Instant::now());
        }
        let own = [std::process::id()];
        self.machine.activity(&Look { rules: &self.rules, own: &own, models: &self.models, depth })
    }
}
