//! What was measured on: without it a figure means nothing.

use std::fmt;

use opengateway_core::backend::Bytes;

/// The machine, as far as it matters to speed.
#[derive(Debug)]
pub struct Machine {
    processor: String,
    cores: usize,
    memory: u64,
    system: String,
}

impl Machine {
    /// This machine.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn here() -> anyhow::Result<Self> {
        let mut system = sysinfo::System::new()?;
        system.refresh_cpu_all();
        system.refresh_memory();
        let cores = system.cpus().len();
        let processor = system.cpus().first().map_or("unknown", sysinfo::Cpu::brand).to_owned();
        let named = sysinfo::System::long_os_version()?;
        Ok(Self { processor, cores, memory: system.total_memory(), system: named })
    }

    /// Its physical cores: what the engine uses unless told otherwise.
    pub fn cores() -> u16 {
        let cores = sysinfo::System::physical_core_count().ok().and_then(|cores| u16::try_from(cores).ok());
        cores.unwrap_or(1).max(1)
    }

    /// How many programs wanted to run at the same time in the last minute, on average.
    pub fn load() -> String {
        sysinfo::System::load_average().map_or_else(|_| "unknown".to_owned(), |load| format!("{:.1}", load.one))
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, memory, system } = self;
        write!(f, "{processor}, {cores} cores, {} of memory, {system}", Bytes(*memory))
    }
}

pub(super) fn free_memory() -> anyhow::Result<u64> {
    let mut system = sysinfo::System::new()?;
    system.refresh_memory();
    Ok(system.available_memory())
}
