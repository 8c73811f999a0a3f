//! How the steps of `cargo xtask test` went.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Why it was not done.
    Skipped(String),
}

#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<(&'static str, Outcome, Duration)>,
}

impl Report {
    pub(crate) fn add(&mut self, step: &'static str, outcome: Outcome, took: Duration) {
        self.lines.push((step, outcome, took));
    }

    pub(crate) fn has_passed(&self, step: &str) -> bool {
        self.lines.iter().any(|(name, outcome, _)| *name == step && matches!(outcome, Outcome::Passed))
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        let failed = self.lines.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Failed));
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines
            .iter()
            .try_for_each(|(name, outcome, took)| writeln!(f, "{name:12} {:>7.1} s  {outcome}", took.as_secs_f64()))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("ok"),
            Self::Failed => f.write_str("FAILED"),
            Self::Skipped(reason) => write!(f, "skipped: {reason}"),
        }
    }
}
