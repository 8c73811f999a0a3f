//! The engine against the plain loop, in turns on one file.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use opengateway_api::Sampling;
use opengateway_engine::{Config, fit, gguf};

use super::machine;
use super::ours::Ours;
use super::raw::Raw;
use super::table::{Table, judged, median};
use super::usage;

/// What both sides are asked to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    /// Text tokens of each prompt.
    pub(super) prompt: u32,
    /// Text tokens to write.
    pub(super) text: u32,
    /// Answers side by side.
    pub(super) streams: u32,
}

impl Task {
    /// Text tokens in a second: of writing, or of reading where next to nothing is written.
    fn rate(self, times: Times) -> f64 {
        match self.text {
            1 => f64::from(self.prompt) / times.reading.as_secs_f64(),
            text => f64::from((text - 1) * self.streams) / times.writing.as_secs_f64(),
        }
    }
}

/// How long it took until the first token, and from there to the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) reading: Duration,
    pub(super) writing: Duration,
}

/// A model that is measured.
#[derive(Debug)]
pub struct Model {
    /// What it is called in tables.
    pub name: String,
    /// Its GGUF file.
    pub path: PathBuf,
}

/// How each measurement is taken.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Processor threads of each side.
    pub threads: u16,
    /// The longest prompt that is read.
    pub longest: u32,
    /// Text tokens of each answer.
    pub written: u32,
    /// How often rates are taken, on each side.
    pub pairs: usize,
    /// How often the time to the first token is taken, on each side.
    pub first_tokens: usize,
}

/// The least share of the plain loop's speed that we promise.
const SHARE: f64 = 0.98;
const STREAMS: u32 = 8;
const SHORT: u32 = 32;

/// Measures one model.
///
/// # Errors
/// When a side fails or the programs are not built.
pub async fn speed(model: &Model, effort: Effort) -> Result<Table> {
    let Model { name, path } = model;
    let header = gguf::read_file(path)?;
    let plan = fit::plan(&header, machine::free_memory()?, 0, Config::SLOTS)?;
    let mut sides = Sides {
        raw: Raw::start(path, plan.cells, Config::SLOTS, effort.threads)?,
        ours: Ours::load(path, effort.threads).await?,
        table: Table::new(
            format!("A model of {name}"),
            &["what", "engine", "plain loop", "engine / loop", "by processor time", "must"],
        ),
    };
    sides.rates(effort).await?;
    sides.first_token(effort).await?;
    sides.prompts(effort).await?;
    Ok(sides.table)
}

struct Sides {
    raw: Raw,
    ours: Ours,
    table: Table,
}

/// The same measurement on both sides, one right after the other.
#[derive(Clone, Copy)]
struct Pair {
    ours: Sample,
    raw: Sample,
}

#[derive(Clone, Copy)]
struct Sample {
    times: Times,
    /// Seconds of processor time for the whole task. Other programs do not lengthen it, so on a busy machine it says
    /// more than the clock does.
    processor: f64,
}

impl Sides {
    async fn rates(&mut self, effort: Effort) -> Result<()> {
        let one = Task { prompt: SHORT, text: effort.written, streams: 1 };
        let all = Task { streams: STREAMS, ..one };
        let (greedy, usual) = (Sampling::greedy(), Sampling::default());
        self.compare("writing, likeliest token", one, &greedy, effort.pairs).await?;
        let alone = self.compare("writing, usual sampling", one, &usual, effort.pairs).await?;
        let together = self.compare(&format!("writing, {STREAMS} answers together"), all, &usual, effort.pairs).await?;
        let what = format!("{STREAMS} answers against one");
        let must = "≥ 2.5 × where memory is the limit";
        self.table.row([
            what,
            format!("{:.2} ×", together / alone),
            String::new(),
            String::new(),
            String::new(),
            must.into(),
        ]);
        Ok(())
    }

