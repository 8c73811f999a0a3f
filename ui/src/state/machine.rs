//! What this PC is, in words: facts, tiers, region and speed.

use opengateway_api::{Battery, Facts, Gpu, Region, RegionReport, RegionSource, Speed};

use crate::format::{self, Clock};
use crate::text::machine as words;

/// A fact with its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) detail: String,
    /// How much of it is in use, in per cent, where that is known.
    pub(crate) used: Option<f32>,
}

/// Whether anything has been found out yet.
pub(crate) fn is_known(facts: &Facts) -> bool {
    !facts.cpu.is_empty() || facts.memory_bytes > 0
}

/// The facts, one line each.
pub(crate) fn facts(facts: &Facts) -> Vec<Fact> {
    let fact = |name, value: &str, detail| Fact { name, value: value.to_owned(), detail, used: None };
    let memory = words::free_of(&format::memory(facts.memory_bytes), &format::memory(facts.free_memory_bytes));
    let mut all = vec![
        fact(words::PROCESSOR, &facts.cpu, processor(facts)),
        Fact { used: used(facts.free_memory_bytes, facts.memory_bytes), ..fact(words::MEMORY, &memory, String::new()) },
    ];
    if facts.gpus.is_empty() {
        all.push(fact(words::GRAPHICS, words::NO_GRAPHICS, String::new()));
    }
    all.extend(facts.gpus.iter().map(|gpu| Fact {
        used: gpu.free_vram_bytes.and_then(|free| used(free, gpu.vram_bytes)),
        ..fact(words::GRAPHICS, &gpu.name, graphics(gpu))
    }));
    all.push(fact(words::DISK, &words::free_disk(&format::bytes(facts.free_disk_bytes)), String::new()));
    all.extend(facts.battery.map(|has| fact(words::BATTERY, &battery(has), String::new())));
    all.push(fact(words::SYSTEM, &facts.system, String::new()));
    all
}

fn processor(facts: &Facts) -> String {
    let clock = (facts.clock_mhz > 0).then(|| format::clock_rate(facts.clock_mhz));
    let parts = [Some(words::cores(facts.cores)), clock, Some(facts.architecture.clone())];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn graphics(gpu: &Gpu) -> String {
    let whole = format::memory(gpu.vram_bytes);
    let memory = match gpu.free_vram_bytes {
        _ if gpu.integrated => words::SHARED.to_owned(),
        Some(free) => words::free_of(&whole, &format::memory(free)),
        None => format!("{whole} · {}", words::ASLEEP),
    };
    let heat = gpu.celsius.map(|celsius| format!("{celsius:.0} °C"));
    [Some(memory), heat, Some(gpu.backend.clone())].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn battery(battery: Battery) -> String {
    let state = if battery.discharging { words::DISCHARGING } else { words::CHARGED };
    format!("{} %, {state}", battery.percent)
}

fn used(free: u64, whole: u64) -> Option<f32> {
    format::share(whole.saturating_sub(free), Some(whole)).map(|share| share * 100.0)
}

/// How fast it answers; the first line says it, the second with what and when.
pub(crate) fn speed(speed: &Speed, model: &str, clock: Clock) -> (String, String) {
    let mut parts = vec![words::writes(&format::rate(speed.text_per_second))];
    if speed.prompt_per_second > 0.0 {
        parts.push(words::reads(&format::rate(speed.prompt_per_second)));
    }
    if speed.memory_gb_per_second > 0.0 {
        parts.push(words::memory_speed(speed.memory_gb_per_second));
    }
    (parts.join(" · "), words::with_model(model, &clock.moment(speed.measured_ms)))
}

/// What a region is called.
pub(crate) fn region(region: Region) -> &'static str {
    match region {
        Region::Asia => words::ASIA,
        Region::NorthAmerica => words::NORTH_AMERICA,
        Region::Europe => words::EUROPE,
        Region::Africa => words::AFRICA,
        Region::SouthAmerica => words::SOUTH_AMERICA,
        Region::Oceania => words::OCEANIA,
        Region::MiddleEast => words::MIDDLE_EAST,
    }
}

/// Where this PC is, and how that was found.
pub(crate) fn place(report: RegionReport) -> (&'static str, &'static str) {
    let source = match report.source {
        Some(RegionSource::Setting) => words::BY_SETTING,
        Some(RegionSource::Address) => words::BY_ADDRESS,
        Some(RegionSource::TimeZone) => words::BY_TIME_ZONE,
        None => "",
    };
    (report.region.map_or(words::NO_REGION, region), source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaming_pc() -> Facts {
        Facts {
            system: "Windows 11".to_owned(),
            cpu: "Ryzen 7".to_owned(),
            cores: 8,
            architecture: "x86_64".to_owned(),
            clock_mhz: 3_800,
            memory_bytes: 34_359_738_368,
            free_memory_bytes: 17_179_869_184,
            gpus: vec![Gpu {
                name: "RTX 4070".to_owned(),
                vram_bytes: 12_884_901_888,
                free_vram_bytes: Some(11_811_160_064),
                backend: "NVML".to_owned(),
                celsius: Some(54.3),
                integrated: false,
            }],
            free_disk_bytes: 412_000_000_000,
            battery: None,
            missing: Vec::new(),
        }
    }

    fn line(facts: &[Fact], name: &str) -> String {
        facts.iter().filter(|fact| fact.name == name).map(|fact| format!("{} / {}", fact.value, fact.detail)).collect()
    }

    #[test]
    fn every_fact_has_its_unit() {
        let facts = facts(&gaming_pc());

        assert_eq!(line(&facts, words::PROCESSOR), "Ryzen 7 / 8 cores · 3.8 GHz · x86_64");
        assert_eq!(line(&facts, words::MEMORY), "32 GB, 16 GB free / ");
        assert_eq!(line(&facts, words::GRAPHICS), "RTX 4070 / 12 GB, 11 GB free · 54 °C · NVML");
        assert_eq!(line(&facts, words::DISK), "412 GB free where the models are / ");
        assert_eq!(facts[1].used, Some(50.0));
    }

    #[test]
    fn a_sleeping_card_is_not_said_to_be_full() {
        let mut pc = gaming_pc();
        pc.gpus[0].free_vram_bytes = None;
        pc.gpus[0].celsius = None;

        let facts = facts(&pc);

        assert_eq!(line(&facts, words::GRAPHICS), "RTX 4070 / 12 GB · asleep · NVML");
        assert_eq!(facts[2].used, None);
    }

    #[test]
    fn a_pc_without_battery_names_none() {
        let mut pc = gaming_pc();
        assert_eq!(line(&facts(&pc), words::BATTERY), "");

        pc.battery = Some(Battery { percent: 80, discharging: true });

        assert_eq!(line(&facts(&pc), words::BATTERY), "80 %, in use / ");
    }

    #[test]
    fn nothing_is_known_of_a_pc_that_was_not_looked_at() {
        assert!(!is_known(&Facts::default()));
        assert!(is_known(&gaming_pc()));
    }
}
