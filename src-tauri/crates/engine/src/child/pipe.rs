//! Standard input and output as frames.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use opengateway_core::frame::{self, Decoder};
use opengateway_engine::wire::{FromEngine, MOST_WAITING, ToEngine};

/// Set when an answer was cancelled, so that a long decode step is broken off (where the backend can).
pub(super) static INTERRUPT: AtomicBool = AtomicBool::new(false);

/// Reads orders on a thread of its own. When the app is gone the whole process ends at once, in the middle of a
/// decode step if need be.
pub(super) fn orders() -> Receiver<ToEngine> {
    let (sender, receiver) = sync_channel(MOST_WAITING);
    std::thread::spawn(move || {
        let problem = read(&sender);
        end(problem);
    });
    receiver
}

fn read(sender: &SyncSender<ToEngine>) -> Option<String> {
    let (mut input, mut decoder, mut buffer) = (std::io::stdin().lock(), Decoder::default(), [0; 64 * 1024]);
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return None,
            Ok(length) => decoder.push(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Some(error.to_string()),
        }
        loop {
            match decoder.next_frame() {
                Ok(Some(order)) => {
                    if matches!(order, ToEngine::Cancel { .. }) {
                        INTERRUPT.store(true, Ordering::Relaxed);
                    }
                    sender.send(order).ok()?;
                }
                Ok(None) => break,
                Err(error) => return Some(error.to_string()),
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the app is gone: nobody is left to shut down for")]
fn end(problem: Option<String>) -> ! {
    if let Some(problem) = &problem {
        eprintln!("orders cannot be read: {problem}");
    }
    std::process::exit(i32::from(problem.is_some()))
}

/// Frames on standard output, written together when flushed.
pub(super) struct Output {
    waiting: Vec<u8>,
}

impl Output {
    pub(super) fn new() -> Self {
        Self { waiting: Vec::new() }
    }

    pub(super) fn send(&mut self, message: &FromEngine) {
        match frame::encode(message) {
            Ok(bytes) => self.waiting.extend(bytes),
            Err(error) => eprintln!("message cannot be sent: {error}"),
        }
    }

    pub(super) fn flush(&mut self) {
        if !self.waiting.is_empty() {
            write(&self.waiting);
            self.waiting.clear();
        }
    }
}

/// Sends one message at once: loading blocks the loop that flushes.
pub(super) fn send_now(message: &FromEngine) {
    let mut output = Output::new();
    output.send(message);
    output.flush();
}

pub(crate) fn print_line(line: &str) {
    write(format!("{line}\n").as_bytes());
}

fn write(bytes: &[u8]) {
    let mut stdout = std::io::stdout().lock();
    if stdout.write_all(bytes).and_then(|()| stdout.flush()).is_err() {
        end(None);
    }
}
