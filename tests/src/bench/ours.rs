//! The engine as the app uses it: another process, frames, text and a sampler, timed by whoever asks.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::StreamExt;
use futures::future::try_join_all;
use futures::stream::BoxStream;
use opengateway_api::{Measured, ModelId, Prompt, Sampling, Turn};
use opengateway_core::backend::{AnswerError, Backend, Chunk};
use opengateway_engine::{Engine, ModelFile};
use tokio::task::JoinSet;

use super::engine::{Task, Times};
use super::table::median;
use crate::programs;

pub(super) struct Ours {
    pub(super) engine: Engine,
    _driver: JoinSet<()>,
    model: ModelId,
    /// Text tokens that the chat template adds to what is asked.
    template: u32,
    asked: u32,
}

impl Ours {
    /// Starts an engine without a model.
    pub(super) fn idle(threads: u16) -> Self {
        let config = opengateway_engine::Config { threads, ..programs::engine() };
        let (engine, driver) = Engine::new(config);
        let mut tasks = JoinSet::new();
        tasks.spawn(driver);
        Self { engine, _driver: tasks, model: ModelId("random".into()), template: 0, asked: 0 }
    }

    /// Starts an engine and loads a model.
    pub(super) async fn load(path: &Path, threads: u16) -> Result<Self> {
        let mut ours = Self::idle(threads);
        ours.engine.offer(vec![ModelFile { id: ours.model.clone(), path: path.to_owned(), context: 0 }]);
        let (_, measured) = ours.answer(1, 1, &Sampling::greedy()).await?;
        ours.template = measured.prompt_tokens - 1;
        Ok(ours)
    }

    pub(super) async fn run(&mut self, task: Task, sampling: &Sampling) -> Result<Times> {
        let letters = task.prompt.checked_sub(self.template).context("the prompt is shorter than its template")?;
        let streams: Vec<_> = (0..task.streams).map(|_| self.ask(letters, task.text, sampling)).collect();
        let answers = try_join_all(streams.into_iter().map(timed)).await?;
        for (_, measured) in &answers {
            ensure!(measured.prompt_tokens == task.prompt, "the prompt has {} text tokens", measured.prompt_tokens);
            ensure!(measured.cached_tokens == 0, "the prompt was known already");
            ensure!(measured.text_tokens == task.text, "the answer has {} text tokens", measured.text_tokens);
        }
        let reading = answers.iter().map(|(times, _)| times.reading).max().unwrap_or_default();
        // All run side by side, so each takes as long as all; the first to begin also waits for the others' prompts.
        let writing = median(answers.iter().map(|(times, _)| times.writing.as_secs_f64()).collect());
        Ok(Times { reading, writing: Duration::from_secs_f64(writing) })
    }

    async fn answer(&mut self, letters: u32, text: u32, sampling: &Sampling) -> Result<(Times, Measured)> {
        timed(self.ask(letters, text, sampling)).await
    }

    /// A prompt of so many letters, each a text token. It begins unlike those before it, so that nothing of it is cached.
    pub(super) fn ask(&mut self, letters: u32, text: u32, sampling: &Sampling) -> Answer {
        let first = char::from(b'A' + u8::try_from(self.asked % 26).unwrap_or(0));
        self.asked += 1;
        let digits = (1..letters).filter_map(|place| char::from_digit(place % 10, 10));
        let question = std::iter::once(first).chain(digits).collect::<String>();
        let sampling = Sampling { max_text_tokens: Some(text), ..sampling.clone() };
        self.engine.answer(Prompt::new(self.model.clone(), vec![Turn::user(question)], sampling))
    }
}

pub(super) type Answer = BoxStream<'static, Result<Chunk, AnswerError>>;

async fn timed(mut answer: Answer) -> Result<(Times, Measured)> {
    let begun = Instant::now();
    let mut first = None;
    while let Some(chunk) = answer.next().await {
        match chunk? {
            Chunk::Loading(_) | Chunk::Waiting(..) | Chunk::Origin(_) => {}
            Chunk::Text(_) => {
                first.get_or_insert_with(Instant::now);
            }
            Chunk::Done(_, measured) => {
                let first = first.context("the answer has no text")?;
                return Ok((Times { reading: first - begun, writing: first.elapsed() }, measured));
            }
        }
    }
    bail!("the answer broke off")
}
