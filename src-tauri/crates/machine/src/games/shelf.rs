//! Gathers what launchers tell, and reads their files within bounds: they are other programs' files and may hold
//! anything.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tracing::debug;

use super::Library;
use super::broad::{self, Broad};
use super::path;
use super::places::Places;

/// Launchers' own lists are a few hundred KiB at most.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
const MOST_BYTES_TOGETHER: u64 = 256 * 1024 * 1024;
const MOST_ENTRIES: usize = 10_000;
/// Each game has a few: see [`path::keys`].
const MOST_KEYS: usize = 100_000;
const LONGEST_TITLE: usize = 80;

#[derive(Debug)]
pub(super) struct Shelf {
    broad: Broad,
    library: Library,
    unread_bytes: u64,
}

impl Shelf {
    pub(super) fn new(places: &Places) -> Self {
        Self { broad: Broad::new(places), library: Library::default(), unread_bytes: MOST_BYTES_TOGETHER }
    }

    /// A folder whose programs are this game's. An empty title becomes the folder's name.
    pub(super) fn folder(&mut self, title: &str, folder: &Path) {
        let keys = path::keys(folder);
        if keys.iter().any(|key| self.broad.holds_more_than_a_game(key)) {
            debug!(?folder, "holds more than one game");
            return;
        }
        keep(&mut self.library.folders, title, folder, keys);
    }

    /// A program that is this game, wherever it lies.
    pub(super) fn program(&mut self, title: &str, program: &Path) {
        let keys = path::keys(program);
        if keys.iter().any(|key| broad::runs_anything(key)) {
            debug!(?program, "runs more than one game");
            return;
        }
        keep(&mut self.library.programs, title, program, keys);
    }

    /// Remembers a file or folder that tells when it is worth finding anew.
    pub(super) fn watch(&mut self, path: &Path) {
        self.library.sources.push(path.to_owned());
    }

    /// What is in a file, if that is little enough.
    pub(super) fn bytes(&mut self, file: &Path) -> Option<Vec<u8>> {
        // Asked before it is opened: to open a pipe would wait for a writer.
        let size = fs::metadata(file).ok().filter(|metadata| metadata.is_file())?.len();
        if size > MOST_BYTES.min(self.unread_bytes) {
            debug!(?file, size, "too large for a launcher's file");
            return None;
        }
        let mut bytes = Vec::new();
        File::open(file).ok()?.take(size).read_to_end(&mut bytes).ok()?;
        self.unread_bytes = self.unread_bytes.saturating_sub(size);
        Some(bytes)
    }

    /// The same as text.
    pub(super) fn text(&mut self, file: &Path) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes(file)?).into_owned();
        Some(text.trim_start_matches('\u{feff}').to_owned())
    }

    /// The same as JSON.
    pub(super) fn json(&mut self, file: &Path) -> Option<Value> {
        let text = self.text(file)?;
        serde_json::from_str(&text).inspect_err(|error| debug!(?file, %error, "no JSON")).ok()
    }

    pub(super) fn into_library(mut self) -> Library {
        self.library.sources.sort();
        self.library.sources.dedup();
        self.library
    }
}

/// What lies in a folder, in the order of names.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES);
    let mut entries: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    entries
}

/// The folders in a folder.
pub(super) fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// The last part of a path as text.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Text in a JSON object, unless it is empty.
pub(super) fn field<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The first to tell of a place has named it.
fn keep(titles: &mut HashMap<String, String>, title: &str, place: &Path, keys: Vec<String>) {
    let place = place.to_string_lossy();
    let title = Some(printable(title)).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| printable(path::last_part(&place)));
    for key in keys {
        if titles.len() < MOST_KEYS {
            titles.entry(key).or_insert_with(|| title.clone());
        }
    }
}

fn printable(title: &str) -> String {
    let title: String = title.chars().filter(|letter| !letter.is_control()).take(LONGEST_TITLE).collect();
    title.trim().to_owned()
}
