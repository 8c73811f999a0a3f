//! One file over HTTP: ranges that go on where the last one broke off.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt;
use opengateway_api::{DownloadState, Error, ErrorCode, ModelHash};
use opengateway_core::backend::Bytes;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, IF_RANGE, RANGE};
use reqwest::{Response, StatusCode, Url};
use tokio::io::AsyncWriteExt;

use super::Downloads;
use crate::store::StoredDownload;
use crate::{errors, hashes};

/// A source that sends nothing for this long is asked again.
const STALL: Duration = Duration::from_secs(10);
/// Pauses between tries that bring nothing; any byte received starts over.
const PAUSES: [u64; 6] = [1, 2, 4, 8, 16, 30];
const TOLD_EVERY: Duration = Duration::from_millis(250);
/// Space on the disk that is left to everyone else.
const RESERVE: u64 = 256 * 1024 * 1024;

/// Why one try ended.
enum Broken {
    /// Worth another try.
    Connection(String),
    /// Not.
    Final(Error),
}

/// Checks an address. A model's page on Hugging Face becomes the file behind it.
pub(super) fn address(text: &str) -> Result<Url, Error> {
    let bad = || {
        Error::new(
            ErrorCode::InvalidRequest,
            "This is not an address of a file: it should begin with https:// or http://.",
        )
    };
    let mut url = Url::parse(text.trim()).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad());
    }
    if url.host_str() == Some("huggingface.co") && url.path().contains("/blob/") {
        let file = url.path().replacen("/blob/", "/resolve/", 1);
        url.set_path(&file);
    }
    Ok(url)
}

/// Receives the whole file, however often the connection breaks.
pub(super) async fn receive(downloads: &Downloads, download: &mut StoredDownload) -> Result<(), Error> {
    let client = reqwest::Client::builder()
        .connect_timeout(STALL)
        .user_agent(concat!("OpenGateway/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Error::internal)?;
    let mut fruitless = 0;
    loop {
        let before = length(downloads, download);
        let reason = match attempt(&client, downloads, download).await {
            Ok(()) => return Ok(()),
            Err(Broken::Final(error)) => return Err(error),
            Err(Broken::Connection(reason)) => reason,
        };
        fruitless = if length(downloads, download) > before { 0 } else { fruitless + 1 };
        let Some(pause) = PAUSES.get(fruitless) else {
            let message = format!(
                "The download broke off and could not be continued: {reason}. What came so far is kept; resume it later."
            );
            return Err(Error::retryable(ErrorCode::Offline, message));
        };
        tracing::info!(id = %download.id, reason, pause, "download interrupted");
        tokio::time::sleep(Duration::from_secs(*pause)).await;
    }
}

async fn attempt(client: &reqwest::Client, downloads: &Downloads, download: &mut StoredDownload) -> Result<(), Broken> {
    let mut done = length(downloads, download);
    if download.total == Some(done) && done > 0 {
        return Ok(());
    }
    let mut request = client.get(&download.url);
    if let (true, Some(etag)) = (done > 0, &download.etag) {
        request = request.header(RANGE, format!("bytes={done}-")).header(IF_RANGE, etag);
    } else {
        done = 0;
    }
    let response = tokio::time::timeout(STALL, request.send()).await;
    let response = response.map_err(|_| stalled())?.map_err(|error| connection(&error))?;
    done = accept(&response, done).map_err(Broken::Final)?;
    remember(downloads, download, &response, done).await.map_err(Broken::Final)?;
    write(downloads, download, response, done).await
}

/// Where the answer begins in the file, or why it is none.
fn accept(response: &Response, asked_from: u64) -> Result<u64, Error> {
    match response.status() {
        StatusCode::PARTIAL_CONTENT if range_start(response.headers()) == Some(asked_from) => Ok(asked_from),
        StatusCode::OK => Ok(0),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Error::new(
            ErrorCode::Offline,
            "The source wants a login for this file. Download it in a browser, then add the file.",
        )),
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Err(Error::new(ErrorCode::NotFound, "There is no file at this address. Check it and add it again."))
        }
        status => Err(Error::retryable(ErrorCode::Offline, format!("The source answered {status}. Try again later."))),
    }
}

fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?;
    range.split_once('-')?.0.parse().ok()
}

