//! What time alone brings: heartbeats, gossip to follow, bans that end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use opengateway_api::Region;
use opengateway_core::capability::HEARTBEAT;

use super::Task;
use crate::now_ms;
use crate::peers::announce::{self, Own};
use crate::peers::saved;

/// A change of what this node says is told this soon, and not more often.
const SOON: Duration = Duration::from_secs(1);
/// What is known of peers is written this often.
const SAVED: Duration = Duration::from_secs(60);
/// Who is alone dials this often, and so many of those it remembers.
const REDIAL: Duration = Duration::from_secs(3);
const REDIALLED: usize = 8;
/// As long as fewer nodes are known, all regions are followed.
const SMALL_NETWORK: usize = 2000;

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
        self.announce(now).await;
        self.follow_clusters().await;
        self.redial(now).await;
        if now >= self.save_at {
            self.save_at = now + SAVED;
            saved::save(&mut self.table, &self.means.registry.store, &self.means.tasks);
        }
        self.show(now);
    }

    /// Alone: asks whoever was there once, again and again.
    async fn redial(&mut self, now: Instant) {
        let alone = self.table.known.values().all(|known| known.connected.is_none());
        let due = self.redialled.is_none_or(|then| now.duration_since(then) >= REDIAL);
        let Some(running) = self.running.as_ref().filter(|_| alone && due) else { return };
        self.redialled = Some(now);
        let mut known: Vec<_> = self.table.known.values().filter(|known| !known.address.is_empty()).collect();
        known.sort_by_key(|known| std::cmp::Reverse(known.seen_ms));
        let remembered = known.into_iter().take(REDIALLED).map(|known| known.address.clone());
        let addresses: Vec<String> = remembered.chain(running.settings.bootstrap.iter().cloned()).collect();
        running.network.dial(&addresses).await;
    }

    /// Says what this node is: at each heartbeat, and soon after it has changed.
    async fn announce(&mut self, now: Instant) {
        let topics = self.means.registry.topics.clone();
        self.table.region = topics.hardware.borrow().region.region;
        let Some(running) = &self.running else { return };
        let Some(node) = running.network.node() else { return };
        let since = self.announced.map(|then| now.duration_since(then));
        if since.is_some_and(|since| since < SOON) {
            return;
        }
        let load = *self.means.guests.load().borrow();
        let sequence = u64::try_from(now_ms()).unwrap_or(0).max(self.sequence.saturating_add(1));
        let started_ms = topics.status.borrow().started_ms;
        let capability = announce::capability(&topics, &Own { node, sequence, load, started_ms });
        let says = format!("{:?}", (&capability.models, capability.accepts, capability.load, capability.region));
        if since.is_some_and(|since| since < HEARTBEAT) && self.said.as_ref() == Some(&says) {
            return;
        }
        (self.announced, self.said, self.sequence) = (Some(now), Some(says), sequence);
        running.network.announce(capability).await;
    }

    /// In a small network everyone hears everyone; in a large one each its own region.
    async fn follow_clusters(&mut self) {
        let known = self.table.directory.iter().count();
        let own = self.table.region;
        let Some(running) = &mut self.running else { return };
        let wanted: BTreeSet<Region> = match own {
            Some(own) if known >= SMALL_NETWORK => BTreeSet::from([own]),
            _ => Region::ALL.into_iter().collect(),
        };
        if running.followed != wanted {
            running.followed.clone_from(&wanted);
            running.network.follow(wanted.into_iter().collect()).await;
        }
    }
}
