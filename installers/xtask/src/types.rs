//! `cargo xtask types`: type-checks our sources for the systems that this one is not.
//!
//! Checking links nothing, so no C library is needed; what dependencies compile of C is replaced by empty archives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::shell;

/// The other systems, one toolchain for each.
const TARGETS: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];
const PACKAGES: &str = "--workspace --exclude opengateway-ui --exclude xtask --exclude opengateway-tests";

/// Why it cannot be done here, if it cannot.
pub(crate) fn missing() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("only Linux checks the other systems".into());
    }
    let add = |target: &&str| shell::succeeds(Command::new("rustup").args(["target", "add", target]));
    let missing: Vec<_> = TARGETS.iter().copied().filter(|target| !add(target)).collect();
    if missing.is_empty() { None } else { Some(format!("rustup cannot add {}", missing.join(" and "))) }
}

/// Checks for each of the other systems.
pub(crate) fn run(project: &Project) -> Result<()> {
    if let Some(missing) = missing() {
        bail!("the other systems cannot be checked: {missing}");
    }
    let tools = tools(&project.target.join("xtask/no-c"))?;
    TARGETS.iter().try_for_each(|target| shell::run(&mut check(project, target, &tools)))
}

fn check(project: &Project, target: &str, tools: &Path) -> Command {
    let mut cargo = project.cargo();
    cargo.args(["check", "--target", target]).args(PACKAGES.split(' '));
    let name = target.replace('-', "_");
    for (variable, tool) in [("CC", "no-cc"), ("CXX", "no-cc"), ("AR", "no-ar")] {
        cargo.env(format!("{variable}_{name}"), tools.join(tool));
    }
    // Tauri's build script compiles the Windows resources with what lies in PATH. Nothing there has the name of a
    // program that the build itself needs.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(tools.to_owned()).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(paths) {
        cargo.env("PATH", path);
    }
    cargo
}

/// Programs that take a compiler's words and leave empty files of the names that were asked for.
///
/// # Errors
/// When they cannot be written.
fn tools(directory: &Path) -> Result<PathBuf> {
    const COMPILER: &str = "#!/bin/sh
# Writes an empty file wherever an output is named.
while [ $# -gt 0 ]; do
    case \"$1\" in
        -o) shift; : > \"$1\" ;;
        --output=*) : > \"${1#--output=}\" ;;
    esac
    shift
done
";
    const ARCHIVER: &str = "#!/bin/sh
# Writes an archive without members.
for word in \"$@\"; do
    case \"$word\" in *.a|*.lib) printf '!<arch>\\n' > \"$word\" ;; esac
done
";
    let scripts = [
        ("no-cc", COMPILER),
        ("no-ar", ARCHIVER),
        ("x86_64-w64-mingw32-windres", COMPILER),
        ("x86_64-w64-mingw32-ar", ARCHIVER),
    ];
    fs::create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
    for (name, text) in scripts {
        let path = directory.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        make_executable(&path)?;
    }
    Ok(directory.to_owned())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("cannot mark {}", path.display()))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}
