//! Keeps the child process and decides what it is told: which model, which prompts, when to start anew.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use opengateway_api::{ModelId, Prompt};
use opengateway_core::backend::AnswerError;
use opengateway_core::strikes::Strikes;
use tokio::sync::{mpsc, oneshot, watch};

use crate::answer::Inbox;
use crate::handle::{Config, ModelFile, Role, State};
use crate::process::{Event, Process};
use crate::wire::{FromEngine, Load, MOST_WAITING, ToEngine};

/// What handles ask of the driver.
#[derive(Debug)]
pub(crate) enum Command {
    Answer {
        file: ModelFile,
        prompt: Box<Prompt>,
        inbox: Inbox,
    },
    Cancel(Inbox),
    Configure {
        threads: u16,
        context: u32,
    },
    Unload,
    Forgive(ModelId),
    Kill(oneshot::Sender<()>),
    /// The sender is dropped when the process is gone.
    Shutdown(oneshot::Sender<()>),
    ProcessId(oneshot::Sender<Option<u32>>),
    Gpu(oneshot::Sender<bool>),
}

/// A prompt that waits for its model.
struct Waiting {
    file: ModelFile,
    prompt: Box<Prompt>,
    inbox: Inbox,
}

/// What is in the child's memory.
enum Memory {
    Empty,
    Loading(ModelFile),
    Loaded(ModelFile),
}

/// Memory of a graphics card that stays free: the desktop draws with it too.
const OWNER_SPARE_VRAM: u64 = 1 << 30;

/// How often abandoned answers are looked for when nothing else happens.
const TIDY: Duration = Duration::from_millis(500);

pub(crate) struct Driver {
    config: Config,
    orders: mpsc::Receiver<Command>,
    report: watch::Sender<State>,
    process: Option<Process>,
    memory: Memory,
    waiting: VecDeque<Waiting>,
    running: BTreeMap<u64, Inbox>,
    next_id: u64,
    strikes: Strikes<ModelId>,
    /// Whether graphics cards answered when they were asked.
    gpu: bool,
    /// Settings or the owner asked for the model to be freed when nothing runs.
    unload: bool,
}

impl Driver {
    pub(crate) fn new(config: Config, orders: mpsc::Receiver<Command>, report: watch::Sender<State>) -> Self {
        let gpu = match config.role {
            Role::Owner => true,
            Role::Guest(limits) => limits.gpu,
        };
        Self {
            config,
            orders,
            report,
            process: None,
            memory: Memory::Empty,
            waiting: VecDeque::new(),
            running: BTreeMap::new(),
            next_id: 0,
            strikes: Strikes::default(),
            gpu,
            unload: false,
        }
    }

    /// Runs until every handle is dropped or one shuts it down, then ends the child.
    pub(crate) async fn run(mut self) {
        if self.config.role == Role::Owner {
            self.prepare().await;
        }
        self.tell();
        loop {
            let busy = !self.running.is_empty();
            tokio::select! {
                command = self.orders.recv() => match command {
                    None => break,
                    Some(Command::Shutdown(done)) => {
                        self.end().await;
                        return drop(done);
                    }
                    Some(command) => self.obey(command).await,
                },
                event = next(&mut self.process) => match event {
                    Event::Said(message) => self.hear(message),
                    Event::Died(reason) => self.bury(&reason),
                },
                () = tokio::time::sleep(TIDY), if busy => self.tidy(),
            }
            self.advance();
            self.tell();
        }
        self.end().await;
    }

    /// Makes the owner's first prompt quick: a process waits for it.
    async fn prepare(&mut self) {
        if let Err(reason) = crate::probe::devices(&self.config.program).await {
            tracing::warn!(reason, "graphics cards are not used");
            self.gpu = false;
        }
        self.start();
    }

