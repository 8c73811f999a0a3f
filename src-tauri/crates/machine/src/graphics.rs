//! The graphics cards: what they are, and what others do with them. A card that sleeps is never woken to be read.
//!
//! Each system has `Cards` with `new`, `find` (looks for cards anew), `read` (given the processes that are ours) and
//! `missing` (what it cannot tell and why). Where cards can be told from all others, it has a function `unique`: the only
//! one that may wake a card.

#[cfg(any(windows, test))]
mod counters;
#[cfg(target_os = "linux")]
mod drm;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
mod names;
#[cfg(target_os = "linux")]
mod nvml;
#[cfg(windows)]
mod windows;

use std::collections::HashSet;

use opengateway_api::Gpu;

#[cfg(target_os = "linux")]
use linux::Cards;
#[cfg(target_os = "linux")]
pub(crate) use linux::unique;
#[cfg(target_os = "macos")]
use macos::Cards;
#[cfg(windows)]
use windows::Cards;
#[cfg(windows)]
pub(crate) use windows::unique;

pub(crate) struct Graphics {
    cards: Cards,
}

/// What one card says of this moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Reading {
    pub(crate) name: String,
    pub(crate) backend: &'static str,
    /// Whether it shares the machine's memory.
    pub(crate) integrated: bool,
    pub(crate) asleep: bool,
    pub(crate) vram_bytes: Option<u64>,
    pub(crate) free_vram_bytes: Option<u64>,
    pub(crate) celsius: Option<f32>,
    /// Share of its time that programs other than ours use.
    pub(crate) others: Option<f32>,
}

/// What all cards together say of this moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Load {
    /// Of the card that others use most; 0 where there is no card of its own.
    pub(crate) others: Option<f32>,
    pub(crate) free_vram_bytes: Option<u64>,
    pub(crate) celsius: Option<f32>,
}

impl Graphics {
    pub(crate) fn new() -> Self {
        Self { cards: Cards::new() }
    }

    pub(crate) fn load(&mut self, ours: &HashSet<u32>) -> Load {
        load(&self.cards.read(ours))
    }

    /// The cards, the largest first, and what could not be found out.
    pub(crate) fn facts(&mut self, ours: &HashSet<u32>) -> (Vec<Gpu>, Vec<String>) {
        self.cards.find();
        let mut gpus: Vec<Gpu> = self.cards.read(ours).into_iter().map(gpu).collect();
        gpus.sort_by_key(|gpu| (gpu.integrated, u64::MAX - gpu.vram_bytes));
        (gpus, self.cards.missing())
    }
}

fn gpu(reading: Reading) -> Gpu {
    Gpu {
        name: reading.name,
        vram_bytes: reading.vram_bytes.unwrap_or(0),
        free_vram_bytes: reading.free_vram_bytes.filter(|_| !reading.asleep),
        backend: reading.backend.into(),
        celsius: reading.celsius.filter(|_| !reading.asleep),
        integrated: reading.integrated,
    }
}

fn load(readings: &[Reading]) -> Load {
    let own: Vec<&Reading> = readings.iter().filter(|reading| !reading.integrated).collect();
    // Nobody uses what sleeps.
    let others = own.iter().map(|reading| if reading.asleep { Some(0.0) } else { reading.others });
    let free = |reading: &&Reading| if reading.asleep { reading.vram_bytes } else { reading.free_vram_bytes };
    let awake = own.iter().filter(|reading| !reading.asleep);
    Load {
        others: others.collect::<Option<Vec<f32>>>().map(|shares| shares.into_iter().fold(0.0, f32::max)),
        free_vram_bytes: own.iter().filter_map(free).reduce(u64::saturating_add),
        celsius: awake.filter_map(|reading| reading.celsius).reduce(f32::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn without_a_card_of_its_own_nobody_uses_one() {
        let integrated = Reading { integrated: true, celsius: Some(60.0), ..Reading::default() };

        for readings in [vec![], vec![integrated]] {
            assert_eq!(load(&readings), Load { others: Some(0.0), free_vram_bytes: None, celsius: None });
        }
    }

    #[test]
    fn the_busiest_and_the_hottest_card_count_and_free_memory_adds_up() {
        let cards = [card(0.1, 2, 50.0), card(0.4, 6, 45.0)];

        let load = load(&cards);

        assert_eq!(load, Load { others: Some(0.4), free_vram_bytes: Some(8 * GIB), celsius: Some(50.0) });
    }

    #[test]
    fn a_card_that_does_not_tell_makes_the_load_unknown() {
        let silent = Reading { others: None, ..card(0.0, 1, 40.0) };

        assert_eq!(load(&[card(0.0, 1, 40.0), silent]).others, None);
    }

    #[test]
    fn a_sleeping_card_is_unused_and_its_memory_free() {
        let asleep = Reading { asleep: true, vram_bytes: Some(8 * GIB), others: None, ..card(0.9, 1, 90.0) };

        assert_eq!(load(&[asleep]), Load { others: Some(0.0), free_vram_bytes: Some(8 * GIB), celsius: None });
    }

    #[test]
    fn what_a_sleeping_card_said_before_is_no_fact() {
        let gpu = gpu(Reading { asleep: true, ..card(0.0, 4, 40.0) });

        assert_eq!((gpu.free_vram_bytes, gpu.celsius), (None, None));
    }

    fn card(others: f32, free_gib: u64, celsius: f32) -> Reading {
        Reading {
            name: "card".into(),
            backend: "NVML",
            vram_bytes: Some(8 * GIB),
            free_vram_bytes: Some(free_gib * GIB),
            celsius: Some(celsius),
            others: Some(others),
            ..Reading::default()
        }
    }
}
