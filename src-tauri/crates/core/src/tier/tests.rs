//! Real machines with the numbers that their systems show, and the tiers that they are in.

use opengateway_api::{Facts, Gpu, Tier};

use super::*;

/// Physical cores; `MemTotal` in KiB; graphics memory in MiB by who tells it, where `built-in` shares the memory and
/// `Apple` is what Metal lets a program use of it; free disk in GB; tiers.
const MACHINES: &str = "
Raspberry Pi 4, 4 GB                                 |  4 |   3884376 |                             |   22 |
Raspberry Pi 5, 8 GB                                 |  4 |   8256880 |                             |   96 | a
Raspberry Pi 5, 16 GB                                |  4 |  16609424 |                             |  400 | a
Steam Deck, 16 GB                                    |  4 |  15161156 | built-in 1024               |  180 | a
Steam Deck, 16 GB, 4 of them for graphics            |  4 |  11998640 | built-in 4096               |  210 | a
ROG Ally, Z1 Extreme, 16 GB, 4 for graphics          |  8 |  12100216 | built-in 4096               |  250 | a
Mini PC, N100, 16 GB                                 |  4 |  16148908 | built-in 0                  |  300 | a
Mini PC, N100, 8 GB, nearly full                     |  4 |   7942212 | built-in 0                  |   18 |
Mini PC, Ryzen AI Max+ 395, 96 of 128 GB to graphics | 16 |  32310420 | built-in 98304              | 1500 | a
ThinkPad T480, i5-8350U, 8 GB                        |  4 |   7988424 | built-in 0                  |  140 | a
XPS 13 9360, i7-7500U, 16 GB                         |  2 |  16226064 | built-in 0                  |  200 |
Laptop, Ryzen 5 5500U, 8 GB                          |  6 |   7501752 | built-in 512                |  200 | a
Laptop, Ryzen 5 7520U, 8 GB, 1 for graphics          |  4 |   7099240 | built-in 1024               |  150 | a
Laptop, Ryzen 5 7520U, 8 GB, 2 for graphics          |  4 |   6025524 | built-in 2048               |  150 |
Framework 13, Ryzen 7 7840U, 32 GB                   |  8 |  31973040 | built-in 512                |  400 | a
Gaming laptop, i5-12450H, RTX 3050, 16 GB            |  8 |  16076332 | NVML 4096 + built-in 0      |  300 | a
Gaming laptop, Ryzen 7 7840HS, RTX 4060, 16 GB       |  8 |  15608556 | NVML 8188 + built-in 512    |  350 | a b
Gaming laptop, i9-13980HX, RTX 4090, 32 GB           | 24 |  32562836 | NVML 16376 + built-in 0     |  900 | a b
Gaming PC, i5-7600, GTX 1060 6 GB, 16 GB             |  4 |  16356416 | NVML 6078                   |  300 | a
Gaming PC, i7-6700K, GTX 1070, 16 GB                 |  4 |  16384256 | NVML 8114                   |  250 | a b
Gaming PC, Ryzen 5 3600, RTX 2070, 16 GB             |  6 |  16337584 | NVML 7982                   |  400 | a b
Gaming PC, Ryzen 5 3600, RTX 2070, 8 GB              |  6 |   8121932 | NVML 7982                   |  400 | a
Gaming PC, Ryzen 5 5600, RTX 3060 12 GB, 32 GB       |  6 |  32802880 | NVML 12053                  |  500 | a b
Gaming PC, Ryzen 5 3600, RX 6600, 16 GB              |  6 |  16301912 | amdgpu 8176                 |  500 | a b
Gaming PC, 7800X3D, RX 7900 XT 20 GB, 32 GB          |  8 |  31977600 | amdgpu 20464 + built-in 512 |  900 | a b
Gaming PC, 7800X3D, RX 7900 XTX 24 GB, 32 GB         |  8 |  31977600 | amdgpu 24560 + built-in 512 |  900 | a b c
Gaming PC, i9-13900K, RTX 4090, 32 GB                | 24 |  32645172 | NVML 24564                  |  800 | a b c
Gaming PC, Ryzen 5 7600, RTX 4090, 32 GB             |  6 |  31972316 | NVML 24564                  |  800 | a b
Gaming PC, 9800X3D, RTX 5090, 32 GB, nearly full     |  8 |  31970224 | NVML 32607                  |  120 | a b
Gaming PC, 9950X, RTX 5090, 96 GB                    | 16 |  98592276 | NVML 32607                  | 2000 | a b c
PC, Ryzen 7 3700X, two RTX 3060 12 GB, 32 GB         |  8 |  32858012 | NVML 12288 + NVML 12288     |  600 | a b c
Workstation, 5950X, RTX 3090, 64 GB                  | 16 |  65771292 | NVML 24268                  | 1000 | a b c
Workstation, 3970X, two RTX 3090, 128 GB             | 32 | 131765392 | NVML 24576 + NVML 24576     | 1500 | a b c d
Workstation, Xeon w9-3475X, RTX 6000 Ada, 256 GB     | 36 | 263726408 | NVML 49140                  | 3000 | a b c d
Workstation, i7-13700, RTX 4000 Ada 20 GB, 64 GB     | 16 |  65608144 | NVML 20475                  |  700 | a b
Server, E5-2690 v4, Tesla P40, 128 GB                | 14 | 131872068 | NVML 22919                  | 1800 | a b c
Server, two EPYC 7543, L40S, 512 GB                  | 64 | 528086420 | NVML 46068                  | 6000 | a b c d
Server, EPYC 7742, A100 40 GB, 256 GB                | 64 | 263824520 | NVML 40536                  | 3000 | a b c
Server, EPYC 7502, no graphics card, 256 GB          | 32 | 263847012 |                             | 3000 | a
Cloud, g5.2xlarge, A10G                              |  4 |  32412836 | NVML 22731                  |  400 | a b
Cloud, g5.8xlarge, A10G                              | 16 | 129826816 | NVML 22731                  |  800 | a b c
MacBook Air, M1, 8 GB                                |  8 |   8388608 | Apple 5461                  |  120 | a
Mac mini, M2, 16 GB                                  |  8 |  16777216 | Apple 10922                 |  200 | a b
MacBook Pro, M1 Pro, 32 GB                           | 10 |  33554432 | Apple 21845                 |  500 | a b
MacBook Pro, M4 Max, 48 GB                           | 16 |  50331648 | Apple 36864                 |  600 | a b
MacBook Pro, M1 Max, 64 GB                           | 10 |  67108864 | Apple 49152                 |  800 | a b c
MacBook Pro, M4 Max, 64 GB                           | 16 |  67108864 | Apple 49152                 |  800 | a b c
MacBook Pro, M3 Max, 128 GB                          | 16 | 134217728 | Apple 98304                 | 1500 | a b c d
Mac Studio, M2 Ultra, 192 GB                         | 24 | 201326592 | Apple 147456                | 3000 | a b c d
iMac, i7-10700K, Radeon Pro 5700 XT, 32 GB           |  8 |  33554432 | Metal 16368                 |  400 | a b
";

