//! The table of processes as `/proc` shows it. Read here and not through a library: listing 400 of them costs half a
//! millisecond, and only what is new is read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Program, Used, wine};

/// The kernel's clock for processor time, in ticks a second.
const TICKS: f64 = 100.0;
/// What the kernel adds to the path of a program whose file was replaced.
const REPLACED: &str = " (deleted)";

#[derive(Default)]
pub(super) struct Table {
    newest: Option<u32>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Whether a process or a thread may have begun since the last call. Asking costs a tenth of listing them all.
    pub(super) fn has_new(&mut self) -> bool {
        let newest = fs::read_to_string("/proc/loadavg").ok().and_then(|load| newest(&load));
        let same = newest.is_some() && newest == self.newest;
        self.newest = newest;
        !same
    }

    pub(super) fn running(&mut self) -> Option<Vec<u32>> {
        let entries = fs::read_dir("/proc").ok()?.flatten();
        Some(entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
    }

    pub(super) fn read(&mut self, pids: &[u32]) -> Vec<(u32, Program)> {
        pids.iter().filter_map(|pid| Some((*pid, program(*pid)?))).collect()
    }

    pub(super) fn has_changed(&self, pid: u32, program: &Program) -> bool {
        exe(&directory(pid)) != program.exe
    }

    pub(super) fn used(&mut self, ours: &HashSet<u32>) -> Option<Used> {
        let (capacity, busy) = whole_machine(&fs::read_to_string("/proc/stat").ok()?)?;
        let used = |pid: &u32| Some((*pid, stat(*pid)?.used));
        Some(Used { capacity, busy, ours: ours.iter().filter_map(used).collect() })
    }
}

fn directory(pid: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}"))
}

fn program(pid: u32) -> Option<Program> {
    let (directory, stat) = (directory(pid), stat(pid)?);
    let exe = exe(&directory);
    // Programs of the kernel have neither a file nor a command line.
    let called = fs::read(directory.join("cmdline")).ok().and_then(|line| called(&directory, &line));
    Some(Program { parent: stat.parent, started: stat.started, exe, called, name: stat.name })
}

fn exe(directory: &Path) -> Option<PathBuf> {
    let exe = fs::read_link(directory.join("exe")).ok()?;
    match exe.to_str().and_then(|path| path.strip_suffix(REPLACED)) {
        Some(path) => Some(path.into()),
        None => Some(exe),
    }
}

/// The whole path of the program that the command line names, if it names one.
fn called(directory: &Path, line: &[u8]) -> Option<String> {
    let first = line.split(|byte| *byte == 0).next()?;
    let called = std::str::from_utf8(first).ok().filter(|called| !called.is_empty())?;
    if let Some((drive, _)) = wine::split(called) {
        let prefix = wine::prefix(&fs::read(directory.join("environ")).unwrap_or_default());
        let root = prefix.and_then(|prefix| fs::canonicalize(wine::drive(&prefix, drive)).ok());
        return Some(wine::path(called, root.as_deref()));
    }
    if called.starts_with('/') {
        return Some(called.to_owned());
    }
    let is_relative = called.contains('/') || wine::is_program(called);
    let from = is_relative.then(|| fs::read_link(directory.join("cwd")).ok()).flatten()?;
    Some(from.join(called.replace('\\', "/")).to_string_lossy().into_owned())
}

/// The number that was given last: it stands at the end of the line.
fn newest(load: &str) -> Option<u32> {
    load.split_whitespace().nth(4)?.parse().ok()
}

/// What `/proc/<pid>/stat` says of a process.
#[derive(Debug, PartialEq)]
struct Stat {
    name: String,
    parent: Option<u32>,
    /// Seconds of processor time.
    used: f64,
    /// In ticks since the machine started.
    started: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&String::from_utf8_lossy(&fs::read(directory(pid).join("stat")).ok()?))
}

/// The name stands in parentheses and may hold any characters, parentheses too.
fn parse_stat(line: &str) -> Option<Stat> {
    let (before, after) = line.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let parent = fields.get(1)?.parse().ok().filter(|parent| *parent != 0);
    let used = number(11)?.saturating_add(number(12)?) as f64 / TICKS;
    Some(Stat { name: name.to_owned(), parent, used, started: number(19)? })
}

/// What could have been used and what was, in seconds: all fields up to stolen time, and those that are no waiting.
fn whole_machine(stat: &str) -> Option<(f64, f64)> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Vec<f64> = line.split_whitespace().map_while(|field| field.parse().ok()).take(8).collect();
    let [user, nice, system, idle, disk_wait, interrupts, soft_interrupts, ..] = *ticks else { return None };
    let busy = user + nice + system + interrupts + soft_interrupts;
    let stolen = ticks.get(7).copied().unwrap_or(0.0);
    Some(((busy + idle + disk_wait + stolen) / TICKS, busy / TICKS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_may_have_any_name() {
        let line = "4021 (Web (1) Content) S 4000 3900 3900 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 31 0 88123 1 2 3";

        let stat = parse_stat(line).unwrap();

        assert_eq!(stat, Stat { name: "Web (1) Content".into(), parent: Some(4000), used: 3.0, started: 88123 });
    }

    #[test]
    fn a_line_that_is_cut_off_is_no_process() {
        assert_eq!(parse_stat("4021 (game) S 4000"), None);
        assert_eq!(parse_stat(""), None);
    }

    #[test]
    fn waiting_is_not_work() {
        let stat = "cpu  100 20 30 5000 400 10 40 200 7 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n";

        assert_eq!(whole_machine(stat), Some((58.0, 2.0)));
    }

    #[test]
    fn the_newest_number_ends_the_line() {
        assert_eq!(newest("1.50 1.20 0.90 3/712 40213\n"), Some(40213));
        assert_eq!(newest(""), None);
    }

    #[test]
    fn a_new_process_is_noticed_at_once() {
        let mut table = Table::new();
        table.has_new();

        let status = std::process::Command::new("true").status();

        assert!(status.is_ok() && table.has_new());
    }

    #[test]
    fn this_very_process_is_in_the_table() {
        let mut table = Table::new();
        let own = std::process::id();

        let programs = table.read(&[own]);

        let [(pid, program)] = programs.as_slice() else { panic!("{programs:?}") };
        assert_eq!((*pid, program.exe.clone()), (own, std::env::current_exe().ok()));
        assert!(table.running().unwrap().contains(&own) && !table.has_changed(own, program));
    }

    #[test]
    fn our_own_use_of_the_processor_is_told() {
        let own = HashSet::from([std::process::id()]);

        let used = Table::new().used(&own).unwrap();

        assert!(used.ours.len() == 1 && used.busy > 0.0 && used.capacity > used.busy, "{used:?}");
    }
}
