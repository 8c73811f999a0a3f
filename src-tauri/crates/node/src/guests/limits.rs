//! How much of this PC guests may take.

use opengateway_api::{Facts, Rules};
use opengateway_engine::Limits;

const MIB: u64 = 1024 * 1024;

/// What the owner's rules leave of memory and graphics memory.
pub(super) fn of(rules: &Rules, facts: &Facts, gpu: bool) -> Limits {
    let memory = match facts.memory_bytes {
        // What cannot be told is limited by what is free.
        0 => u64::MAX,
        bytes => bytes / 100 * u64::from(rules.memory_percent.min(100)),
    };
    let spare = u64::from(rules.spare_vram_mib) * MIB;
    let largest = facts.gpus.iter().map(|gpu| gpu.vram_bytes).max().unwrap_or(0);
    let spare_vram = match u64::from(rules.vram_mib) * MIB {
        0 => spare,
        most => spare.max(largest.saturating_sub(most)),
    };
    Limits { memory, spare_vram, gpu }
}

/// Processor threads; at least one.
pub(super) fn threads(rules: &Rules, cores: u32) -> u16 {
    let threads = u64::from(cores) * u64::from(rules.cores_percent.min(100)) / 100;
    u16::try_from(threads).unwrap_or(u16::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use opengateway_api::Gpu;

    use super::*;

    #[test]
    fn guests_take_no_more_than_their_share_and_never_no_core_at_all() {
        let rules = Rules::default();

        assert_eq!(threads(&rules, 16), 8);
        assert_eq!(threads(&rules, 1), 1);
        assert_eq!(
            of(&rules, &Facts { memory_bytes: 32_000_000_000, ..Facts::default() }, true).memory,
            16_000_000_000
        );
    }

    #[test]
    fn a_limit_on_graphics_memory_keeps_the_rest_free() {
        let card = Gpu {
            name: "card".into(),
            vram_bytes: 24 * 1024 * MIB,
            free_vram_bytes: None,
            backend: "NVML".into(),
            celsius: None,
            integrated: false,
        };
        let facts = Facts { gpus: vec![card], ..Facts::default() };

        assert_eq!(of(&Rules::default(), &facts, true).spare_vram, 1024 * MIB);
        assert_eq!(of(&Rules { vram_mib: 8 * 1024, ..Rules::default() }, &facts, true).spare_vram, 16 * 1024 * MIB);
    }
}
