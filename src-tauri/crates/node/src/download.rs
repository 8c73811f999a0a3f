//! Fetches models. What was received is kept through pauses, restarts and broken connections; a file gets its name
//! only when it is whole and verified.

mod fetch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use opengateway_api::{Download, DownloadState, Error, ErrorCode, ModelHash, ModelId, ModelSource};
use tokio_util::sync::CancellationToken;

use crate::hashes;
use crate::models::{self, Registry};
use crate::store::{StoredDownload, StoredModel};
use crate::tasks::Tasks;

/// All downloads.
pub(crate) struct Downloads {
    registry: Arc<Registry>,
    tasks: Tasks,
    running: Mutex<BTreeMap<ModelId, CancellationToken>>,
}

impl Downloads {
    pub(crate) fn new(registry: Arc<Registry>, tasks: Tasks) -> Arc<Self> {
        Arc::new(Self { registry, tasks, running: Mutex::default() })
    }

    /// Goes on with what an earlier start had begun and not paused.
    pub(crate) async fn recover(self: &Arc<Self>) -> Result<(), Error> {
        for download in self.registry.store.downloads().await? {
            self.show(&download, if download.paused { DownloadState::Paused } else { DownloadState::Running });
            if !download.paused {
                self.start(download);
            }
        }
        Ok(())
    }

    /// Begins to fetch, or goes on with the same address, and gives the name the model will have.
    pub(crate) async fn add(self: &Arc<Self>, url: &str, sha256: Option<String>) -> Result<ModelId, Error> {
        let url = fetch::address(url)?;
        let sha256 = sha256.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        if sha256.as_ref().is_some_and(|text| text.len() != 64 || !text.chars().all(|c| c.is_ascii_hexdigit())) {
            return Err(Error::new(ErrorCode::InvalidRequest, "A SHA-256 has 64 hexadecimal digits."));
        }
        let known = self.registry.store.downloads().await?.into_iter().find(|download| download.url == url.as_str());
        if let Some(known) = known {
            self.resume(&known.id).await?;
            return Ok(known.id);
        }
        let name = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
        let id = self.registry.free_name(name.trim_end_matches(".gguf")).await?;
        let download =
            StoredDownload { id: id.clone(), url: url.to_string(), sha256, etag: None, total: None, paused: false };
        self.registry.store.keep_download(download.clone()).await?;
        self.start(download);
        Ok(id)
    }

    pub(crate) async fn pause(&self, id: &ModelId) -> Result<(), Error> {
        let download = self.stored(id).await?;
        self.stop(id);
        let download = StoredDownload { paused: true, ..download };
        self.registry.store.keep_download(download.clone()).await?;
        self.show(&download, DownloadState::Paused);
        Ok(())
    }

    pub(crate) async fn resume(self: &Arc<Self>, id: &ModelId) -> Result<(), Error> {
        let download = StoredDownload { paused: false, ..self.stored(id).await? };
        self.registry.store.keep_download(download.clone()).await?;
        self.start(download);
        Ok(())
    }

    /// Stops a download and deletes what it received. `false` if there is none of that name.
    pub(crate) async fn remove(&self, id: &ModelId) -> Result<bool, Error> {
        let Ok(_) = self.stored(id).await else { return Ok(false) };
        self.stop(id);
        self.registry.store.remove_download(id.clone()).await?;
        let _never_received_anything = tokio::fs::remove_file(self.part(id)).await;
        self.hide(id);
        Ok(true)
    }

    fn start(self: &Arc<Self>, download: StoredDownload) {
        let stop = CancellationToken::new();
        {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            if running.contains_key(&download.id) {
                return;
            }
            running.insert(download.id.clone(), stop.clone());
        }
        self.show(&download, DownloadState::Running);
        let downloads = self.clone();
        self.tasks.spawn("download", async move {
            let id = download.id.clone();
            tokio::select! {
                () = stop.cancelled() => {}
                () = downloads.tasks.stopping() => {}
                () = downloads.run(download) => {}
            }
            // Another run of the same name may have begun since this one was stopped.
            if !stop.is_cancelled() {
                downloads.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            }
        });
    }

    async fn run(self: &Arc<Self>, download: StoredDownload) {
        if let Err(error) = self.fetch_and_keep(download.clone()).await {
            tracing::warn!(id = %download.id, %error, "download failed");
            self.show(&download, DownloadState::Failed(error));
        }
    }

    async fn fetch_and_keep(&self, mut download: StoredDownload) -> Result<(), Error> {
        fetch::receive(self, &mut download).await?;
        self.show(&download, DownloadState::Verifying);
        let part = self.part(&download.id);
        let hash = match check(&part, download.sha256.as_deref()).await {
            Ok(hash) => hash,
            Err(error) => {
                // These bytes can never become the file: the next try begins anew.
                let _gone = tokio::fs::remove_file(&part).await;
                return Err(error);
            }
        };
        let path = self.registry.directory.join(format!("{}.gguf", download.id));
        tokio::fs::rename(&part, &path).await.map_err(|error| crate::errors::io("the model cannot be kept", &error))?;
        if let (Some(hash), Some(stamp)) = (hash, hashes::stamp(&path)) {
            self.registry.store.keep_model_hash(stamp, hash).await?;
        }
        let model = StoredModel {
            id: download.id.clone(),
            path: path.to_string_lossy().into_owned(),
            source: ModelSource::Url(download.url.clone()),
        };
        self.registry.keep(model).await?;
        self.hide(&download.id);
        Ok(())
    }

    async fn stored(&self, id: &ModelId) -> Result<StoredDownload, Error> {
        let found = self.registry.store.downloads().await?.into_iter().find(|download| download.id == *id);
        found.ok_or_else(|| models::unknown(id))
    }

    fn stop(&self, id: &ModelId) {
        if let Some(stop) = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
            stop.cancel();
        }
    }

    fn part(&self, id: &ModelId) -> PathBuf {
        self.registry.directory.join(format!("{id}.part"))
    }

    fn show(&self, download: &StoredDownload, state: DownloadState) {
        let done_bytes = std::fs::metadata(self.part(&download.id)).map_or(0, |file| file.len());
        self.show_progress(download, state, done_bytes, 0);
    }

    fn show_progress(&self, download: &StoredDownload, state: DownloadState, done_bytes: u64, bytes_per_second: u64) {
        let shown = Download {
            id: download.id.clone(),
            url: download.url.clone(),
            done_bytes,
            total_bytes: download.total,
            bytes_per_second,
            state,
        };
        self.registry.topics.models.send_modify(|topic| {
            match topic.downloads.iter_mut().find(|other| other.id == shown.id) {
                Some(place) => *place = shown,
                None => topic.downloads.push(shown),
            }
        });
    }

    fn hide(&self, id: &ModelId) {
        self.registry.topics.models.send_modify(|topic| topic.downloads.retain(|download| download.id != *id));
    }
}

/// Whether a file is the one that was asked for, and a model. Gives its hash if one was asked for.
async fn check(part: &Path, sha256: Option<&str>) -> Result<Option<ModelHash>, Error> {
    let hash = match sha256 {
        Some(expected) => Some(fetch::verify(part, expected).await?),
        None => None,
    };
    models::read_header(part.to_owned()).await?;
    Ok(hash)
}
