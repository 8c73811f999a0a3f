//! NVIDIA cards through the driver's library, which is loaded when a card that is awake is read first.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use nvml_wrapper::Device;
use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::error::NvmlError;
use zeroize::Zeroizing;

use super::Reading;
use crate::parts::RawPart;

/// How long a sample counts.
const MOMENTS: Duration = Duration::from_secs(2);

/// What is read of one card.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Recorded {
    pub(super) name: String,
    pub(super) vram_bytes: Option<u64>,
    pub(super) free_vram_bytes: Option<u64>,
    pub(super) celsius: Option<f32>,
    /// Use of the whole card in percent.
    pub(super) percent: Option<u32>,
    /// Use by process, oldest first; `None` where the driver does not tell.
    pub(super) samples: Option<Vec<Sample>>,
    /// Processes on the card; `None` where the driver does not tell.
    pub(super) processes: Option<Vec<u32>>,
}

/// What a process did on a card during one of the driver's intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) pid: u32,
    /// Microseconds.
    pub(super) at: u64,
    /// The busiest of its units.
    pub(super) percent: u32,
}

/// The library, or one that was recorded.
pub(super) trait Library: Send {
    /// Reads the card at this place of the bus, such as `0000:01:00.0`; samples are those after `since`.
    fn read(&mut self, place: &str, since: u64) -> Result<Recorded, String>;

    /// Lets go of all cards: one that is held open cannot fall asleep.
    fn release(&mut self);
}

/// The driver's own library.
#[derive(Default)]
pub(super) struct Driver(Option<Nvml>);

/// Follows one card from reading to reading.
#[derive(Debug, Default)]
pub(super) struct Follow {
    since: u64,
    /// Samples and when they came: the driver tells each once, and not for every reading there is a new one.
    recent: Vec<(Instant, Sample)>,
}

impl Follow {
    /// What the card says, where the samples are all those of the last moments.
    pub(super) fn read(&mut self, library: &mut dyn Library, place: &str, now: Instant) -> Result<Recorded, String> {
        let mut recorded = library.read(place, self.since)?;
        if let Some(samples) = &mut recorded.samples {
            self.since = samples.iter().map(|sample| sample.at).fold(self.since, u64::max);
            self.recent.retain(|(came, _)| now.saturating_duration_since(*came) < MOMENTS);
            self.recent.extend(samples.drain(..).map(|sample| (now, sample)));
            samples.extend(self.recent.iter().map(|(_, sample)| *sample));
        }
        Ok(recorded)
    }
}

impl Recorded {
    pub(super) fn reading(&self, ours: &HashSet<u32>) -> Reading {
        Reading {
            name: self.name.clone(),
            backend: "NVML",
            vram_bytes: self.vram_bytes,
            free_vram_bytes: self.free_vram_bytes,
            celsius: self.celsius,
            others: self.others(ours),
            ..Reading::default()
        }
    }

    /// Whether somebody computes on the card or we are on it. Desktops are on every card and let it sleep.
    pub(super) fn is_used(&self, ours: &HashSet<u32>) -> bool {
        let works = self.percent != Some(0) || self.samples.iter().flatten().any(|sample| sample.percent > 0);
        works || self.processes.iter().flatten().any(|pid| ours.contains(pid))
    }

    /// Where use by process is not told, the whole card's use is that of others while we are not on it.
    fn others(&self, ours: &HashSet<u32>) -> Option<f32> {
        let percent = match (&self.samples, &self.processes) {
            (Some(samples), _) => of_others(samples, ours),
            (None, Some(processes)) if processes.iter().all(|pid| !ours.contains(pid)) => self.percent?,
            (None, _) => return None,
        };
        u8::try_from(percent.min(100)).ok().map(|percent| f32::from(percent) / 100.0)
    }
}

/// The newest sample of each process, if it is recent, without ours.
fn of_others(samples: &[Sample], ours: &HashSet<u32>) -> u32 {
    let newest = samples.iter().map(|sample| sample.at).max().unwrap_or(0);
    // At the first reading, the driver also tells what was seconds ago.
    let is_recent = |sample: &&Sample| Duration::from_micros(newest - sample.at) < MOMENTS;
    let recent = samples.iter().filter(is_recent).filter(|sample| !ours.contains(&sample.pid));
    let by_process: HashMap<u32, u32> = recent.map(|sample| (sample.pid, sample.percent)).collect();
    by_process.values().fold(0, |sum, percent| sum.saturating_add(*percent))
}

impl Library for Driver {
    fn read(&mut self, place: &str, since: u64) -> Result<Recorded, String> {
        let library = match &self.0 {
            Some(library) => library,
            None => self.0.insert(load().map_err(|error| error.to_string())?),
        };
        let read = library.device_by_pci_bus_id(place).and_then(|card| record(&card, since));
        if let Err(error) = &read {
            tracing::debug!(place, %error, "cannot read the graphics card");
            // After the driver was replaced or a card was lost, only a new start helps.
            self.0 = None;
        }
        read.map_err(|error| error.to_string())
    }

    fn release(&mut self) {
        self.0 = None;
    }
}

/// What the library calls its first card, and no other one anywhere.
pub(super) fn unique() -> Option<RawPart> {
    let name = load().ok()?.device_by_index(0).ok()?.uuid().ok()?;
    RawPart::new(Zeroizing::new(name))
}

fn load() -> Result<Nvml, NvmlError> {
    // The name without a number only comes with the packages for developers.
    Nvml::builder().lib_path("libnvidia-ml.so.1".as_ref()).init()
}

