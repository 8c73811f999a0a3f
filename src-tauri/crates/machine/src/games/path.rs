//! Paths as the same text, whoever wrote them: a launcher, Windows, Wine or the kernel.

use std::fs;
use std::path::Path;

/// No system starts programs from longer paths; what a program calls itself has no limit.
const LONGEST: usize = 4096;

/// The path in lower case with forward slashes, without `.`, `..` and a slash at the end. `None` when it is relative.
///
/// Letter case is dropped on Linux too, where it counts, because Wine's paths are compared with Linux's: two folders
/// that differ in nothing else would both be games.
pub(super) fn key(path: &str) -> Option<String> {
    if path.len() > LONGEST {
        return None;
    }
    let path = path.replace('\\', "/").to_lowercase();
    let (root, below) = split_root(&path)?;
    let mut parts = Vec::new();
    for part in below.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.iter().fold(root.to_owned(), |key, part| key + "/" + part))
}

/// The part before the first slash of a key, and the rest: `c:`, `/` for a network share, nothing on other systems.
fn split_root(path: &str) -> Option<(&str, &str)> {
    if let Some(long) = path.strip_prefix("//?/") {
        return long.strip_prefix("unc/").map_or_else(|| split_root(long), |share| Some(("/", share)));
    }
    if path.starts_with("//") {
        return Some(("/", path));
    }
    if path.starts_with('/') {
        return Some(("", path));
    }
    let (drive, below) = path.split_at_checked(2)?;
    let letter = drive.strip_suffix(':')?.starts_with(|letter: char| letter.is_ascii_alphabetic());
    (letter && below.starts_with('/')).then_some((drive, below))
}

/// The key and each folder above it, the longest first.
pub(super) fn up(key: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(key), |key| key.rsplit_once('/').map(|(above, _)| above))
}

/// What lies behind the last slash, of whichever kind.
pub(super) fn last_part(path: &str) -> &str {
    path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Whether a name that a file gives leads to a place below the folder that it is meant for.
pub(super) fn leads_below(name: &str) -> bool {
    name.split(['/', '\\']).all(|part| !matches!(part, "" | "." | "..") && !part.contains(':'))
}

/// Every key under which a program in this folder may show itself.
pub(super) fn keys(path: &Path) -> Vec<String> {
    let resolved = if path.is_absolute() { fs::canonicalize(path).ok() } else { None };
    let spelled = [Some(path), resolved.as_deref()].into_iter().flatten();
    let mut keys: Vec<String> = spelled.filter_map(|path| key(&path.to_string_lossy())).flat_map(aliases).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The key, and how Wine and sandboxes call the same place.
fn aliases(key: String) -> Vec<String> {
    let mut all = Vec::new();
    if let Some((_, inside)) = key.rsplit_once("/drive_c") {
        all.push(format!("c:{inside}"));
    }
    // Proton's drive S is the Steam library, in older prefixes its folder steamapps.
    if let Some((_, inside)) = key.rsplit_once("/steamapps/common/") {
        all.push(format!("s:/common/{inside}"));
        all.push(format!("s:/steamapps/common/{inside}"));
    }
    // A program in a Flatpak sandbox sees the sandbox's folder as its home.
    if let Some((home, inside)) = key.split_once("/.var/app/") {
        all.extend(inside.split_once('/').map(|(_, inside)| format!("{home}/{inside}")));
    }
    all.push(key);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_has_one_key_however_it_is_written() {
        let written = [
            r"C:\Games\Hades\Hades.exe",
            r"\\?\C:\Games\Hades\Hades.exe",
            "c:/games//./hades/x/../Hades.exe",
            r"c:\GAMES\hades\hades.exe\",
        ];

        let keys = written.map(key);

        assert_eq!(keys, [const { Some("c:/games/hades/hades.exe") }; 4].map(|key| key.map(str::to_owned)));
    }

    #[test]
    fn a_network_share_is_no_folder_of_this_pc() {
        assert_eq!(key(r"\\nas\games\Hades"), Some("//nas/games/hades".to_owned()));
        assert_eq!(key(r"\\?\UNC\nas\games\Hades"), Some("//nas/games/hades".to_owned()));
    }

    #[test]
    fn a_path_that_leaves_its_root_stays_at_the_root() {
        assert_eq!(key("/../../etc"), Some("/etc".to_owned()));
        assert_eq!(key(r"C:\..\..\Windows"), Some("c:/windows".to_owned()));
    }

    #[test]
    fn relative_and_endless_paths_have_no_key() {
        for path in ["", "hades", "./hades", "C:hades", "ä:/hades", "1:/x", &"/x".repeat(LONGEST)] {
            assert_eq!(key(path), None, "{path}");
        }
    }
}
