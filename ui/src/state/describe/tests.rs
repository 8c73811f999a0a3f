use opengateway_api::{ConversationId, Credits, Error, ErrorCode, ModelHash, PeerModel, Place};

use super::*;

fn models() -> Models {
    Models {
        models: vec![Model {
            id: ModelId("qwen".to_owned()),
            name: "Qwen 4B".to_owned(),
            architecture: "qwen3".to_owned(),
            size_bytes: 2_497_280_000,
            context: 32_768,
            hash: None,
            source: ModelSource::Url("https://example.org/a/qwen.gguf?x=1".to_owned()),
            price: Credits::whole(500),
            problem: None,
        }],
        in_use: Some(ModelId("qwen".to_owned())),
        downloads: Vec::new(),
    }
}

fn line(activity: Activity) -> (Tone, String) {
    let models = models();
    status_line(&Stage::Ready, Some(&status(activity)), Names { models: &models, peers: &[] })
}

fn status(activity: Activity) -> Status {
    Status {
        version: "0.1.0".to_owned(),
        pid: 1,
        home: "/home".to_owned(),
        node_id: None,
        identity: "OS keychain".to_owned(),
        activity,
        started_ms: 0,
        start_at_login: None,
    }
}

fn qwen() -> ModelId {
    ModelId("qwen".to_owned())
}

fn download(state: DownloadState, bytes_per_second: u64) -> Download {
    Download {
        id: qwen(),
        url: "https://example.org/qwen.gguf".to_owned(),
        done_bytes: 500_000_000,
        total_bytes: Some(2_500_000_000),
        bytes_per_second,
        state,
    }
}

#[test]
fn the_strip_says_what_the_node_does() {
    assert_eq!(line(Activity::Idle), (Tone::Quiet, "Ready — Qwen 4B loads when you ask".to_owned()));
    assert_eq!(line(Activity::Ready { model: qwen() }), (Tone::Alive, "Ready — Qwen 4B is in memory".to_owned()));
    assert_eq!(
        line(Activity::Loading { model: qwen(), progress: 0.43 }),
        (Tone::Waiting, "Loading Qwen 4B… 43 %".to_owned())
    );
    assert_eq!(
        line(Activity::Answering { model: ModelId::starter(), answers: 2 }),
        (Tone::Alive, "Answering 2 prompts with Starter".to_owned())
    );
    assert_eq!(line(Activity::Broken { reason: "no disk".to_owned() }).0, Tone::Loss);
}

#[test]
fn a_lost_node_outweighs_what_it_did_before() {
    let lost = Stage::Lost(Error::new(ErrorCode::NotRunning, "gone"));

    let models = models();

    let line = status_line(&lost, None, Names { models: &models, peers: &[] });

    assert_eq!(line, (Tone::Loss, text::LOST.to_owned()));
}

fn big() -> PeerModel {
    PeerModel {
        id: ModelId("big".to_owned()),
        hash: ModelHash([1; 32]),
        name: "Big 70B".to_owned(),
        context: 8_192,
        nodes: 1,
        place: Place::Region,
        text_per_second: 12.0,
    }
}

#[test]
fn a_model_of_peers_tells_where_it_is_and_how_fast() {
    assert_eq!(peer_model_hint(&big()), "region · 12 text tokens/s");
}

#[test]
fn a_model_on_peers_is_not_said_to_load_here() {
    let big = big();
    let models = Models { in_use: Some(big.id.clone()), ..models() };
    let peers = [big];

    let (_, words) =
        status_line(&Stage::Ready, Some(&status(Activity::Idle)), Names { models: &models, peers: &peers });

    assert_eq!(words, "Ready — Big 70B answers on peers");
}

#[test]
fn a_model_tells_its_size_context_and_origin() {
    let facts = model_facts(&models().models[0]);

    assert_eq!(facts, ["2.5 GB", "qwen3", "32,768 text tokens of context", "from example.org"]);
}

#[test]
fn removing_says_whether_a_file_is_deleted() {
    let mut model = models().models[0].clone();
    assert!(remove_question(&model).contains("delete its file (2.5 GB)"));

    model.source = ModelSource::File;
    assert!(remove_question(&model).contains("stays where it is"));
}

#[test]
fn a_download_says_how_far_how_fast_and_how_long() {
    let (tone, facts) = download_facts(&download(DownloadState::Running, 10_000_000));

    assert_eq!(tone, Tone::Alive);
    assert_eq!(facts, ["500 MB of 2.5 GB", "10 MB/s", "4 min left"]);
}

#[test]
fn a_download_that_stands_still_gives_no_time() {
    assert_eq!(download_facts(&download(DownloadState::Running, 0)).1, ["500 MB of 2.5 GB", text::WAITING]);
    let failed = DownloadState::Failed(Error::new(ErrorCode::Offline, "no route"));
    assert_eq!(download_facts(&download(failed, 0)), (Tone::Loss, vec!["500 MB of 2.5 GB".into(), "no route".into()]));
}

#[test]
fn conversations_are_grouped_by_local_day() {
    let now = 100.0 * DAY_MS + 3_600_000.0;
    let at = |hours_ago: i64| Conversation {
        id: ConversationId(hours_ago),
        title: format!("{hours_ago} h ago"),
        updated_ms: 8_643_600_000 - hours_ago * 3_600_000,
    };
    let list = [at(0), at(2), at(26), at(200)];

    let utc: Vec<_> = groups(&list, "", now, 0.0).into_iter().map(|group| group.title).collect();
    let east: Vec<_> = groups(&list, "", now, 2.0 * 3_600_000.0).into_iter().map(|group| group.title).collect();

    assert_eq!(utc, [text::TODAY, text::YESTERDAY, text::THIS_WEEK, text::EARLIER]);
    assert_eq!(east, [text::TODAY, text::YESTERDAY, text::EARLIER]);
}

#[test]
fn searching_ignores_case() {
    let list = [Conversation { id: ConversationId(1), title: "Paris in May".to_owned(), updated_ms: 0 }];

    assert_eq!(groups(&list, " paris ", 0.0, 0.0).len(), 1);
    assert!(groups(&list, "rome", 0.0, 0.0).is_empty());
}

#[test]
fn a_file_name_is_the_end_of_its_address() {
    assert_eq!(file_name("https://example.org/a/Qwen3-4B.gguf?download=true"), "Qwen3-4B");
}
