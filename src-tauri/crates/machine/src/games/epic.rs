//! Epic Games: a JSON manifest for each program that its launcher installed.

use std::path::Path;

use serde_json::Value;

use super::places::Places;
use super::shelf::{self, Shelf, field};

const MANIFESTS: &str = "Epic/EpicGamesLauncher/Data/Manifests";

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    let mut folders = places.on_drives(&["ProgramData"]);
    folders.extend(places.at_home(&["Library/Application Support"]));
    folders.extend(places.program_data.clone());
    for folder in folders.into_iter().map(|folder| folder.join(MANIFESTS)) {
        shelf.watch(&folder);
        for file in shelf::entries(&folder).into_iter().filter(|file| shelf::name(file).ends_with(".item")) {
            if let Some(item) = shelf.json(&file) {
                keep(&item, shelf);
            }
        }
    }
}

fn keep(item: &Value, shelf: &mut Shelf) {
    let Some(folder) = field(item, "InstallLocation").map(Path::new).filter(|_| is_game(item)) else { return };
    let title = field(item, "DisplayName").unwrap_or_default();
    shelf.folder(title, folder);
    if let Some(program) = field(item, "LaunchExecutable") {
        shelf.program(title, &folder.join(program));
    }
}

/// The launcher also installs the Unreal Engine, and each extra of a game has a manifest of its own.
fn is_game(item: &Value) -> bool {
    let categories = item.get("AppCategories").and_then(Value::as_array);
    categories.is_none_or(|all| all.is_empty() || all.iter().any(|category| category == "games"))
}
