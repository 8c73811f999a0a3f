//! The real machine: all sensors together.

use std::path::Path;

use opengateway_api::Facts;
use opengateway_core::idle::{Sample, Vram};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::desktop::Desktop;
use crate::gamepad::Gamepads;
use crate::graphics::Graphics;
use crate::network::Network;
use crate::power::Supply;
use crate::processes::Processes;
use crate::{Depth, Look, Machine, Parts, clock, disk, parts};

/// The machine this runs on.
pub struct Computer {
    desktop: Desktop,
    gamepads: Gamepads,
    processes: Processes,
    supply: Supply,
    graphics: Graphics,
    network: Network,
    last: Sample,
}

impl Computer {
    /// Connects to nothing yet: each sensor does so when it is read first.
    #[must_use]
    pub fn new() -> Self {
        Self {
            desktop: Desktop::new(),
            gamepads: Gamepads::new(),
            processes: Processes::new(),
            supply: Supply::default(),
            graphics: Graphics::new(),
            network: Network::new(),
            last: Sample::default(),
        }
    }
}

impl Default for Computer {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine for Computer {
    fn facts(&mut self, models: &Path) -> Facts {
        let what = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing().with_frequency())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let mut facts = System::new_with_specifics(what).map(|system| described(&system)).unwrap_or_default();
        let ours = self.processes.ours();
        let (gpus, missing) = self.graphics.facts(ours);
        facts.missing.extend(missing);
        facts.missing.extend(self.desktop.missing(ours));
        facts.missing.extend(self.gamepads.missing());
        facts.missing.extend(self.network.missing());
        facts.gpus = gpus;
        facts.battery = self.supply.read().battery;
        match disk::free_bytes(models) {
            Some(free) => facts.free_disk_bytes = free,
            None => facts.missing.push(format!("free space of {}", models.display())),
        }
        facts
    }

    fn activity(&mut self, look: &Look<'_>) -> Sample {
        self.last.input_ago = self.desktop.input_ago();
        self.last.gamepad_ago = self.gamepads.ago();
        if look.depth != Depth::Input {
            self.quick(look);
        }
        if look.depth == Depth::All {
            self.rest(look);
        }
        self.last.clone()
    }

    fn parts(&mut self) -> Parts {
        parts::read()
    }
}

impl Computer {
    fn quick(&mut self, look: &Look<'_>) {
        self.last.apps = self.processes.apps(look);
        self.last.full_screen = self.desktop.full_screen(self.processes.ours());
        self.last.power = self.supply.read().power;
    }

    fn rest(&mut self, look: &Look<'_>) {
        let load = self.graphics.load(self.processes.ours());
        self.last.other_cpu = self.processes.other_cpu();
        self.last.other_gpu = load.others;
        self.last.vram = load.free_vram_bytes.map(|free| Vram { free, needed: 0 });
        self.last.gpu_celsius = load.celsius;
        self.last.local = clock::local();
        self.last.free_disk_bytes = disk::free_bytes(look.models);
        self.last.metered = self.network.metered();
    }
}

fn described(system: &System) -> Facts {
    let mut missing = Vec::new();
    let cpu = system.cpus().first();
    let clock_mhz = system.cpus().iter().map(sysinfo::Cpu::frequency).max().unwrap_or(0);
    let cores = System::physical_core_count().unwrap_or_else(|_| {
        missing.push("physical cores: the system does not tell, so logical ones are counted".into());
        system.cpus().len()
    });
    Facts {
        system: System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.into()),
        cpu: cpu.map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default(),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        architecture: System::cpu_arch(),
        clock_mhz: u32::try_from(clock_mhz).unwrap_or(u32::MAX),
        memory_bytes: system.total_memory(),
        free_memory_bytes: system.available_memory(),
        missing,
        ..Facts::default()
    }
}
