//! Measures a release build and prints Markdown.
#![expect(clippy::print_stdout, reason = "its output is the result")]

use std::path::Path;

use anyhow::{Context, Result, bail};
use opengateway_core::backend::Bytes;
use opengateway_tests::bench::{self, Effort, Machine, Model, Table};
use opengateway_tests::gguf::{self, Shape, Weights};

const HELP: &str = "\
Measures a release build: cargo xtask bench [-- options]

  --quick        once, with the small model and shorter prompts
  --threads N    processor threads; all physical cores otherwise
  --small        only the small model
  --large        only the large model
  --engine       without the window and the network
  --peers        only the network
  --window       only the window
  --half         weights in 16 bits instead of 8, where memory is the limit sooner
  --pairs N      how often rates are taken; 7 with the small model and 5 with the large one otherwise
  --longest N    text tokens of the longest prompt; 2048 otherwise
";

struct Options {
    quick: bool,
    small: bool,
    large: bool,
    engine: bool,
    peers: bool,
    window: bool,
    threads: u16,
    longest: u32,
    pairs: Option<usize>,
    weights: Weights,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            quick: false,
            small: true,
            large: true,
            engine: false,
            peers: false,
            window: false,
            threads: Machine::cores(),
            longest: 2048,
            pairs: None,
            weights: Weights::Q8,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => (options.quick, options.large) = (true, false),
                "--small" => options.large = false,
                "--large" => options.small = false,
                "--engine" => options.engine = true,
                "--peers" => options.peers = true,
                "--window" => options.window = true,
                "--half" => options.weights = Weights::F16,
                "--pairs" => options.pairs = Some(words.next().context("--pairs needs a number")?.parse()?),
                "--threads" => options.threads = words.next().context("--threads needs a number")?.parse()?,
                "--longest" => options.longest = words.next().context("--longest needs a number")?.parse()?,
                other => bail!("cannot understand {other}\n\n{HELP}"),
            }
        }
        Ok(options)
    }

    fn effort(&self, written: u32, pairs: usize, first_tokens: usize) -> Effort {
        let (threads, longest) = (self.threads, self.longest);
        if self.quick {
            return Effort { threads, longest: longest.min(512), written: 32, pairs: 1, first_tokens: 3 };
        }
        Effort { threads, longest, written, pairs: self.pairs.unwrap_or(pairs), first_tokens }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    println!("{}; {} threads; load {}\n", Machine::here()?, options.threads, Machine::load());
    if options.peers {
        return network().await;
    }
    if options.window {
        return window(5).await;
    }
    let directory = tempfile::tempdir()?;
    let mut models = Vec::new();
    if options.small {
        models.push((
            model(&directory.path().join("small.gguf"), &Shape::SMALL, options.weights)?,
            options.effort(96, 7, 31),
        ));
    }
    if options.large {
        models.push((
            model(&directory.path().join("large.gguf"), &Shape::LARGE, options.weights)?,
            options.effort(32, 5, 15),
        ));
    }
    for (model, effort) in &models {
        show(&bench::speed(model, *effort).await?);
    }
    let models: Vec<_> = models.into_iter().map(|(model, _)| model).collect();
    show(&bench::life(&models, options.threads).await?);
    if !options.engine {
        window(if options.quick { 1 } else { 5 }).await?;
        network().await?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
async fn network() -> Result<()> {
    show(&bench::peers().await?);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
async fn network() -> Result<()> {
    println!("The network was not measured: its laboratory is for Linux.");
    std::future::ready(Ok(())).await
}

#[cfg(target_os = "linux")]
async fn window(starts: usize) -> Result<()> {
    match bench::shell(starts).await? {
        Ok(table) => show(&table),
        Err(missing) => println!("The window was not measured: {missing}"),
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
async fn window(_: usize) -> Result<()> {
    println!("The window was not measured: its driver is for Linux.");
    std::future::ready(Ok(())).await
}

fn show(table: &Table) {
    println!("{table}\nLoad afterwards: {}\n", Machine::load());
}

fn model(path: &Path, shape: &Shape, weights: Weights) -> Result<Model> {
    gguf::write(path, shape, weights).with_context(|| format!("cannot write {}", path.display()))?;
    let bits = if weights == Weights::F16 { 16 } else { 8 };
    let name = format!("{} in {bits} bits", Bytes(std::fs::metadata(path)?.len()));
    Ok(Model { name, path: path.to_owned() })
}
