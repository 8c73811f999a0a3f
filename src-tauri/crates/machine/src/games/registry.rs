//! What launchers wrote into the Windows registry: where Steam is, and games in folders of the owner's choice.

use std::path::PathBuf;

/// What the registry tells; nothing on other systems.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registered {
    pub(crate) steam: Option<PathBuf>,
    /// Titles, where they are told, and folders.
    pub(crate) games: Vec<(String, PathBuf)>,
}

#[cfg(not(windows))]
impl Registered {
    pub(super) fn read() -> Self {
        Self::default()
    }
}

#[cfg(windows)]
mod windows {
    use std::path::PathBuf;

    use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

    use super::Registered;

    /// Keys that hold a key for each game, and their values for its title and its folder.
    const LAUNCHERS: [(&str, &str, &str); 5] = [
        (r"SOFTWARE\WOW6432Node\GOG.com\Games", "gameName", "path"),
        (r"SOFTWARE\WOW6432Node\Ubisoft\Launcher\Installs", "", "InstallDir"),
        (r"SOFTWARE\WOW6432Node\Rockstar Games", "", "InstallFolder"),
        (r"SOFTWARE\WOW6432Node\EA Games", "DisplayName", "Install Dir"),
        (r"SOFTWARE\EA Games", "DisplayName", "Install Dir"),
    ];

    const MOST_GAMES: usize = 10_000;

    impl Registered {
        pub(in super::super) fn read() -> Self {
            let steam = CURRENT_USER.open(r"Software\Valve\Steam").and_then(|key| key.get_string("SteamPath"));
            let games = LAUNCHERS.iter().flat_map(|(key, title, folder)| games(key, title, folder)).collect();
            Self { steam: steam.map(PathBuf::from).ok(), games }
        }
    }

    fn games(key: &str, title: &str, folder: &str) -> Vec<(String, PathBuf)> {
        let Ok(launcher) = LOCAL_MACHINE.open(key) else { return Vec::new() };
        let names = launcher.keys().into_iter().flatten().take(MOST_GAMES);
        let games = names.filter_map(|name| launcher.open(name).ok()).filter(|game| !is_extra(game));
        let told = games.filter_map(|game| {
            let title = game.get_string(title).unwrap_or_default();
            Some((title, PathBuf::from(game.get_string(folder).ok()?)))
        });
        told.collect()
    }

    /// GOG lists the extras of a game beside it.
    fn is_extra(game: &Key) -> bool {
        game.get_string("dependsOn").is_ok_and(|other| !other.is_empty())
    }
}
