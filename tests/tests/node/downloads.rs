//! Models from a server that is not always kind.

use std::path::PathBuf;

use opengateway_api::{
    Add, Ask, Call, Download, DownloadState, Error, ErrorCode, ModelId, Reach, Reply, Sampling, Turn,
};
use opengateway_node::Node;
use opengateway_tests::http::{Response, Server};
use opengateway_tests::nodes::{ask, models, start};
use opengateway_tests::programs;
use opengateway_tests::soon::soon;
use sha2::{Digest, Sha256};
use tempfile::{TempDir, tempdir};

const TAG: &str = "\"one\"";

#[tokio::test]
async fn a_download_goes_on_where_the_connection_broke() {
    let bench = Bench::new().await;
    let file = bench.file.clone();
    let server = Server::new(move |before, request| match before {
        0 => Response::file(&file, TAG, request).breaking_after(200_000),
        1 => Response::file(&file, TAG, request).breaking_after(300_000),
        _ => Response::file(&file, TAG, request),
    });

    let id = bench.add(&server, Some(sha256(&bench.file))).await.unwrap();
    bench.finished(&id).await;

    let asked: Vec<Option<usize>> = server.requests().into_iter().map(|request| request.from).collect();
    assert_eq!(asked, [None, Some(200_000), Some(500_000)]);
    assert_eq!(std::fs::read(bench.path(&id, "gguf")).unwrap(), bench.file);
    let sampling = Sampling::greedy();
    let question =
        Ask::Once { turns: vec![Turn::user("What is 2+2?")], model: Some(id), sampling, reach: Reach::default() };
    assert!(ask(&bench.node, question).await.text.contains('4'));
}

#[tokio::test]
async fn a_file_with_another_checksum_is_deleted() {
    let bench = Bench::new().await;
    let file = bench.file.clone();
    let server = Server::new(move |_, request| Response::file(&file, TAG, request));

    let id = bench.add(&server, Some(sha256(b"something else"))).await.unwrap();

    assert_eq!(bench.failed(&id).await.code, ErrorCode::ChecksumMismatch);
    assert!(!bench.path(&id, "gguf").exists() && !bench.path(&id, "part").exists());
    assert_eq!(models(&bench.node).await.models.len(), 1);
}

#[tokio::test]
async fn a_checksum_that_cannot_be_one_is_refused_at_once() {
    let bench = Bench::new().await;
    let server = Server::new(|_, _| Response::missing());

    let refused = bench.add(&server, Some("abc".into())).await.unwrap_err();

    assert_eq!((refused.code, server.requests().len()), (ErrorCode::InvalidRequest, 0));
}

#[tokio::test]
async fn a_pause_keeps_the_bytes_and_going_on_fetches_only_the_rest() {
    let bench = Bench::new().await;
    let server = holding_first(&bench.file);
    let id = bench.add(&server, None).await.unwrap();
    bench.received(&id, 200_000).await;

    bench.node.call(Call::PauseDownload(id.clone())).await.unwrap();
    let paused = bench.download(&id).await.unwrap();
    bench.node.call(Call::ResumeDownload(id.clone())).await.unwrap();
    bench.finished(&id).await;

    assert_eq!((paused.state, paused.done_bytes), (DownloadState::Paused, 200_000));
    assert_eq!(server.requests()[1].from, Some(200_000));
    assert_eq!(std::fs::read(bench.path(&id, "gguf")).unwrap(), bench.file);
}

#[tokio::test]
async fn a_removed_download_leaves_nothing() {
    let bench = Bench::new().await;
    let server = holding_first(&bench.file);
    let id = bench.add(&server, None).await.unwrap();
    bench.received(&id, 200_000).await;

    bench.node.call(Call::RemoveModel(id.clone())).await.unwrap();

    assert_eq!(bench.download(&id).await, None);
    assert!(!bench.path(&id, "part").exists() && !bench.path(&id, "gguf").exists());
}

#[tokio::test]
async fn a_restart_in_the_middle_goes_on_by_itself() {
    let bench = Bench::new().await;
    let server = holding_first(&bench.file);
    let id = bench.add(&server, None).await.unwrap();
    bench.received(&id, 200_000).await;

    let bench = bench.restart().await;
    bench.finished(&id).await;

    assert_eq!(server.requests()[1].from, Some(200_000));
    assert_eq!(std::fs::read(bench.path(&id, "gguf")).unwrap(), bench.file);
}

#[tokio::test]
async fn a_paused_download_stays_paused_through_a_restart() {
    let bench = Bench::new().await;
    let server = holding_first(&bench.file);
    let id = bench.add(&server, None).await.unwrap();
    bench.received(&id, 200_000).await;
    bench.node.call(Call::PauseDownload(id.clone())).await.unwrap();

    let bench = bench.restart().await;

    let shown = bench.download(&id).await.unwrap();
    assert_eq!((shown.state, shown.done_bytes, server.requests().len()), (DownloadState::Paused, 200_000, 1));
}

