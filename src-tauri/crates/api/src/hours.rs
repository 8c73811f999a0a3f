//! Hours of the week.

use serde::{Deserialize, Serialize};

const WHOLE_DAY: u32 = (1 << 24) - 1;

/// Which hours of each weekday are meant. Written as seven texts from Monday on, such as `"0-8, 22-24"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Hours([u32; 7]);

impl Default for Hours {
    fn default() -> Self {
        Self([WHOLE_DAY; 7])
    }
}

impl Hours {
    /// No hour at all.
    pub const NONE: Self = Self([0; 7]);

    /// Whether the hour from `hour`:00 is meant; Monday is 0. What does not exist is not.
    pub fn contains(&self, weekday: u8, hour: u8) -> bool {
        self.0.get(usize::from(weekday)).is_some_and(|day| hour < 24 && day >> hour & 1 == 1)
    }

    /// Adds or removes an hour.
    pub fn set(&mut self, weekday: u8, hour: u8, wanted: bool) {
        let Some(day) = self.0.get_mut(usize::from(weekday)).filter(|_| hour < 24) else { return };
        *day = if wanted { *day | 1 << hour } else { *day & !(1 << hour) };
    }
}

impl From<Hours> for Vec<String> {
    fn from(hours: Hours) -> Self {
        hours.0.into_iter().map(write).collect()
    }
}

impl TryFrom<Vec<String>> for Hours {
    type Error = String;

    fn try_from(days: Vec<String>) -> Result<Self, String> {
        let days: Vec<u32> = days.iter().map(|day| read(day)).collect::<Result<_, _>>()?;
        days.try_into()
            .map(Self)
            .map_err(|days: Vec<u32>| format!("hours need 7 days from Monday on, not {}", days.len()))
    }
}

fn write(day: u32) -> String {
    let mut ranges = Vec::new();
    let mut hour = 0;
    while hour < 24 {
        let begin = hour;
        while hour < 24 && day >> hour & 1 == 1 {
            hour += 1;
        }
        if hour > begin {
            ranges.push(format!("{begin}-{hour}"));
        }
        hour += 1;
    }
    ranges.join(", ")
}

fn read(day: &str) -> Result<u32, String> {
    let ranges = day.split(',').map(str::trim).filter(|range| !range.is_empty());
    ranges.map(read_range).try_fold(0, |day, range| Ok(day | range?))
}

fn read_range(range: &str) -> Result<u32, String> {
    let bad = || format!("{range:?} is no range of hours such as \"22-24\"");
    let (begin, end) = range.split_once('-').ok_or_else(bad)?;
    let (begin, end): (u32, u32) = (begin.trim().parse().map_err(|_| bad())?, end.trim().parse().map_err(|_| bad())?);
    if begin >= end || end > 24 {
        return Err(bad());
    }
    Ok(WHOLE_DAY >> (24 - (end - begin)) << begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_people_say_them() {
        let mut hours = Hours::NONE;
        for hour in [0, 1, 22, 23] {
            hours.set(2, hour, true);
        }

        let texts: Vec<String> = hours.into();

        assert_eq!(texts, ["", "", "0-2, 22-24", "", "", "", ""]);
        assert_eq!(Hours::try_from(texts), Ok(hours));
        assert!(hours.contains(2, 23) && !hours.contains(2, 2) && !hours.contains(7, 0) && !hours.contains(2, 24));
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for nonsense in ["8-7", "0-25", "x", "3", "-1-2"] {
            let week = [nonsense, "", "", "", "", "", ""].map(String::from).to_vec();
            assert!(Hours::try_from(week).is_err_and(|error| error.contains("22-24")), "{nonsense}");
        }
        assert!(Hours::try_from(vec![String::new()]).is_err());
    }
}