/// Each of these may be missing on some cards; only a card without a name is none.
fn record(card: &Device<'_>, since: u64) -> Result<Recorded, NvmlError> {
    let memory = card.memory_info().ok();
    let samples = match card.process_utilization_stats(since) {
        Ok(samples) => Some(samples),
        // No process did anything since.
        Err(NvmlError::NotFound) => Some(Vec::new()),
        Err(_) => None,
    };
    let samples = samples.map(|samples| {
        let sample = |one: nvml_wrapper::struct_wrappers::device::ProcessUtilizationSample| Sample {
            pid: one.pid,
            at: one.timestamp,
            percent: one.sm_util.max(one.enc_util).max(one.dec_util),
        };
        // Some drivers pad their answer with samples of long ago.
        let mut samples: Vec<Sample> = samples.into_iter().map(sample).filter(|sample| sample.at > since).collect();
        samples.sort_by_key(|sample| sample.at);
        samples
    });
    let pids = |list: Result<Vec<nvml_wrapper::struct_wrappers::device::ProcessInfo>, NvmlError>| {
        list.ok().map(|list| list.into_iter().map(|process| process.pid).collect::<Vec<_>>())
    };
    let processes = [card.running_compute_processes(), card.running_graphics_processes()].map(pids);
    Ok(Recorded {
        name: card.name()?,
        vram_bytes: memory.as_ref().map(|memory| memory.total),
        free_vram_bytes: memory.map(|memory| memory.free),
        celsius: card.temperature(TemperatureSensor::Gpu).ok().and_then(|c| u16::try_from(c).ok()).map(f32::from),
        percent: card.utilization_rates().ok().map(|rates| rates.gpu),
        samples,
        processes: processes.into_iter().collect::<Option<Vec<_>>>().map(|lists| lists.concat()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: u32 = 500;
    const GAME: u32 = 900;

    #[test]
    fn our_own_answers_are_no_load_of_others() {
        let recorded = Recorded { samples: Some(vec![sample(OURS, 10, 95), sample(GAME, 10, 4)]), ..card() };

        assert_eq!(others(&recorded), Some(0.04));
    }

    #[test]
    fn only_the_newest_sample_of_a_process_counts() {
        let samples = vec![sample(GAME, 10, 90), sample(GAME, 12, 20), sample(GAME + 1, 11, 15)];

        assert_eq!(others(&Recorded { samples: Some(samples), ..card() }), Some(0.35));
    }

    #[test]
    fn what_a_process_did_seconds_ago_is_not_now() {
        let samples = vec![sample(GAME, 10, 90), sample(OURS, 2_000_010, 50)];

        assert_eq!(others(&Recorded { samples: Some(samples), ..card() }), Some(0.0));
    }

    #[test]
    fn a_driver_that_tells_no_processes_tells_the_load_while_we_are_not_on_the_card() {
        let alone = Recorded { samples: None, percent: Some(30), processes: Some(vec![GAME]), ..card() };
        let with_us = Recorded { processes: Some(vec![GAME, OURS]), ..alone.clone() };
        let unknown = Recorded { processes: None, ..alone.clone() };

        assert_eq!([alone, with_us, unknown].map(|recorded| others(&recorded)), [Some(0.3), None, None]);
    }

    #[test]
    fn shares_that_add_up_to_more_than_the_card_are_the_whole_card() {
        let samples = vec![sample(GAME, 10, 80), sample(GAME + 1, 10, 70)];

        assert_eq!(others(&Recorded { samples: Some(samples), ..card() }), Some(1.0));
    }

    #[test]
    fn a_sample_counts_for_a_moment_although_no_new_one_comes() {
        let with = |samples| Ok(Recorded { samples: Some(samples), ..card() });
        let mut tape =
            Tape { answers: vec![with(vec![]), with(vec![]), with(vec![sample(GAME, 77, 60)])], asked: vec![] };
        let (mut follow, start) = (Follow::default(), Instant::now());

        let read = [0, 1, 3].map(|second| {
            let now = start + Duration::from_secs(second);
            others(&follow.read(&mut tape, "0000:01:00.0", now).unwrap())
        });

        assert_eq!(read, [Some(0.6), Some(0.6), Some(0.0)]);
        assert_eq!(tape.asked, [0, 77, 77]);
    }

    #[test]
    fn a_failing_driver_gives_its_reason() {
        let mut tape = Tape { answers: vec![Err("driver not loaded".into())], asked: vec![] };

        let failed = Follow::default().read(&mut tape, "0000:01:00.0", Instant::now());

        assert_eq!(failed, Err("driver not loaded".into()));
    }

    #[test]
    fn a_card_that_only_shows_the_desktop_is_not_used() {
        let desktop = Recorded { samples: Some(vec![]), processes: Some(vec![77]), ..card() };
        let ours = Recorded { processes: Some(vec![77, OURS]), ..desktop.clone() };
        let game = Recorded { samples: Some(vec![sample(GAME, 1, 3)]), ..desktop.clone() };

        let used = [desktop, ours, game].map(|recorded| recorded.is_used(&HashSet::from([OURS])));

        assert_eq!(used, [false, true, true]);
    }

    /// Answers from the last to the first.
    struct Tape {
        answers: Vec<Result<Recorded, String>>,
        asked: Vec<u64>,
    }

    impl Library for Tape {
        fn read(&mut self, _place: &str, since: u64) -> Result<Recorded, String> {
            self.asked.push(since);
            self.answers.pop().unwrap()
        }

        fn release(&mut self) {}
    }

    fn others(recorded: &Recorded) -> Option<f32> {
        recorded.reading(&HashSet::from([OURS])).others
    }

    fn card() -> Recorded {
        Recorded { name: "GeForce".into(), percent: Some(0), processes: Some(vec![]), ..Recorded::default() }
    }

    fn sample(pid: u32, at: u64, percent: u32) -> Sample {
        Sample { pid, at, percent }
    }
}
