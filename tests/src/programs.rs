//! The programs as built, each run in a data directory of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that `cargo xtask build` has left.
///
/// # Panics
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    let path = directory().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: run `cargo xtask build` first", path.display());
    path
}

/// Where the programs are: named by `OPENGATEWAY_TARGET`, or beside this test's own build.
fn directory() -> PathBuf {
    if let Some(directory) = std::env::var_os("OPENGATEWAY_TARGET") {
        return directory.into();
    }
    let test = std::env::current_exe().expect("a running test has a path");
    let above = test.ancestors().find(|path| path.ends_with("debug") || path.ends_with("release"));
    above.expect("tests are built below debug or release").to_owned()
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// `opengateway` in a data directory, apart from the machine's keychain, displays and settings.
pub fn opengateway(home: &Path) -> Command {
    apart(Command::new(program("opengateway")), home)
}

/// The same for any program.
pub fn apart(mut command: Command, home: &Path) -> Command {
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command.env("XDG_RUNTIME_DIR", home).env("OPENGATEWAY_HOME", home);
    command
}

/// The engine as built, with the usual settings.
pub fn engine() -> opengateway_engine::Config {
    let slots = opengateway_engine::Config::SLOTS;
    opengateway_engine::Config {
        program: program("opengateway-engine"),
        threads: 0,
        context: 0,
        slots,
        role: opengateway_engine::Role::Owner,
    }
}

/// The starter model's file.
pub fn starter() -> PathBuf {
    repository("src-tauri/resources/starter.gguf")
}
