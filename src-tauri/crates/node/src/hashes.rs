//! What model files are: their SHA-256, taken once and kept as long as length and time of the file stay the same.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use opengateway_api::ModelHash;
use sha2::{Digest, Sha256};

use crate::models::Registry;
use crate::store::Stamp;

/// How a file looks from outside; `None` if it cannot be read.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(Stamp {
        path: path.to_string_lossy().into_owned(),
        bytes: i64::try_from(metadata.len()).ok()?,
        modified_ms: i64::try_from(modified.as_millis()).ok()?,
    })
}

/// Reads through each file that nobody has read through yet, one after the other, whenever there are other files.
pub(crate) async fn keep(registry: Arc<Registry>) {
    let mut models = registry.topics.models.subscribe();
    loop {
        let files: Vec<PathBuf> = registry.engine.offered().into_iter().map(|file| file.path).collect();
        let mut new = false;
        for path in files {
            new |= take(&registry, path).await;
        }
        if new && let Err(error) = registry.refresh().await {
            tracing::warn!(%error, "the list of models is stale");
        }
        if models.changed().await.is_err() {
            return;
        }
    }
}

/// Takes a file's hash if it is not known; whether it was taken.
async fn take(registry: &Registry, path: PathBuf) -> bool {
    let Some(stamp) = stamp(&path) else { return false };
    match registry.store.model_hash(stamp.clone()).await {
        Ok(None) => {}
        Ok(Some(_)) => return false,
        Err(error) => {
            tracing::warn!(%error, "hashes of models cannot be read");
            return false;
        }
    }
    let read = tokio::task::spawn_blocking({
        let path = path.clone();
        move || of_file(&path)
    });
    match read.await.map_err(io::Error::other).flatten() {
        Ok(hash) => registry.store.keep_model_hash(stamp, hash).await.is_ok(),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a model file cannot be read through");
            false
        }
    }
}

/// Reads a file through.
pub(crate) fn of_file(path: &Path) -> io::Result<ModelHash> {
    let mut hasher = Sha256::new();
    io::copy(&mut io::BufReader::with_capacity(1 << 20, File::open(path)?), &mut hasher)?;
    Ok(ModelHash(hasher.finalize().into()))
}
