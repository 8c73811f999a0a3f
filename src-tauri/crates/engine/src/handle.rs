//! The handle to the engine: cheap to clone, answers by telling the driver.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use futures::StreamExt;
use futures::stream::BoxStream;
use opengateway_api::{ModelId, Place, Prompt};
use opengateway_core::backend::{AnswerError, Backend, Chunk, Offer};
use tokio::sync::{mpsc, oneshot, watch};

use crate::answer::{self, Inbox};
use crate::driver::{Command, Driver};
use crate::wire::MOST_WAITING;

/// How the engine is run.
#[derive(Debug, Clone)]
pub struct Config {
    /// The `opengateway-engine` program.
    pub program: PathBuf,
    /// Processor threads; 0 chooses by the machine.
    pub threads: u16,
    /// Longest context in text tokens; 0 chooses by model and memory.
    pub context: u32,
    /// Prompts answered side by side.
    pub slots: u32,
    /// For whom it works.
    pub role: Role,
}

/// For whom an engine works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The owner: at usual priority, kept ready.
    Owner,
    /// Others: at idle priority, within limits, and no process while there is nothing to answer.
    Guest(Limits),
}

/// What guests may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of main memory at most.
    pub memory: u64,
    /// Bytes of each graphics card's memory that stay free.
    pub spare_vram: u64,
    /// Whether graphics cards may be used: what [`Engine::gpu`] of the owner's engine says.
    pub gpu: bool,
}

impl Config {
    /// Prompts answered side by side unless set otherwise. Why eight: docs/decisions/001.
    pub const SLOTS: u32 = 8;

    /// Runs the `opengateway-engine` that lies in the directory of this program.
    ///
    /// # Errors
    /// When this program's own place cannot be found.
    pub fn beside_this_program() -> std::io::Result<Self> {
        let mut program = std::env::current_exe()?;
        program.set_file_name(format!("opengateway-engine{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { program, threads: 0, context: 0, slots: Self::SLOTS, role: Role::Owner })
    }
}

/// A model that the engine may load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name.
    pub id: ModelId,
    /// Its GGUF file.
    pub path: PathBuf,
    /// Context it was trained for, in text tokens.
    pub context: u32,
}

/// What the engine is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The process is being started.
    Starting,
    /// No model is in memory.
    Empty,
    /// A model is being loaded, from 0 to 1.
    Loading(ModelId, f32),
    /// A model is in memory; so many prompts are being answered or wait.
    Loaded(ModelId, u32),
    /// The process cannot be run; why.
    Broken(String),
}

/// A handle to the engine process. Dropping the last one ends it.
#[derive(Debug, Clone)]
pub struct Engine {
    commands: mpsc::Sender<Command>,
    state: watch::Receiver<State>,
    models: Arc<RwLock<Vec<ModelFile>>>,
}

impl Engine {
    /// Makes a handle and the driver that must be spawned for it to work.
    pub fn new(config: Config) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (commands, orders) = mpsc::channel(MOST_WAITING);
        let (report, state) = watch::channel(State::Starting);
        let driver = Driver::new(config, orders, report);
        (Self { commands, state, models: Arc::default() }, driver.run())
    }

    /// Replaces the list of models that may be loaded.
    pub fn offer(&self, models: Vec<ModelFile>) {
        *self.models.write().unwrap_or_else(std::sync::PoisonError::into_inner) = models;
    }

    /// The models that may be loaded.
    pub fn offered(&self) -> Vec<ModelFile> {
        self.models.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// What the engine is doing, and every change of it.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Whether graphics cards answered when they were asked. A broken driver takes seconds to be found out.
    pub async fn gpu(&self) -> bool {
        let (tell, gpu) = oneshot::channel();
        self.commands.send(Command::Gpu(tell)).await.is_ok() && gpu.await.unwrap_or(false)
    }

    /// Changes threads and context; the next model is loaded with them. Running answers are not touched.
    pub async fn configure(&self, threads: u16, context: u32) {
        let _gone_at_shutdown = self.commands.send(Command::Configure { threads, context }).await;
    }

    /// Frees the model once running answers have ended; the next prompt loads it again.
    pub async fn unload(&self) {
        let _gone_at_shutdown = self.commands.send(Command::Unload).await;
    }

    /// Forgets the deaths that set a model aside.
    pub async fn forgive(&self, model: ModelId) {
        let _gone_at_shutdown = self.commands.send(Command::Forgive(model)).await;
    }

    /// Ends the process at once, running answers with it, and returns when its memory is free. It starts anew
    /// with the next prompt.
    pub async fn kill(&self) {
        let (done, dead) = oneshot::channel();
        if self.commands.send(Command::Kill(done)).await.is_ok() {
            let _driver_gone = dead.await;
        }
    }

    /// Ends the process and the driver; running answers end with it.
    pub async fn shutdown(&self) {
        let (done, over) = oneshot::channel();
        if self.commands.send(Command::Shutdown(done)).await.is_ok() {
            let _driver_gone = over.await;
        }
    }

    /// The process, for measurements; `None` while there is none.
    pub async fn process_id(&self) -> Option<u32> {
        let (tell, id) = oneshot::channel();
        self.commands.send(Command::ProcessId(tell)).await.ok()?;
        id.await.ok().flatten()
    }

    fn file(&self, id: &ModelId) -> Option<ModelFile> {
        let models = self.models.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        models.iter().find(|model| model.id == *id).cloned()
    }
}

impl Backend for Engine {
    fn offers(&self) -> Vec<Offer> {
        let models = self.models.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let offer = |model: &ModelFile| Offer { model: model.id.clone(), place: Place::ThisPc, context: model.context };
        models.iter().map(offer).collect()
    }

    fn answer(&self, prompt: Prompt) -> BoxStream<'static, Result<Chunk, AnswerError>> {
        let Some(file) = self.file(&prompt.model) else {
            let error = AnswerError::ModelInvalid(format!("there is no model {} on this PC", prompt.model));
            return futures::stream::once(async { Err(error) }).boxed();
        };
        let commands = self.commands.clone();
        let begin = async move {
            let inbox = Inbox::new();
            let command = Command::Answer { file, prompt: Box::new(prompt), inbox: inbox.clone() };
            match commands.try_send(command) {
                Ok(()) => answer::stream(inbox, commands),
                Err(mpsc::error::TrySendError::Full(_)) => answer::refused(AnswerError::Busy),
                Err(mpsc::error::TrySendError::Closed(_)) => {
                    answer::refused(AnswerError::Internal("the engine is shut down".into()))
                }
            }
        };
        futures::stream::once(begin).flatten().boxed()
    }
}
