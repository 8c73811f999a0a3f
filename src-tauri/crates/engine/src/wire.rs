//! What the handle and the child process say to each other: frames of `opengateway_core::frame` on its pipes.

use opengateway_api::{Finish, Measured, Sampling, Turn, Written};
use opengateway_core::backend::AnswerError;
use serde::{Deserialize, Serialize};

/// Prompts that wait in the child at most; one more is [`AnswerError::Busy`].
pub const MOST_WAITING: usize = 256;

/// How to load a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The GGUF file.
    pub path: String,
    /// Longest context in text tokens; 0 chooses by model and memory.
    pub context: u32,
    /// Processor threads; 0 chooses by the machine.
    pub threads: u16,
    /// Prompts answered side by side.
    pub slots: u32,
    /// Whether graphics cards may be used.
    pub gpu: bool,
    /// Bytes of main memory at most.
    pub memory: u64,
    /// Bytes of each graphics card's memory that stay free.
    pub spare_vram: u64,
}

/// To the child.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToEngine {
    /// Loads a model in place of the one before; running answers must have ended.
    Load(Load),
    /// Frees the model.
    Unload,
    /// Answers under a number that is not in use.
    Answer {
        /// The caller's number for it.
        id: u64,
        /// The conversation so far.
        turns: Vec<Turn>,
        /// How text tokens are chosen.
        sampling: Sampling,
        /// For rules that name no seed.
        seed: u64,
        /// What of the answer is there already.
        written: Written,
    },
    /// Ends an answer; nothing more comes for it.
    Cancel {
        /// Its number.
        id: u64,
    },
}

/// From the child.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromEngine {
    /// The child is up.
    Ready,
    /// A model is being loaded, from 0 to 1.
    Loading {
        /// From 0 to 1.
        progress: f32,
    },
    /// A model is loaded, or not.
    Loaded(Result<Loaded, AnswerError>),
    /// The model is freed.
    Unloaded,
    /// More text of an answer.
    Text {
        /// The answer's number.
        id: u64,
        /// To be appended. Its tokens may come later than their text, never earlier.
        more: Written,
    },
    /// An answer is over.
    Ended {
        /// The answer's number.
        id: u64,
        /// Why, and what was measured.
        result: Result<(Finish, Measured), AnswerError>,
    },
}

/// What was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// Text tokens that one conversation may hold.
    pub context: u32,
    /// Bytes in use, as planned.
    pub needed: u64,
}