/// Puts on record which version of the file this is, and checks that it fits on the disk.
async fn remember(
    downloads: &Downloads,
    download: &mut StoredDownload,
    response: &Response,
    done: u64,
) -> Result<(), Error> {
    let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
    // A weak tag does not promise the same bytes, so the file could not be resumed by it.
    download.etag = etag.filter(|etag| !etag.starts_with("W/")).map(str::to_owned);
    download.total = response.content_length().map(|rest| rest.saturating_add(done));
    let needed = download.total.unwrap_or(0).saturating_sub(done);
    let free = free_space(&downloads.registry.directory);
    if needed.saturating_add(RESERVE) > free {
        let message = format!("The disk is too full: this model needs {} and {} are free.", Bytes(needed), Bytes(free));
        return Err(Error::retryable(ErrorCode::DiskFull, message));
    }
    downloads.registry.store.keep_download(download.clone()).await
}

async fn write(downloads: &Downloads, download: &StoredDownload, response: Response, from: u64) -> Result<(), Broken> {
    let full = |error: std::io::Error| Broken::Final(errors::io("the model cannot be saved", &error));
    let path = downloads.part(&download.id);
    let mut file =
        tokio::fs::OpenOptions::new().create(true).write(true).truncate(false).open(path).await.map_err(full)?;
    file.set_len(from).await.map_err(full)?;
    tokio::io::AsyncSeekExt::seek(&mut file, std::io::SeekFrom::Start(from)).await.map_err(full)?;
    let mut bytes = response.bytes_stream();
    let (mut done, mut told, mut told_bytes) = (from, Instant::now(), from);
    loop {
        let Ok(next) = tokio::time::timeout(STALL, bytes.next()).await else {
            break;
        };
        let Some(next) = next else { break };
        let Ok(next) = next else { break };
        file.write_all(&next).await.map_err(full)?;
        done = done.saturating_add(next.len() as u64);
        if download.total.is_some_and(|total| done > total) {
            return Err(Broken::Final(Error::new(
                ErrorCode::ChecksumMismatch,
                "The source sent more than it announced.",
            )));
        }
        if told.elapsed() >= TOLD_EVERY {
            let speed = u128::from(done.saturating_sub(told_bytes)) * 1000 / told.elapsed().as_millis().max(1);
            downloads.show_progress(download, DownloadState::Running, done, u64::try_from(speed).unwrap_or(u64::MAX));
            (told, told_bytes) = (Instant::now(), done);
        }
    }
    file.flush().await.map_err(full)?;
    match download.total {
        Some(total) if done < total => Err(Broken::Connection(format!("{} of {} came", Bytes(done), Bytes(total)))),
        _ => file.sync_all().await.map_err(full),
    }
}

/// Compares the file's SHA-256 with the one that was asked for.
pub(super) async fn verify(path: &Path, expected: &str) -> Result<ModelHash, Error> {
    let path = path.to_owned();
    let hash = tokio::task::spawn_blocking(move || hashes::of_file(&path));
    let hash = hash.await.map_err(Error::internal)?.map_err(|error| errors::io("the model cannot be read", &error))?;
    if hash.to_string() == expected {
        return Ok(hash);
    }
    let message =
        format!("The file that came is not the one expected: its SHA-256 is {hash}, not {expected}. It was deleted.");
    Err(Error::new(ErrorCode::ChecksumMismatch, message))
}

fn length(downloads: &Downloads, download: &StoredDownload) -> u64 {
    std::fs::metadata(downloads.part(&download.id)).map_or(0, |file| file.len())
}

fn free_space(directory: &Path) -> u64 {
    // Where no disk is named, writing itself will tell.
    let Ok(disks) = sysinfo::Disks::new_with_refreshed_list() else {
        return u64::MAX;
    };
    let holds = disks.iter().filter(|disk| directory.starts_with(disk.mount_point()));
    holds.max_by_key(|disk| disk.mount_point().as_os_str().len()).map_or(u64::MAX, sysinfo::Disk::available_space)
}

fn stalled() -> Broken {
    Broken::Connection(format!("the source sent nothing for {} s", STALL.as_secs()))
}

fn connection(error: &reqwest::Error) -> Broken {
    let mut reason = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        reason = inner.to_string();
        cause = inner.source();
    }
    Broken::Connection(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_page_becomes_the_file_behind_it() {
        let url = address("https://huggingface.co/a/b/blob/main/m.gguf").unwrap();

        assert_eq!(url.as_str(), "https://huggingface.co/a/b/resolve/main/m.gguf");
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for text in ["", "file:///etc/passwd", "m.gguf", "ftp://host/m.gguf"] {
            assert_eq!(address(text).unwrap_err().code, ErrorCode::InvalidRequest, "{text}");
        }
    }
}
