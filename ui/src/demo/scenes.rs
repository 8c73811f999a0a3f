//! The scenes: what the canned node begins with.

use opengateway_api::{
    Activity, Conversation, ConversationId, Credits, Download, DownloadState, Error, ErrorCode, Hardware, Link,
    Message, MessageState, Mode, Model, ModelId, ModelSource, Models, Network, Notice, NoticeKind, Reason, Role, Rules,
    STARTER, Scope, Settings, Snapshot, Status, Unpayable, Wallet,
};

use super::world::World;
use super::{lend, machine, net, wallet, words};
use crate::state::View;
use crate::state::hours::Preset;

/// The view that a scene begins with.
pub(super) fn view(scene: &str) -> View {
    match scene {
        "models" | "models-empty" | "downloading" | "drop" => View::Models,
        "settings" => View::Settings,
        wallet if wallet.starts_with("wallet-") => View::Wallet,
        network if network.starts_with("net-") => View::Network,
        lending if lending.starts_with("lend-") => View::Contribute,
        _ => View::Chat,
    }
}

/// The scene of this name; an empty window for any other name.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for a long time")]
pub(super) fn build(scene: &str, now_ms: f64) -> World {
    let mut world = World::new(snapshot(now_ms as i64));
    match scene {
        "" | "empty" => {}
        "first-run" => world.snapshot.settings.welcomed = false,
        "starting" => world.never_begins = true,
        "models-empty" => {
            world.snapshot.models = Models::default();
        }
        _ => {
            full(&mut world, now_ms as i64);
            stage(scene, &mut world);
            lend_stage(scene, &mut world, now_ms as i64);
            net_stage(scene, &mut world, now_ms as i64);
            wallet_stage(scene, &mut world, now_ms as i64);
        }
    }
    world
}

fn stage(scene: &str, world: &mut World) {
    let first = Some(ConversationId(1));
    match scene {
        "failed" => {
            failures(world);
            world.first_open = first;
        }
        "loading" => {
            waiting(world);
            world.first_open = first;
        }
        "unreadable" => {
            world.fails_to_open = true;
            world.first_open = first;
        }
        "disconnected" => {
            long(world);
            world.first_open = first;
            world.goes_away = true;
        }
        "notice" => {
            long(world);
            world.first_open = first;
            world.snapshot.notices = notices();
            world.snapshot.status.node_id = None;
            "The keychain is locked".clone_into(&mut world.snapshot.status.identity);
        }
        "downloading" => world.snapshot.models.downloads = downloads(),
        "huge" => {
            huge(world);
            world.first_open = first;
        }
        "long" => {
            long(world);
            world.first_open = first;
        }
        _ => {}
    }
}

/// Scenes of the Contribute view, and of the settings that go with it.
fn lend_stage(scene: &str, world: &mut World, now_ms: i64) {
    let model = world.snapshot.models.in_use.clone().unwrap_or_else(ModelId::starter);
    let (mode, reason) = match scene {
        "lend-contributing" | "settings" => (Mode::Contributing, Reason::Clear),
        "lend-paused" => (Mode::Paused, Reason::Owner),
        "lend-waiting" => (Mode::Waiting, Reason::App("Hades II".to_owned())),
        "lend-failed" => (Mode::Waiting, Reason::NoSensors),
        "lend-loading" => (Mode::Waiting, Reason::Clear),
        _ => return,
    };
    let snapshot = &mut world.snapshot;
    snapshot.contribution = lend::tried(now_ms, mode, reason);
    snapshot.hardware.speed = Some(machine::speed(&model, now_ms));
    world.lending.batch = lend::batch(&model);
    match scene {
        "lend-contributing" => lend::busy(&mut snapshot.contribution, &model, now_ms),
        "lend-paused" => snapshot.contribution.until_ms = Some(now_ms + 102 * 60_000),
        "lend-failed" => {
            machine::closed(&mut snapshot.hardware);
            world.lending.refuses = true;
        }
        "lend-loading" => {
            snapshot.hardware = Hardware::default();
            world.lending.is_slow = true;
        }
        "settings" => snapshot.settings.rules = own_rules(),
        _ => {}
    }
}

/// Scenes of the network: its view, chats with peers, and the settings that go with it.
fn net_stage(scene: &str, world: &mut World, now_ms: i64) {
    let snapshot = &mut world.snapshot;
    snapshot.network = match scene {
        "net-alone" => net::alone(Scope::World),
        "net-failed" => net::failed(),
        "net-full" | "peer-answer" | "peer-waiting" | "peer-model" | "settings" => {
            net::joined(Scope::World, 42, now_ms)
        }
        wallet if wallet.starts_with("wallet-") => net::joined(Scope::World, 42, now_ms),
        "net-huge" => net::joined(Scope::World, 3_000, now_ms),
        _ => return,
    };
    snapshot.settings.network.scope = snapshot.network.scope;
    snapshot.settings.network.friends = net::friends(&snapshot.network);
    world.net.stays_alone = scene == "net-alone";
    world.net.waits_for_ever = scene == "peer-waiting";
    match scene {
        "net-full" => {
            snapshot.contribution = lend::tried(now_ms, Mode::Contributing, Reason::Clear);
        }
        "settings" => snapshot.settings.network.bootstrap = vec!["/dns4/node.example.org/udp/4001/quic-v1".to_owned()],
        "peer-answer" | "peer-waiting" | "peer-model" => {
            snapshot.models.in_use = snapshot.network.models.first().map(|model| model.id.clone());
            snapshot.status.activity = Activity::Idle;
        }
        _ => {}
    }
    if scene == "peer-answer" {
        long(world);
        world.first_open = Some(ConversationId(1));
    }
}

