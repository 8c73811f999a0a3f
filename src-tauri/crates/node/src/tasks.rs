//! The only way to start a task: each has a name, ends when told, and is waited for at shutdown.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// All tasks of a node. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    names: Arc<Mutex<BTreeMap<&'static str, usize>>>,
}

impl Tasks {
    /// Runs `future` beside everything else. It must end soon after [`Self::stopping`]; a panic is logged.
    pub(crate) fn spawn(&self, name: &'static str, future: impl Future<Output = ()> + Send + 'static) {
        *self.names().entry(name).or_default() += 1;
        let names = Named { tasks: self.clone(), name };
        self.tracker.spawn(async move {
            let _leaves_the_list_when_dropped = names;
            future.await;
        });
    }

    /// Resolves when the node shuts down.
    pub(crate) async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    pub(crate) fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells every task to end.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Waits until every task has ended; those that do not are named in the log.
    pub(crate) async fn ended(&self, deadline: Duration) {
        if tokio::time::timeout(deadline, self.tracker.wait()).await.is_err() {
            let late: Vec<_> = self.names().keys().copied().collect();
            tracing::warn!(?late, "tasks did not end in time");
        }
    }

    fn names(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, usize>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Named {
    tasks: Tasks,
    name: &'static str,
}

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!(task = self.name, "task panicked");
        }
        let mut names = self.tasks.names();
        if let Some(count) = names.get_mut(self.name) {
            *count -= 1;
            if *count == 0 {
                names.remove(self.name);
            }
        }
    }
}
