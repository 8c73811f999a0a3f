//! Structured logs: a line of JSON each, in files that rotate daily and are kept for a week.

use std::path::Path;

use opengateway_api::{Error, ErrorCode};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

const KEPT_FILES: usize = 7;

/// Writes this process's logs below `home`. The level is `info` unless `OPENGATEWAY_LOG` names another.
///
/// # Errors
/// When the directory cannot be written.
pub fn keep_logs(home: &Path) -> Result<(), Error> {
    let failed =
        |error: &dyn std::fmt::Display| Error::new(ErrorCode::ReadOnly, format!("Logs cannot be written: {error}"));
    let directory = home.join("logs");
    std::fs::create_dir_all(&directory).map_err(|error| failed(&error))?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("opengateway")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(directory)
        .map_err(|error| failed(&error))?;
    let filter = EnvFilter::try_from_env("OPENGATEWAY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let _already_set_in_tests =
        tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(appender).try_init();
    Ok(())
}

/// The last `count` lines of the logs below `home`, oldest first.
///
/// # Errors
/// `not_found` when nothing was ever logged there.
pub fn last_lines(home: &Path, count: usize) -> Result<Vec<String>, Error> {
    let missing = || Error::new(ErrorCode::NotFound, format!("There are no logs in {}.", home.display()));
    let mut files: Vec<_> = std::fs::read_dir(home.join("logs"))
        .map_err(|_| missing())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .collect();
    // The date in the name sorts them.
    files.sort();
    let mut lines = Vec::new();
    for file in files.iter().rev() {
        let text = std::fs::read(file).map_err(|error| Error::internal(format!("{}: {error}", file.display())))?;
        let older: Vec<_> =
            String::from_utf8_lossy(&text).lines().rev().take(count - lines.len()).map(str::to_owned).collect();
        lines.extend(older);
        if lines.len() >= count {
            break;
        }
    }
    if files.is_empty() {
        return Err(missing());
    }
    lines.reverse();
    Ok(lines)
}
