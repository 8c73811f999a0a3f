//! GOG: each game's folder names the game, with or without the Galaxy launcher.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::places::Places;
use super::shelf::{self, Shelf, field};

/// Where games lie, some of these among other programs.
const ON_DRIVES: [&str; 8] = [
    "Applications",
    "GOG Games",
    "Games",
    "Games/GOG",
    "Program Files (x86)/GOG Galaxy/Games",
    "Program Files (x86)/GOG.com",
    "Program Files/GOG Galaxy/Games",
    "Program Files/GOG.com",
];

const AT_HOME: [&str; 4] = ["Applications", "GOG Games", "Games", "Games/GOG"];

/// Where a game's folder keeps its information: on Windows, Linux and macOS.
const INSIDE: [&str; 3] = ["", "game", "Contents/Resources"];

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    let mut folders = places.on_drives(&ON_DRIVES);
    folders.extend(places.at_home(&AT_HOME));
    for folder in folders {
        shelf.watch(&folder);
        for game in shelf::folders(&folder) {
            if let Some(title) = title(&game, shelf) {
                shelf.folder(&title, &game);
            }
        }
    }
}

/// The title of the game in this folder, if it is one of GOG's.
pub(super) fn title(game: &Path, shelf: &mut Shelf) -> Option<String> {
    let files: Vec<PathBuf> = INSIDE.iter().flat_map(|inside| shelf::entries(&game.join(inside))).collect();
    let infos: Vec<Value> = files.iter().filter(|file| is_info(file)).filter_map(|file| shelf.json(file)).collect();
    // Each extra has a file of its own, which names the game that it belongs to.
    let main = infos.iter().find(|info| info.get("gameId") == info.get("rootGameId")).or(infos.first());
    if let Some(title) = main.and_then(|info| field(info, "name")) {
        return Some(title.to_owned());
    }
    let lines = shelf.text(&game.join("gameinfo"))?;
    lines.lines().next().map(str::to_owned)
}

fn is_info(file: &Path) -> bool {
    let name = shelf::name(file);
    name.starts_with("goggame-") && name.ends_with(".info")
}
