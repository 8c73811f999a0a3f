//! What is found in launchers' files, and which programs match it. Each test lays out a PC of its own in a directory.

mod launchers;
mod matching;
mod outside;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use super::registry::Registered;
use super::{Library, Places, Running};

/// A PC with a home and the drives C and D.
struct Pc {
    root: TempDir,
    places: Places,
}

impl Pc {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        let places = Places {
            home: at("home/ann"),
            config: at("home/ann/.config"),
            data: at("home/ann/.local/share"),
            program_data: Some(at("c/ProgramData")),
            drives: vec![at("c"), at("d")],
            registered: Registered::default(),
        };
        for place in places.drives.iter().chain([&places.home]) {
            fs::create_dir_all(place).unwrap();
        }
        Self { root, places }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path
    }

    /// Adds a game to the Steam library in this folder, and returns the game's folder.
    fn steam(&self, library: &str, title: &str, folder: &str) -> PathBuf {
        let id = title.bytes().map(u64::from).sum::<u64>();
        self.write(&format!("{library}/steamapps/appmanifest_{id}.acf"), manifest(title, folder, "4"));
        let folder = self.at(&format!("{library}/steamapps/common/{folder}"));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Adds a manifest of the Epic launcher.
    fn epic(&self, title: &str, folder: impl AsRef<Path>, program: &str) {
        let item = json!({
            "FormatVersion": 0, "bIsIncompleteInstall": false, "AppCategories": ["public", "games", "applications"],
            "DisplayName": title, "InstallLocation": folder.as_ref(), "LaunchExecutable": program,
        });
        let id = title.bytes().map(u64::from).sum::<u64>();
        self.write(&format!("c/ProgramData/Epic/EpicGamesLauncher/Data/Manifests/{id}.item"), item.to_string());
    }

    fn library(&self) -> Library {
        Library::find_in(&self.places)
    }

    /// The title that matches a program of this path.
    fn title(&self, exe: impl AsRef<Path>) -> Option<String> {
        title_of_exe(&self.library(), exe)
    }

    /// The title that matches a Windows program that calls itself so, and that Wine runs.
    fn wine_title(&self, argv0: &str) -> Option<String> {
        title_of_wine(&self.library(), argv0)
    }
}

fn title_of_exe(library: &Library, exe: impl AsRef<Path>) -> Option<String> {
    let exe = exe.as_ref();
    let name = exe.file_name().and_then(|name| name.to_str()).unwrap();
    library.matches(&Running { exe: Some(exe), argv0: exe.to_str(), name })
}

fn title_of_wine(library: &Library, argv0: &str) -> Option<String> {
    let loader = Path::new("/opt/wine/bin/wine64-preloader");
    let name = argv0.rsplit('\\').next().unwrap();
    library.matches(&Running { exe: Some(loader), argv0: Some(argv0), name })
}

/// As Wine spells a path of this system.
#[cfg(unix)]
fn on_drive_z(path: &Path) -> String {
    format!("Z:{}", path.to_str().unwrap().replace('/', "\\"))
}

fn manifest(title: &str, folder: &str, flags: &str) -> String {
    format!(
        "\"AppState\"\n{{\n\t\"appid\"\t\t\"1\"\n\t\"name\"\t\t\"{title}\"\n\t\"StateFlags\"\t\t\"{flags}\"\n\
         \t\"installdir\"\t\t\"{folder}\"\n\t\"UserConfig\"\n\t{{\n\t\t\"name\"\t\t\"not this\"\n\t}}\n}}\n"
    )
}

fn some(title: &str) -> Option<String> {
    Some(title.to_owned())
}
