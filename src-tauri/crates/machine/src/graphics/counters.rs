//! The counters of Windows for graphics cards: a value for each unit of each card and each process on it.

use std::collections::{HashMap, HashSet};

use crate::share::share;

/// Which card, by the number Windows gave it at this start: upper and lower half.
pub(super) type Luid = (u32, u32);

/// Share of each card's time that others use: of its busiest unit, as the task manager shows it.
///
/// `values` are percents by names such as `pid_12_luid_0x00000000_0x0000C4B2_phys_0_eng_3_engtype_3D`.
pub(super) fn others<'a>(values: impl Iterator<Item = (&'a str, f64)>, ours: &HashSet<u32>) -> HashMap<Luid, f32> {
    let mut units: HashMap<(Luid, &str), f64> = HashMap::new();
    for (name, percent) in values {
        let Some((pid, luid, unit)) = unit(name) else { continue };
        let counted = if ours.contains(&pid) { 0.0 } else { percent };
        *units.entry((luid, unit)).or_default() += counted;
    }
    let mut cards: HashMap<Luid, f32> = HashMap::new();
    for ((luid, _), percent) in units {
        let busiest = cards.entry(luid).or_default();
        *busiest = busiest.max(share(percent, 100.0));
    }
    cards
}

/// Whether one of ours is on the card, or anybody computes on it.
pub(super) fn is_used<'a>(values: impl Iterator<Item = (&'a str, f64)>, card: Luid, ours: &HashSet<u32>) -> bool {
    let on_card = values.filter_map(|(name, percent)| unit(name).map(|(pid, luid, _)| (pid, luid, percent)));
    on_card.filter(|(_, luid, _)| *luid == card).any(|(pid, _, percent)| percent > 0.0 || ours.contains(&pid))
}

/// Bytes in use on each card, by names such as `luid_0x00000000_0x0000C4B2_phys_0`.
pub(super) fn bytes<'a>(values: impl Iterator<Item = (&'a str, f64)>) -> HashMap<Luid, u64> {
    let mut cards = HashMap::new();
    for (name, bytes) in values {
        let Some((luid, _)) = name.strip_prefix("luid_").and_then(card) else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "a count of bytes")]
        let bytes = bytes.max(0.0) as u64;
        *cards.entry(luid).or_default() += bytes;
    }
    cards
}

/// Process, card and the rest of the name.
fn unit(name: &str) -> Option<(u32, Luid, &str)> {
    let (pid, rest) = name.strip_prefix("pid_")?.split_once("_luid_")?;
    let (luid, unit) = card(rest)?;
    Some((pid.parse().ok()?, luid, unit))
}

fn card(text: &str) -> Option<(Luid, &str)> {
    let (upper, rest) = text.split_once('_')?;
    let (lower, rest) = rest.split_once('_')?;
    let number = |text: &str| u32::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    Some(((number(upper)?, number(lower)?), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Luid = (0, 0xC4B2);
    const OURS: u32 = 500;

    #[test]
    fn the_busiest_unit_counts_and_ours_does_not() {
        let values = [
            ("pid_500_luid_0x00000000_0x0000C4B2_phys_0_eng_0_engtype_3D", 90.0),
            ("pid_900_luid_0x00000000_0x0000C4B2_phys_0_eng_0_engtype_3D", 20.0),
            ("pid_901_luid_0x00000000_0x0000C4B2_phys_0_eng_0_engtype_3D", 5.0),
            ("pid_900_luid_0x00000000_0x0000C4B2_phys_0_eng_6_engtype_VideoDecode", 12.0),
            ("pid_900_luid_0x00000000_0x0000D000_phys_0_eng_0_engtype_Copy", 1.0),
        ];

        let others = others(values.into_iter(), &HashSet::from([OURS]));

        assert_eq!(others, HashMap::from([(CARD, 0.25), ((0, 0xD000), 0.01)]));
    }

    #[test]
    fn a_card_is_used_by_whoever_computes_and_by_us() {
        let idle = [("pid_900_luid_0x00000000_0x0000C4B2_phys_0_eng_0_engtype_3D", 0.0)];
        let busy = [("pid_900_luid_0x00000000_0x0000C4B2_phys_0_eng_0_engtype_3D", 0.4)];

        let used = |values: [(&'static str, f64); 1], ours: &[u32]| {
            is_used(values.into_iter(), CARD, &ours.iter().copied().collect())
        };

        assert!(!used(idle, &[]) && used(busy, &[]) && used(idle, &[900]));
    }

    #[test]
    fn memory_adds_up_over_the_parts_of_a_card() {
        let values = [("luid_0x00000000_0x0000C4B2_phys_0", 100.0), ("luid_0x00000000_0x0000C4B2_phys_1", 20.0)];

        assert_eq!(bytes(values.into_iter()), HashMap::from([(CARD, 120)]));
    }

    #[test]
    fn names_of_another_kind_are_passed_over() {
        let values = [("_Total", 1.0), ("pid_x_luid_0x0_0x1_phys_0", 1.0), ("luid_0x0", 1.0)];

        assert!(others(values.into_iter(), &HashSet::new()).is_empty() && bytes(values.into_iter()).is_empty());
    }
}
