//! How fast this PC answers, measured with a short prompt.

use std::path::Path;
use std::process::Stdio;

use futures::StreamExt;
use opengateway_api::{Error, Measured, ModelId, Prompt, Sampling, Speed, Turn};
use opengateway_core::backend::{Backend, Chunk};
use opengateway_engine::Engine;
use tokio::process::Command;

use crate::{errors, now_ms};

/// Long enough for a steady rate, short enough for a few seconds on a slow PC.
const TEXT_TOKENS: u32 = 64;
const QUESTION: &str = "Describe, in as many words as you like, what a personal computer does from the moment it is \
    switched on: which parts wake up first, what each of them does, how they talk to each other, and what the person in \
    front of the screen sees of all this.";

/// Measures with a model: reading, writing, and the memory's speed. Takes some seconds; dropping it ends all of it.
///
/// # Errors
/// Why the model does not answer.
pub(crate) async fn measure(engine: &Engine, program: &Path, model: &ModelId) -> Result<Speed, Error> {
    let memory_gb_per_second = bandwidth(program).await.unwrap_or(0.0);
    let measured = answer(engine, model.clone()).await?;
    Ok(Speed {
        model: model.clone(),
        text_per_second: measured.text_per_second,
        prompt_per_second: measured.prompt_per_second,
        memory_gb_per_second,
        measured_ms: now_ms(),
    })
}

async fn answer(engine: &Engine, model: ModelId) -> Result<Measured, Error> {
    let sampling = Sampling { max_text_tokens: Some(TEXT_TOKENS), ..Sampling::greedy() };
    let mut chunks = engine.answer(Prompt::new(model, vec![Turn::user(QUESTION)], sampling));
    while let Some(chunk) = chunks.next().await {
        if let Chunk::Done(_, measured) = chunk.map_err(|error| errors::answer(&error))? {
            return Ok(measured);
        }
    }
    Err(Error::internal("the answer ended without an end"))
}

/// Gigabytes a second, read in a process of its own: it takes a lot of memory for a moment.
async fn bandwidth(program: &Path) -> Option<f64> {
    let mut command = Command::new(program);
    command.arg("--bandwidth").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}
