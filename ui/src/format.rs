//! Numbers for people; each with its unit.

mod time;

use opengateway_api::Credits;

pub(crate) use time::{Clock, lasting, weekday};

/// Bytes in decimal units, as file managers and model sites count them.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let exact = count as f64;
    UNITS
        .iter()
        .find(|(size, _)| exact >= size * 0.9995)
        .map_or_else(|| format!("{count} B"), |(size, unit)| format!("{} {unit}", short(exact / size)))
}

/// Bytes of memory in the gigabytes that memory is sold in.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(crate) fn memory(count: u64) -> String {
    const GIBIBYTE: f64 = 1_073_741_824.0;
    format!("{} GB", short(count as f64 / GIBIBYTE))
}

/// Energy in watt-hours.
pub(crate) fn energy(watt_hours: u64) -> String {
    if watt_hours < 1000 {
        format!("{watt_hours} Wh")
    } else {
        let tenths = (watt_hours + 50) / 100;
        format!("{}.{} kWh", tenths / 10, tenths % 10)
    }
}

/// A clock rate in megahertz.
pub(crate) fn clock_rate(mhz: u32) -> String {
    format!("{}.{} GHz", mhz / 1000, mhz % 1000 / 100)
}

/// A large count in a narrow place: `980`, `12k`, `1.4M`.
pub(crate) fn compact(count: u64) -> String {
    match count {
        0..1000 => count.to_string(),
        1000..9_950 => format!("{}.{}k", count / 1000, count % 1000 / 100),
        9_950..999_500 => format!("{}k", (count + 500) / 1000),
        _ => format!("{}.{}M", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// Bytes a second.
pub(crate) fn speed(bytes_per_second: u64) -> String {
    format!("{}/s", bytes(bytes_per_second))
}

/// A rate with as many digits as mean something.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is not negative and far from the limit"
)]
fn short(value: f64) -> String {
    if value < 9.95 { format!("{value:.1}") } else { whole(value.max(0.0).round() as u64) }
}

/// Text tokens a second.
pub(crate) fn rate(per_second: f64) -> String {
    format!("{} text tokens/s", short(per_second))
}

/// How long the first text token took.
pub(crate) fn first_token(ms: f64) -> String {
    if ms < 999.5 { format!("{ms:.0} ms to the first") } else { format!("{:.1} s to the first", ms / 1000.0) }
}

/// How long a message is on its way.
pub(crate) fn latency(ms: f64) -> String {
    format!("{} ms", short(ms))
}

/// A wait that nobody knows exactly: whole seconds, then fives, then minutes.
pub(crate) fn roughly(ms: u32) -> String {
    match ms.div_ceil(1000) {
        0 | 1 => "1 s".to_owned(),
        seconds @ 2..=9 => format!("{seconds} s"),
        seconds @ 10..=57 => format!("{} s", seconds.div_ceil(5) * 5),
        seconds => lasting(u64::from(seconds.div_ceil(60)) * 60),
    }
}

/// An amount of credits: whole ones in groups of three, below ten also tenths, and no zero for what is not zero.
pub(crate) fn amount(credits: Credits) -> String {
    let shown = credits.to_string();
    if shown == "0" && credits != Credits::ZERO {
        return if credits < Credits::ZERO { "−<0.1".to_owned() } else { "<0.1".to_owned() };
    }
    let digits = shown.trim_start_matches('-');
    let (whole_part, tenth) = digits.split_once('.').map_or((digits, None), |(whole, tenth)| (whole, Some(tenth)));
    let sign = if shown.starts_with('-') { "−" } else { "" };
    let tenth = tenth.map(|tenth| format!(".{tenth}")).unwrap_or_default();
    format!("{sign}{}{tenth}", grouped(whole_part))
}

/// Whole credits that can be counted on: nobody is shown more than there is.
pub(crate) fn balance(credits: Credits) -> String {
    amount(Credits::whole(credits.floor()))
}

/// A whole number with groups of three.
pub(crate) fn whole(number: u64) -> String {
    grouped(&number.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// From 0 to 1 as per cent.
pub(crate) fn percent(share: f32) -> String {
    format!("{:.0} %", share.clamp(0.0, 1.0) * 100.0)
}

/// How far a download has come, from 0 to 1; `None` when the whole is unknown.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bar has fewer pixels than f32 digits"
)]
pub(crate) fn share(done: u64, total: Option<u64>) -> Option<f32> {
    total.filter(|total| *total > 0).map(|total| (done as f64 / total as f64).min(1.0) as f32)
}

/// The time that is left, rounded so that it does not flicker; `None` when it cannot be known.
pub(crate) fn left(done: u64, total: Option<u64>, bytes_per_second: u64) -> Option<String> {
    let rest = total?.checked_sub(done)?;
    let seconds = rest.checked_div(bytes_per_second)?;
    Some(match seconds {
        0..=9 => "a few seconds left".to_owned(),
        10..=54 => format!("{} s left", seconds.div_ceil(5) * 5),
        55..=3599 => format!("{} min left", seconds.div_ceil(60)),
        _ => format!("{} h {} min left", seconds / 3600, seconds % 3600 / 60),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_two_or_three_digits_and_a_unit() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_048_576), "1.0 MB");
        assert_eq!(bytes(2_497_280_000), "2.5 GB");
        assert_eq!(bytes(999_999_999), "1.0 GB");
        assert_eq!(bytes(42_000_000_000), "42 GB");
    }

    #[test]
    fn memory_is_counted_as_it_is_sold() {
        assert_eq!(memory(34_359_738_368), "32 GB");
        assert_eq!(memory(8_589_934_592), "8.0 GB");
    }

    #[test]
    fn narrow_places_get_short_numbers() {
        assert_eq!(compact(980), "980");
        assert_eq!(compact(1_240), "1.2k");
        assert_eq!(compact(12_480), "12k");
        assert_eq!(compact(1_440_000), "1.4M");
        assert_eq!(energy(240), "240 Wh");
        assert_eq!(energy(1_340), "1.3 kWh");
        assert_eq!(energy(1_960), "2.0 kWh");
        assert_eq!(clock_rate(3_800), "3.8 GHz");
    }

    #[test]
    fn rates_keep_only_meaningful_digits() {
        assert_eq!(rate(41.37), "41 text tokens/s");
        assert_eq!(rate(1_840.2), "1,840 text tokens/s");
        assert_eq!(rate(3.25), "3.2 text tokens/s");
        assert_eq!(speed(12_400_000), "12 MB/s");
    }

    #[test]
    fn short_waits_are_in_milliseconds() {
        assert_eq!(first_token(212.4), "212 ms to the first");
        assert_eq!(first_token(1840.0), "1.8 s to the first");
    }

    #[test]
    fn a_way_through_the_network_is_in_milliseconds() {
        assert_eq!(latency(0.34), "0.3 ms");
        assert_eq!(latency(12.4), "12 ms");
    }

    #[test]
    fn a_rough_wait_does_not_pretend_to_be_exact() {
        assert_eq!(roughly(0), "1 s");
        assert_eq!(roughly(3_200), "4 s");
        assert_eq!(roughly(37_900), "40 s");
        assert_eq!(roughly(58_000), "1 min");
        assert_eq!(roughly(130_000), "3 min");
    }

    #[test]
    fn amounts_are_grouped_signed_and_never_a_zero_that_is_none() {
        assert_eq!([amount(Credits(400_000)), amount(Credits(1_000_000))], ["0.4", "1"]);
        assert_eq!([amount(Credits::whole(1_234_567)), amount(Credits::whole(-1_870))], ["1,234,567", "−1,870"]);
        assert_eq!([amount(Credits(1_200)), amount(Credits::ZERO)], ["<0.1", "0"]);
    }

    #[test]
    fn a_balance_is_rounded_down() {
        assert_eq!([balance(Credits(1_999_999)), balance(Credits(-100_000))], ["1", "−1"]);
    }

    #[test]
    fn whole_numbers_are_grouped() {
        assert_eq!(whole(512), "512");
        assert_eq!(whole(32_768), "32,768");
        assert_eq!(whole(1_000_000), "1,000,000");
    }

    #[test]
    fn time_left_is_rounded_and_unknown_when_nothing_comes() {
        assert_eq!(left(0, Some(1000), 0), None);
        assert_eq!(left(0, None, 10), None);
        assert_eq!(left(900, Some(1000), 100).as_deref(), Some("a few seconds left"));
        assert_eq!(left(0, Some(4200), 100).as_deref(), Some("45 s left"));
        assert_eq!(left(0, Some(18_100), 100).as_deref(), Some("4 min left"));
        assert_eq!(left(0, Some(750_000), 100).as_deref(), Some("2 h 5 min left"));
    }

    #[test]
    fn a_share_never_passes_the_whole() {
        assert_eq!(share(50, Some(100)), Some(0.5));
        assert_eq!(share(150, Some(100)), Some(1.0));
        assert_eq!(share(150, Some(0)), None);
        assert_eq!(percent(0.434), "43 %");
    }
}
