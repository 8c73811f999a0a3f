//! The child process as a pair of frame streams.

use std::collections::VecDeque;
use std::path::Path;
use std::process::Stdio;

use opengateway_core::frame::{self, Decoder, FrameError};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Split};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use crate::handle::Role;
use crate::wire::{FromEngine, ToEngine};

/// Lines of the child's messages that are kept to explain its death.
const KEPT_LINES: usize = 20;

/// What the child did.
pub(crate) enum Event {
    Said(FromEngine),
    /// It ended, and why as far as is known.
    Died(String),
}

/// A running child.
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    /// Cut into lines as bytes: what llama.cpp quotes of a damaged file need not be text.
    messages: Split<BufReader<ChildStderr>>,
    messages_open: bool,
    last: VecDeque<String>,
    decoder: Decoder,
    buffer: Vec<u8>,
    outgoing: Vec<u8>,
}

impl Process {
    pub(crate) fn start(program: &Path, role: Role) -> std::io::Result<Self> {
        let mut command = Command::new(program);
        if matches!(role, Role::Guest(_)) {
            command.arg("--guest");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(windows)]
        command.creation_flags(CREATE_NO_WINDOW);
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(std::io::Error::other("the engine has no pipes"));
        };
        Ok(Self {
            child,
            stdin,
            stdout,
            messages: BufReader::new(stderr).split(b'\n'),
            messages_open: true,
            last: VecDeque::new(),
            decoder: Decoder::default(),
            buffer: vec![0; 64 * 1024],
            outgoing: Vec::new(),
        })
    }

    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Queues an order. The queue is bounded by the driver, which admits a bounded number of prompts.
    pub(crate) fn send(&mut self, order: &ToEngine) -> Result<(), FrameError> {
        self.outgoing.extend(frame::encode(order)?);
        Ok(())
    }

    /// The next thing the child does, while queued orders are written. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Event {
        loop {
            match self.decoder.next_frame() {
                Ok(Some(message)) => return Event::Said(message),
                Ok(None) => {}
                Err(error) => return self.died(format!("it said what cannot be understood: {error}")).await,
            }
            tokio::select! {
                read = self.stdout.read(&mut self.buffer) => match read {
                    Ok(0) | Err(_) => return self.died(String::new()).await,
                    Ok(length) => self.decoder.push(&self.buffer[..length]),
                },
                written = self.stdin.write(&self.outgoing), if !self.outgoing.is_empty() => match written {
                    Ok(length) => drop(self.outgoing.drain(..length)),
                    Err(_) => return self.died(String::new()).await,
                },
                line = self.messages.next_segment(), if self.messages_open => self.note(line.ok().flatten()),
            }
        }
    }

    /// Ends the child and waits until it is gone.
    pub(crate) async fn kill(&mut self) {
        // It may have ended by itself.
        let _ended_already = self.child.start_kill();
        self.release().await;
        if let Err(error) = self.child.wait().await {
            tracing::warn!(%error, "engine process could not be ended");
        }
    }

    /// Takes the memory back before the system gets round to it.
    #[cfg(target_os = "linux")]
    async fn release(&self) {
        let Some(id) = self.child.id() else { return };
        let released = tokio::task::spawn_blocking(move || crate::reap::release(id)).await;
        if let Ok(Err(error)) = released {
            tracing::debug!(%error, "the system frees the engine's memory in its own time");
        }
    }

    #[cfg(not(target_os = "linux"))]
    async fn release(&self) {
        std::future::ready(()).await;
    }

    fn note(&mut self, line: Option<Vec<u8>>) {
        match line {
            Some(line) => {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                tracing::debug!(target: "engine", "{line}");
                if self.last.len() == KEPT_LINES {
                    self.last.pop_front();
                }
                self.last.push_back(line);
            }
            None => self.messages_open = false,
        }
    }

    async fn died(&mut self, reason: String) -> Event {
        self.kill().await;
        while let (true, Ok(Some(line))) = (self.messages_open, self.messages.next_segment().await) {
            self.note(Some(line));
        }
        let status = self.child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string());
        let said = self.last.iter().rev().find(|line| is_telling(line)).cloned();
        let parts = [Some(reason).filter(|reason| !reason.is_empty()), said, Some(status)];
        Event::Died(parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

/// The line in which ggml says which assertion failed, or the engine why it refuses to run.
fn is_telling(line: &str) -> bool {
    ["GGML_ASSERT", "error", "panicked", "lacks"].iter().any(|word| line.contains(word))
}

#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;
