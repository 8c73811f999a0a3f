//! Inner errors in the words of the boundary.

use opengateway_api::{Error, ErrorCode};
use opengateway_core::backend::AnswerError;

/// An answer's error for its reader.
pub(crate) fn answer(error: &AnswerError) -> Error {
    match error {
        AnswerError::TooLong { .. } => Error::new(
            ErrorCode::ContextTooLong,
            format!(
                "This is too long for the model: {error}. Start a new chat, or choose a model with a longer context."
            ),
        ),
        AnswerError::ModelInvalid(reason) => Error::new(
            ErrorCode::ModelInvalid,
            format!("This model cannot be used: {reason}. Choose another model, or add this one again."),
        ),
        AnswerError::ModelTooLarge { .. } => Error::retryable(
            ErrorCode::ModelTooLarge,
            format!(
                "This model is too large for this PC right now: {error}. Close other programs, or choose a smaller model."
            ),
        ),
        AnswerError::ModelDisabled(_) => Error::new(
            ErrorCode::ModelDisabled,
            format!(
                "This model was set aside: {error}. Choose another one, or choose it again to give it another try."
            ),
        ),
        AnswerError::Crashed(reason) => Error::retryable(
            ErrorCode::EngineCrashed,
            format!("The engine stopped in the middle of the answer ({reason}) and was started again."),
        ),
        AnswerError::Busy => Error::retryable(ErrorCode::Busy, "Too many prompts are waiting. Try again in a moment."),
        AnswerError::Nowhere(reason) => Error::retryable(
            ErrorCode::Nowhere,
            format!("There is no answer: {reason}. `opengateway explain` shows everyone who was thought of."),
        ),
        AnswerError::Internal(reason) => Error::internal(reason),
    }
}

/// A file error of ours, in the data directory.
pub(crate) fn io(doing: &str, error: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => full(doing),
        ErrorKind::ReadOnlyFilesystem
        | ErrorKind::PermissionDenied
        | ErrorKind::AlreadyExists
        | ErrorKind::NotADirectory => read_only(&format!("{doing} ({error})")),
        _ => Error::internal(format!("{doing}: {error}")),
    }
}

/// A database error.
pub(crate) fn database(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => full("the conversation cannot be saved"),
        Some(
            rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied,
        ) => read_only("the database cannot be written"),
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => Error::new(
            ErrorCode::Internal,
            "The file opengateway.db in the data directory is damaged. Move it away to start with an empty one; \
             nothing else is lost.",
        ),
        // SQLite reports a failed write without saying why; in practice the disk is full or went away.
        Some(rusqlite::ErrorCode::SystemIoFailure) => full("the conversation cannot be saved"),
        _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => {
            Error::new(ErrorCode::NotFound, "This conversation or message does not exist any more.")
        }
        _ => Error::internal(error),
    }
}

fn full(doing: &str) -> Error {
    Error::retryable(ErrorCode::DiskFull, format!("The disk is full: {doing}. Free some space and try again."))
}

fn read_only(doing: &str) -> Error {
    Error::new(
        ErrorCode::ReadOnly,
        format!("The data directory cannot be written: {doing}. Check its permissions, or choose another with --home."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_error_has_its_code_and_says_what_to_do() {
        let table = [
            (AnswerError::TooLong { needed: 9, context: 8 }, ErrorCode::ContextTooLong, false),
            (AnswerError::ModelInvalid("x".into()), ErrorCode::ModelInvalid, false),
            (AnswerError::ModelTooLarge { needed: 2, free: 1 }, ErrorCode::ModelTooLarge, true),
            (AnswerError::ModelDisabled(3), ErrorCode::ModelDisabled, false),
            (AnswerError::Crashed("x".into()), ErrorCode::EngineCrashed, true),
            (AnswerError::Busy, ErrorCode::Busy, true),
            (AnswerError::Nowhere("x".into()), ErrorCode::Nowhere, true),
            (AnswerError::Internal("x".into()), ErrorCode::Internal, false),
        ];

        for (error, code, retryable) in table {
            let crossed = answer(&error);
            assert_eq!((crossed.code, crossed.retryable), (code, retryable), "{crossed}");
        }
    }

    #[test]
    fn a_full_disk_is_named_as_such() {
        assert_eq!(io("x", &std::io::ErrorKind::StorageFull.into()).code, ErrorCode::DiskFull);
        assert_eq!(io("x", &std::io::ErrorKind::ReadOnlyFilesystem.into()).code, ErrorCode::ReadOnly);
    }
}
