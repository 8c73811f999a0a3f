//! The reference: `opengateway-engine-raw`, which is llama.cpp in a plain loop.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::engine::{Task, Times};
use crate::programs::program;

pub(super) struct Raw {
    pub(super) id: u32,
    _child: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

#[derive(Deserialize)]
struct Seconds {
    reading: f64,
    writing: f64,
}

impl Raw {
    pub(super) fn start(model: &Path, cells: u32, sequences: u32, threads: u16) -> Result<Self> {
        let numbers = [cells, sequences, u32::from(threads)].map(|number| number.to_string());
        let mut command = Command::new(program("opengateway-engine-raw"));
        command.arg(model).args(numbers).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start the raw loop")?;
        let questions = child.stdin.take().context("the raw loop has no input")?;
        let answers = child.stdout.take().context("the raw loop has no output")?;
        let id = child.id().context("the raw loop ended")?;
        Ok(Self { id, _child: child, questions, answers: BufReader::new(answers).lines() })
    }

    pub(super) async fn run(&mut self, task: Task) -> Result<Times> {
        let line = format!("{} {} {}\n", task.prompt, task.text, task.streams);
        self.questions.write_all(line.as_bytes()).await?;
        let line = self.answers.next_line().await?.context("the raw loop ended")?;
        let Seconds { reading, writing } = serde_json::from_str(&line)?;
        Ok(Times { reading: Duration::from_secs_f64(reading), writing: Duration::from_secs_f64(writing) })
    }
}
