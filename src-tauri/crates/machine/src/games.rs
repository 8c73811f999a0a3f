//! Which games are installed on this PC, and whether a running program is one of them.
//!
//! Launchers write down what they installed and where, in files and on Windows in the registry. [`Library::find`] reads
//! that and asks no launcher. [`Library::matches`] touches no disk: it compares paths.

mod battle_net;
mod broad;
mod bystander;
mod epic;
mod folders;
mod gog;
mod heroic;
mod lutris;
mod path;
mod places;
mod registry;
mod shelf;
mod steam;
#[cfg(test)]
mod tests;
mod vdf;
mod xbox;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub(crate) use places::Places;
use shelf::Shelf;

/// The games of this PC: where each one lives, and its title.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// Titles by the [`path::key`] of a folder whose programs are all the game's.
    folders: HashMap<String, String>,
    /// Titles by the key of a single program.
    programs: HashMap<String, String>,
    sources: Vec<PathBuf>,
}

/// A running program, as far as the system tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running<'a> {
    /// The file it was started from.
    pub(crate) exe: Option<&'a Path>,
    /// What it calls itself: under Wine the only trace of the Windows program. Only a whole path is of use, so the
    /// caller joins a relative one to the program's working directory.
    pub(crate) argv0: Option<&'a str>,
    /// Its short name.
    pub(crate) name: &'a str,
}

impl Library {
    /// Looks in the usual places of this system and user. Reads many small files, and may wait for a sleeping disk.
    pub(crate) fn find() -> Self {
        Places::here().map(|places| Self::find_in(&places)).unwrap_or_default()
    }

    /// Looks in the given places.
    pub(crate) fn find_in(places: &Places) -> Self {
        let mut shelf = Shelf::new(places);
        let prefixes = lutris::find(places, &mut shelf);
        let places = &places.with_drives(prefixes);
        steam::find(places, &mut shelf);
        for (title, folder) in &places.registered.games {
            shelf.folder(title, folder);
        }
        epic::find(places, &mut shelf);
        heroic::find(places, &mut shelf);
        gog::find(places, &mut shelf);
        xbox::find(places, &mut shelf);
        battle_net::find(places, &mut shelf);
        folders::find(places, &mut shelf);
        shelf.into_library()
    }

    /// The title of the game that this program belongs to.
    ///
    /// Walks up the program's path: the cost depends on how deep that is, not on how many games there are.
    pub(crate) fn matches(&self, running: &Running<'_>) -> Option<String> {
        let exe = running.exe.map(Path::to_string_lossy);
        let title = [exe.as_deref(), running.argv0].into_iter().flatten().find_map(|path| self.title_of(path))?;
        (!bystander::is_one(running.name)).then(|| title.to_owned())
    }

    /// Files and folders, also such that do not exist yet, that make it worth finding anew when they change. The Windows
    /// registry is not among them: it is worth finding anew now and then.
    pub(crate) fn sources(&self) -> &[PathBuf] {
        &self.sources
    }

    fn title_of(&self, path: &str) -> Option<&str> {
        let key = path::key(path)?;
        // Wine shows the whole file system as its drive Z.
        self.title_above(&key).or_else(|| self.title_above(key.strip_prefix("z:")?))
    }

    fn title_above(&self, key: &str) -> Option<&str> {
        if bystander::is_one(path::last_part(key)) {
            return None;
        }
        if let Some(title) = self.programs.get(key) {
            return Some(title);
        }
        let (above, title) = path::up(key).find_map(|above| Some((above, self.folders.get(above)?)))?;
        let below = key.strip_prefix(above).unwrap_or_default();
        (!bystander::lives_in(below)).then_some(title)
    }
}
