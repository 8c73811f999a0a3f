//! What a process takes of the machine.

use std::time::Duration;

use anyhow::{Context, Result};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Resident bytes, and processor time since its start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usage {
    pub(super) resident: u64,
    pub(super) processor: Duration,
}

/// `None` if there is no such process.
pub(super) fn of(id: u32) -> Result<Option<Usage>> {
    let mut system = System::new()?;
    let wanted = Pid::from_u32(id);
    let kind = ProcessRefreshKind::nothing().with_memory().with_cpu();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[wanted]), true, kind);
    let usage = |process: &sysinfo::Process| Usage {
        resident: process.memory(),
        processor: Duration::from_millis(process.accumulated_cpu_time()),
    };
    Ok(system.process(wanted).map(usage))
}

/// As [`of`], of a process that must be there.
pub(super) fn running(id: u32) -> Result<Usage> {
    of(id)?.context("the process is gone")
}
