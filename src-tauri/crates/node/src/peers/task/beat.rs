//! What time alone brings: heartbeats, gossip to follow, bans that end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use opengateway_api::{NodeId, Region};
use opengateway_core::capability::{Capability, Load, heartbeat, valid_s};

use super::{Running, Task};
use crate::now_ms;
use crate::peers::announce::{self, Own};
use crate::peers::saved;
use crate::peers::table::Known;

/// A change of what this node says is told this soon.
const SOON: Duration = Duration::from_secs(1);
/// But load after this part of a heartbeat: it comes and goes, and must not fill a large network.
const PARTS: u32 = 20;
/// What is known of peers is written this often.
const SAVED: Duration = Duration::from_secs(60);
/// Who is alone dials this often, and so many of those it remembers.
const REDIAL: Duration = Duration::from_secs(3);
const REDIALLED: usize = 8;
/// When so many nodes are known, and so many of the own region, the other regions are not followed any more; they are
/// again when there are few at home.
const LARGE_NETWORK: usize = 2000;
const MANY_AT_HOME: usize = 200;
const FEW_AT_HOME: usize = 100;

/// What this node said of itself last.
pub(super) struct Said {
    at: Instant,
    /// But for its number, its time and its load.
    what: String,
    load: Load,
    /// It is said again after this.
    heartbeat: Duration,
    /// Somebody came who has not heard it.
    pub(super) greets: bool,
}

impl Said {
    fn is_due(&self, what: &str, load: Load, now: Instant) -> bool {
        let since = now.duration_since(self.at);
        let changed = self.greets || self.what != what;
        since >= self.heartbeat
            || (changed && since >= SOON)
            || (self.load != load && since >= SOON.max(self.heartbeat / PARTS))
    }
}

impl Task {
    /// What time alone brings.
    pub(super) async fn beat(&mut self) {
        let now = Instant::now();
        let gone = self.table.directory.expire(now);
        if let Some(running) = &self.running {
            for node in gone {
                running.network.forget(node).await;
            }
        }
        self.pardon(now).await;
        self.table.region = self.means.registry.topics.hardware.borrow().region.region;
        let Some(own) = self.running.as_ref().map(|running| self.own_capability(running)) else { return };
        self.announce(&own, now).await;
        self.follow_clusters().await;
        self.redial(now).await;
        self.settle_books(now);
        if now >= self.save_at {
            self.save_at = now + SAVED;
            saved::save(&mut self.table, &self.means.registry.store, &self.means.tasks);
        }
        self.show(&own, now);
    }

    /// Asks who was lost in the middle of a job, and when alone whoever was there once, again and again.
    async fn redial(&mut self, now: Instant) {
        let alone = self.table.known.values().all(|known| known.connected.is_none());
        let due = self.redialled.is_none_or(|then| now.duration_since(then) >= REDIAL);
        let Some(running) = self.running.as_ref().filter(|_| due) else { return };
        self.redialled = Some(now);
        let wanted = |known: &&Known| known.connected.is_none() && (alone || known.lost) && !known.address.is_empty();
        let mut known: Vec<_> = self.table.known.values().filter(wanted).collect();
        known.sort_by_key(|known| std::cmp::Reverse(known.seen_ms));
        let remembered = known.into_iter().take(REDIALLED).map(|known| known.address.clone());
        let bootstrap = running.settings.bootstrap.iter().filter(|_| alone).cloned();
        let addresses: Vec<String> = remembered.chain(bootstrap).collect();
        running.network.dial(&addresses).await;
    }

    /// Says what this node is: at each heartbeat, and soon after it has changed.
    async fn announce(&mut self, own: &Capability, now: Instant) {
        let Some(running) = &self.running else { return };
        let (beat, load) = (heartbeat(self.table.directory.len()), own.load);
        let what = format!("{:?}", (&own.models, own.accepts, own.region, &running.listening));
        if self.said.as_ref().is_some_and(|said| !said.is_due(&what, load, now)) {
            return;
        }
        self.sequence = own.sequence;
        self.said = Some(Said { at: now, what, load, heartbeat: beat, greets: false });
        running.network.announce(Capability { valid_s: valid_s(beat), ..own.clone() }).await;
    }

    /// The last word of this node; `None` if nobody would hear it.
    pub(super) fn farewell(&self, running: &Running) -> Option<Capability> {
        let anyone = self.table.known.values().any(|known| known.connected.is_some()) && self.said.is_some();
        let over = Capability { accepts: false, models: Vec::new(), valid_s: 1, ..self.own_capability(running) };
        anyone.then_some(over)
    }

    /// What this node is at this moment.
    pub(super) fn own_capability(&self, running: &Running) -> Capability {
        let topics = &self.means.registry.topics;
        let node = running.network.node().unwrap_or(NodeId([0; 32]));
        let load = *self.means.guests.load().borrow();
        let sequence = u64::try_from(now_ms()).unwrap_or(0).max(self.sequence.saturating_add(1));
        let started_ms = topics.status.borrow().started_ms;
        announce::capability(topics, &Own { node, sequence, load, started_ms })
    }

    /// In a small network everyone hears everyone; in a large one each its own region.
    async fn follow_clusters(&mut self) {
        let own = self.table.region;
        let at_home = self.table.directory.iter().filter(|capability| capability.region == own).count();
        let known = self.table.directory.len();
        let Some(running) = &mut self.running else { return };
        let is_narrow = running.followed.len() == 1;
        let narrows = known >= LARGE_NETWORK && at_home >= MANY_AT_HOME;
        let wanted: BTreeSet<Region> = match own {
            Some(own) if narrows || (is_narrow && at_home >= FEW_AT_HOME) => BTreeSet::from([own]),
            _ => Region::ALL.into_iter().collect(),
        };
        if running.followed != wanted {
            running.followed.clone_from(&wanted);
            running.network.follow(wanted.into_iter().collect()).await;
        }
    }
}