/// Scenes of the wallet. Where peers are asked, tokens have moved.
fn wallet_stage(scene: &str, world: &mut World, now_ms: i64) {
    let snapshot = &mut world.snapshot;
    match scene {
        "wallet-new" => return,
        "wallet-loading" => {
            snapshot.wallet = Wallet::default();
            return;
        }
        _ if snapshot.network.link != Link::Joined => return,
        _ => {}
    }
    world.accounts = wallet::accounts(scene, &snapshot.network.peers, now_ms);
    snapshot.wallet = world.accounts.full(now_ms);
    let wallet = &mut snapshot.wallet;
    match scene {
        "wallet-failed" => wallet.unpayable = Some(Unpayable::Broken),
        "wallet-recovering" => wallet.unpayable = Some(Unpayable::Recovering),
        "wallet-forked" => {
            (wallet.unpayable, wallet.line, wallet.spendable) = (Some(Unpayable::Forked), Credits::ZERO, wallet.net);
        }
        "wallet-nameless" => *wallet = Wallet { unpayable: Some(Unpayable::NoIdentity), ..Wallet::default() },
        _ => {}
    }
    if scene == "wallet-earning" {
        snapshot.contribution = lend::tried(now_ms, Mode::Contributing, Reason::Clear);
    }
}

/// Rules that an owner has changed here and there.
fn own_rules() -> Rules {
    Rules {
        idle_minutes: 10,
        cores_percent: 75,
        apps: vec!["blender".to_owned(), "obs64.exe".to_owned()],
        hours: Preset::NightsAndWeekends.hours(),
        ..Rules::default()
    }
}

fn snapshot(now_ms: i64) -> Snapshot {
    Snapshot {
        status: Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: 4242,
            home: "/home/you/.local/share/opengateway".to_owned(),
            node_id: Some("12D3KooWGzh7vTkYb3nWq5cJpX2uRm8dLfEo4sAiNtHyKv9QeBxZ".to_owned()),
            identity: "OS keychain".to_owned(),
            activity: Activity::Idle,
            started_ms: 0,
            start_at_login: Some(false),
        },
        models: Models { models: vec![starter()], in_use: Some(ModelId::starter()), downloads: Vec::new() },
        conversations: Vec::new(),
        settings: Settings { welcomed: true, ..Settings::default() },
        notices: Vec::new(),
        hardware: machine::gaming_pc(),
        contribution: lend::untried(now_ms),
        network: Network::default(),
        wallet: wallet::untouched(),
    }
}

fn model(id: &str, name: &str, architecture: &str, size_bytes: u64, context: u32) -> Model {
    Model {
        id: ModelId(id.to_owned()),
        name: name.to_owned(),
        architecture: architecture.to_owned(),
        size_bytes,
        context,
        hash: None,
        source: ModelSource::Url(format!("https://huggingface.co/models/{id}.gguf")),
        price: Credits::whole(500),
        problem: None,
    }
}

fn starter() -> Model {
    Model { source: ModelSource::BuiltIn, ..model(STARTER, "Starter", "llama", 1_048_000, 512) }
}

/// A node that has been used for a while.
fn full(world: &mut World, now_ms: i64) {
    let qwen = model("qwen3-4b-q4_k_m", "Qwen3 4B", "qwen3", 2_497_280_000, 32_768);
    let gemma = Model {
        source: ModelSource::File,
        ..model("gemma-3-12b-it", "Gemma 3 12B Instruct", "gemma3", 7_300_574_880, 131_072)
    };
    let broken = Model {
        source: ModelSource::File,
        price: Credits::whole(500),
        problem: Some(Error::new(
            ErrorCode::NotFound,
            "The file is no longer where it was: /home/you/Downloads/llama-70b.gguf. Put it back, or remove it here.",
        )),
        ..model(
            "llama-3.3-70b",
            "Llama 3.3 70B Instruct, abliterated, long name for a test of the width",
            "llama",
            42_520_395_584,
            131_072,
        )
    };
    world.snapshot.models.in_use = Some(qwen.id.clone());
    world.snapshot.status.activity = Activity::Ready { model: qwen.id.clone() };
    world.snapshot.models.models = vec![starter(), qwen, gemma, broken];
    let hour = 3_600_000;
    world.snapshot.conversations = words::TITLES
        .iter()
        .zip(1_i64..)
        .map(|(title, at)| Conversation {
            id: ConversationId(at),
            title: (*title).to_owned(),
            updated_ms: now_ms - (at - 1) * (at - 1) * 3 * hour,
        })
        .collect();
    for at in 2..=words::TITLES.len() {
        let id = ConversationId(i64::try_from(at).unwrap_or_default());
        let question = world.say(id, None, Role::User, words::TITLES.get(at - 1).copied().unwrap_or_default());
        let answer = world.say(id, Some(question), Role::Assistant, words::answer(""));
        world.measure(answer, 38.6, 240.0);
    }
}