    async fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await;
        }
        self.lose("it was stopped");
    }

    fn start(&mut self) {
        match Process::start(&self.config.program, self.config.role) {
            Ok(process) => self.process = Some(process),
            Err(error) => {
                tracing::error!(%error, program = %self.config.program.display(), "engine does not start");
                let reason = format!("The engine at {} does not start: {error}", self.config.program.display());
                self.report.send_replace(State::Broken(reason));
            }
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Answer { file, prompt, inbox } => self.take_in(Waiting { file, prompt, inbox }),
            Command::Cancel(inbox) => self.cancel(&inbox),
            Command::Configure { threads, context } => {
                self.unload |= (threads, context) != (self.config.threads, self.config.context);
                (self.config.threads, self.config.context) = (threads, context);
            }
            Command::Unload => self.unload = true,
            Command::Forgive(model) => self.strikes.forgive(&model),
            Command::Gpu(tell) => {
                let _nobody_waits = tell.send(self.gpu);
            }
            Command::Kill(done) => {
                self.end().await;
                self.waiting.retain(|waiting| !waiting.inbox.is_abandoned());
                let _nobody_waits = done.send(());
            }
            Command::Shutdown(_) => {}
            Command::ProcessId(tell) => {
                let _nobody_waits = tell.send(self.process.as_ref().and_then(Process::id));
            }
        }
    }

    fn take_in(&mut self, waiting: Waiting) {
        if self.strikes.is_out(&waiting.file.id) {
            waiting.inbox.end(Err(AnswerError::ModelDisabled(opengateway_core::strikes::LIMIT)));
        } else if self.waiting.len() + self.running.len() >= MOST_WAITING {
            waiting.inbox.end(Err(AnswerError::Busy));
        } else {
            self.waiting.push_back(waiting);
        }
    }

    fn cancel(&mut self, inbox: &Inbox) {
        self.waiting.retain(|waiting| !waiting.inbox.is(inbox));
        let id = self.running.iter().find(|(_, running)| running.is(inbox)).map(|(id, _)| *id);
        if let Some(id) = id {
            self.running.remove(&id);
            self.order(&ToEngine::Cancel { id });
        }
    }

    fn tidy(&mut self) {
        let abandoned = self.running.values().filter(|inbox| inbox.is_abandoned());
        for inbox in abandoned.cloned().collect::<Vec<_>>() {
            self.cancel(&inbox);
        }
    }

    fn hear(&mut self, message: FromEngine) {
        match message {
            FromEngine::Ready | FromEngine::Unloaded => {}
            FromEngine::Loading { progress } => {
                for waiting in &self.waiting {
                    waiting.inbox.loading(progress);
                }
                if let Memory::Loading(file) = &self.memory {
                    self.report.send_replace(State::Loading(file.id.clone(), progress));
                }
            }
            FromEngine::Loaded(result) => self.loaded(result.err()),
            FromEngine::Text { id, more } => {
                if let Some(inbox) = self.running.get(&id) {
                    inbox.text(more);
                }
            }
            FromEngine::Ended { id, result } => {
                if let Some(inbox) = self.running.remove(&id) {
                    inbox.end(result);
                }
            }
        }
    }

    fn loaded(&mut self, error: Option<AnswerError>) {
        let Memory::Loading(file) = std::mem::replace(&mut self.memory, Memory::Empty) else {
            return;
        };
        match error {
            None => self.memory = Memory::Loaded(file),
            Some(error) => {
                tracing::warn!(model = %file.id, %error, "model cannot be loaded");
                self.refuse_waiting(&file.id, &error);
            }
        }
    }

    /// The child died: whoever waited for it is told, the model that was in it takes the blame, a new one starts.
    fn bury(&mut self, reason: &str) {
        tracing::warn!(reason, "engine process ended");
        let (Memory::Loading(file) | Memory::Loaded(file)) = &self.memory else {
            self.process = None;
            return self.lose(reason);
        };
        let id = file.id.clone();
        let deaths = self.strikes.strike(id.clone(), Instant::now());
        if self.strikes.is_out(&id) {
            self.refuse_waiting(&id, &AnswerError::ModelDisabled(deaths));
        } else if matches!(self.memory, Memory::Loading(_)) {
            self.refuse_waiting(&id, &AnswerError::Crashed(reason.to_owned()));
        }
        self.process = None;
        self.lose(reason);
        if self.config.role == Role::Owner {
            self.start();
        }
    }

    fn lose(&mut self, reason: &str) {
        self.memory = Memory::Empty;
        for (_, inbox) in std::mem::take(&mut self.running) {
            inbox.end(Err(AnswerError::Crashed(reason.to_owned())));
        }
    }

    fn refuse_waiting(&mut self, model: &ModelId, error: &AnswerError) {
        let (refused, kept) = self.waiting.drain(..).partition(|waiting| waiting.file.id == *model);
        self.waiting = kept;
        for waiting in Vec::from(refused as VecDeque<Waiting>) {
            waiting.inbox.end(Err(error.clone()));
        }
    }

    /// Sends waiting prompts to the child, in order; a prompt for another model waits until running ones end.
    fn advance(&mut self) {
        if self.waiting.is_empty() {
            return self.free();
        }
        if self.process.is_none() {
            self.start();
        }
        if self.process.is_none() {
            let error = AnswerError::Internal(format!("{} does not start", self.config.program.display()));
            return self.waiting.drain(..).for_each(|waiting| waiting.inbox.end(Err(error.clone())));
        }
        self.free();
        while let Some(first) = self.waiting.front() {
            match &self.memory {
                Memory::Loaded(file) if *file == first.file => {}
                Memory::Loading(_) => return,
                Memory::Loaded(_) | Memory::Empty if !self.running.is_empty() => return,
                Memory::Loaded(_) | Memory::Empty => return self.load(first.file.clone()),
            }
            if let Some(first) = self.waiting.pop_front() {
                self.begin(first);
            }
        }
    }

    /// Frees the model if that was asked for and nothing runs.
    fn free(&mut self) {
        if self.unload && self.running.is_empty() && !matches!(self.memory, Memory::Loading(_)) {
            self.unload = false;
            if matches!(self.memory, Memory::Loaded(_)) {
                self.memory = Memory::Empty;
                self.order(&ToEngine::Unload);
            }
        }
    }

    fn load(&mut self, file: ModelFile) {
        let (memory, spare_vram) = match self.config.role {
            Role::Owner => (u64::MAX, OWNER_SPARE_VRAM),
            Role::Guest(limits) => (limits.memory, limits.spare_vram),
        };
        let load = Load {
            path: file.path.to_string_lossy().into_owned(),
            context: self.config.context,
            threads: self.config.threads,
            slots: self.config.slots,
            gpu: self.gpu,
            memory,
            spare_vram,
        };
        self.report.send_replace(State::Loading(file.id.clone(), 0.0));
        self.memory = Memory::Loading(file);
        self.order(&ToEngine::Load(load));
    }

    fn begin(&mut self, waiting: Waiting) {
        let id = self.next_id;
        self.next_id += 1;
        let Waiting { prompt, inbox, .. } = waiting;
        // Without a system source of randomness answers still differ by their number.
        let seed = getrandom::u64().unwrap_or(id);
        let Prompt { turns, sampling, written, .. } = *prompt;
        let order = ToEngine::Answer { id, turns, sampling, seed, written };
        self.running.insert(id, inbox);
        self.order(&order);
    }

    fn order(&mut self, order: &ToEngine) {
        let Some(process) = &mut self.process else { return };
        let Err(error) = process.send(order) else { return };
        if let ToEngine::Answer { id, .. } = order
            && let Some(inbox) = self.running.remove(id)
        {
            inbox.end(Err(AnswerError::Internal(format!("the prompt is too long to send: {error}"))));
        }
    }

    fn tell(&self) {
        let busy = u32::try_from(self.running.len() + self.waiting.len()).unwrap_or(u32::MAX);
        let state = match (&self.memory, &self.process) {
            (Memory::Loaded(file), _) => State::Loaded(file.id.clone(), busy),
            (Memory::Empty, None) if self.config.role == Role::Owner => return,
            (Memory::Empty, _) => State::Empty,
            (Memory::Loading(_), _) => return,
        };
        self.report.send_if_modified(|shown| {
            let differs = *shown != state;
            *shown = state;
            differs
        });
    }
}

async fn next(process: &mut Option<Process>) -> Event {
    match process {
        Some(process) => process.next().await,
        None => std::future::pending().await,
    }
}
