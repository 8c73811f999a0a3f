//! Models of the owner's own.

use std::path::Path;

use opengateway_api::{Add, Ask, Call, Error, ErrorCode, ModelId, ModelSource, Reach, Reply, Sampling, Turn};
use opengateway_node::Node;
use opengateway_tests::asking::endless;
use opengateway_tests::nodes::{ask, models, snapshot, start};
use opengateway_tests::programs;
use tempfile::tempdir;

#[tokio::test]
async fn a_file_is_used_where_it_lies_and_stays_there_when_removed() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let node = start(home.path()).await.unwrap();
    let file = elsewhere.path().join("My Model.GGUF");
    std::fs::copy(programs::starter(), &file).unwrap();

    let id = add(&node, &file).await.unwrap();
    node.call(Call::UseModel(id.clone())).await.unwrap();
    let seen = ask(&node, greedy(None)).await;

    let list = models(&node).await;
    assert_eq!((id.0.as_str(), list.in_use.as_ref()), ("my-model", Some(&id)));
    assert_eq!((list.models[1].source.clone(), list.models[1].problem.clone()), (ModelSource::File, None));
    assert!(seen.done && seen.text.contains('4'), "{seen:?}");
    node.call(Call::RemoveModel(id)).await.unwrap();
    let list = models(&node).await;
    assert_eq!((list.models.len(), list.in_use), (1, Some(ModelId::starter())));
    assert!(file.exists());
    node.shutdown().await;
}

#[tokio::test]
async fn the_same_file_keeps_its_name_and_another_of_that_name_gets_a_number() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let node = start(home.path()).await.unwrap();
    let (first, other) = (elsewhere.path().join("tiny.gguf"), elsewhere.path().join("more/tiny.gguf"));
    std::fs::create_dir(elsewhere.path().join("more")).unwrap();
    std::fs::copy(programs::starter(), &first).unwrap();
    std::fs::copy(programs::starter(), &other).unwrap();

    let ids = [add(&node, &first).await, add(&node, &first).await, add(&node, &other).await];

    assert_eq!(ids.map(|id| id.unwrap().0), ["tiny", "tiny", "tiny-2"]);
    node.shutdown().await;
}

#[tokio::test]
async fn what_is_no_model_is_refused_with_a_reason() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let node = start(home.path()).await.unwrap();
    let poem = elsewhere.path().join("poem.gguf");
    std::fs::write(&poem, "Roses are red").unwrap();

    let refused = [
        (add(&node, &poem).await, ErrorCode::ModelInvalid),
        (add(&node, Path::new("poem.gguf")).await, ErrorCode::InvalidRequest),
        (add(&node, &elsewhere.path().join("missing.gguf")).await, ErrorCode::NotFound),
    ];

    for (outcome, code) in refused {
        assert_eq!(outcome.as_ref().unwrap_err().code, code, "{outcome:?}");
    }
    assert_eq!(models(&node).await.models.len(), 1);
    node.shutdown().await;
}

#[tokio::test]
async fn the_starter_model_can_be_removed_and_comes_back_when_it_is_wanted() {
    let home = tempdir().unwrap();
    let node = start(home.path()).await.unwrap();

    node.call(Call::RemoveModel(ModelId::starter())).await.unwrap();
    assert_eq!(models(&node).await.models, []);
    assert_eq!(ask(&node, greedy(None)).await.error.unwrap().code, ErrorCode::NotFound);
    assert_eq!(node.call(Call::RemoveModel(ModelId::starter())).await.unwrap_err().code, ErrorCode::NotFound);
    let Ok(Reply::Settings(settings)) = node.call(Call::Settings).await else { unreachable!("settings are given") };
    node.call(Call::SaveSettings(settings)).await.unwrap();
    node.shutdown().await;

    let node = start(home.path()).await.unwrap();
    assert_eq!(models(&node).await.models, [], "it stays away after a restart");
    node.call(Call::AddModel(Add::Starter)).await.unwrap();

    assert!(ask(&node, greedy(None)).await.text.contains('4'));
    node.shutdown().await;
}

#[tokio::test]
async fn unknown_names_are_refused() {
    let home = tempdir().unwrap();
    let node = start(home.path()).await.unwrap();
    let nobody = || ModelId("nobody".into());

    for (call, code) in [
        (Call::RemoveModel(nobody()), ErrorCode::NotFound),
        (Call::UseModel(nobody()), ErrorCode::NotFound),
        (Call::PauseDownload(nobody()), ErrorCode::NotFound),
        (Call::ResumeDownload(nobody()), ErrorCode::NotFound),
    ] {
        assert_eq!(node.call(call.clone()).await.unwrap_err().code, code, "{call:?}");
    }
    let seen = ask(&node, greedy(Some(nobody()))).await;
    assert_eq!(seen.error.unwrap().code, ErrorCode::NotFound);
    node.shutdown().await;
}

#[tokio::test]
async fn a_file_that_was_moved_away_is_shown_with_its_problem() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let node = start(home.path()).await.unwrap();
    let file = endless(elsewhere.path()).path;
    let id = add(&node, &file).await.unwrap();
    node.call(Call::UseModel(id.clone())).await.unwrap();
    node.shutdown().await;
    std::fs::remove_file(&file).unwrap();

    let node = start(home.path()).await.unwrap();

    let list = models(&node).await;
    assert_eq!(list.models[1].problem.as_ref().map(|problem| problem.code), Some(ErrorCode::NotFound));
    let seen = ask(&node, greedy(None)).await;
    assert!(seen.error.is_some(), "{seen:?}");
    node.call(Call::RemoveModel(id)).await.unwrap();
    let seen = ask(&node, greedy(None)).await;
    assert!(seen.text.contains('4'), "the starter answers again: {seen:?}");
    node.shutdown().await;
}

#[tokio::test]
async fn the_model_in_use_is_remembered() {
    let (home, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let node = start(home.path()).await.unwrap();
    let id = add(&node, &endless(elsewhere.path()).path).await.unwrap();
    node.call(Call::UseModel(id.clone())).await.unwrap();
    node.shutdown().await;

    let node = start(home.path()).await.unwrap();

    let now = snapshot(&node).await;
    assert_eq!((now.models.in_use, now.settings.model), (Some(id.clone()), id));
    node.shutdown().await;
}

async fn add(node: &Node, path: &Path) -> Result<ModelId, Error> {
    match node.call(Call::AddModel(Add::File { path: path.to_string_lossy().into_owned() })).await? {
        Reply::Added(id) => Ok(id),
        other => unreachable!("{other:?}"),
    }
}

fn greedy(model: Option<ModelId>) -> Ask {
    Ask::Once { turns: vec![Turn::user("What is 2+2?")], model, sampling: Sampling::greedy(), reach: Reach::default() }
}
