//! Where things are: the repository and the directory that cargo builds into.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell;

pub(crate) struct Project {
    pub(crate) root: PathBuf,
    /// Cargo's target directory, wherever CARGO_TARGET_DIR or a configuration file puts it.
    pub(crate) target: PathBuf,
    /// This program.
    pub(crate) xtask: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Result<Self> {
        let mut metadata = Command::new(cargo_program());
        metadata.args(["metadata", "--no-deps", "--format-version=1"]);
        let metadata: serde_json::Value =
            serde_json::from_str(&shell::output(&mut metadata)?).context("cannot read cargo metadata")?;
        let path = |key: &str| {
            metadata[key].as_str().map(PathBuf::from).with_context(|| format!("cargo metadata has no {key}"))
        };
        let xtask = std::env::current_exe().context("cannot find this program")?;
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, xtask })
    }

    /// Cargo, started in the repository.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(cargo_program());
        cargo.current_dir(&self.root);
        cargo
    }
}

/// The cargo that runs us, so that `cargo +toolchain xtask` stays with its toolchain.
fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
