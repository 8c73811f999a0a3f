//! The model that is built in, so that the first prompt is answered seconds after the first start, offline.

use std::path::{Path, PathBuf};

use opengateway_api::{Error, Turn};

use crate::{errors, home};

const BYTES: &[u8] = include_bytes!("../../../resources/starter.gguf");

/// Letters of history that the toy is shown: it was trained on short conversations and has a short memory.
const MEMORY: usize = 600;

/// Where its file is.
pub(crate) fn path(models: &Path) -> PathBuf {
    models.join("starter.gguf")
}

/// Puts the file where the engine can open it.
pub(crate) fn install(path: &Path) -> Result<(), Error> {
    let is_there = std::fs::read(path).is_ok_and(|bytes| bytes == BYTES);
    let installed = if is_there { Ok(()) } else { home::replace_file(path, BYTES) };
    installed.map_err(|error| errors::io("the starter model cannot be kept", &error))
}

/// The last turns that the toy can remember, beginning with a question; the last one always.
pub(crate) fn recent(turns: &[Turn]) -> Vec<Turn> {
    let mut letters = 0;
    let fits = |turn: &&Turn| {
        letters += turn.text.len();
        letters <= MEMORY
    };
    let kept = turns.iter().rev().take_while(fits).count().max(1);
    let recent = turns.iter().skip(turns.len().saturating_sub(kept));
    let recent: Vec<Turn> = recent.skip_while(|turn| turn.role == opengateway_api::Role::Assistant).cloned().collect();
    if recent.is_empty() { turns.last().cloned().into_iter().collect() } else { recent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_conversation_is_remembered_whole() {
        let turns = [Turn::user("a"), Turn::assistant("b"), Turn::user("c")];

        assert_eq!(recent(&turns), turns);
    }

    #[test]
    fn a_long_one_keeps_its_end_and_begins_with_a_question() {
        let long = "x".repeat(MEMORY / 3);
        let turns: Vec<Turn> = (0..9).flat_map(|_| [Turn::user(&long), Turn::assistant(&long)]).collect();
        let turns = [turns, vec![Turn::user("last")]].concat();

        let kept = recent(&turns);

        assert_eq!(kept.first().unwrap().role, opengateway_api::Role::User);
        assert_eq!(kept.last().unwrap().text, "last");
        assert!(kept.len() < 4);
    }

    #[test]
    fn a_question_longer_than_its_memory_is_still_asked() {
        assert_eq!(recent(&[Turn::user("x".repeat(5000))]).len(), 1);
    }
}
