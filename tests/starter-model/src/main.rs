//! Trains the model that ships in the app, from text that it writes itself, and examines it.

mod batch;
mod corpus;
mod evaluate;
mod export;
mod model;
mod random;
mod tokenizer;
mod train;

use anyhow::{Result, ensure};
use clap::Parser;
use corpus::{Corpus, Kind, Question};
use evaluate::Figures;
use model::{Model, Weights};
use random::Random;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokenizer::Tokenizer;
use train::Plan;

const MERGES: usize = 400;
/// Conversations from which the merges are learnt.
const SAMPLE: usize = 3000;
/// Wrong answers to show.
const SHOWN: usize = 40;
/// More turns than a context can hold.
const LONG_CONVERSATION: usize = 50;
const TRIED: [&str; 8] = [
    "What is 2+2?",
    "What is the capital of France?",
    "captial of italy",
    "hello",
    "Who are you?",
    "how do I get a better model",
    "Write a haiku about frogs.",
    "Why is the sky blue?",
];

/// Trains the starter model and examines it on questions it has not seen.
#[derive(Parser)]
struct Options {
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 3000)]
    steps: u32,
    /// The model file to write
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src-tauri/resources/starter.gguf"))]
    out: PathBuf,
    /// The questions to write, one JSON object in each line
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/held-out.jsonl"))]
    held_out: PathBuf,
    /// Only examine the file that is there
    #[arg(long)]
    check: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let corpus = Corpus::new();
    if !options.check {
        let plan = Plan { seed: options.seed, steps: options.steps };
        ensure!(plan.steps > 0, "at least one step is needed");
        let tokenizer = Tokenizer::learn(&sample(&corpus), MERGES);
        let weights = train(plan, &corpus, &tokenizer)?;
        export::write(&options.out, &weights, &tokenizer)?;
        std::fs::write(&options.held_out, lines(corpus.examination()))?;
        ensure!(export::read(&options.out)?.1 == tokenizer, "the file reads text differently from the trainer");
    }
    check(&options.out, corpus.examination())
}

fn sample(corpus: &Corpus) -> String {
    let mut random = Random::new(0);
    let mut text = String::new();
    for _ in 0..SAMPLE {
        for question in corpus.conversation(&mut random).turns {
            text.extend([&question.text, "\nuser\nassistant\n", &question.answer, "\n"]);
        }
    }
    text
}

fn train(plan: Plan, corpus: &Corpus, tokenizer: &Tokenizer) -> Result<Weights> {
    let start = Instant::now();
    let mut mean = 0.0;
    train::train(plan, corpus, tokenizer, |step, loss, weights| {
        mean += loss / 50.0;
        if step % 50 == 0 {
            println!("step {step:5}  loss {mean:.4}  {:.0?}", start.elapsed());
            mean = 0.0;
        }
        if step % 500 == 0 {
            println!("{}", evaluate::examine(&Model::new(weights.clone())?, tokenizer, corpus.examination(), 0)?);
        }
        Ok(())
    })
}

/// Examines the file itself, as rounded, and says whether it is good enough to ship.
fn check(path: &Path, examination: &[Question]) -> Result<()> {
    let (weights, tokenizer) = export::read(path)?;
    let model = Model::new(weights)?;
    let figures = evaluate::examine(&model, &tokenizer, examination, 0)?;
    for question in figures.wrong.iter().take(SHOWN) {
        println!(
            "wrong: {}: {} -> {}",
            question.kind.name(),
            question.text,
            evaluate::answer(&model, &tokenizer, &question.text)?
        );
    }
    for question in TRIED {
        println!("{question} -> {}", evaluate::answer(&model, &tokenizer, question)?);
    }
    let late = evaluate::examine(&model, &tokenizer, examination, LONG_CONVERSATION)?;
    let file = std::fs::read(path)?;
    println!(
        "first question: {figures}\nend of a full context: {late}\n{} bytes, sha256 {}",
        file.len(),
        hex(&Sha256::digest(&file))
    );
    good_enough(&figures)
}

fn good_enough(figures: &Figures) -> Result<()> {
    let exact = figures.per_mille(&[Kind::Sum, Kind::Capital]);
    ensure!(exact >= 990, "only {exact} of 1000 sums and capitals are right");
    let app = figures.per_mille(&[Kind::App, Kind::Unknown]);
    ensure!(app >= 900, "only {app} of 1000 questions about the app and the unknown are right");
    Ok(())
}

fn lines(questions: &[Question]) -> String {
    let line = |question: &Question| {
        let line =
            serde_json::json!({ "kind": question.kind.name(), "question": question.text, "answer": question.answer });
        format!("{line}\n")
    };
    questions.iter().map(line).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}
