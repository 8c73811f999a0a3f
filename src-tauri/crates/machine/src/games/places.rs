//! Where launchers put their files on this system.

use std::env;
use std::path::PathBuf;

use super::registry::Registered;

/// The directories below which everything is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The owner's home.
    pub(crate) home: PathBuf,
    /// Where programs keep the owner's settings: `~/.config`, `%APPDATA%`.
    pub(crate) config: PathBuf,
    /// Where programs keep the owner's data: `~/.local/share`, `%LOCALAPPDATA%`.
    pub(crate) data: PathBuf,
    /// Where programs keep what all users share: `%ProgramData%`.
    pub(crate) program_data: Option<PathBuf>,
    /// Roots that hold programs: drives on Windows, the root on macOS, Wine's drives on Linux.
    pub(crate) drives: Vec<PathBuf>,
    /// What the Windows registry tells.
    pub(crate) registered: Registered,
}

impl Places {
    /// Those of this system and user, if the user has a home.
    pub(crate) fn here() -> Option<Self> {
        let home = env::home_dir().filter(|home| home.is_absolute())?;
        let or_at_home = |name: &str, otherwise: &str| absolute(name).unwrap_or_else(|| home.join(otherwise));
        let (config, data) = if cfg!(windows) {
            (or_at_home("APPDATA", "AppData/Roaming"), or_at_home("LOCALAPPDATA", "AppData/Local"))
        } else if cfg!(target_os = "macos") {
            (home.join("Library/Application Support"), home.join("Library/Application Support"))
        } else {
            (or_at_home("XDG_CONFIG_HOME", ".config"), or_at_home("XDG_DATA_HOME", ".local/share"))
        };
        let (program_data, registered) = (absolute("ProgramData"), Registered::read());
        Some(Self { home, config, data, program_data, drives: drives(), registered })
    }

    /// The same places and more drives.
    pub(super) fn with_drives(&self, more: Vec<PathBuf>) -> Self {
        let mut places = self.clone();
        places.drives.extend(more);
        places
    }

    /// Each of these below each drive.
    pub(super) fn on_drives(&self, below: &[&str]) -> Vec<PathBuf> {
        self.drives.iter().flat_map(|drive| below.iter().map(|path| drive.join(path))).collect()
    }

    /// Each of these below the home.
    pub(super) fn at_home(&self, below: &[&str]) -> Vec<PathBuf> {
        below.iter().map(|path| self.home.join(path)).collect()
    }
}

fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

fn drives() -> Vec<PathBuf> {
    if cfg!(windows) {
        // A and B are floppy disks, which make a noise when they are asked.
        ('C'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\"))).filter(|root| root.is_dir()).collect()
    } else if cfg!(target_os = "macos") {
        vec![PathBuf::from("/")]
    } else {
        Vec::new()
    }
}
