//! Builds and starts what people run: the command line, the engine and the window.

use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result};

use crate::project::Project;
use crate::shell;
use crate::ui;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Profile {
    pub(crate) fn from_flag(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Release => "release",
        }
    }

    /// Where cargo puts the programs.
    pub(crate) fn directory(self, project: &Project) -> PathBuf {
        project.target.join(match self {
            Self::Debug => "debug",
            Self::Release => "release",
        })
    }
}

pub(crate) fn build(project: &Project, profile: Profile) -> Result<()> {
    ui::build(project, ui::Mode::Small)?;
    for mut cargo in programs(project, profile) {
        shell::run(&mut cargo)?;
    }
    Ok(())
}

/// The engine is built by itself: cargo unifies features, and nothing else may get llama.cpp into it.
fn programs(project: &Project, profile: Profile) -> [Command; 2] {
    let mut products = project.cargo();
    products.args([
        "build",
        "--profile",
        profile.name(),
        "--package",
        "opengateway",
        "--package",
        "opengateway-desktop",
    ]);
    [products, engine(project, profile)]
}

fn engine(project: &Project, profile: Profile) -> Command {
    let mut engine = project.cargo();
    engine.args(["build", "--profile", profile.name(), "--package", "opengateway-engine"]);
    engine.args(["--features", "llama", "--bin", "opengateway-engine"]);
    engine
}

/// Opens the window, or a chat in the terminal where there is no display.
pub(crate) fn start(project: &Project, words: &[std::ffi::OsString]) -> Result<ExitStatus> {
    let directory = Profile::Debug.directory(project);
    let mut program = if has_display() {
        Command::new(directory.join(format!("opengateway-desktop{}", std::env::consts::EXE_SUFFIX)))
    } else {
        let mut program = Command::new(directory.join(format!("opengateway{}", std::env::consts::EXE_SUFFIX)));
        program.arg("prompt");
        program
    };
    program.args(words);
    program.status().with_context(|| format!("cannot start {}", shell::describe(&program)))
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Measures release builds; the words go to the bench program.
pub(crate) fn bench(project: &Project, words: &[std::ffi::OsString]) -> Result<ExitStatus> {
    build(project, Profile::Release)?;
    shell::run(engine(project, Profile::Release).args(["--bin", "opengateway-engine-raw"]))?;
    // With the nodes that it measures.
    shell::run(project.cargo().args(["build", "--release", "--package", "opengateway-tests", "--bins"]))?;
    let directory = Profile::Release.directory(project);
    let mut bench = Command::new(directory.join(format!("opengateway-bench{}", std::env::consts::EXE_SUFFIX)));
    bench.args(words).env("OPENGATEWAY_TARGET", directory);
    bench.status().with_context(|| format!("cannot start {}", shell::describe(&bench)))
}