#[test]
fn real_machines_are_in_the_tiers_of_what_they_were_sold_as() {
    let machines = || MACHINES.lines().filter(|line| !line.is_empty());
    assert!(machines().count() >= 30);

    for line in machines() {
        let [name, cores, memory, graphics, disk, expected] = *line.split('|').map(str::trim).collect::<Vec<_>>()
        else {
            panic!("six columns: {line}");
        };
        let facts = Facts {
            cores: cores.parse().unwrap(),
            architecture: if graphics.contains("Apple") { "aarch64" } else { "x86_64" }.into(),
            memory_bytes: memory.parse::<u64>().unwrap() << 10,
            gpus: graphics.split(" + ").filter(|gpu| !gpu.is_empty()).map(gpu).collect(),
            free_disk_bytes: disk.parse::<u64>().unwrap() * GB,
            ..Facts::default()
        };

        assert_eq!(letters(&facts), expected, "{name}: {:#?}", reports(&facts));
    }
}

#[test]
fn sixteen_cores_with_64_gb_and_24_gb_of_graphics_memory_are_in_a_b_and_c() {
    let facts = pc(16, 64 * GIB, 24 * GIB, 1000 * GB);

    assert_eq!(letters(&facts), "a b c");
    assert_eq!(lacking(&facts, Tier::D), ["48 GB of graphics memory (has 24 GB)"]);
}

