//! Processes that a test has started, by their number.

use std::path::Path;

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, Signal, System, UpdateKind};

/// Whether it still runs. One that has ended and waits to be collected does not.
pub fn is_running(id: u32) -> bool {
    let running = |system: &System| {
        let status = system.process(Pid::from_u32(id)).map(sysinfo::Process::status);
        status.is_some_and(|status| !matches!(status, ProcessStatus::Zombie | ProcessStatus::Dead))
    };
    running(&look_at(ProcessesToUpdate::Some(&[Pid::from_u32(id)])))
}

/// Ends it as a crash would, at once.
///
/// # Panics
/// When it does not run.
pub fn kill(id: u32) {
    let system = look_at(ProcessesToUpdate::Some(&[Pid::from_u32(id)]));
    let killed = system.process(Pid::from_u32(id)).is_some_and(sysinfo::Process::kill);
    assert!(killed, "process {id} cannot be killed");
}

/// Stops it in the middle of whatever it does, until [`thaw`].
///
/// # Panics
/// When it does not run.
pub fn freeze(id: u32) {
    assert!(signal(id, Signal::Stop), "process {id} cannot be stopped");
}

/// Lets it go on.
pub fn thaw(id: u32) {
    let _is_gone = signal(id, Signal::Continue);
}

fn signal(id: u32, signal: Signal) -> bool {
    let system = look_at(ProcessesToUpdate::Some(&[Pid::from_u32(id)]));
    system.process(Pid::from_u32(id)).and_then(|process| process.kill_with(signal)) == Some(true)
}

/// The processes that it has started.
pub fn children(id: u32) -> Vec<u32> {
    let system = look_at(ProcessesToUpdate::All);
    let processes = system.processes().values();
    // Linux lists threads as well.
    let ours =
        processes.filter(|process| process.parent() == Some(Pid::from_u32(id)) && process.thread_kind().is_none());
    ours.map(|process| process.pid().as_u32()).collect()
}

/// The processes that were started by this name with this word.
pub fn started_as(program: &Path, word: &str) -> Vec<u32> {
    let refresh = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always);
    let mut system = System::new().expect("this system can be looked at");
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, refresh);
    let is_it = |process: &&sysinfo::Process| {
        let words = process.cmd();
        words.first().is_some_and(|first| Path::new(first) == program) && words.iter().any(|known| known == word)
    };
    let ours = system.processes().values().filter(is_it).filter(|process| process.thread_kind().is_none());
    ours.map(|process| process.pid().as_u32()).collect()
}

fn look_at(which: ProcessesToUpdate<'_>) -> System {
    let mut system = System::new().expect("this system can be looked at");
    system.refresh_processes_specifics(which, true, ProcessRefreshKind::nothing());
    system
}
