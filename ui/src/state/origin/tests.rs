use opengateway_api::{
    Credits, Measured, MessageId, MessageState, Model, ModelHash, ModelId, ModelSource, Models, NodeId, PeerModel,
    Role, Unpayable,
};

use super::*;

const MARA: NodeId = NodeId([1; 32]);

fn id(name: &str) -> ModelId {
    ModelId(name.to_owned())
}

fn models(in_use: Option<&str>) -> Models {
    let qwen = Model {
        id: id("qwen"),
        name: "Qwen 4B".to_owned(),
        architecture: "qwen3".to_owned(),
        size_bytes: 2_497_280_000,
        context: 32_768,
        hash: None,
        source: ModelSource::File,
        price: Credits::whole(500),
        problem: None,
    };
    Models { models: vec![qwen], in_use: in_use.map(id), downloads: Vec::new() }
}

fn on_peers() -> [PeerModel; 1] {
    [PeerModel {
        id: id("big"),
        hash: ModelHash([2; 32]),
        name: "Big 70B".to_owned(),
        context: 8_192,
        nodes: 3,
        place: Place::Nearby,
        text_per_second: 34.0,
    }]
}

fn friends() -> [Friend; 1] {
    [Friend { node: MARA, name: "Mara".to_owned() }]
}

fn peer(node: NodeId) -> Origin {
    Origin {
        place: Place::Nearby,
        node: Some(node),
        model: None,
        latency_ms: Some(12.3),
        relayed: false,
        cost: 400_000,
        unpaid: None,
    }
}

fn answer(origin: Origin, model: &str) -> Message {
    Message {
        id: MessageId(1),
        parent: None,
        role: Role::Assistant,
        text: String::new(),
        state: MessageState::Whole,
        origin: Some(origin),
        model: Some(id(model)),
        finish: None,
        measured: Some(Measured { text_per_second: 34.2, first_token_ms: 212.0, ..Measured::default() }),
        versions: Vec::new(),
        created_ms: 0,
    }
}

fn line(message: &Message, friends: &[Friend], is_carried: bool) -> String {
    let (models, peers) = (models(None), on_peers());
    measured(message, Names { models: &models, peers: &peers }, friends, is_carried).join(" · ")
}

fn answers_with(in_use: Option<&str>) -> Answerer {
    let (models, peers) = (models(in_use), on_peers());
    answerer(Names { models: &models, peers: &peers })
}

#[test]
fn the_line_under_an_own_answer_has_units_and_names_no_reader() {
    let message = answer(Origin::this_pc(), "qwen");

    assert_eq!(line(&message, &[], false), "this PC · Qwen 4B · 34 text tokens/s · 212 ms to the first");
}

#[test]
fn a_peer_that_asks_nothing_for_its_answer_was_free() {
    let message = answer(Origin { cost: 0, ..peer(MARA) }, "big");

    assert!(line(&message, &friends(), false).contains(" · free · "));
}

#[test]
fn a_peer_that_was_not_paid_although_it_usually_is_was_free_for_a_reason() {
    let unpaid = Some(Unpayable::TooLittle(Credits::whole(360)));
    let message = answer(Origin { cost: 0, unpaid, ..peer(MARA) }, "big");

    assert!(line(&message, &friends(), false).contains(" · free, as your token balance is too low to pay · "));
}

#[test]
fn the_line_under_a_peers_answer_says_the_cost_and_who_could_read_the_prompt() {
    let message = answer(peer(NodeId([9; 32])), "big");

    assert_eq!(
        line(&message, &friends(), false),
        "nearby, 12 ms · Big 70B · 34 text tokens/s · 212 ms to the first · 0.4 tokens · this peer could read your prompt"
    );
}

#[test]
fn a_friend_is_called_by_name_and_a_relay_is_said() {
    let message = answer(Origin { relayed: true, cost: 0, ..peer(MARA) }, "big");

    let line = line(&message, &friends(), false);

    assert!(line.starts_with("Mara, nearby, 12 ms, relayed · Big 70B"), "{line}");
    assert!(line.ends_with("to the first · free · Mara could read your prompt"), "{line}");
}

