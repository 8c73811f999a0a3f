//! How the program ends: exit codes, messages, Ctrl-C.

use std::process::ExitCode;

use opengateway_api::{Error, ErrorCode};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// In the node's words.
    Node(Error),
    /// It was interrupted.
    Interrupted,
}

impl Failure {
    pub(crate) fn system(doing: &str, error: &std::io::Error) -> Self {
        Self::Node(Error::internal(format!("{doing}: {error}")))
    }

    fn code(&self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Node(error) => match error.code {
                ErrorCode::InvalidRequest => 2,
                ErrorCode::NotRunning => 3,
                ErrorCode::NotFound => 4,
                ErrorCode::VersionMismatch => 5,
                _ => 1,
            },
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Node(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::system("the terminal does not answer", &error)
    }
}

/// Says what went wrong on standard error and gives the exit code.
pub(crate) fn report(failure: &Failure, json: bool) -> ExitCode {
    if let Failure::Node(error) = failure {
        match serde_json::to_string(error) {
            Ok(text) if json => eprintln!("{text}"),
            _ => eprintln!("{error}"),
        }
    }
    ExitCode::from(failure.code())
}

pub(crate) fn not_running_is_fine(failure: Failure) -> Result<(), Failure> {
    match failure {
        Failure::Node(error) if error.code == ErrorCode::NotRunning => Ok(()),
        failure => Err(failure),
    }
}

/// Resolves when the person or the system wants this program to end.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut hangup)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _no_console = tokio::signal::ctrl_c().await;
    }
}
