//! Windows programs under Wine: the running file is Wine's, so the path they were called by tells which one it is.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Drive and the rest of a path such as `C:\Games\chess.exe`.
pub(super) fn split(called: &str) -> Option<(char, &str)> {
    let mut letters = called.chars();
    let drive = letters.next().filter(char::is_ascii_alphabetic)?;
    let rest = letters.as_str().strip_prefix(':')?;
    rest.starts_with(['\\', '/']).then_some((drive.to_ascii_lowercase(), rest))
}

/// The path on this system, where `root` is the directory that the drive stands for. Without one, drive Z is the
/// whole file system, as Wine sets it up, and others stay as they are.
pub(super) fn path(called: &str, root: Option<&Path>) -> String {
    let Some((drive, rest)) = split(called) else { return called.to_owned() };
    let rest = rest.replace('\\', "/");
    match root {
        Some(root) => root.join(rest.trim_start_matches('/')).to_string_lossy().into_owned(),
        None if drive == 'z' => rest,
        None => called.to_owned(),
    }
}

pub(super) fn is_program(called: &str) -> bool {
    called.len() > 4 && called.get(called.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".exe"))
}

/// Where Wine keeps the drives of a process with this environment.
pub(super) fn prefix(environment: &[u8]) -> Option<PathBuf> {
    let value = |name: &str| {
        let values = environment.split(|byte| *byte == 0);
        values.filter_map(|line| line.strip_prefix(name.as_bytes())).find(|value| !value.is_empty())
    };
    let given = value("WINEPREFIX=").map(|prefix| PathBuf::from(OsStr::from_bytes(prefix)));
    given.or_else(|| value("HOME=").map(|home| Path::new(OsStr::from_bytes(home)).join(".wine")))
}

/// The link to the directory that a drive stands for.
pub(super) fn drive(prefix: &Path, drive: char) -> PathBuf {
    prefix.join("dosdevices").join(format!("{drive}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drive_z_is_the_whole_file_system() {
        assert_eq!(path(r"Z:\home\ada\games\chess.exe", None), "/home/ada/games/chess.exe");
        assert_eq!(path(r"z:/home/ada/chess.exe", Some(Path::new("/"))), "/home/ada/chess.exe");
    }

    #[test]
    fn another_drive_is_where_its_link_points() {
        let root = Path::new("/home/ada/.wine/drive_c");

        assert_eq!(path(r"C:\Games\chess.exe", Some(root)), "/home/ada/.wine/drive_c/Games/chess.exe");
        assert_eq!(path(r"C:\Games\chess.exe", None), r"C:\Games\chess.exe");
    }

    #[test]
    fn what_is_no_path_of_windows_stays_as_it_is() {
        for called in ["/usr/bin/wine", "chess.exe", "http://example.org", "c:chess.exe", ""] {
            assert_eq!(split(called), None, "{called}");
            assert_eq!(path(called, Some(Path::new("/root"))), called);
        }
    }

    #[test]
    fn the_drives_are_in_the_prefix_or_at_home() {
        let proton = b"HOME=/home/ada\0WINEPREFIX=/games/compatdata/620/pfx\0LANG=C\0";

        assert_eq!(prefix(proton), Some("/games/compatdata/620/pfx".into()));
        assert_eq!(prefix(b"WINEPREFIX=\0HOME=/home/ada\0"), Some("/home/ada/.wine".into()));
        assert_eq!(prefix(b""), None);
        assert_eq!(drive(Path::new("/pfx"), 'c'), Path::new("/pfx/dosdevices/c:"));
    }

    #[test]
    fn a_windows_program_is_known_by_its_ending() {
        assert!(is_program("chess.exe") && is_program("CHESS.EXE"));
        assert!(!is_program(".exe") && !is_program("exe") && !is_program("chess.sh"));
    }
}
