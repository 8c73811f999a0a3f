//! Steam: a list of library folders, and in each library a manifest for each game.

use std::path::{Path, PathBuf};

use super::path;
use super::places::Places;
use super::shelf::{self, Shelf};
use super::vdf;

/// Where Steam lives in a home: from packages, Flatpak, Snap and on macOS.
const AT_HOME: [&str; 9] = [
    ".steam/steam",
    ".steam/root",
    ".steam/debian-installation",
    ".local/share/Steam",
    ".var/app/com.valvesoftware.Steam/.local/share/Steam",
    ".var/app/com.valvesoftware.Steam/.steam/steam",
    ".var/app/com.valvesoftware.Steam/data/Steam",
    "snap/steam/common/.local/share/Steam",
    "Library/Application Support/Steam",
];

/// Where Steam or a library of it lives on a drive.
const ON_DRIVES: [&str; 6] =
    ["Program Files (x86)/Steam", "Program Files/Steam", "Steam", "SteamLibrary", "Games/Steam", "Games/SteamLibrary"];

const MOST_LIBRARIES: usize = 64;

/// The bit of `StateFlags` that says the game is complete.
const INSTALLED: u32 = 4;

/// Compatibility tools say what they are in this file.
const TOOL_MARK: &str = "toolmanifest.vdf";

/// Programs in the shop that are no games and run all day: they would keep this PC from being lent for ever.
const BACKGROUND: [&str; 5] = ["Borderless Gaming", "DisplayFusion", "OBS Studio", "Soundpad", "Wallpaper Engine"];

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    for library in libraries(places, shelf) {
        let apps = library.join("steamapps");
        shelf.watch(&apps);
        for file in shelf::entries(&apps).into_iter().filter(|file| is_manifest(file)) {
            let app = shelf.text(&file).map(|text| App::read(&text)).unwrap_or_default();
            let folder = apps.join("common").join(&app.folder);
            if app.is_installed_game() && !folder.join(TOOL_MARK).exists() {
                shelf.folder(&app.name, &folder);
            }
        }
    }
}

/// What a manifest says, as far as we use it.
#[derive(Default)]
struct App {
    name: String,
    folder: String,
    flags: Option<u32>,
}

impl App {
    fn read(text: &str) -> Self {
        let mut app = Self::default();
        vdf::visit(text, |keys, value| match keys {
            [_, key] if key.eq_ignore_ascii_case("name") => value.clone_into(&mut app.name),
            [_, key] if key.eq_ignore_ascii_case("installdir") => value.clone_into(&mut app.folder),
            [_, key] if key.eq_ignore_ascii_case("StateFlags") => app.flags = value.parse().ok(),
            _ => {}
        });
        app
    }

    fn is_installed_game(&self) -> bool {
        path::leads_below(&self.folder)
            && self.flags.is_some_and(|flags| flags & INSTALLED != 0)
            && !is_tool(&self.name)
            && !BACKGROUND.contains(&self.name.as_str())
    }
}

/// Tools lie among the games, and every Windows game on Linux is run by one.
fn is_tool(name: &str) -> bool {
    let versions = ["-", "BattlEye", "EasyAntiCheat", "Experimental", "Hotfix", "Next"];
    name.starts_with("Steam Linux Runtime")
        || name.starts_with("Steamworks Common")
        || name.strip_prefix("Proton ").is_some_and(|version| {
            version.starts_with(|letter: char| letter.is_ascii_digit())
                || versions.iter().any(|known| version.starts_with(known))
        })
}

fn is_manifest(file: &Path) -> bool {
    let name = shelf::name(file);
    name.starts_with("appmanifest_") && name.ends_with(".acf")
}

fn libraries(places: &Places, shelf: &mut Shelf) -> Vec<PathBuf> {
    let mut libraries = Vec::new();
    let mut roots = places.at_home(&AT_HOME);
    roots.push(places.data.join("Steam"));
    roots.extend(places.on_drives(&ON_DRIVES));
    roots.extend(places.registered.steam.clone());
    for root in roots {
        for list in ["steamapps/libraryfolders.vdf", "config/libraryfolders.vdf"].map(|list| root.join(list)) {
            shelf.watch(&list);
            libraries.extend(shelf.text(&list).map(|text| listed(&text)).unwrap_or_default());
        }
        libraries.push(root);
    }
    libraries.sort();
    libraries.dedup();
    libraries
}

/// The libraries that a `libraryfolders.vdf` names.
fn listed(text: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    vdf::visit(text, |keys, value| {
        let is_path = match keys {
            [_, _, key] => key.eq_ignore_ascii_case("path"),
            // Before 2021 the path followed the number at once.
            [_, number] => number.parse::<u32>().is_ok(),
            _ => false,
        };
        if is_path && paths.len() < MOST_LIBRARIES {
            paths.push(PathBuf::from(value));
        }
    });
    paths
}
