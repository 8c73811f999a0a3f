//! A part of a whole, from 0 to 1.

/// 0 of nothing. A part that is less than nothing or more than the whole is one of them.
pub(crate) fn share(part: f64, whole: f64) -> f32 {
    let share = if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
    let share = share as f32;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_less_than_nothing_nor_more_than_all() {
        let shares = [(1.0, 4.0), (-1.0, 4.0), (5.0, 4.0), (1.0, 0.0)].map(|(part, whole)| share(part, whole));

        assert_eq!(shares, [0.25, 0.0, 1.0, 0.0]);
    }
}
