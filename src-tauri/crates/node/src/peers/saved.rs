//! Keeps what is known of peers across restarts.

use std::time::Instant;

use super::table::Table;
use crate::store::{Store, StoredPeer};
use crate::tasks::Tasks;

/// Writes what has changed, beside everything else.
pub(super) fn save(table: &mut Table, store: &Store, tasks: &Tasks) {
    let now = Instant::now();
    let changed = table.known.iter_mut().filter(|(_, known)| known.unsaved);
    let peers: Vec<StoredPeer> = changed
        .map(|(node, known)| {
            known.unsaved = false;
            let (address, standing) = (known.address.clone(), known.standing.keep(now));
            StoredPeer { node: *node, address, standing, seen_ms: known.seen_ms }
        })
        .collect();
    if peers.is_empty() {
        return;
    }
    let store = store.clone();
    tasks.spawn("peers saved", async move {
        if let Err(error) = store.keep_peers(peers).await {
            tracing::warn!(%error, "peers are not remembered");
        }
    });
}
