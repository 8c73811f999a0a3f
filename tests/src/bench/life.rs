//! What the engine takes while it does nothing, and how fast it gives everything back.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::StreamExt;
use opengateway_api::Sampling;
use opengateway_core::backend::{Bytes, Chunk};
use opengateway_engine::{Engine, State};

use super::engine::Model;
use super::ours::{Answer, Ours};
use super::table::{Table, judged, median};
use super::usage;

const WATCHED: Duration = Duration::from_secs(10);
const LARGEST: u64 = 15 * 1024 * 1024;
/// Text tokens of a prompt whose first token is waited for.
const SHORT: u32 = 32;
const STOPS: usize = 15;
/// Milliseconds that a stop may cost the next prompt.
const MOST_AFTER_STOP: f64 = 50.0;

/// Measures the engine's process without a model and with each of these.
///
/// # Errors
/// When the engine fails or is not built.
pub async fn life(models: &[Model], threads: u16) -> Result<Table> {
    let mut table = Table::new("The engine's process", &["what", "measured", "must"]);
    idle(&mut table).await?;
    for Model { name, path } in models {
        let mut ours = Ours::load(path, threads).await?;
        resting(&mut table, name, &ours).await?;
        stop(&mut table, name, &mut ours).await?;
        kill(&mut table, &mut ours).await?;
    }
    Ok(table)
}

async fn idle(table: &mut Table) -> Result<()> {
    let ours = Ours::idle(0);
    ours.engine.state().wait_for(|state| *state == State::Empty).await?;
    let (resident, busy) = watch(&ours.engine).await?;
    let kept = resident <= LARGEST;
    table.row(["memory, no model".into(), judged(Bytes(resident).to_string(), kept), "≤ 15 MiB".into()]);
    table.row(["processor, no model".into(), judged(format!("{busy:.1} %"), busy < 0.05), "0 %".into()]);
    Ok(())
}

/// Memory, and the share of one core, of an engine that has nothing to do.
async fn watch(engine: &Engine) -> Result<(u64, f64)> {
    let id = engine.process_id().await.context("the engine does not run")?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = usage::running(id)?;
    tokio::time::sleep(WATCHED).await;
    let after = usage::running(id)?;
    let busy = after.processor - before.processor;
    Ok((after.resident, busy.as_secs_f64() / WATCHED.as_secs_f64() * 100.0))
}

async fn resting(table: &mut Table, name: &str, ours: &Ours) -> Result<()> {
    let (_, busy) = watch(&ours.engine).await?;
    let what = format!("processor, {name} loaded and idle");
    table.row([what, judged(format!("{busy:.1} %"), busy < 0.05), "0 %".into()]);
    Ok(())
}

/// How much later the first token of the next prompt comes because an answer was stopped just before.
async fn stop(table: &mut Table, name: &str, ours: &mut Ours) -> Result<()> {
    let (mut rested, mut stopped) = (Vec::new(), Vec::new());
    for _ in 0..STOPS {
        rested.push(first_token(ours).await?);
        let running = begin(ours).await?;
        drop(running);
        stopped.push(first_token(ours).await?);
    }
    let later = median(stopped) - median(rested);
    let what = format!("{name}: the next prompt's first token, later because an answer was stopped just before");
    table.row([what, judged(format!("{later:+.1} ms"), later <= MOST_AFTER_STOP), "≤ 50 ms".into()]);
    Ok(())
}

/// Milliseconds to the first token of a short answer.
async fn first_token(ours: &mut Ours) -> Result<f64> {
    let begun = Instant::now();
    let mut answer = ours.ask(SHORT, 1, &Sampling::greedy());
    text(&mut answer).await?;
    let took = begun.elapsed();
    while answer.next().await.transpose()?.is_some() {}
    Ok(took.as_secs_f64() * 1000.0)
}

/// An answer that has begun and goes on for long.
async fn begin(ours: &mut Ours) -> Result<Answer> {
    let mut answer = ours.ask(SHORT, 1000, &Sampling::default());
    text(&mut answer).await?;
    Ok(answer)
}

async fn text(answer: &mut Answer) -> Result<()> {
    while !matches!(answer.next().await.context("no answer")??, Chunk::Text(_)) {}
    Ok(())
}

/// Kills the engine in the middle of an answer and waits until its process is gone.
async fn kill(table: &mut Table, ours: &mut Ours) -> Result<()> {
    let answer = begin(ours).await?;
    let id = ours.engine.process_id().await.context("the engine does not run")?;
    let resident = usage::running(id)?.resident;
    let begun = Instant::now();
    ours.engine.kill().await;
    let took = begun.elapsed();
    ensure!(usage::of(id)?.is_none(), "the process is still there");
    if answer.any(|chunk| async move { matches!(chunk, Ok(Chunk::Done(..))) }).await {
        bail!("the answer was over before the engine was killed");
    }
    let kept = took <= Duration::from_secs(1);
    let shown = judged(format!("{} ms", took.as_millis()), kept);
    table.row([format!("kill in the middle of an answer, {} back", Bytes(resident)), shown, "≤ 1 s".into()]);
    Ok(())
}
