//! Finds a Rust toolchain that can compile for the web, or makes one.
//!
//! Two ways lead there: the toolchain in use has the standard library for wasm32 (rustup adds it), or Debian's `rustc-web`
//! compiles the standard library from its own sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::project::Project;
use crate::shell;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
pub(crate) const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library";

pub(crate) enum Toolchain {
    /// The toolchain in use has the standard library for wasm32.
    Installed,
    /// Debian's; this is the linker that it lacks.
    Debian { linker: PathBuf },
}

impl Toolchain {
    /// What is ready on this machine, without installing anything.
    pub(crate) fn ready() -> Result<Option<Self>> {
        let libraries = libraries()?;
        if libraries.join(TARGET).is_dir() {
            return Ok(Some(Self::Installed));
        }
        let from_source = [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_STD].iter().all(|path| Path::new(path).exists());
        let linker = find_linker(&libraries);
        Ok(linker.filter(|_| from_source).map(|linker| Self::Debian { linker }))
    }

    /// What is ready, else what rustup can add.
    pub(crate) fn ready_or_added() -> Result<Option<Self>> {
        if let Some(ready) = Self::ready()? {
            return Ok(Some(ready));
        }
        if shell::succeeds(Command::new("rustup").args(["target", "add", TARGET])) { Self::ready() } else { Ok(None) }
    }

    pub(crate) fn or_explain(found: Option<Self>) -> Result<Self> {
        match found {
            Some(toolchain) => Ok(toolchain),
            None => bail!(
                "this Rust cannot compile for the web; run `rustup target add {TARGET}`, or on Debian `apt-get install {}`",
                DEBIAN_PACKAGES.join(" ")
            ),
        }
    }

    /// Cargo, set up to build for wasm32 into a target directory of its own, so that it waits for no native build.
    pub(crate) fn cargo(&self, project: &Project) -> Command {
        let mut cargo = match self {
            Self::Installed => project.cargo(),
            Self::Debian { linker } => {
                let mut cargo = Command::new(DEBIAN_CARGO);
                cargo.current_dir(&project.root);
                cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
                cargo.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                cargo
            }
        };
        cargo.env("CARGO_TARGET_DIR", project.target.join("wasm"));
        cargo
    }
}

/// The directory with one folder of libraries for each target.
fn libraries() -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = shell::output(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib"))
}

/// rust-lld, which comes with every rustup toolchain and with none of Debian's.
fn find_linker(libraries: &Path) -> Option<PathBuf> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    Some(libraries.join(host).join("bin/rust-lld")).filter(|path| path.is_file())
}
