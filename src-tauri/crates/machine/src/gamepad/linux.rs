//! Controllers as the kernel's event devices, read without waiting. The system lets the user at the screen read them.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use evdev::EventType;
use evdev::raw_stream::RawDevice;

use super::{DeadZone, position};

/// Controllers come and go while we run.
const LIST_EVERY: Duration = Duration::from_secs(5);
/// The first buttons of a joystick and of a gamepad, by which the kernel marks both.
const MARKS: [usize; 2] = [0x120, 0x130];
/// Reads of one device at a time; one that never falls silent must not hold us.
const READS: usize = 16;

pub(super) struct Pads {
    open: HashMap<OsString, Pad>,
    listed: Option<Instant>,
    denied: bool,
}

struct Pad {
    device: RawDevice,
    /// Smallest and largest value of each axis.
    ranges: HashMap<u16, (i32, i32)>,
    zone: DeadZone,
}

impl Pads {
    pub(super) fn new() -> Self {
        Self { open: HashMap::new(), listed: None, denied: false }
    }

    pub(super) fn used(&mut self) -> Option<bool> {
        if self.listed.is_none_or(|listed| listed.elapsed() >= LIST_EVERY) {
            self.listed = Some(Instant::now());
            self.list(Path::new("/dev/input"), Path::new("/sys/class/input"));
        }
        let mut used = false;
        self.open.retain(|_, pad| match pad.used() {
            Ok(now) => {
                used |= now;
                true
            }
            // It was unplugged.
            Err(_) => false,
        });
        (used || !self.denied).then_some(used)
    }

    fn list(&mut self, devices: &Path, classes: &Path) {
        self.denied = false;
        // Without the directory there are no controllers.
        for entry in fs::read_dir(devices).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if self.open.contains_key(&name) || !is_controller(classes, &name) {
                continue;
            }
            match Pad::open(&entry.path()) {
                Ok(pad) => drop(self.open.insert(name, pad)),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => self.denied = true,
                Err(error) => tracing::debug!(?name, %error, "cannot read the controller"),
            }
        }
    }
}

impl Pad {
    fn open(path: &Path) -> io::Result<Self> {
        let without_waiting = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
        let file = OpenOptions::new().read(true).custom_flags(without_waiting).open(path)?;
        let device = RawDevice::from_fd(file.into())?;
        let (mut ranges, mut zone) = (HashMap::new(), DeadZone::default());
        for (axis, info) in device.get_absinfo()? {
            let range = (info.minimum(), info.maximum());
            zone.left(axis.0.into(), position(range, info.value()));
            ranges.insert(axis.0, range);
        }
        Ok(Self { device, ranges, zone })
    }

    fn used(&mut self) -> io::Result<bool> {
        let mut used = false;
        for _ in 0..READS {
            match self.device.fetch_events() {
                Ok(events) => {
                    for event in events {
                        used |= match event.event_type() {
                            EventType::KEY => true,
                            EventType::ABSOLUTE => {
                                let range = self.ranges.get(&event.code()).copied().unwrap_or_default();
                                self.zone.left(event.code().into(), position(range, event.value()))
                            }
                            _ => false,
                        };
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(used)
    }
}

fn is_controller(classes: &Path, device: &OsStr) -> bool {
    let keys = fs::read_to_string(classes.join(device).join("device/capabilities/key"));
    keys.is_ok_and(|keys| MARKS.iter().any(|mark| has_key(&keys, *mark)))
}

/// Whether the kernel's list of a device's keys has `key`: words in hexadecimal, the highest first.
fn has_key(words: &str, key: usize) -> bool {
    let bits = usize::BITS as usize;
    let word = words.split_whitespace().rev().nth(key / bits).and_then(|word| usize::from_str_radix(word, 16).ok());
    word.is_some_and(|word| word >> (key % bits) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the kernel lists the keys of each.
    const XBOX_PAD: &str = "7cdb000000000000 0 0 0 0";
    const KEYBOARD: &str = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe";
    const MOUSE: &str = "1f0000 0 0 0 0";

    #[test]
    fn a_controller_is_known_by_its_buttons() {
        let listed = [XBOX_PAD, KEYBOARD, MOUSE].map(|keys| {
            let classes = tempfile::tempdir().unwrap();
            let directory = classes.path().join("event3/device/capabilities");
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("key"), keys).unwrap();
            is_controller(classes.path(), OsStr::new("event3"))
        });

        assert_eq!(listed, [true, false, false]);
    }

    #[test]
    fn a_file_that_is_no_device_is_no_controller() {
        let (devices, classes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(devices.path().join("event0"), "").unwrap();
        let mut pads = Pads::new();

        pads.list(devices.path(), classes.path());

        assert!(pads.open.is_empty() && !pads.denied);
    }
}
