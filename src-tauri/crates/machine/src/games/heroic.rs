//! Heroic: one list for each shop that it installs from, and Legendary's own where that is used alone.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::gog;
use super::places::Places;
use super::shelf::{Shelf, field};

const LISTS: [&str; 4] = [
    "legendaryConfig/legendary/installed.json",
    "gog_store/installed.json",
    "nile_config/nile/installed.json",
    "sideload_apps/library.json",
];

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    for list in lists(places) {
        shelf.watch(&list);
        let Some(list) = shelf.json(&list) else { continue };
        for game in games(&list) {
            keep(game, shelf);
        }
    }
}

fn lists(places: &Places) -> Vec<PathBuf> {
    let mut homes = places.at_home(&[
        ".config/heroic",
        ".var/app/com.heroicgameslauncher.hgl/config/heroic",
        "Library/Application Support/heroic",
    ]);
    homes.push(places.config.join("heroic"));
    let mut lists: Vec<PathBuf> = homes.iter().flat_map(|home| LISTS.map(|list| home.join(list))).collect();
    lists.extend(places.at_home(&[".config/legendary/installed.json"]));
    lists.push(places.config.join("legendary/installed.json"));
    lists.sort();
    lists.dedup();
    lists
}

/// The entries of a list: Amazon's is bare, GOG's and the owner's own have a name, Epic's go by their ids.
fn games(list: &Value) -> Vec<&Value> {
    let named = ["installed", "games"].iter().find_map(|name| list.get(name)?.as_array());
    match list.as_array().or(named) {
        Some(games) => games.iter().collect(),
        None => list.as_object().into_iter().flat_map(|games| games.values()).collect(),
    }
}

fn keep(game: &Value, shelf: &mut Shelf) {
    if game.get("is_dlc").and_then(Value::as_bool) == Some(true) {
        return;
    }
    let title = field(game, "title").map(str::to_owned);
    if let Some(folder) = field(game, "install_path").or(field(game, "path")).map(Path::new) {
        let title = title.clone().or_else(|| gog::title(folder, shelf)).unwrap_or_default();
        shelf.folder(&title, folder);
    }
    // What the owner added by hand has a program and no folder.
    let program = game.get("install").and_then(|install| field(install, "executable")).map(Path::new);
    if let Some((program, folder)) = program.and_then(|program| Some((program, program.parent()?))) {
        let title = title.unwrap_or_default();
        shelf.program(&title, program);
        shelf.folder(&title, folder);
    }
}