#[test]
fn another_model_than_asked_is_said() {
    let swapped = |asked: &str| answer(Origin { model: Some(id("big")), ..peer(MARA) }, asked);

    assert!(line(&swapped("qwen"), &[], false).contains("Big 70B instead of Qwen 4B"));
    assert!(line(&swapped("big"), &[], false).contains("Big 70B, another model than you asked"));
}

#[test]
fn an_answer_that_was_carried_on_had_several_readers() {
    let by_peer = line(&answer(peer(MARA), "big"), &[], true);
    let here = line(&answer(Origin::this_pc(), "big"), &[], true);

    assert!(by_peer.ends_with("these peers could read your prompt · another peer carried it on"), "{by_peer}");
    assert!(here.ends_with("this PC carried it on"), "{here}");
}

#[test]
fn only_a_change_after_the_first_text_carries_an_answer_on() {
    let (first, second) = (peer(MARA), peer(NodeId([9; 32])));

    assert!(is_carried_on(Some(&first), &second, true));
    assert!(is_carried_on(Some(&first), &Origin::this_pc(), true));
    assert!(!is_carried_on(Some(&first), &second, false));
    assert!(!is_carried_on(Some(&first), &Origin { latency_ms: None, ..first.clone() }, true));
    assert!(!is_carried_on(None, &first, true));
}

#[test]
fn a_wait_tells_its_place_in_the_queue_and_a_rough_time() {
    assert_eq!(queued(3, Some(38_000)), "Waiting: 3 before you, about 40 s");
    assert_eq!(queued(1, None), "Waiting: 1 before you");
    assert_eq!(queued(0, Some(900)), "Waiting: you are next, about 1 s");
}

#[test]
fn the_model_in_use_decides_who_answers() {
    assert_eq!(answers_with(None), Answerer::Nobody);
    assert_eq!(answers_with(Some("qwen")), Answerer::ThisPc("Qwen 4B".to_owned()));
    assert_eq!(answers_with(Some("big")), Answerer::Peers("Big 70B".to_owned(), Place::Nearby));
    assert_eq!(answers_with(Some("gone")), Answerer::Gone("gone".to_owned()));
}

fn set(scope: Scope, privacy: Privacy) -> NetworkSettings {
    NetworkSettings { scope, privacy, ..NetworkSettings::default() }
}

#[test]
fn only_a_pc_that_no_prompt_can_leave_promises_so() {
    let here = answers_with(Some("qwen"));
    let says = |scope, privacy| {
        let network = set(scope, privacy);
        (invitation(&here, &network), before_sending(&here, &network).1)
    };
    let stays = (text::runs_here("Qwen 4B"), text::STAYS_HERE);

    assert_eq!(says(Scope::Off, Privacy::Public), stays);
    assert_eq!(says(Scope::World, Privacy::Restricted), stays);
    assert_eq!(says(Scope::World, Privacy::Public), (text::runs_here_first("Qwen 4B"), text::HERE_FIRST));
}

#[test]
fn who_can_read_is_said_when_a_peer_answers() {
    let peers = answers_with(Some("big"));
    let says = |privacy| before_sending(&peers, &set(Scope::World, privacy));

    assert_eq!(says(Privacy::Public), (Tone::Quiet, text::READ_BY_PEERS));
    assert_eq!(says(Privacy::Internal), (Tone::Quiet, text::READ_BY_REGION));
    assert_eq!(says(Privacy::Confidential), (Tone::Quiet, text::READ_BY_FRIENDS));
    assert_eq!(says(Privacy::Restricted).0, Tone::Waiting);
}

#[test]
fn a_model_that_peers_no_longer_offer_is_said_before_one_asks() {
    let gone = answers_with(Some("gone"));

    assert_eq!(before_sending(&gone, &set(Scope::World, Privacy::Public)), (Tone::Waiting, text::ON_NO_PEER));
    assert!(invitation(&gone, &set(Scope::World, Privacy::Public)).starts_with("No peer offers gone now."));
}
