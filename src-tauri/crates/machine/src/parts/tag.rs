//! From what a part says of itself to its tag: Argon2id, so that trying all serials that a maker may have given costs more
//! than it is worth. The salt is the same everywhere, or nobody else could know the part again.

use argon2::{Algorithm, Argon2, Params, Version};
use opengateway_core::tags::{Tag, Tags};

use super::{Parts, RawPart};

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Salts, one for each kind of part: a card and a disk that say the same do not have the same tag. They and the numbers
/// above can never change: everyone would be somebody else.
const BOARD: &[u8] = b"opengateway/tag/board/1";
const GPU: &[u8] = b"opengateway/tag/gpu/1";
const DISK: &[u8] = b"opengateway/tag/disk/1";

impl Parts {
    /// The tags of these parts. One without 64 MiB of free memory to make it is `None`.
    ///
    /// Takes 0.2 s of one core for each part (measured on a shared core of a server) and 64 MiB, which are given back:
    /// 7.4 MB resident before, 72.8 meanwhile, 7.4 after. Not for a thread that others wait for.
    pub fn tags(&self) -> Tags {
        let tag = |part: &Option<RawPart>, salt| tag(part.as_ref()?, salt);
        Tags { board: tag(&self.board, BOARD), gpu: tag(&self.gpu, GPU), disk: tag(&self.disk, DISK) }
    }
}

fn tag(part: &RawPart, salt: &[u8]) -> Option<Tag> {
    let mut tag = [0; 32];
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(tag.len())).expect("these numbers are allowed");
    let slow = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    slow.hash_password_into(part.0.as_bytes(), salt, &mut tag).ok()?;
    Some(Tag(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIAL: &str = "S5GXNX0T123456";

    #[test]
    fn tags_are_those_of_the_reference_and_differ_by_kind() {
        let part = || RawPart::new(SERIAL);
        let parts = Parts { board: part(), gpu: part(), disk: part() };

        let tags = parts.tags();

        assert_eq!(hex(tags.board), "42416ca80c037ac3e09e3d29233a2c49e735b49a23a1b704e8be3783311e17bf");
        assert_eq!(hex(tags.gpu), "2b4ffaf06f177706fee83823328f04014a89ae551e84df005f5690c79876d8a9");
        assert_eq!(hex(tags.disk), "85bef74f5f1c534ea210147060fc1d4d46147237360df13b0a22d769c210391e");
    }

    #[test]
    fn a_serial_that_is_written_differently_has_the_same_tag() {
        let tags = [SERIAL, "  s5gx-nx0t_12:34 56.\n\0"].map(|disk| disk_only(disk).tags());

        assert_eq!(tags[0], tags[1]);
        assert!(tags[0].disk.is_some());
    }

    #[test]
    fn what_was_left_in_has_no_tag() {
        assert_eq!(disk_only("To Be Filled By O.E.M.").tags(), Tags::default());
    }

    fn disk_only(said: &str) -> Parts {
        Parts { disk: RawPart::new(said), ..Parts::default() }
    }

    fn hex(tag: Option<Tag>) -> String {
        tag.unwrap().0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
