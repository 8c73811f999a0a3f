//! Which classes of models a machine can serve, and what it lacks for the others.

#[cfg(test)]
mod tests;

use opengateway_api::{Facts, Tier, TierReport};

const GB: u64 = 1_000_000_000;
/// Makers count memory in powers of two.
const GIB: u64 = 1 << 30;
/// What a machine may show less than it was sold with. A laptop with 8 GB keeps up to 1 GB for its built-in graphics and
/// some for the system; a graphics card with 24 GB keeps 2 to correct errors. The next smaller sizes that are sold, such
/// as 20 GB of graphics memory, stay below.
const KEPT_PERCENT: u64 = 16;

/// What a tier asks for. Gigabytes as sold; memory of the graphics card 0 if none is needed.
struct Demand {
    tier: Tier,
    serves: &'static str,
    cores: u32,
    memory_gb: u64,
    vram_gb: u64,
    /// Instead of the two, where the processor and the graphics share one memory: what is in it once counts once.
    shared_gb: u64,
    disk_gb: u64,
}

#[rustfmt::skip]
const DEMANDS: [Demand; 4] = [
    Demand { tier: Tier::A, serves: "8B class", cores: 4, memory_gb: 8, vram_gb: 0, shared_gb: 8, disk_gb: 20 },
    Demand { tier: Tier::B, serves: "7B class with a graphics card", cores: 4, memory_gb: 12, vram_gb: 8, shared_gb: 16, disk_gb: 30 },
    Demand { tier: Tier::C, serves: "70B class, 8x7B", cores: 8, memory_gb: 32, vram_gb: 24, shared_gb: 64, disk_gb: 150 },
    Demand { tier: Tier::D, serves: "400B class", cores: 16, memory_gb: 64, vram_gb: 48, shared_gb: 128, disk_gb: 500 },
];

/// Every tier, smallest first, with what this machine lacks for it. A machine is in every tier for which it lacks
/// nothing.
pub fn reports(facts: &Facts) -> Vec<TierReport> {
    let report =
        |demand: &Demand| TierReport { tier: demand.tier, serves: demand.serves.into(), lacks: lacks(demand, facts) };
    DEMANDS.iter().map(report).collect()
}

fn lacks(demand: &Demand, facts: &Facts) -> Vec<String> {
    let cores = (facts.cores < demand.cores).then(|| format!("{} cores (has {})", demand.cores, facts.cores));
    let memory = if shares_memory(facts) {
        [memory("memory", demand.shared_gb, facts.memory_bytes), None]
    } else {
        let vram =
            facts.gpus.iter().filter(|gpu| !gpu.integrated).map(|gpu| gpu.vram_bytes).fold(0, u64::saturating_add);
        [memory("memory", demand.memory_gb, facts.memory_bytes), memory("graphics memory", demand.vram_gb, vram)]
    };
    cores.into_iter().chain(memory.into_iter().flatten()).chain(disk(demand.disk_gb, facts.free_disk_bytes)).collect()
}

/// Whether this is a Mac with Apple's processor: its graphics card is no chip of its own, but as good as one.
fn shares_memory(facts: &Facts) -> bool {
    let arm = matches!(facts.architecture.as_str(), "aarch64" | "arm64");
    arm && facts.gpus.iter().any(|gpu| gpu.backend == "Metal" && !gpu.integrated)
}

fn memory(what: &str, wanted_gb: u64, has: u64) -> Option<String> {
    let kept = GIB.saturating_mul(KEPT_PERCENT).div_euclid(100);
    let needed = wanted_gb.saturating_mul(GIB.saturating_sub(kept));
    let rounded = has.saturating_add(GIB.div_euclid(2)).div_euclid(GIB);
    (has < needed).then(|| format!("{wanted_gb} GB of {what} (has {rounded} GB)"))
}

/// Free space is counted as it is: nothing is kept of it.
fn disk(wanted_gb: u64, has: u64) -> Option<String> {
    let short = has < wanted_gb.saturating_mul(GB);
    short.then(|| format!("{wanted_gb} GB of free disk (has {} GB)", has.div_euclid(GB)))
}
