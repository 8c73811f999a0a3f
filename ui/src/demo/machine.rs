//! The canned node's PC.

use opengateway_api::{Facts, Gpu, Hardware, ModelId, Region, RegionReport, RegionSource, Speed, Tier, TierReport};

const HOUR_MS: i64 = 3_600_000;
const GIBIBYTE: u64 = 1 << 30;

/// A gaming PC.
pub(super) fn gaming_pc() -> Hardware {
    let card = Gpu {
        name: "NVIDIA GeForce RTX 4070".to_owned(),
        vram_bytes: 12 * GIBIBYTE,
        free_vram_bytes: Some(11 * GIBIBYTE),
        backend: "NVML".to_owned(),
        celsius: Some(46.0),
        integrated: false,
    };
    let inner = Gpu {
        name: "AMD Radeon Graphics".to_owned(),
        vram_bytes: GIBIBYTE / 2,
        free_vram_bytes: None,
        backend: "Vulkan".to_owned(),
        celsius: None,
        integrated: true,
    };
    Hardware {
        facts: Facts {
            system: "Windows 11 24H2".to_owned(),
            cpu: "AMD Ryzen 7 7700X".to_owned(),
            cores: 8,
            architecture: "x86_64".to_owned(),
            clock_mhz: 4_500,
            memory_bytes: 32 * GIBIBYTE,
            free_memory_bytes: 19 * GIBIBYTE,
            gpus: vec![card, inner],
            free_disk_bytes: 412_000_000_000,
            battery: None,
            missing: Vec::new(),
        },
        tiers: tiers(),
        region: RegionReport { region: Some(Region::Europe), source: Some(RegionSource::TimeZone) },
        speed: None,
    }
}

fn tiers() -> Vec<TierReport> {
    let tier = |tier, serves: &str, lacks: &[&str]| TierReport {
        tier,
        serves: serves.to_owned(),
        lacks: lacks.iter().map(|lack| (*lack).to_owned()).collect(),
    };
    let graphics = |needed| format!("{needed} GB of graphics memory (has 12 GB)");
    vec![
        tier(Tier::A, "8B class", &[]),
        tier(Tier::B, "7B class with a graphics card", &[]),
        tier(Tier::C, "70B class, 8x7B", &[&graphics(24)]),
        tier(
            Tier::D,
            "400B class",
            &["16 cores (has 8)", "64 GB of memory (has 32 GB)", &graphics(48), "500 GB of free disk (has 412 GB)"],
        ),
    ]
}

pub(super) fn speed(model: &ModelId, now_ms: i64) -> Speed {
    Speed {
        model: model.clone(),
        text_per_second: 74.2,
        prompt_per_second: 1_840.0,
        memory_gb_per_second: 486.0,
        measured_ms: now_ms - 20 * HOUR_MS,
    }
}

/// A PC of which little can be found out.
pub(super) fn closed(hardware: &mut Hardware) {
    hardware.facts.gpus.truncate(1);
    if let Some(card) = hardware.facts.gpus.first_mut() {
        card.free_vram_bytes = None;
        card.celsius = None;
    }
    hardware.region = RegionReport::default();
    hardware.facts.missing = vec![
        "The temperature of the graphics card: its driver does not tell.".to_owned(),
        "Whether the network is metered: NetworkManager does not run.".to_owned(),
    ];
}
