//! The cards on the bus, as the kernel lists them. What it says of their sleep decides whether a card is read at all.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::drm::{Shares, Use};
use super::nvml::{self, Driver, Follow, Library};
use super::{Reading, names};
use crate::parts::RawPart;

const BUS: &str = "/sys/bus/pci/devices";
const NVIDIA: u16 = 0x10de;
const AMD: u16 = 0x1002;
const INTEL: u16 = 0x8086;
/// Where Intel puts the graphics of a processor. Its cards are elsewhere.
const INTEL_INTEGRATED: &str = "0000:00:02.0";
/// Each reading keeps a card awake for some seconds: an unused one that may sleep is left alone this long.
const LEFT_ALONE: Duration = Duration::from_secs(20);
/// A driver that failed is tried again after this.
const RETRY: Duration = Duration::from_secs(60);

/// What the first card of NVIDIA, else of AMD, says of itself and no other does.
pub(crate) fn unique() -> Option<RawPart> {
    nvml::unique().or_else(|| unique_on(Path::new(BUS)))
}

/// The number that AMD gives to each card. The kernel knows it without waking one.
fn unique_on(bus: &Path) -> Option<RawPart> {
    on_bus(bus).iter().find_map(|card| RawPart::new(Zeroizing::new(fs::read(card.join("unique_id")).ok()?)))
}

/// Everything on the bus, in the order of its places.
fn on_bus(bus: &Path) -> Vec<PathBuf> {
    let mut directories: Vec<PathBuf> = fs::read_dir(bus).into_iter().flatten().flatten().map(|e| e.path()).collect();
    directories.sort();
    directories
}

pub(super) struct Cards {
    bus: PathBuf,
    library: Box<dyn Library>,
    /// Why NVIDIA's library could not be used, and since when.
    failure: Option<(Instant, String)>,
    by_process: Use,
    cards: Vec<Card>,
}

struct Card {
    directory: PathBuf,
    /// Such as `0000:01:00.0`.
    place: String,
    vendor: u16,
    follow: Follow,
    left_alone: Option<Instant>,
    last: Reading,
}

impl Cards {
    pub(super) fn new() -> Self {
        Self::on(Path::new(BUS), Box::new(Driver::default()))
    }

    fn on(bus: &Path, library: Box<dyn Library>) -> Self {
        let by_process = Use::default();
        let mut cards = Self { bus: bus.into(), library, failure: None, by_process, cards: Vec::new() };
        cards.find();
        cards
    }

    pub(super) fn find(&mut self) {
        self.failure = None;
        let directories = on_bus(&self.bus);
        self.cards.retain(|card| directories.contains(&card.directory));
        for directory in directories {
            if self.cards.iter().all(|card| card.directory != directory) {
                self.cards.extend(Card::in_directory(directory));
            }
        }
    }

    pub(super) fn read(&mut self, ours: &HashSet<u32>) -> Vec<Reading> {
        let reads_amd = self.cards.iter().any(|card| card.vendor == AMD && !card.is_asleep());
        let shares = if reads_amd { self.by_process.shares(ours, Instant::now()) } else { HashMap::new() };
        let mut cards = std::mem::take(&mut self.cards);
        for card in &mut cards {
            card.last.asleep = card.is_asleep();
            if card.last.asleep || card.left_alone.is_some_and(|since| since.elapsed() < LEFT_ALONE) {
                continue;
            }
            card.left_alone = None;
            let used = match card.vendor {
                NVIDIA => self.read_nvidia(card, ours),
                AMD => card.read_amd(shares.get(&card.place).copied().unwrap_or_default()),
                _ => true,
            };
            if !used && card.may_sleep() {
                card.left_alone = Some(Instant::now());
                self.library.release();
            }
        }
        self.cards = cards;
        self.cards.iter().map(|card| card.last.clone()).collect()
    }

