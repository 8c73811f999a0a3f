//! cargo-deny: installed once, at a version we chose, into the target directory.

use std::path::PathBuf;
use std::process::Command;

use crate::project::Project;
use crate::shell;

const VERSION: &str = "0.20.2";

/// Installs cargo-deny where it is missing, then checks everything that needs no network.
pub(crate) fn checks(project: &Project) -> Vec<Command> {
    let mut commands = Vec::new();
    if !program(project).is_file() {
        commands.push(install(project));
    }
    let mut check = deny(project, "check");
    check.args(["bans", "licenses", "sources"]);
    commands.push(check);
    commands
}

pub(crate) fn advisories(project: &Project) -> Command {
    let mut check = deny(project, "check");
    check.arg("advisories");
    check
}

/// The advisories are a git repository on the network.
pub(crate) fn cannot_reach_advisories(project: &Project) -> Option<String> {
    let mut fetch = deny(project, "fetch");
    fetch.arg("db");
    (!shell::succeeds(&mut fetch)).then(|| "the advisory database cannot be fetched".to_owned())
}

fn deny(project: &Project, subcommand: &str) -> Command {
    let mut command = Command::new(program(project));
    command.current_dir(&project.root).args(["--config", ".deny.toml", subcommand]);
    command
}

fn program(project: &Project) -> PathBuf {
    directory(project).join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX))
}

fn directory(project: &Project) -> PathBuf {
    project.target.join("tools").join(format!("cargo-deny-{VERSION}"))
}

/// Without optimisation it builds in a third of the time and checks us in as many seconds.
fn install(project: &Project) -> Command {
    let mut cargo = project.cargo();
    cargo
        .args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--root"])
        .arg(directory(project));
    // Cargo then builds in a temporary directory, and removes it.
    cargo.env_remove("CARGO_TARGET_DIR").env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo
}
