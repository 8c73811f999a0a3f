//! Installs what is missing, so that a machine with only Rust can build and test. A second run only looks.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::needs;
use crate::shell;
use crate::system;
use crate::wasm::{self, Toolchain};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Build,
    Test,
}

const DEBIAN_BUILD: [&str; 11] = [
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libssl-dev",
    "cmake",
    "ninja-build",
    "libclang-dev",
    "clang",
    "g++",
    "pkg-config",
];

const DEBIAN_TEST: [&str; 11] = [
    "webkit2gtk-driver",
    "xvfb",
    "xdotool",
    "openbox",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libsecret-tools",
    "imagemagick",
    "iproute2",
    "nftables",
];

pub(crate) fn setup(purpose: Purpose) -> Result<()> {
    if purpose == Purpose::Test {
        add_component("rustfmt")?;
        add_component("clippy")?;
    }
    if system::is_like("debian") && shell::find("apt-get").is_some() {
        install_on_debian(purpose)
    } else {
        needs::check(purpose)
    }
}

fn install_on_debian(purpose: Purpose) -> Result<()> {
    let mut wanted = DEBIAN_BUILD.to_vec();
    if purpose == Purpose::Test {
        wanted.extend(DEBIAN_TEST);
    }
    if Toolchain::ready_or_added()?.is_none() {
        wanted.extend(wasm::DEBIAN_PACKAGES);
    }
    let installed = installed_on_debian(&wanted)?;
    wanted.retain(|package| !installed.contains(*package));
    if wanted.is_empty() {
        return Ok(());
    }

    println!("installing {}", wanted.join(" "));
    let advice = || format!("cannot install packages; do it by hand: apt-get install {}", wanted.join(" "));
    shell::run(apt_get()?.arg("update")).with_context(advice)?;
    shell::run(apt_get()?.args(["install", "--yes", "--no-install-recommends"]).args(&wanted)).with_context(advice)
}

fn installed_on_debian(packages: &[&str]) -> Result<BTreeSet<String>> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status} ${Package}\n"]).args(packages);
    // It ends with 1 when it does not know one of them: then that one is missing.
    let output = query.output().context("cannot start dpkg-query")?;
    let lines = String::from_utf8_lossy(&output.stdout);
    Ok(lines.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect())
}

/// apt-get that asks nothing, and waits while another one is at work.
fn apt_get() -> Result<Command> {
    let root = shell::output(Command::new("id").arg("--user"))?.trim() == "0";
    let mut command = match (root, shell::find("sudo")) {
        (true, _) => Command::new("env"),
        (false, Some(sudo)) => {
            let mut command = Command::new(sudo);
            command.arg("env");
            command
        }
        (false, None) => bail!("installing packages needs root, and sudo is not installed"),
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=600"]);
    Ok(command)
}

/// The parts of Rust that rustup's smallest profile leaves out.
fn add_component(name: &str) -> Result<()> {
    let subcommand = if name == "rustfmt" { "fmt" } else { name };
    if shell::succeeds(Command::new("cargo").args([subcommand, "--version"])) {
        return Ok(());
    }
    shell::run(Command::new("rustup").args(["component", "add", name]))
        .with_context(|| format!("cannot add {name} to this Rust"))
}
