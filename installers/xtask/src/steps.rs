//! The checks of `cargo xtask test`, in the order in which they run: quick ones first.

use std::process::Command;

use crate::deny;
use crate::product::Profile;
use crate::project::Project;
use crate::types;

pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Names of earlier steps, without which this one cannot pass.
    pub(crate) needs: &'static [&'static str],
    /// Why the step cannot be done here, if it cannot.
    pub(crate) skip: fn(&Project) -> Option<String>,
    pub(crate) commands: fn(&Project) -> Vec<Command>,
}

const TEMPLATE: Step = Step { name: "", about: "", needs: &[], skip: |_| None, commands: |_| Vec::new() };

pub(crate) const STEPS: [Step; 10] = [
    Step {
        name: "format",
        about: "cargo fmt leaves every file as it is",
        commands: |project| vec![cargo(project, "fmt --all --check -- --color never")],
        ..TEMPLATE
    },
    Step {
        name: "deny",
        about: "licences, sources and who may depend on what, by cargo-deny",
        commands: deny::checks,
        ..TEMPLATE
    },
    Step {
        name: "advisories",
        about: "no dependency has a known hole, by cargo-deny",
        needs: &["deny"],
        skip: deny::cannot_reach_advisories,
        commands: |project| vec![deny::advisories(project)],
    },
    Step {
        name: "ui",
        about: "what the window shows builds for the web",
        commands: |project| vec![xtask(project, "ui")],
        ..TEMPLATE
    },
    Step {
        name: "build",
        about: "the command line, the engine and the window build",
        needs: &["ui"],
        commands: |project| vec![xtask(project, "build")],
        ..TEMPLATE
    },
    Step {
        name: "lint",
        about: "clippy has nothing to say",
        needs: &["ui"],
        commands: |project| {
            let most = "--workspace --exclude opengateway-ui --exclude xtask";
            let clippy = |group| cargo(project, &format!("clippy {group} --all-targets -- -D warnings"));
            [most, APART].map(clippy).into()
        },
        ..TEMPLATE
    },
    Step {
        name: "lint-engine",
        about: "clippy has nothing to say about the engine with llama.cpp",
        commands: |project| {
            vec![cargo(project, "clippy -p opengateway-engine --features llama --all-targets -- -D warnings")]
        },
        ..TEMPLATE
    },
    Step {
        name: "types",
        about: "the sources for Windows and macOS type-check",
        needs: &["ui"],
        skip: |_| types::missing(),
        commands: |project| vec![xtask(project, "types")],
    },
    Step {
        name: "unit",
        about: "tests beside the code, and the examples in its documentation",
        needs: &["ui"],
        commands: |project| {
            [PRODUCT, APART].map(|group| cargo(project, &format!("test {group} --no-fail-fast"))).into()
        },
        ..TEMPLATE
    },
    Step {
        name: "system",
        about: "tests across packages, with the programs as built",
        needs: &["build"],
        commands: |project| vec![cargo(project, "test -p opengateway-tests --no-fail-fast")],
        ..TEMPLATE
    },
];

/// Cargo merges the features of what it builds together, and a feature more in one macro builds all of GTK and Tauri once more.
/// So the tests of what we ship are built with what we ship, and the rest by itself.
const PRODUCT: &str = "--workspace --exclude opengateway-ui --exclude xtask --exclude opengateway-tests";
const APART: &str = "-p opengateway-ui -p xtask";

/// Cargo with these words. The tests across packages find the programs by OPENGATEWAY_TARGET.
fn cargo(project: &Project, words: &str) -> Command {
    let mut cargo = project.cargo();
    cargo.args(words.split(' '));
    cargo.env("OPENGATEWAY_TARGET", Profile::Debug.directory(project));
    cargo
}

/// This program once more, so that its output goes where the step's output goes.
fn xtask(project: &Project, command: &str) -> Command {
    let mut xtask = Command::new(&project.xtask);
    xtask.current_dir(&project.root).arg(command);
    xtask
}