    pub(super) fn missing(&self) -> Vec<String> {
        let failure = self.failure.iter().map(|(_, reason)| format!("NVIDIA graphics: {reason}"));
        let silent =
            self.cards.iter().filter(|card| !card.last.integrated && !card.last.asleep && card.vendor == INTEL);
        let silent = silent.map(|card| format!("use of {}: its driver does not tell", card.last.name));
        let asleep = self.cards.iter().filter(|card| card.last.asleep && card.last.vram_bytes.is_none());
        let asleep = asleep.map(|card| format!("memory of {}: it sleeps and is not woken", card.last.name));
        failure.chain(silent).chain(asleep).collect()
    }

    /// Whether the card is used, or cannot be read.
    fn read_nvidia(&mut self, card: &mut Card, ours: &HashSet<u32>) -> bool {
        if self.failure.as_ref().is_some_and(|(since, _)| since.elapsed() < RETRY) {
            return true;
        }
        match card.follow.read(self.library.as_mut(), &card.place, Instant::now()) {
            Ok(recorded) => {
                card.last = recorded.reading(ours);
                recorded.is_used(ours)
            }
            Err(reason) => {
                self.failure = Some((Instant::now(), reason));
                card.last = Reading { celsius: None, others: None, free_vram_bytes: None, ..card.last.clone() };
                true
            }
        }
    }
}

impl Card {
    fn in_directory(directory: PathBuf) -> Option<Self> {
        let place = directory.file_name()?.to_str()?.to_owned();
        let is_display = text(&directory.join("class"))?.starts_with("0x03");
        let vendor = number(&directory.join("vendor"))?;
        let driver = fs::read_link(directory.join("driver")).unwrap_or_default();
        // One that was handed to a virtual machine is not ours to read.
        let is_lent = driver.file_name().is_some_and(|name| name == "vfio-pci");
        if !is_display || is_lent || ![NVIDIA, AMD, INTEL].contains(&vendor) {
            return None;
        }
        let integrated = match vendor {
            AMD => is_amd_integrated(&directory),
            INTEL => place == INTEL_INTEGRATED,
            _ => false,
        };
        let last = Reading {
            name: names::card(vendor, number(&directory.join("device"))?),
            backend: match vendor {
                NVIDIA => "NVML",
                AMD => "amdgpu",
                _ => "Vulkan",
            },
            integrated,
            ..Reading::default()
        };
        Some(Self { directory, place, vendor, follow: Follow::default(), left_alone: None, last })
    }

    fn is_asleep(&self) -> bool {
        let status = text(&self.directory.join("power/runtime_status"));
        status.is_some_and(|status| status == "suspended" || status == "suspending")
    }

    fn may_sleep(&self) -> bool {
        text(&self.directory.join("power/control")).is_some_and(|control| control == "auto")
    }

    /// Whether the card is used. The driver's own figure is that of the moment and of all programs: as soon as we are
    /// on the card, only what it tells of each process says how much is others'.
    fn read_amd(&mut self, shares: Shares) -> bool {
        let bytes = |name: &str| text(&self.directory.join(name))?.parse::<u64>().ok();
        let total = bytes("mem_info_vram_total");
        let free = total.zip(bytes("mem_info_vram_used")).map(|(total, used)| total.saturating_sub(used));
        let percent: Option<u8> = text(&self.directory.join("gpu_busy_percent")).and_then(|text| text.parse().ok());
        let busy = percent.map(|percent| f32::from(percent.min(100)) / 100.0);
        self.last.vram_bytes = total;
        self.last.free_vram_bytes = free;
        self.last.celsius =
            sensor(&self.directory, "temp1_input").and_then(|path| text(&path)?.parse().ok()).map(degrees);
        self.last.others = if shares.ours > 0.0 { Some(shares.others) } else { busy };
        busy != Some(0.0) || shares.ours > 0.0
    }
}

fn degrees(thousandths: i32) -> f32 {
    i16::try_from(thousandths / 1000).map_or(0.0, f32::from)
}

