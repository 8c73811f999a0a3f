//! Something that can answer a prompt: the seam on which the product is composed.

use futures::stream::BoxStream;
use opengateway_api::{Finish, Measured, ModelId, Origin, Place, Prompt, Written};

/// Something that can answer a prompt: this machine, a peer, a group of peers, a cloud — or a router over all of them.
pub trait Backend: Send + Sync {
    /// What it can answer with now.
    fn offers(&self) -> Vec<Offer>;

    /// Answers. Nothing happens before the stream is polled; dropping it cancels.
    fn answer(&self, prompt: Prompt) -> BoxStream<'static, Result<Chunk, AnswerError>>;
}

/// A model that some backend can answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What answers.
    pub model: ModelId,
    /// Where it would be computed.
    pub place: Place,
    /// Longest prompt and answer together, in text tokens.
    pub context: u32,
}

/// A step of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Chunk {
    /// The model is being loaded, from 0 to 1.
    Loading(f32),
    /// It waits for its turn: how many are before it, and the milliseconds that are expected.
    Waiting(u32, Option<u32>),
    /// Who answers from here on.
    Origin(Origin),
    /// More text, cut at character borders, with the tokens that are whole by now.
    Text(Written),
    /// The answer is whole; nothing follows.
    Done(Finish, Measured),
}

/// Why an answer broke off, by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum AnswerError {
    /// Shorten the prompt.
    #[error("the conversation is {needed} text tokens long, {} more than the {context} this model can hold", needed.saturating_sub(*context))]
    TooLong {
        /// Text tokens of the prompt, one token of answer included.
        needed: u32,
        /// Text tokens the context holds.
        context: u32,
    },
    /// Use another file.
    #[error("{0}")]
    ModelInvalid(String),
    /// Free memory, or use a smaller model.
    #[error("the model needs {} and {} are free", Bytes(*needed), Bytes(*free))]
    ModelTooLarge {
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
    },
    /// Use another model, or enable this one again.
    #[error("the model ended the engine {0} times within a minute and was set aside")]
    ModelDisabled(usize),
    /// Try again: the engine starts anew.
    #[error("the engine ended in the middle of the answer ({0})")]
    Crashed(String),
    /// Try again later.
    #[error("too many prompts are waiting")]
    Busy,
    /// Allow more, or wait until others come.
    #[error("{0}")]
    Nowhere(String),
    /// Nothing of the prompt: a defect of ours.
    #[error("{0}")]
    Internal(String),
}

/// Bytes for people, in decimal units: `1.9 MB`.
#[derive(Debug, Clone, Copy)]
pub struct Bytes(pub u64);

impl std::fmt::Display for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units = [("GB", 1_000_000_000_u64), ("MB", 1_000_000), ("kB", 1000)];
        for (unit, size) in units {
            if let Some(whole) = self.0.checked_div(size).filter(|whole| *whole > 0) {
                let tenth = self.0.checked_rem(size).and_then(|rest| rest.checked_div(size.div_ceil(10))).unwrap_or(0);
                return write!(f, "{whole}.{tenth} {unit}");
            }
        }
        write!(f, "{} bytes", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_like_a_shop_label() {
        assert_eq!(Bytes(999).to_string(), "999 bytes");
        assert_eq!(Bytes(1_933_728).to_string(), "1.9 MB");
        assert_eq!(Bytes(4_700_000_000).to_string(), "4.7 GB");
    }

    #[test]
    fn too_long_says_by_how_much() {
        let error = AnswerError::TooLong { needed: 300, context: 256 };

        assert!(error.to_string().contains("44 more than the 256"), "{error}");
    }
}
