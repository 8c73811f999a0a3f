//! The data directory: who may use it, and what lies where.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use opengateway_api::{Error, ErrorCode};

use crate::errors;

/// Where data is kept unless told otherwise.
///
/// # Errors
/// When the system names no home directory for this user.
pub fn default_home() -> Result<PathBuf, Error> {
    let base = dirs::data_local_dir().ok_or_else(|| {
        Error::new(ErrorCode::ReadOnly, "This system names no home directory. Choose one with --home DIR.")
    })?;
    Ok(base.join(if cfg!(any(windows, target_os = "macos")) { "OpenGateway" } else { "opengateway" }))
}

/// A data directory that this process alone may use, until dropped.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    _lock: File,
}

impl Home {
    /// Makes the directory if need be and takes it for this process.
    ///
    /// # Errors
    /// `already_running` with the other's process id, `read_only`, `disk_full`.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |error: std::io::Error| errors::io(&format!("{} cannot be used", path.display()), &error);
        make_private_directory(path).map_err(failed)?;
        let file = path.join("lock");
        let mut lock =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(already_running(path, &mut lock)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        lock.set_len(0).and_then(|()| write!(lock, "{}", std::process::id())).map_err(failed)?;
        std::fs::create_dir_all(path.join("models")).map_err(failed)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("opengateway.db")
    }

    /// What is owed and earned.
    pub(crate) fn accounts(&self) -> PathBuf {
        self.path.join("ledger.db")
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path.join("settings.toml")
    }

    pub(crate) fn models(&self) -> PathBuf {
        self.path.join("models")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.path.join("identity.key")
    }
}

fn already_running(path: &Path, lock: &mut File) -> Error {
    let mut process = String::new();
    let _unreadable_on_windows_while_locked = lock.rewind().and_then(|()| lock.read_to_string(&mut process));
    let process = if process.is_empty() { String::new() } else { format!(" (process {process})") };
    Error::new(
        ErrorCode::AlreadyRunning,
        format!(
            "OpenGateway is already running in {}{process}. Use that one, or stop it with `opengateway stop`.",
            path.display()
        ),
    )
}

#[cfg(unix)]
fn make_private_directory(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private_directory(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Writes a file whole or not at all.
pub(crate) fn replace_file(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = private_file(&beside)?;
    file.write_all(contents)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

/// Makes a file that only its owner can read.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_told_who_runs_already() {
        let directory = tempfile::tempdir().unwrap();
        let _first = Home::open(directory.path()).unwrap();

        let error = Home::open(directory.path()).unwrap_err();

        assert_eq!(error.code, ErrorCode::AlreadyRunning);
        assert!(error.message.contains(&std::process::id().to_string()), "{error}");
    }

    #[test]
    fn a_dropped_home_can_be_opened_again() {
        let directory = tempfile::tempdir().unwrap();
        drop(Home::open(directory.path()).unwrap());

        assert!(Home::open(directory.path()).is_ok());
    }
}