/// Only cards of their own have a fan, a second sensor or a counter of what goes over the bus.
fn is_amd_integrated(directory: &Path) -> bool {
    let has_sensor = |name| sensor(directory, name).is_some();
    !(has_sensor("fan1_input") || has_sensor("temp2_input") || directory.join("pcie_bw").exists())
}

fn sensor(directory: &Path, name: &str) -> Option<PathBuf> {
    let monitors = fs::read_dir(directory.join("hwmon")).ok()?.flatten();
    monitors.map(|monitor| monitor.path().join(name)).find(|path| path.exists())
}

fn text(path: &Path) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

/// A number such as `0x10de`.
fn number(path: &Path) -> Option<u16> {
    u16::from_str_radix(text(path)?.strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tempfile::TempDir;

    use super::*;
    use crate::graphics::nvml::{Recorded, Sample};

    const GIB: u64 = 1 << 30;
    const GEFORCE: &[(&str, &str)] = &[("class", "0x030000"), ("vendor", "0x10de"), ("device", "0xfff0")];
    const RADEON: &[(&str, &str)] = &[
        ("class", "0x030000"),
        ("vendor", "0x1002"),
        ("device", "0xfff1"),
        ("gpu_busy_percent", "35\n"),
        ("mem_info_vram_total", "8589934592"),
        ("mem_info_vram_used", "1073741824"),
        ("hwmon/hwmon4/temp1_input", "51000"),
        ("hwmon/hwmon4/fan1_input", "900"),
    ];

    #[test]
    fn an_nvidia_card_is_read_through_its_library() {
        let machine = machine(&[("0000:01:00.0", GEFORCE)]);
        let (library, asked) = library(vec![Ok(game_running())]);

        let readings = Cards::on(machine.path(), library).read(&HashSet::new());

        assert_eq!((readings[0].others, readings[0].free_vram_bytes), (Some(0.5), Some(6 * GIB)));
        assert_eq!(*asked.lock().unwrap(), ["read 0000:01:00.0"]);
    }

    #[test]
    fn a_sleeping_card_is_not_read() {
        let machine = machine(&[("0000:01:00.0", GEFORCE)]);
        put(&machine, "0000:01:00.0/power/runtime_status", "suspended\n");
        let (library, asked) = library(vec![]);
        let mut cards = Cards::on(machine.path(), library);

        let readings = cards.read(&HashSet::new());

        assert!(readings[0].asleep && asked.lock().unwrap().is_empty());
        assert_eq!(cards.missing(), ["memory of NVIDIA graphics (0xfff0): it sleeps and is not woken"]);
    }

    #[test]
    fn a_failing_library_is_named_and_not_asked_again_at_once() {
        let machine = machine(&[("0000:01:00.0", GEFORCE)]);
        let (library, asked) = library(vec![Err("driver not loaded".into())]);
        let mut cards = Cards::on(machine.path(), library);
        cards.read(&HashSet::new());

        let readings = cards.read(&HashSet::new());

        assert_eq!((readings[0].others, readings[0].name.as_str()), (None, "NVIDIA graphics (0xfff0)"));
        assert_eq!(cards.missing(), ["NVIDIA graphics: driver not loaded"]);
        assert_eq!(asked.lock().unwrap().len(), 1);
    }

    #[test]
    fn an_unused_card_that_may_sleep_is_left_alone() {
        let machine = machine(&[("0000:01:00.0", GEFORCE)]);
        put(&machine, "0000:01:00.0/power/control", "auto");
        let unused = Recorded { percent: Some(0), samples: Some(vec![]), ..game_running() };
        let (library, asked) = library(vec![Ok(unused)]);
        let mut cards = Cards::on(machine.path(), library);

        let readings = [cards.read(&HashSet::new()), cards.read(&HashSet::new())];

        assert_eq!(readings.map(|readings| readings[0].others), [Some(0.0), Some(0.0)]);
        assert_eq!(*asked.lock().unwrap(), ["read 0000:01:00.0", "release"]);
    }

    #[test]
    fn an_amd_card_is_read_from_the_kernel() {
        let machine = machine(&[("0000:03:00.0", RADEON)]);

        let readings = Cards::on(machine.path(), library(vec![]).0).read(&HashSet::new());

        let wanted = Reading {
            name: "AMD graphics (0xfff1)".into(),
            backend: "amdgpu",
            vram_bytes: Some(8 * GIB),
            free_vram_bytes: Some(7 * GIB),
            celsius: Some(51.0),
            others: Some(0.35),
            ..Reading::default()
        };
        assert_eq!(readings, [wanted]);
    }

    #[test]
    fn graphics_within_the_processor_are_integrated() {
        let intel: &[(&str, &str)] = &[("class", "0x030000"), ("vendor", "0x8086"), ("device", "0xfff2")];
        let machine = machine(&[("0000:00:02.0", intel), ("0000:05:00.0", &RADEON[..6]), ("0000:06:00.0", intel)]);

        let readings = Cards::on(machine.path(), library(vec![]).0).read(&HashSet::new());

        assert_eq!(readings.iter().map(|reading| reading.integrated).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn other_devices_and_cards_of_virtual_machines_are_no_cards_of_ours() {
        let sound: &[(&str, &str)] = &[("class", "0x040300"), ("vendor", "0x10de"), ("device", "0x10f0")];
        let server: &[(&str, &str)] = &[("class", "0x030000"), ("vendor", "0x1a03"), ("device", "0x2000")];
        let machine = machine(&[("0000:01:00.1", sound), ("0000:02:00.0", server), ("0000:03:00.0", RADEON)]);
        let driver = machine.path().join("0000:03:00.0/driver");
        std::os::unix::fs::symlink("../../drivers/vfio-pci", driver).unwrap();

        assert_eq!(Cards::on(machine.path(), library(vec![]).0).read(&HashSet::new()), []);
    }

    #[test]
    fn the_first_card_of_amd_that_has_a_number_of_its_own_tells_it() {
        let older: &[(&str, &str)] = &[("class", "0x030000"), ("vendor", "0x1002")];
        let built_in: &[(&str, &str)] = &[("class", "0x030000"), ("unique_id", "0000000000000000\n")];
        let numbered: &[(&str, &str)] = &[("class", "0x030000"), ("unique_id", "2d0f3ea1b5c79846\n")];
        let with = machine(&[("0000:01:00.0", older), ("0000:02:00.0", built_in), ("0000:03:00.0", numbered)]);
        let without = machine(&[("0000:01:00.0", older), ("0000:02:00.0", built_in)]);

        assert!(unique_on(with.path()).is_some());
        assert!(unique_on(without.path()).is_none());
    }

    /// Answers from the last to the first, and notes what it was asked.
    struct Tape {
        answers: Vec<Result<Recorded, String>>,
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl Library for Tape {
        fn read(&mut self, place: &str, _since: u64) -> Result<Recorded, String> {
            self.asked.lock().unwrap().push(format!("read {place}"));
            self.answers.pop().unwrap()
        }

        fn release(&mut self) {
            self.asked.lock().unwrap().push("release".into());
        }
    }

    fn library(answers: Vec<Result<Recorded, String>>) -> (Box<dyn Library>, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::default();
        (Box::new(Tape { answers, asked: Arc::clone(&asked) }), asked)
    }

    fn game_running() -> Recorded {
        Recorded {
            name: "GeForce".into(),
            vram_bytes: Some(8 * GIB),
            free_vram_bytes: Some(6 * GIB),
            celsius: Some(60.0),
            percent: Some(50),
            samples: Some(vec![Sample { pid: 900, at: 1, percent: 50 }]),
            processes: Some(vec![900]),
        }
    }

    fn machine(cards: &[(&str, &[(&str, &str)])]) -> TempDir {
        let bus = tempfile::tempdir().unwrap();
        for (place, files) in cards {
            for (name, content) in *files {
                put(&bus, &format!("{place}/{name}"), content);
            }
        }
        bus
    }

    fn put(bus: &TempDir, path: &str, content: &str) {
        let path = bus.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}
