//! What three parts of this PC say of themselves, and the tags that are made from it.
//!
//! Serials name a PC as surely as its owner's name: they stay in [`Parts`], which shows, writes and sends nothing, and
//! only [`Parts::tags`] leave this PC. A part that tells nothing is `None`, and so is what the program made up that a
//! virtual machine runs in. Each system has a function `told` that gives a [`Told`].

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(windows, test))]
mod smbios;
#[cfg(any(windows, test))]
mod storage;
mod tag;
#[cfg(windows)]
mod windows;

use std::fmt;

use opengateway_core::tags::{is_placeholder, plain};
use zeroize::Zeroizing;

/// What the parts of a PC say of themselves. A part is the same as long as it says the same.
#[derive(Clone, Default)]
pub struct Parts {
    /// The system board.
    pub board: Option<RawPart>,
    /// The first graphics card.
    pub gpu: Option<RawPart>,
    /// The disk that holds the system.
    pub disk: Option<RawPart>,
}

/// What one part says of itself: letters and digits, as capitals, and enough of them to tell it from others. Wiped from
/// memory when dropped.
#[derive(Clone)]
pub struct RawPart(Zeroizing<String>);

/// What a system tells.
struct Told {
    /// Whether this PC is made up by a program.
    is_virtual: bool,
    parts: Parts,
}

pub(crate) fn read() -> Parts {
    #[cfg(target_os = "linux")]
    let told = linux::told();
    #[cfg(target_os = "macos")]
    let told = macos::told();
    #[cfg(windows)]
    let told = windows::told();
    told.of_things()
}

impl Told {
    /// Without what was made up. A graphics card that was handed to a virtual machine is still a thing.
    fn of_things(self) -> Parts {
        if self.is_virtual { Parts { gpu: self.parts.gpu, ..Parts::default() } } else { self.parts }
    }
}

impl RawPart {
    /// What counts of what a part said, or `None` if that is no serial.
    pub fn new(said: impl AsRef<[u8]>) -> Option<Self> {
        let said = said.as_ref();
        // Text that grew would leave copies of itself behind.
        let mut serial = Zeroizing::new(String::with_capacity(said.len()));
        serial.extend(plain(said).map(char::from));
        (!is_placeholder(&serial)).then_some(Self(serial))
    }
}

/// Shows nothing.
impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}

/// Shows nothing.
impl fmt::Debug for RawPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawPart")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_serial_is_shown() {
        let parts = Parts { board: RawPart::new("S5GXNX0T123456"), ..Parts::default() };

        assert_eq!(format!("{parts:?} {:?}", parts.board), "Parts Some(RawPart)");
    }

    #[test]
    fn what_was_left_in_is_no_part() {
        assert!(RawPart::new("To Be Filled By O.E.M.").is_none());
        assert!(RawPart::new([0xff; 16]).is_none());
    }

    #[test]
    fn of_a_virtual_machine_only_the_card_that_was_handed_to_it_is_a_thing() {
        let parts = told(true).of_things();

        assert!(parts.board.is_none() && parts.disk.is_none() && parts.gpu.is_some());
    }

    #[test]
    fn all_parts_of_a_real_pc_are_things() {
        let parts = told(false).of_things();

        assert!(parts.board.is_some() && parts.disk.is_some() && parts.gpu.is_some());
    }

    #[test]
    fn this_pc_is_read_without_harm() {
        let _whatever_it_has = read();
    }

    fn told(is_virtual: bool) -> Told {
        let part = || RawPart::new("S5GXNX0T123456");
        Told { is_virtual, parts: Parts { board: part(), gpu: part(), disk: part() } }
    }
}