fn long(world: &mut World) {
    let mut parent = None;
    for (question, answer) in words::LONG {
        let asked = world.say(ConversationId(1), parent, Role::User, question);
        if parent.is_none() {
            let earlier = world.say(ConversationId(1), Some(asked), Role::Assistant, "In short: yes, with a queue.");
            world.measure(earlier, 40.1, 231.0);
        }
        let answered = world.say(ConversationId(1), Some(asked), Role::Assistant, answer);
        world.measure(answered, 41.3, 212.0);
        parent = Some(answered);
    }
}

fn huge(world: &mut World) {
    let mut parent = None;
    for (question, answer) in words::LONG.iter().cycle().take(2_500) {
        let asked = world.say(ConversationId(1), parent, Role::User, question);
        let answered = world.say(ConversationId(1), Some(asked), Role::Assistant, answer);
        world.measure(answered, 41.3, 212.0);
        parent = Some(answered);
    }
}

fn set(world: &mut World, id: opengateway_api::MessageId, change: impl FnOnce(&mut Message)) {
    if let Some((_, message)) = world.messages.get_mut(&id) {
        change(message);
    }
}

fn failures(world: &mut World) {
    let crashed = Error::retryable(
        ErrorCode::EngineCrashed,
        "The engine ended in the middle of the answer. It has started again by itself; try once more.",
    );
    let too_long = Error::new(
        ErrorCode::ContextTooLong,
        "This chat is longer than Qwen3 4B can read at once (32,768 text tokens). Start a new chat or use a model with a longer context.",
    );
    let states =
        [MessageState::Stopped, MessageState::Cut, MessageState::Failed(crashed), MessageState::Failed(too_long)];
    let mut parent = None;
    for ((question, answer), state) in words::BROKEN.iter().zip(states) {
        let asked = world.say(ConversationId(1), parent, Role::User, question);
        let answered = world.say(ConversationId(1), Some(asked), Role::Assistant, answer);
        if !answer.is_empty() {
            world.measure(answered, 41.3, 212.0);
        }
        set(world, answered, |message| message.state = state);
        parent = Some(answered);
    }
}

fn waiting(world: &mut World) {
    let asked =
        world.say(ConversationId(1), None, Role::User, words::LONG.first().map_or("", |(question, _)| question));
    let answer = world.say(ConversationId(1), Some(asked), Role::Assistant, "");
    set(world, answer, |message| message.state = MessageState::Streaming);
    if let Some(model) = world.snapshot.models.in_use.clone() {
        world.snapshot.status.activity = Activity::Loading { model, progress: 0.43 };
    }
}

fn notices() -> Vec<Notice> {
    let keychain = "The keychain is locked, so this node's identity cannot be read. Chatting works all the same. \
                    Unlock the keychain and try again, or keep the identity in a file that only you can read.";
    vec![
        Notice { id: "keychain".to_owned(), kind: NoticeKind::Problem, text: keychain.to_owned() },
        Notice {
            id: "restored".to_owned(),
            kind: NoticeKind::Info,
            text: "OpenGateway was closed while an answer was being written; the text so far was kept.".to_owned(),
        },
    ]
}

fn downloads() -> Vec<Download> {
    let one = |id: &str, done_bytes, total_bytes, bytes_per_second, state| Download {
        id: ModelId(id.to_lowercase()),
        url: format!("https://huggingface.co/models/{id}.gguf?download=true"),
        done_bytes,
        total_bytes,
        bytes_per_second,
        state,
    };
    let offline = Error::retryable(ErrorCode::Offline, "huggingface.co cannot be reached. What has arrived is kept.");
    vec![
        one(
            "Mistral-Small-24B-Instruct-Q4_K_M",
            6_123_000_000,
            Some(14_330_000_000),
            18_400_000,
            DownloadState::Running,
        ),
        one("Phi-4-mini-instruct-Q4_K_M", 2_491_870_000, Some(2_491_870_000), 0, DownloadState::Verifying),
        one("Llama-3.2-3B-Instruct-Q5_K_M", 411_000_000, Some(2_320_000_000), 0, DownloadState::Paused),
        one("Qwen2.5-Coder-7B-Q4_K_M", 1_002_000_000, Some(4_680_000_000), 0, DownloadState::Failed(offline)),
    ]
}
