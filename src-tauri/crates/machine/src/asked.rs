//! An answer that may be slow to come: asked for on a thread of its own, and kept meanwhile.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a question may be open before nobody waits for it any more: whoever is asked hangs.
const HANGS: Duration = Duration::from_millis(200);

/// The newest answer to one question. The thread sleeps until somebody asks, and ends with this value.
pub(crate) struct Asked<T> {
    ask: SyncSender<()>,
    answer: Arc<Answer<T>>,
    fresh_for: Duration,
    good_for: Duration,
}

struct Answer<T> {
    kept: Mutex<Kept<T>>,
    came: Condvar,
}

struct Kept<T> {
    newest: Option<(Instant, T)>,
    /// Since when the thread has been asked and has not answered.
    open: Option<Instant>,
}

impl<T: Clone + Send + 'static> Asked<T> {
    /// Asks again once an answer is older than `fresh_for`, and gives none that is older than `good_for`.
    pub(crate) fn new(
        name: &str,
        fresh_for: Duration,
        good_for: Duration,
        mut find: impl FnMut() -> T + Send + 'static,
    ) -> Self {
        let (ask, asked) = sync_channel(1);
        let answer = Arc::new(Answer { kept: Mutex::new(Kept { newest: None, open: None }), came: Condvar::new() });
        let told = Arc::clone(&answer);
        let spawned = thread::Builder::new().name(name.into()).spawn(move || {
            while asked.recv().is_ok() {
                let found = find();
                told.keep(found);
            }
        });
        if let Err(error) = spawned {
            // Every answer is then missing, which the caller takes for a busy owner.
            tracing::error!(name, %error, "cannot start a thread");
        }
        Self { ask, answer, fresh_for, good_for }
    }

    /// The newest answer, waiting up to `wait` for a fresh one unless the one who is asked hangs.
    pub(crate) fn within(&self, wait: Duration) -> Option<T> {
        let begun = Instant::now();
        let mut kept = self.answer.lock();
        if !kept.is_fresh(begun, self.fresh_for) {
            let open = *kept.open.get_or_insert_with(|| {
                // Full means asked already; disconnected means that there is no thread and never an answer.
                let _ = self.ask.try_send(());
                begun
            });
            let hangs = begun.saturating_duration_since(open) > HANGS;
            let wait = if hangs { Duration::ZERO } else { wait };
            let waiting = |kept: &mut Kept<T>| !kept.is_fresh(begun, self.fresh_for);
            let waited = self.answer.came.wait_timeout_while(kept, wait, waiting);
            kept = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let (at, found) = kept.newest.as_ref()?;
        (at.elapsed() <= self.good_for).then(|| found.clone())
    }
}

impl<T> Answer<T> {
    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, found: T) {
        let mut kept = self.lock();
        (kept.newest, kept.open) = (Some((Instant::now(), found)), None);
        self.came.notify_all();
    }
}

impl<T> Kept<T> {
    fn is_fresh(&self, now: Instant, fresh_for: Duration) -> bool {
        self.newest
            .as_ref()
            .is_some_and(|(at, _)| now.saturating_duration_since(*at) <= fresh_for && self.open.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn an_answer_is_kept_while_it_is_fresh() {
        let mut count = 0;
        let asked = Asked::new("counts", LONG, LONG, move || {
            count += 1;
            count
        });

        let answers = (asked.within(LONG), asked.within(LONG));

        assert_eq!(answers, (Some(1), Some(1)));
    }

    #[test]
    fn each_question_gets_an_answer_of_its_own_when_none_stays_fresh() {
        let mut count = 0;
        let asked = Asked::new("counts", Duration::ZERO, LONG, move || {
            count += 1;
            count
        });

        let answers = (asked.within(LONG), asked.within(LONG));

        assert_eq!(answers, (Some(1), Some(2)));
    }

    #[test]
    fn one_who_hangs_does_not_make_us_hang() {
        let (_never, hang) = sync_channel::<()>(0);
        let asked = Asked::new("hangs", LONG, LONG, move || hang.recv().ok());
        let begun = Instant::now();

        let answers: Vec<_> = (0..100).map(|_| asked.within(Duration::from_millis(5))).collect();

        assert!(answers.iter().all(Option::is_none));
        assert!(begun.elapsed() < Duration::from_secs(1), "waited for {:?}", begun.elapsed());
    }
}
