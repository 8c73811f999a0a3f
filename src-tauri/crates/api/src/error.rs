//! The one error that crosses a boundary.

use serde::{Deserialize, Serialize};

/// What went wrong, for a program ([`ErrorCode`]) and for a person (`message`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// What a caller branches on.
    pub code: ErrorCode,
    /// What happened and what to do, in the user's words.
    pub message: String,
    /// Whether the same request may succeed when tried again unchanged.
    pub retryable: bool,
}

/// A kind of failure that somebody acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong; sending it again will not help.
    InvalidRequest,
    /// The named conversation, message or model does not exist.
    NotFound,
    /// The prompt is longer than the model's context.
    ContextTooLong,
    /// The file is not a model that can be loaded.
    ModelInvalid,
    /// The model does not fit into free memory.
    ModelTooLarge,
    /// The model failed so often that it was set aside.
    ModelDisabled,
    /// The engine process ended in mid-answer; it starts again by itself.
    EngineCrashed,
    /// The answer was stopped, by its owner or because the node ends.
    Stopped,
    /// Neither this PC nor any peer can answer now.
    Nowhere,
    /// More is waiting than the node accepts.
    Busy,
    /// The disk is full.
    DiskFull,
    /// The data directory cannot be written.
    ReadOnly,
    /// The operating system's keychain is locked, broken or absent.
    Keychain,
    /// A download could not reach its source.
    Offline,
    /// A file did not have the checksum it should have.
    ChecksumMismatch,
    /// Another node runs in the same data directory.
    AlreadyRunning,
    /// No node runs in the data directory.
    NotRunning,
    /// The two programs are of different versions.
    VersionMismatch,
    /// The running node has no window.
    NoWindow,
    /// A defect of ours.
    Internal,
}

impl Error {
    /// An error that is the same when tried again.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: false }
    }

    /// An error that may pass.
    pub fn retryable(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: true }
    }

    /// A defect of ours, with what is known of it.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, format!("Something broke inside OpenGateway: {cause}"))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
