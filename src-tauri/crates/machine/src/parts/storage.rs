//! What a disk on Windows answers about itself: numbers, some of which say where in the answer a text begins.

use super::RawPart;

/// Where the answer says where the serial begins.
const SERIAL: std::ops::Range<usize> = 24..28;
/// The numbers at its beginning, among which no text can be.
const NUMBERS: usize = 36;

/// The serial, if the disk tells one.
pub(super) fn serial(answer: &[u8]) -> Option<RawPart> {
    let begin = u32::from_le_bytes(answer.get(SERIAL)?.try_into().ok()?);
    let begin = usize::try_from(begin).ok().filter(|begin| *begin >= NUMBERS)?;
    RawPart::new(answer.get(begin..)?.split(|byte| *byte == 0).next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_tells_its_serial_among_other_texts() {
        for serial in ["0025_38B1_1140_2C3D.", "     WD-WCC4N7XD3F5K"] {
            let found = super::serial(&answer(serial)).unwrap();

            assert_eq!(*found.0, *RawPart::new(serial).unwrap().0);
        }
    }

    #[test]
    fn a_disk_without_a_serial_tells_none() {
        let mut nowhere = answer("S5GXNX0T123456K");
        nowhere[SERIAL].copy_from_slice(&0_u32.to_le_bytes());
        let mut outside = nowhere.clone();
        outside[SERIAL].copy_from_slice(&u32::MAX.to_le_bytes());

        for answer in [nowhere, outside, answer(""), answer("0000000000000000"), vec![], vec![0; 27]] {
            assert!(serial(&answer).is_none());
        }
    }

    /// Version, size, kind, places of the four texts, bus, size of the rest, and the texts.
    fn answer(serial: &str) -> Vec<u8> {
        let texts = ["Samsung ", "SSD 980 PRO 1TB ", "5B2QGXA7", serial].map(|text| format!("{text}\0"));
        let mut answer = [&40_u32.to_le_bytes()[..], &[0; 4], &[0, 0, 0, 1]].concat();
        let mut place = NUMBERS;
        for text in &texts {
            answer.extend(u32::try_from(place).unwrap().to_le_bytes());
            place += text.len();
        }
        answer.extend(17_u32.to_le_bytes());
        answer.extend(u32::try_from(place - NUMBERS).unwrap().to_le_bytes());
        answer.extend(texts.concat().as_bytes());
        answer
    }
}
