//! Where prompts wait on this PC while nobody has room: one line for each model, first come, first served.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opengateway_api::ModelId;
use tokio::sync::Notify;

/// All lines. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Somebody has left a line, or an answer has ended.
    moved: Notify,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    lines: BTreeMap<ModelId, BTreeSet<u64>>,
}

/// A prompt from its question to its answer's end.
pub(super) struct Place {
    lines: Lines,
    model: ModelId,
    number: u64,
}

impl Lines {
    /// The end of the line.
    pub(super) fn enter(&self, model: &ModelId) -> Place {
        let mut waiting = self.waiting();
        waiting.last = waiting.last.saturating_add(1);
        let number = waiting.last;
        waiting.lines.entry(model.clone()).or_default().insert(number);
        Place { lines: self.clone(), model: model.clone(), number }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// How many are before it.
    pub(super) fn position(&self) -> u32 {
        let waiting = self.lines.waiting();
        let before = waiting.lines.get(&self.model).map_or(0, |line| line.range(..self.number).count());
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// It is answered: the next one may be.
    pub(super) fn leave(&self) {
        let mut waiting = self.lines.waiting();
        if let Some(line) = waiting.lines.get_mut(&self.model) {
            line.remove(&self.number);
            if line.is_empty() {
                waiting.lines.remove(&self.model);
            }
        }
        drop(waiting);
        self.lines.0.moved.notify_waiters();
    }

    /// Resolves when something has moved, or after this time.
    pub(super) async fn moved(&self, most: Duration) {
        let _either_way = tokio::time::timeout(most, self.lines.0.moved.notified()).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_first_is_first_and_each_model_has_its_own_line() {
        let (lines, one, other) = (Lines::default(), ModelId("one".into()), ModelId("other".into()));
        let places = [lines.enter(&one), lines.enter(&one), lines.enter(&other), lines.enter(&one)];

        assert_eq!(places.each_ref().map(Place::position), [0, 1, 0, 2]);
        places[0].leave();
        assert_eq!(places.each_ref().map(Place::position), [0, 0, 0, 1]);
        let [_, gone, _, last] = places;
        drop(gone);
        assert_eq!(last.position(), 0);
    }
}
