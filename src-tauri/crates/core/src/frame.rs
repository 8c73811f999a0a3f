//! Length-prefixed JSON frames with a hard bound, for pipes and sockets on this machine.
//!
//! A frame is four bytes of length, big-endian, then that many bytes of JSON. The length is checked against
//! [`MAX_BYTES`] before anything is kept, so the other side never sets the size of our memory.

use serde::{Serialize, de::DeserializeOwned};

/// The largest frame: room for a prompt of a million text tokens.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

const PREFIX: usize = 4;

/// Why bytes are not a frame. The connection cannot be used any further.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The announced or encoded length is over [`MAX_BYTES`].
    #[error("frame of {0} bytes is over the limit of {MAX_BYTES}")]
    TooLong(usize),
    /// The content is not what was expected.
    #[error("frame cannot be understood: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Encodes one frame.
///
/// # Errors
/// [`FrameError::TooLong`] if the value does not fit; nothing was written then.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; PREFIX];
    serde_json::to_writer(&mut bytes, value)?;
    let body = bytes.len().saturating_sub(PREFIX);
    let length = u32::try_from(body).ok().filter(|_| body <= MAX_BYTES).ok_or(FrameError::TooLong(body))?;
    for (place, byte) in bytes.iter_mut().zip(length.to_be_bytes()) {
        *place = byte;
    }
    Ok(bytes)
}

/// Takes bytes as they come and gives frames as they are whole.
#[derive(Debug, Default)]
pub struct Decoder {
    waiting: Vec<u8>,
    taken: usize,
}

impl Decoder {
    /// Adds what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.drain(..self.taken);
        self.taken = 0;
        self.waiting.extend_from_slice(bytes);
    }

    /// The next whole frame, or `None` until more is pushed.
    ///
    /// # Errors
    /// After an error the decoder has lost its place: close the connection.
    pub fn next_frame<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let Some((prefix, rest)) = self.waiting.get(self.taken..).and_then(|bytes| bytes.split_first_chunk::<PREFIX>())
        else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(usize::MAX);
        if length > MAX_BYTES {
            return Err(FrameError::TooLong(length));
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        let value = serde_json::from_slice(body)?;
        self.taken = self.taken.saturating_add(PREFIX).saturating_add(length);
        Ok(Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn frames_survive_any_cut(texts: Vec<String>, cut in 1..40_usize) {
            let bytes: Vec<u8> = texts.iter().flat_map(|text| encode(text).unwrap()).collect();
            let mut decoder = Decoder::default();
            let mut seen = Vec::new();

            for piece in bytes.chunks(cut) {
                decoder.push(piece);
                while let Some(text) = decoder.next_frame::<String>().unwrap() {
                    seen.push(text);
                }
            }

            prop_assert_eq!(seen, texts);
        }

        #[test]
        fn garbage_is_refused_or_waited_on_but_never_panics(bytes: Vec<u8>) {
            let mut decoder = Decoder::default();
            decoder.push(&bytes);

            while let Ok(Some(_)) = decoder.next_frame::<serde_json::Value>() {}
        }
    }

    #[test]
    fn an_announced_length_over_the_bound_is_refused_before_it_is_kept() {
        let mut decoder = Decoder::default();
        decoder.push(&u32::MAX.to_be_bytes());

        assert!(matches!(decoder.next_frame::<String>(), Err(FrameError::TooLong(_))));
    }
}
