//! Network namespaces: made, worked in and removed by `ip`, which leaves nothing to do for unsafe code.
//!
//! Each is named after the process that made it, so that what a dead process left behind is known as such.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use crate::processes;

const PREFIX: &str = "og-";
static MADE: AtomicU32 = AtomicU32::new(0);

/// Removed when dropped, with whatever still runs in it.
#[derive(Debug)]
pub(super) struct Namespace(String);

impl Namespace {
    /// An empty one, with loopback and nothing else.
    pub(super) fn new(name: &str) -> Result<Self> {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let made = Self(format!("{PREFIX}{}-{number}-{name}", std::process::id()));
        run(Command::new("ip").args(["netns", "add", &made.0]), "")?;
        made.ip(&["link set lo up"])?;
        Ok(made)
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// A program that will run inside.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.0]).arg(program);
        command
    }

    /// Gives `ip` a row of commands.
    pub(super) fn ip(&self, commands: &[&str]) -> Result<()> {
        run(Command::new("ip").args(["-netns", &self.0, "-batch", "-"]), &commands.join("\n")).map(drop)
    }

    /// Changes settings of the kernel for this namespace.
    pub(super) fn settle(&self, settings: &[(&str, &str)]) -> Result<()> {
        let lines = settings.iter().map(|(setting, value)| format!("echo {value} > /proc/sys/net/{setting}\n"));
        run(self.command("sh").arg("-e"), &lines.collect::<String>()).map(drop)
    }

    /// Gives `tc` a command.
    pub(super) fn shape(&self, command: &str) -> Result<()> {
        run(Command::new("tc").args(["-netns", &self.0]).args(command.split(' ')), "").map(drop)
    }

    /// Loads rules of `nft`.
    pub(super) fn rules(&self, rules: &str) -> Result<()> {
        run(self.command("nft").args(["-f", "-"]), rules).map(drop)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // It is as good as gone, or the next process sweeps it.
        let _left = remove(&self.0);
    }
}

/// Removes the namespaces of processes that are no more. Several may do so at once.
pub(super) fn sweep() -> Result<()> {
    let listed = run(Command::new("ip").args(["netns", "list"]), "")?;
    let owner = |name: &str| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok();
    let names = listed.lines().filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| owner(name).is_some_and(|id| !processes::is_running(id))) {
        // Another process may have been quicker.
        let _gone = remove(name);
    }
    Ok(())
}

/// Processes first: a namespace lives as long as one of them.
fn remove(name: &str) -> Result<()> {
    let mut known = BTreeSet::new();
    loop {
        let listed = run(Command::new("ip").args(["netns", "pids", name]), "")?;
        let inside: BTreeSet<String> = listed.split_whitespace().map(str::to_owned).collect();
        if inside.is_subset(&known) {
            break;
        }
        // One that has just ended by itself needs no killing.
        let _ended = run(Command::new("sh").args(["-c", "kill -KILL \"$@\"", "sh"]).args(&inside), "");
        known.extend(inside);
    }
    run(Command::new("ip").args(["netns", "delete", name]), "").map(drop)
}

/// Runs a program to its end, with `input` to read, and gives what it printed.
fn run(command: &mut Command, input: &str) -> Result<String> {
    let what = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {what}"))?;
    let mut stdin = child.stdin.take().context("standard input was asked for")?;
    // One that reads nothing and ends says more by its exit code.
    let _unread = stdin.write_all(input.as_bytes());
    drop(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output()?;
    if !status.success() {
        bail!("{what} with {input:?} ended with {status}: {}", String::from_utf8_lossy(&stderr).trim());
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}
