//! Folders that hold more than one game, and programs that run more than one: neither says that a game runs.

use super::path;
use super::places::Places;

/// Folders at the root of a drive or of the system that programs share.
const SHARED_AT_ROOT: [&str; 27] = [
    "applications",
    "applications/utilities",
    "documents and settings",
    "games",
    "home",
    "library",
    "library/application support",
    "media",
    "mnt",
    "nix",
    "nix/store",
    "opt",
    "private",
    "program files",
    "program files (x86)",
    "programdata",
    "root",
    "run",
    "run/media",
    "srv",
    "tmp",
    "users",
    "users/shared",
    "var",
    "var/home",
    "volumes",
    "xboxgames",
];

/// Folders in a home that programs share; the first is the home itself.
const SHARED_AT_HOME: [&str; 24] = [
    "",
    ".cache",
    ".config",
    ".local",
    ".local/bin",
    ".local/share",
    ".steam",
    ".var",
    ".var/app",
    "appdata",
    "appdata/local",
    "appdata/local/programs",
    "appdata/roaming",
    "applications",
    "bin",
    "desktop",
    "documents",
    "downloads",
    "games",
    "library",
    "library/application support",
    "pictures",
    "snap",
    "videos",
];

/// Folders of the system itself: nothing below them is a game's own folder.
const SYSTEM: [&str; 12] =
    ["bin", "boot", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys", "system", "usr", "windows"];

/// Folders of launchers, whatever they lie in.
const LAUNCHERS: [&str; 19] = [
    "amazon games",
    "battle.net",
    "ea desktop",
    "ea games",
    "electronic arts",
    "epic games",
    "gog galaxy",
    "gog games",
    "heroic",
    "launcher",
    "lutris",
    "origin",
    "riot client",
    "riot games",
    "rockstar games",
    "social club",
    "steam",
    "steamlibrary",
    "ubisoft game launcher",
];

/// Programs that run others, without what may follow: `python3.12`, `wine64-preloader`.
const RUNNERS: [&str; 20] = [
    "bash",
    "cmd",
    "dash",
    "dotnet",
    "electron",
    "env",
    "explorer",
    "flatpak",
    "gamemoderun",
    "java",
    "javaw",
    "mono",
    "node",
    "perl",
    "powershell",
    "python",
    "sh",
    "steam",
    "wine",
    "xdg-open",
];

/// The owner's and the system's own folders.
#[derive(Debug)]
pub(super) struct Broad {
    homes: Vec<String>,
    drives: Vec<String>,
    /// Other folders that belong to no game, nor do those above them.
    others: Vec<String>,
}

impl Broad {
    pub(super) fn new(places: &Places) -> Self {
        let others = [Some(&places.config), Some(&places.data), places.program_data.as_ref()];
        Self {
            homes: path::keys(&places.home),
            drives: places.drives.iter().flat_map(|drive| path::keys(drive)).collect(),
            others: others.into_iter().flatten().flat_map(|place| path::keys(place)).collect(),
        }
    }

    /// Whether more than one game may lie in this folder, and what is no game.
    pub(super) fn holds_more_than_a_game(&self, key: &str) -> bool {
        let mut places = self.homes.iter().chain(&self.drives).chain(&self.others);
        places.any(|place| place == key || below(key, place).is_some())
            || is_shared(below_root(key))
            || self.drives.iter().any(|drive| below(drive, key).is_some_and(is_shared))
            || self.homes.iter().any(|home| below(home, key).is_some_and(|rest| SHARED_AT_HOME.contains(&rest)))
            || key.ends_with("/steamapps")
            || key.ends_with("/steamapps/common")
            || LAUNCHERS.contains(&path::last_part(key))
    }
}

/// Whether this program runs games and whatever else one likes, or belongs to Windows.
pub(super) fn runs_anything(key: &str) -> bool {
    let name = path::last_part(key);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let is_version = |rest: &str| !rest.starts_with(|letter: char| letter.is_alphabetic() || letter == ' ');
    RUNNERS.iter().any(|runner| name.strip_prefix(runner).is_some_and(is_version))
        || below_root(key).strip_prefix("windows/").is_some()
}

/// The rest of a key that lies below another.
fn below<'a>(above: &str, key: &'a str) -> Option<&'a str> {
    key.strip_prefix(above)?.strip_prefix('/')
}

/// What comes after the drive, the share or the place where a disk is mounted.
fn below_root(key: &str) -> &str {
    let (parts, rest) = match key.split_once('/') {
        Some(("", rest)) => (mount_depth(rest), rest),
        Some((_drive, rest)) => (0, rest),
        None => (0, ""),
    };
    (0..parts).fold(rest, |rest, _| rest.split_once('/').map_or("", |(_, rest)| rest))
}

/// How many folders lead to a mounted disk or a share.
fn mount_depth(path: &str) -> usize {
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("mnt" | "volumes"), Some(_), _) => 2,
        (Some(""), Some(_), _) | (Some("media"), Some(_), _) => 3,
        (Some("run"), Some("media"), Some(_)) => 4,
        _ => 0,
    }
}

fn is_shared(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let at_home = match parts.as_slice() {
        ["home" | "users" | "documents and settings", _, rest @ ..]
        | ["var", "home", _, rest @ ..]
        | ["root", rest @ ..] => Some(rest.join("/")),
        _ => None,
    };
    path.is_empty()
        || SHARED_AT_ROOT.contains(&path)
        || parts.first().is_some_and(|first| SYSTEM.contains(first))
        || at_home.is_some_and(|rest| SHARED_AT_HOME.contains(&rest.as_str()))
}
