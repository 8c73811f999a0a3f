//! Since the last key in any terminal, for machines without a desktop: the newest access to a terminal, as `w` shows.
//!
//! The kernel notes the access when a program reads what was typed, to eight seconds. Consoles and the terminals of
//! remote logins both count.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// There are dozens, and what they tell is seconds old.
const KEPT: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Terminals {
    last: Option<(Instant, Option<SystemTime>)>,
}

impl Terminals {
    /// `None` where there is no terminal.
    pub(super) fn input_ago(&mut self) -> Option<Duration> {
        let last = self.last.filter(|(read, _)| read.elapsed() < KEPT);
        let (_, used) = *self.last.insert(last.unwrap_or_else(|| (Instant::now(), last_used(Path::new("/dev")))));
        // One that was used after now was used now.
        Some(used?.elapsed().unwrap_or_default())
    }
}

fn last_used(devices: &Path) -> Option<SystemTime> {
    let consoles = newest(devices, |name| name.strip_prefix("tty").is_some_and(is_number));
    consoles.max(newest(&devices.join("pts"), is_number))
}

fn newest(directory: &Path, is_terminal: impl Fn(&str) -> bool) -> Option<SystemTime> {
    let terminals = fs::read_dir(directory).ok()?.flatten();
    let terminals = terminals.filter(|entry| OsStr::to_str(&entry.file_name()).is_some_and(&is_terminal));
    terminals.filter_map(|entry| entry.metadata().ok()?.accessed().ok()).max()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};

    use super::*;

    #[test]
    fn the_terminal_that_was_used_last_counts() {
        let devices = tempfile::tempdir().unwrap();
        for (name, used) in [("tty1", 500), ("pts/0", 910), ("pts/3", 100)] {
            terminal(devices.path(), name, used);
        }

        assert_eq!(last_used(devices.path()), Some(at(910)));
    }

    #[test]
    fn devices_that_are_no_terminal_of_a_person_do_not_count() {
        let devices = tempfile::tempdir().unwrap();
        for (name, used) in [("tty2", 300), ("tty", 999), ("ttyS0", 999), ("pts/ptmx", 999), ("null", 999)] {
            terminal(devices.path(), name, used);
        }

        assert_eq!(last_used(devices.path()), Some(at(300)));
    }

    #[test]
    fn without_a_terminal_nothing_is_known() {
        let devices = tempfile::tempdir().unwrap();

        assert_eq!(last_used(devices.path()), None);
    }

    #[test]
    fn the_time_since_then_goes_on_between_readings() {
        let used = SystemTime::now() - Duration::from_secs(90);
        let mut terminals = Terminals { last: Some((Instant::now(), Some(used))) };

        let ago = terminals.input_ago().unwrap();

        assert!((Duration::from_secs(90)..Duration::from_secs(120)).contains(&ago), "{ago:?}");
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn terminal(devices: &Path, name: &str, used: u64) {
        let path = devices.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = File::create(path).unwrap();
        file.set_times(FileTimes::new().set_accessed(at(used))).unwrap();
    }
}
