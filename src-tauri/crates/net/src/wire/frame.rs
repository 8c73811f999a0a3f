//! A frame on a stream: four bytes of length, big-endian, then that many bytes of CBOR.

#[cfg(test)]
mod tests;

use std::io;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::core::upgrade::NegotiationError;
use minicbor::{Decode, Encode};

use super::bounded;

/// The longest frame from who asks: a prompt of some 250,000 text tokens.
pub const MAX_ASK: usize = 1024 * 1024;
/// The longest frame from who answers.
pub const MAX_REPLY: usize = 64 * 1024;

/// Bytes are kept only once they have come, this many at a time.
const STEP: usize = 16 * 1024;

/// Why no frame came. The stream cannot be used any further.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side is gone, or too slow.
    #[error("{0}")]
    Io(io::Error),
    /// It announced more than may come.
    #[error("frame of {0} bytes is too long")]
    TooLong(usize),
    /// The other side does not know the protocol.
    #[error("the other side speaks another version of the protocol")]
    Version,
    /// It is not what was expected.
    #[error("frame cannot be understood: {0}")]
    Malformed(String),
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        // The name of the protocol is sent with the question, so that a refusal comes where an answer should.
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(NegotiationError::Failed) => Self::Version,
            _ => Self::Io(error),
        }
    }
}

/// Writes one frame and sends it off.
///
/// # Errors
/// [`FrameError::TooLong`] when it is over `most` bytes, else what the stream says.
pub async fn write<T: Encode<()>>(
    stream: &mut (impl AsyncWrite + Unpin),
    message: &T,
    most: usize,
) -> Result<(), FrameError> {
    let body = minicbor::to_vec(message).map_err(|error| FrameError::Malformed(error.to_string()))?;
    let length =
        u32::try_from(body.len()).ok().filter(|_| body.len() <= most).ok_or(FrameError::TooLong(body.len()))?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(&body).await?;
    Ok(stream.flush().await?)
}

/// Reads one frame. Not safe to drop half-way: the stream has lost its place then.
///
/// # Errors
/// As [`FrameError`] lists; the other side never sets the size of our memory.
pub async fn read<T: for<'b> Decode<'b, ()>>(
    stream: &mut (impl AsyncRead + Unpin),
    most: usize,
) -> Result<T, FrameError> {
    let mut prefix = [0; 4];
    stream.read_exact(&mut prefix).await?;
    let length = usize::try_from(u32::from_be_bytes(prefix)).unwrap_or(usize::MAX);
    if length > most {
        return Err(FrameError::TooLong(length));
    }
    let mut body = Vec::new();
    while body.len() < length {
        let have = body.len();
        body.resize(length.min(have.saturating_add(STEP)), 0);
        stream.read_exact(body.get_mut(have..).unwrap_or_default()).await?;
    }
    decode(&body)
}

/// Decodes what stands in a frame behind its length.
///
/// # Errors
/// [`FrameError::Malformed`], also when a length is not said beforehand or something follows.
pub fn decode<T: for<'b> Decode<'b, ()>>(body: &[u8]) -> Result<T, FrameError> {
    bounded::whole(body).map_err(|error| FrameError::Malformed(error.to_string()))
}
