//! The network as it is shown.

use std::time::{Duration, Instant};

use opengateway_api::{Link, ModelHash, Network as Shown, Serving};
use opengateway_core::capability::Capability;

use super::{PACE, Running, Task, scope};

/// Drawing thousands of peers takes tens of milliseconds, and nobody reads them faster.
const MANY: usize = 500;
const SLOW_PACE: Duration = Duration::from_secs(5);

impl Task {
    /// While there is no network.
    pub(super) fn show_nothing(&self) {
        let link = self.failed.clone().map_or(Link::Off, |(_, why)| Link::Failed(why));
        self.tell(Shown { scope: scope(&self.wanted()), link, ..Shown::default() });
    }

    pub(super) fn show(&mut self, own: &Capability, now: Instant) {
        let pace = if self.table.directory.iter().nth(MANY).is_some() { SLOW_PACE } else { PACE };
        if self.shown.is_some_and(|shown| now.duration_since(shown) < pace) {
            return;
        }
        self.shown = Some(now);
        if let Some(running) = &self.running {
            self.tell(self.picture(running, own, now));
        }
    }

    fn tell(&self, shown: Shown) {
        self.means.registry.topics.network.send_if_modified(|told| {
            let differs = *told != shown;
            *told = shown;
            differs
        });
    }

    fn picture(&self, running: &Running, own: &Capability, now: Instant) -> Shown {
        let topics = &self.means.registry.topics;
        let hashes: Vec<ModelHash> = topics.models.borrow().models.iter().filter_map(|model| model.hash).collect();
        let serving = topics.contribution.borrow();
        let serving = serving.jobs.iter().filter_map(|job| {
            let (model, text_tokens, started_ms) = (job.model.clone(), job.text_tokens, job.started_ms);
            Some(Serving { node: job.peer?, model, text_tokens, started_ms })
        });
        let peers = self.table.peers(now);
        let connected = self.table.known.values().any(|known| known.connected.is_some());
        Shown {
            scope: running.scope,
            link: if connected { Link::Joined } else { Link::Alone },
            listening: running.listening.clone(),
            reachability: running.reachability,
            clusters: self.table.clusters(own),
            peers,
            models: self.table.models(&hashes),
            serving: serving.collect(),
            waiting: self.means.guests.load().borrow().waiting,
        }
    }
}