    /// Long prompts, then writing while the engine remembers them.
    async fn prompts(&mut self, effort: Effort) -> Result<()> {
        for prompt in [512, 2048].into_iter().filter(|prompt| *prompt <= effort.longest) {
            let task = Task { prompt, text: 1, streams: 1 };
            self.compare(&format!("reading {prompt}"), task, &Sampling::greedy(), effort.pairs).await?;
        }
        let task = Task { prompt: SHORT, text: effort.written, streams: 1 };
        self.compare("writing beside long conversations", task, &Sampling::default(), effort.pairs).await?;
        Ok(())
    }

    /// Adds a row of text tokens in a second and gives ours.
    async fn compare(&mut self, what: &str, task: Task, sampling: &Sampling, pairs: usize) -> Result<f64> {
        let rate = |sample: Sample| task.rate(sample.times);
        let pairs = self.pairs(task, sampling, pairs).await?;
        let share = of_pairs(&pairs, |pair| rate(pair.ours) / rate(pair.raw));
        let by_processor = of_pairs(&pairs, |pair| pair.raw.processor / pair.ours.processor);
        let (ours, raw) = (of_pairs(&pairs, |pair| rate(pair.ours)), of_pairs(&pairs, |pair| rate(pair.raw)));
        self.table.row([
            what.into(),
            format!("{ours:.1} t/s"),
            format!("{raw:.1} t/s"),
            judged(format!("{share:.3}"), share >= SHARE),
            format!("{by_processor:.3}"),
            format!("≥ {SHARE}"),
        ]);
        Ok(ours)
    }

    async fn first_token(&mut self, effort: Effort) -> Result<()> {
        let task = Task { prompt: SHORT, text: 1, streams: 1 };
        let ms = |seconds: f64| seconds * 1000.0;
        let clock = |sample: Sample| ms(sample.times.reading.as_secs_f64());
        let pairs = self.pairs(task, &Sampling::default(), effort.first_tokens).await?;
        let added = of_pairs(&pairs, |pair| clock(pair.ours) - clock(pair.raw));
        // The system counts processor time in steps of ten milliseconds: only the sum over all says something.
        let sum = |processor: fn(&Pair) -> f64| ms(pairs.iter().map(processor).sum::<f64>()) / pairs.len() as f64;
        let by_processor = sum(|pair| pair.ours.processor) - sum(|pair| pair.raw.processor);
        self.table.row([
            format!("first token after {SHORT}"),
            format!("{:.1} ms", of_pairs(&pairs, |pair| clock(pair.ours))),
            format!("{:.1} ms", of_pairs(&pairs, |pair| clock(pair.raw))),
            judged(format!("{added:+.2} ms"), added <= 2.0),
            format!("{by_processor:+.2} ms"),
            "≤ 2 ms added".into(),
        ]);
        Ok(())
    }

    /// Measures both sides in turns; who begins alternates. The first pair only warms up.
    async fn pairs(&mut self, task: Task, sampling: &Sampling, pairs: usize) -> Result<Vec<Pair>> {
        let mut all = Vec::new();
        for turn in 0..=pairs {
            let pair = if turn % 2 == 0 {
                let ours = self.ours(task, sampling).await?;
                Pair { ours, raw: self.raw(task).await? }
            } else {
                let raw = self.raw(task).await?;
                Pair { ours: self.ours(task, sampling).await?, raw }
            };
            all.push(pair);
        }
        all.remove(0);
        Ok(all)
    }

    async fn ours(&mut self, task: Task, sampling: &Sampling) -> Result<Sample> {
        let id = self.ours.engine.process_id().await.context("the engine does not run")?;
        let before = usage::running(id)?.processor;
        let times = self.ours.run(task, sampling).await?;
        Ok(Sample { times, processor: (usage::running(id)?.processor - before).as_secs_f64() })
    }

    async fn raw(&mut self, task: Task) -> Result<Sample> {
        let before = usage::running(self.raw.id)?.processor;
        let times = self.raw.run(task).await?;
        Ok(Sample { times, processor: (usage::running(self.raw.id)?.processor - before).as_secs_f64() })
    }
}

fn of_pairs(pairs: &[Pair], value: impl Fn(&Pair) -> f64) -> f64 {
    median(pairs.iter().map(value).collect())
}
