//! On systems other than Debian we install nothing: we look for what is needed and say which command installs it.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::setup::Purpose;
use crate::shell;
use crate::system;
use crate::wasm::Toolchain;

/// Something needed, and how to see that it is here.
enum Need {
    Program(&'static str),
    /// By its name for pkg-config.
    Library(&'static str),
    Header(&'static str),
}

use Need::{Header, Library, Program};

const LINUX_BUILD: [Need; 9] = [
    Program("cc"),
    Program("c++"),
    Program("clang"),
    Program("cmake"),
    Program("pkg-config"),
    Library("webkit2gtk-4.1"),
    Library("librsvg-2.0"),
    Library("openssl"),
    Header("/usr/include/xdo.h"),
];

const LINUX_TEST: [Need; 11] = [
    Program("WebKitWebDriver"),
    Program("Xvfb"),
    Program("xdotool"),
    Program("openbox"),
    Program("dbus-run-session"),
    Program("gnome-keyring-daemon"),
    Program("secret-tool"),
    Program("import"),
    Program("ip"),
    Program("tc"),
    Program("nft"),
];

const FEDORA: &str = "\
  sudo dnf install webkit2gtk4.1-devel libayatana-appindicator-gtk3-devel librsvg2-devel libxdo-devel openssl-devel \\
    cmake ninja-build clang clang-devel gcc-c++ pkgconf-pkg-config
  for the tests also:
  sudo dnf install webkit2gtk-driver xorg-x11-server-Xvfb xdotool openbox dbus-daemon dbus-x11 gnome-keyring libsecret ImageMagick \\
    iproute iproute-tc nftables";

const ARCH: &str = "\
  sudo pacman -S --needed webkit2gtk-4.1 libayatana-appindicator librsvg xdotool openssl cmake ninja clang base-devel
  for the tests also:
  sudo pacman -S --needed xorg-server-xvfb openbox dbus gnome-keyring libsecret imagemagick iproute2 nftables";

const OTHER_LINUX: &str = "\
  install, under your system's names: WebKitGTK 4.1, Ayatana AppIndicator 3, librsvg and libxdo with their headers, OpenSSL's headers,
  CMake, Ninja, Clang with libclang, a C++ compiler, pkg-config; for the tests also WebKitWebDriver, Xvfb, xdotool, openbox, D-Bus,
  gnome-keyring, secret-tool, ImageMagick, iproute2 and nftables";

const MAC: &str = "\
  xcode-select --install
  brew install cmake";

const WINDOWS: &str = "\
  winget install Microsoft.VisualStudio.2022.BuildTools --override \"--passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"
  winget install Kitware.CMake
  winget install LLVM.LLVM";

/// Fails, with the commands to type, when something is missing.
pub(crate) fn check(purpose: Purpose) -> Result<()> {
    Toolchain::or_explain(Toolchain::ready_or_added()?)?;
    let missing = missing(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    bail!("this machine lacks {}; install it with\n{}", missing.join(", "), advice())
}

fn missing(purpose: Purpose) -> Vec<&'static str> {
    let mut needs: Vec<&Need> = Vec::new();
    if cfg!(windows) {
        needs.push(&Program("cmake"));
    } else if cfg!(target_os = "macos") {
        needs.extend(&[Program("clang"), Program("cmake")]);
    } else {
        needs.extend(&LINUX_BUILD);
        if purpose == Purpose::Test {
            needs.extend(&LINUX_TEST);
        }
    }
    let mut missing: Vec<_> = needs.into_iter().filter(|need| !need.is_here()).map(Need::name).collect();
    if cfg!(windows) && !has_libclang() {
        missing.push("libclang");
    }
    missing
}

impl Need {
    fn is_here(&self) -> bool {
        match self {
            Program(name) => shell::find(name).is_some(),
            Library(name) => shell::succeeds(Command::new("pkg-config").args(["--exists", name])),
            Header(path) => fs::exists(path).unwrap_or(false),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Program(name) | Library(name) | Header(name) => name,
        }
    }
}

/// Where LLVM's installer puts it, or where LIBCLANG_PATH says.
fn has_libclang() -> bool {
    std::env::var_os("LIBCLANG_PATH").is_some()
        || fs::exists(r"C:\Program Files\LLVM\bin\libclang.dll").unwrap_or(false)
}

fn advice() -> &'static str {
    match std::env::consts::OS {
        "windows" => WINDOWS,
        "macos" => MAC,
        _ if system::is_like("fedora") => FEDORA,
        _ if system::is_like("arch") => ARCH,
        _ => OTHER_LINUX,
    }
}
