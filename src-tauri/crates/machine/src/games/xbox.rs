//! Xbox and Microsoft Store: a folder of games on each drive, which a hidden file at the drive's root names.

use std::path::{Path, PathBuf};

use super::path;
use super::places::Places;
use super::shelf::{self, Shelf};

const USUAL: [&str; 2] = ["XboxGames", "Program Files/ModifiableWindowsApps"];

/// The launcher of Minecraft comes as a game.
const NO_GAMES: [&str; 2] = ["GameSave", "Minecraft Launcher"];

/// Before the names in the hidden file: a mark and how many there are.
const MARK: &[u8] = b"RGBX";
const BEFORE_NAMES: usize = 8;
const MOST_NAMES: usize = 16;

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    for drive in &places.drives {
        for folder in folders(drive, shelf) {
            shelf.watch(&folder);
            for game in shelf::folders(&folder).into_iter().filter(|game| !NO_GAMES.contains(&shelf::name(game))) {
                let content = game.join("Content");
                shelf.folder(shelf::name(&game), if content.is_dir() { &content } else { &game });
            }
        }
    }
}

fn folders(drive: &Path, shelf: &mut Shelf) -> Vec<PathBuf> {
    let hidden = drive.join(".GamingRoot");
    shelf.watch(&hidden);
    let named = shelf.bytes(&hidden).map(|bytes| names(&bytes)).unwrap_or_default();
    USUAL.map(PathBuf::from).into_iter().chain(named).map(|name| drive.join(name)).collect()
}

/// The folders that the hidden file names: UTF-16, each ended by a zero. They lie below its drive.
fn names(bytes: &[u8]) -> Vec<PathBuf> {
    let Some(names) = bytes.strip_prefix(MARK).and_then(|_| bytes.get(BEFORE_NAMES..)) else { return Vec::new() };
    let units: Vec<u16> = names.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let names = units.split(|unit| *unit == 0).map(String::from_utf16_lossy).take(MOST_NAMES);
    names.filter(|name| path::leads_below(name)).map(PathBuf::from).collect()
}
