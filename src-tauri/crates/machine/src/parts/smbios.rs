//! What the firmware of a PC wrote about it: a table of structures, each followed by its texts.

use std::iter;

use opengateway_core::tags::is_virtual;
use zeroize::Zeroizing;

use super::{Parts, RawPart, Told};

/// What Windows puts before the table: its version and its length.
const HEADER: usize = 8;
/// Type, length and number of a structure.
const SHORTEST: usize = 4;

const PC: u8 = 1;
const BOARD: u8 = 2;

struct Structure<'a> {
    fields: &'a [u8],
    texts: &'a [u8],
}

/// The board's UUID, else its serial, as on Linux.
pub(super) fn told(raw: &[u8]) -> Told {
    let version = (raw.get(1).copied().unwrap_or(0), raw.get(2).copied().unwrap_or(0));
    let table = raw.get(HEADER..).unwrap_or_default();
    let pc = structures(table).find(|structure| structure.is(PC));
    let board = structures(table).find(|structure| structure.is(BOARD));
    let mut names = pc.iter().flat_map(|pc| [pc.text(0x04), pc.text(0x05)]).flatten();
    let is_virtual = names.any(|name| is_virtual(&String::from_utf8_lossy(name)));
    let uuid = || RawPart::new(uuid(pc.as_ref()?.fields.get(0x08..0x18)?, version)?);
    let serial = || RawPart::new(board.as_ref()?.text(0x07)?);
    Told { is_virtual, parts: Parts { board: uuid().or_else(serial), ..Parts::default() } }
}

/// All that are whole.
fn structures(table: &[u8]) -> impl Iterator<Item = Structure<'_>> {
    let mut rest = table;
    iter::from_fn(move || {
        let length = usize::from(*rest.get(1)?);
        let (fields, after) = rest.split_at_checked(length.max(SHORTEST))?;
        // Two zeroes end the texts, also where there are none.
        let end = after.windows(2).position(|pair| pair == [0, 0])?;
        rest = after.get(end + 2..)?;
        Some(Structure { fields, texts: after.get(..end)? })
    })
}

impl<'a> Structure<'a> {
    fn is(&self, kind: u8) -> bool {
        self.fields.first() == Some(&kind)
    }

    /// A field holds the number of a text, from 1; 0 is none.
    fn text(&self, field: usize) -> Option<&'a [u8]> {
        let number = usize::from(*self.fields.get(field)?).checked_sub(1)?;
        self.texts.split(|byte| *byte == 0).nth(number)
    }
}

/// As it is printed. Since version 2.6 the first three numbers lie with their smallest byte first.
fn uuid(bytes: &[u8], version: (u8, u8)) -> Option<Zeroizing<String>> {
    let mut bytes: [u8; 16] = bytes.try_into().ok()?;
    if version >= (2, 6) {
        bytes[..4].reverse();
        bytes[4..6].reverse();
        bytes[6..8].reverse();
    }
    Some(Zeroizing::new(format!("{:032x}", u128::from_be_bytes(bytes))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: [u8; 16] =
        [0x44, 0x45, 0x4c, 0x4c, 0x42, 0x00, 0x10, 0x35, 0x80, 0x52, 0xb3, 0xc0, 0x4f, 0x4b, 0x4e, 0x32];

    #[test]
    fn a_pc_tells_its_uuid_as_it_is_printed() {
        let told = told(&table((3, 2), &[firmware(), pc(UUID), board("/7YK2X12/CNWS20081G00X1/"), end()]));

        assert!(!told.is_virtual);
        assert_eq!(text(&told), "4C4C4544004235108052B3C04F4B4E32");
    }

    #[test]
    fn old_firmware_writes_the_uuid_as_it_is_printed() {
        let told = told(&table((2, 5), &[pc(UUID), end()]));

        assert_eq!(text(&told), "44454C4C420010358052B3C04F4B4E32");
    }

    #[test]
    fn where_the_uuid_is_no_uuid_the_boards_serial_counts() {
        for left_in in [[0; 16], [0xff; 16], [0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9]] {
            let told = told(&table((3, 0), &[pc(left_in), board("M80-C3012300456"), end()]));

            assert_eq!(text(&told), "M80C3012300456");
        }
    }

    #[test]
    fn where_nothing_was_written_there_is_no_board() {
        let told = told(&table((3, 0), &[pc([0; 16]), board("To be filled by O.E.M."), end()]));

        assert!(told.parts.board.is_none());
    }

    #[test]
    fn names_tell_that_a_pc_is_virtual() {
        for names in [["VMware, Inc.", "VMware7,1"], ["Microsoft Corporation", "Virtual Machine"]] {
            assert!(told(&table((2, 7), &[firmware(), named(names, UUID), end()])).is_virtual);
        }
    }

    #[test]
    fn whatever_is_cut_off_does_no_harm() {
        let whole = table((3, 2), &[firmware(), pc(UUID), board("M80-C3012300456"), end()]);

        for length in 0..whole.len() {
            let _no_panic = told(&whole[..length]);
        }
        for byte in 0..whole.len() {
            let mut broken = whole.clone();
            broken[byte] = 0xff;
            let _no_panic = told(&broken);
        }
    }

    fn firmware() -> Vec<u8> {
        structure(0, &[1, 2, 0, 0xf0, 3, 0xff], &["Dell Inc.", "1.14.1", "04/18/2024"])
    }

    fn pc(uuid: [u8; 16]) -> Vec<u8> {
        named(["Dell Inc.", "Latitude 7440"], uuid)
    }

    fn named([maker, name]: [&str; 2], uuid: [u8; 16]) -> Vec<u8> {
        let fields = [&[1, 2, 0, 3][..], &uuid, &[6, 4, 5]].concat();
        structure(PC, &fields, &[maker, name, "7YK2X12", "0C0A", "Latitude"])
    }

    fn board(serial: &str) -> Vec<u8> {
        structure(BOARD, &[1, 2, 3, 4, 0, 9, 0, 0, 0, 10], &["Dell Inc.", "0X1Y2Z", "A00", serial])
    }

    fn end() -> Vec<u8> {
        structure(127, &[], &[])
    }

    fn structure(kind: u8, fields: &[u8], texts: &[&str]) -> Vec<u8> {
        let length = u8::try_from(SHORTEST + fields.len()).unwrap();
        let mut bytes = [&[kind, length, 0, 0], fields].concat();
        texts.iter().for_each(|text| bytes.extend([text.as_bytes(), &[0]].concat()));
        bytes.extend(if texts.is_empty() { &[0, 0][..] } else { &[0] });
        bytes
    }

    fn table((major, minor): (u8, u8), structures: &[Vec<u8>]) -> Vec<u8> {
        let structures = structures.concat();
        let length = u32::try_from(structures.len()).unwrap().to_le_bytes();
        [&[0, major, minor, 0][..], &length, &structures].concat()
    }

    fn text(told: &Told) -> &str {
        told.parts.board.as_ref().map_or("", |part| &part.0)
    }
}