#[tokio::test]
async fn a_file_that_changed_in_between_is_fetched_anew() {
    let bench = Bench::new().await;
    let (new, mut old) = (bench.file.clone(), bench.file.clone());
    old.iter_mut().skip(100_000).for_each(|byte| *byte = byte.wrapping_add(1));
    let server = Server::new(move |before, request| match before {
        0 => Response::file(&old, TAG, request).breaking_after(200_000),
        _ => Response::file(&new, "\"two\"", request),
    });

    let id = bench.add(&server, None).await.unwrap();
    bench.finished(&id).await;

    let second = server.requests().remove(1);
    assert_eq!((second.from, second.if_range.as_deref()), (Some(200_000), Some(TAG)));
    assert_eq!(std::fs::read(bench.path(&id, "gguf")).unwrap(), bench.file, "no mixture of both");
}

#[tokio::test]
async fn without_a_version_a_broken_download_begins_anew() {
    let bench = Bench::new().await;
    let file = bench.file.clone();
    let server = Server::new(move |before, _| match before {
        0 => Response::untagged(&file).breaking_after(200_000),
        _ => Response::untagged(&file),
    });

    let id = bench.add(&server, Some(sha256(&bench.file))).await.unwrap();
    bench.finished(&id).await;

    assert_eq!(server.requests()[1].from, None);
}

#[tokio::test]
async fn a_file_that_is_shorter_than_announced_never_becomes_a_model() {
    let bench = Bench::new().await;
    let file = bench.file.clone();
    let server = Server::new(move |_, request| {
        let length = file.len() - request.from.unwrap_or(0) + 1000;
        Response::file(&file, TAG, request).claiming(length)
    });

    let id = bench.add(&server, None).await.unwrap();

    bench.failed(&id).await;
    assert!(!bench.path(&id, "gguf").exists());
}

#[tokio::test]
async fn a_file_that_is_cut_short_by_its_announcement_never_becomes_a_model() {
    let bench = Bench::new().await;
    let file = bench.file.clone();
    let server = Server::new(move |before, request| match before {
        0 => Response::file(&file, TAG, request).claiming(300_000),
        _ => Response::file(&file, TAG, request),
    });

    let id = bench.add(&server, None).await.unwrap();
    let failed = bench.failed(&id).await;
    let hidden = !bench.path(&id, "gguf").exists();
    bench.node.call(Call::ResumeDownload(id.clone())).await.unwrap();
    bench.finished(&id).await;

    assert_eq!((failed.code, hidden), (ErrorCode::ModelInvalid, true));
}

#[tokio::test]
async fn an_address_without_a_file_says_so() {
    let bench = Bench::new().await;
    let server = Server::new(|_, _| Response::missing());

    let id = bench.add(&server, None).await.unwrap();

    assert_eq!(bench.failed(&id).await.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_web_page_in_place_of_a_model_says_so() {
    let bench = Bench::new().await;
    let server = Server::new(|_, _| Response::untagged(b"<html>Please log in</html>"));

    let id = bench.add(&server, None).await.unwrap();

    assert_eq!(bench.failed(&id).await.code, ErrorCode::ModelInvalid);
    assert!(!bench.path(&id, "gguf").exists());
}

/// Stops in the middle of its first answer, and is kind from then on.
fn holding_first(file: &[u8]) -> Server {
    let file = file.to_vec();
    Server::new(move |before, request| match before {
        0 => Response::file(&file, TAG, request).holding_after(200_000),
        _ => Response::file(&file, TAG, request),
    })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A node, and a file that it can fetch.
struct Bench {
    home: TempDir,
    node: Node,
    file: Vec<u8>,
}

impl Bench {
    async fn new() -> Self {
        let home = tempdir().unwrap();
        let node = start(home.path()).await.unwrap();
        Self { home, node, file: std::fs::read(programs::starter()).unwrap() }
    }

    async fn restart(self) -> Self {
        self.node.shutdown().await;
        let node = start(self.home.path()).await.unwrap();
        Self { node, ..self }
    }

    async fn add(&self, server: &Server, sha256: Option<String>) -> Result<ModelId, Error> {
        match self.node.call(Call::AddModel(Add::Url { url: server.url("tiny.gguf"), sha256 })).await? {
            Reply::Added(id) => Ok(id),
            other => unreachable!("{other:?}"),
        }
    }

    fn path(&self, id: &ModelId, extension: &str) -> PathBuf {
        self.home.path().join("models").join(format!("{id}.{extension}"))
    }

    async fn download(&self, id: &ModelId) -> Option<Download> {
        models(&self.node).await.downloads.into_iter().find(|download| download.id == *id)
    }

    async fn received(&self, id: &ModelId, bytes: u64) {
        let path = self.path(id, "part");
        let arrived = async || std::fs::metadata(&path).is_ok_and(|file| file.len() == bytes).then_some(());
        soon("bytes to arrive", arrived).await;
    }

    async fn finished(&self, id: &ModelId) {
        soon("the download to become a model", async || {
            let list = models(&self.node).await;
            let failed = list.downloads.iter().find(|download| matches!(download.state, DownloadState::Failed(_)));
            assert!(failed.is_none(), "{failed:?}");
            let is_listed = list.downloads.iter().any(|download| download.id == *id);
            (list.models.iter().any(|model| model.id == *id) && !is_listed).then_some(())
        })
        .await;
    }

    async fn failed(&self, id: &ModelId) -> Error {
        soon("the download to fail", async || match self.download(id).await?.state {
            DownloadState::Failed(error) => Some(error),
            _ => None,
        })
        .await
    }
}
