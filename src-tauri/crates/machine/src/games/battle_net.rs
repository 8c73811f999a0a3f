//! Battle.net: games lie among other programs, each marked by the launcher's own files.

use super::places::Places;
use super::shelf::{self, Shelf};

const MARKS: [&str; 2] = [".build.info", ".product.db"];

/// Where games lie on a drive; the first is its root.
const ON_DRIVES: [&str; 6] = ["", "Applications", "Battle.net Games", "Games", "Program Files", "Program Files (x86)"];

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    for folder in places.on_drives(&ON_DRIVES) {
        shelf.watch(&folder);
        for game in shelf::folders(&folder).into_iter().filter(|game| MARKS.iter().any(|mark| game.join(mark).exists()))
        {
            shelf.folder("", &game);
        }
    }
}