#[test]
fn a_small_machine_is_told_everything_that_it_lacks() {
    let facts = pc(2, 4 * GIB, 2 * GIB, 19_999_999_999);

    assert_eq!(
        lacking(&facts, Tier::A),
        ["4 cores (has 2)", "8 GB of memory (has 4 GB)", "20 GB of free disk (has 19 GB)"]
    );
    assert_eq!(
        lacking(&facts, Tier::C),
        [
            "8 cores (has 2)",
            "32 GB of memory (has 4 GB)",
            "24 GB of graphics memory (has 2 GB)",
            "150 GB of free disk (has 19 GB)"
        ]
    );
}

#[test]
fn a_reached_tier_lacks_nothing_and_a_missed_one_never_has_what_it_lacks() {
    for gigabytes in 1..200 {
        for facts in [pc(64, gigabytes * GIB, gigabytes * GIB, gigabytes * GB), mac(gigabytes * GIB)] {
            for lack in reports(&facts).iter().flat_map(|report| &report.lacks) {
                let numbers: Vec<u64> =
                    lack.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
                assert!(numbers[0] > numbers[1], "{lack}");
            }
        }
    }
}

#[test]
fn graphics_that_share_the_memory_of_a_pc_do_not_count() {
    let mut facts = pc(16, 64 * GIB, 48 * GIB, 1000 * GB);
    facts.gpus[0].integrated = true;

    assert_eq!(letters(&facts), "a");
    assert_eq!(lacking(&facts, Tier::B), ["8 GB of graphics memory (has 0 GB)"]);
}

#[test]
fn the_memory_of_a_mac_counts_once() {
    assert_eq!(lacking(&mac(32 * GIB), Tier::C), ["64 GB of memory (has 32 GB)"]);
}

#[test]
fn a_machine_of_which_nothing_is_known_is_in_no_tier() {
    assert_eq!(letters(&Facts::default()), "");
}

fn letters(facts: &Facts) -> String {
    let reached = reports(facts).into_iter().filter(|report| report.lacks.is_empty());
    reached.map(|report| format!("{:?}", report.tier).to_lowercase()).collect::<Vec<_>>().join(" ")
}

fn lacking(facts: &Facts, tier: Tier) -> Vec<String> {
    reports(facts).into_iter().find(|report| report.tier == tier).unwrap().lacks
}

fn pc(cores: u32, memory_bytes: u64, vram_bytes: u64, free_disk_bytes: u64) -> Facts {
    let card = Gpu { vram_bytes, ..gpu("NVML 0") };
    Facts { cores, memory_bytes, gpus: vec![card], free_disk_bytes, ..Facts::default() }
}

fn mac(memory_bytes: u64) -> Facts {
    let graphics = Gpu { vram_bytes: memory_bytes / 4 * 3, ..gpu("Apple 0") };
    Facts { architecture: "aarch64".into(), gpus: vec![graphics], ..pc(16, memory_bytes, 0, 1000 * GB) }
}

fn gpu(text: &str) -> Gpu {
    let (teller, mebibytes) = text.split_once(' ').unwrap();
    Gpu {
        name: text.into(),
        vram_bytes: mebibytes.parse::<u64>().unwrap() << 20,
        free_vram_bytes: None,
        backend: match teller {
            "built-in" => "Vulkan",
            "Apple" => "Metal",
            other => other,
        }
        .into(),
        celsius: None,
        integrated: teller == "built-in",
    }
}
