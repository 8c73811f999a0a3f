//! Frames on the engine's pipes and on the control socket.

use opengateway_api::{
    Activity, Add, AnswerEvent, Ask, Call, Contribution, Conversation, ConversationId, Error, ErrorCode, Finish,
    FromNode, Hardware, Measured, Message, MessageId, MessageState, ModelId, Models, Network, Notice, NoticeKind,
    Origin, PROTOCOL, Reply, Role, Sampling, Settings, Snapshot, Status, Thread, ToNode, Turn, Update, Wallet, Written,
};
use opengateway_core::backend::AnswerError;
use opengateway_core::frame;
use opengateway_engine::wire::{FromEngine, Load, Loaded, ToEngine};
use serde::Serialize;

use super::{File, named};

pub(super) fn engine() -> Vec<File> {
    let load = Load {
        path: "/models/a.gguf".into(),
        context: 0,
        threads: 2,
        slots: 8,
        gpu: true,
        memory: u64::MAX,
        spare_vram: 1 << 30,
    };
    let turns = vec![Turn::system("Be kind."), Turn::user("Hi \u{1F600}")];
    let sampling = Sampling { seed: Some(u64::MAX), stop: vec!["\n".into()], ..Sampling::default() };
    let to = [
        ToEngine::Load(load),
        ToEngine::Answer { id: 1, turns, sampling, seed: 7, written: written() },
        ToEngine::Cancel { id: u64::MAX },
        ToEngine::Unload,
    ];
    let from = [
        FromEngine::Ready,
        FromEngine::Loading { progress: 0.5 },
        FromEngine::Loaded(Ok(Loaded { context: 4096, needed: 1 << 30 })),
        FromEngine::Loaded(Err(AnswerError::ModelTooLarge { needed: 2, free: 1 })),
        FromEngine::Text { id: 1, more: written() },
        FromEngine::Ended { id: 1, result: Ok((Finish::Stop, Measured::default())) },
        FromEngine::Ended { id: 2, result: Err(AnswerError::TooLong { needed: 5000, context: 4096 }) },
        FromEngine::Unloaded,
    ];
    all(&to, &from)
}

fn written() -> Written {
    Written { text: "2+2 is 4.".into(), tokens: vec![17, 0, i32::MAX] }
}

pub(super) fn control() -> Vec<File> {
    let (conversation, message) = (ConversationId(1), MessageId(2));
    let send = Ask::Send { conversation: Some(conversation), parent: Some(message), text: "And then?".into() };
    let add = Add::Url { url: "https://models.example/a.gguf".into(), sha256: Some("00".repeat(32)) };
    let to = [
        ToNode::Hello { protocol: PROTOCOL, version: "0.1.0".into() },
        ToNode::Call(Call::Snapshot),
        ToNode::Call(Call::AddModel(add)),
        ToNode::Call(Call::Rename { conversation, title: "Sums".into() }),
        ToNode::Call(Call::SaveSettings(Settings::default())),
        ToNode::Call(Call::StopAnswer(message)),
        ToNode::Answer(Ask::once("What is 2+2?")),
        ToNode::Answer(send),
        ToNode::Updates,
    ];
    let done = AnswerEvent::Done {
        origin: Origin::this_pc(),
        model: ModelId::starter(),
        finish: Finish::Length,
        measured: Measured::default(),
        message: Some(said(message)),
    };
    let from = [
        FromNode::Hello { protocol: PROTOCOL, version: "0.1.0".into() },
        FromNode::Reply(Ok(Reply::Snapshot(Box::new(snapshot())))),
        FromNode::Reply(Ok(Reply::Thread(Thread { conversation: sums(), messages: vec![said(message)] }))),
        FromNode::Reply(Err(Error::new(ErrorCode::NotFound, "There is no such conversation."))),
        FromNode::Answer(Box::new(AnswerEvent::Started { conversation, question: MessageId(1), answer: message })),
        FromNode::Answer(Box::new(AnswerEvent::Text { text: "4".into() })),
        FromNode::Answer(Box::new(done)),
        FromNode::Update(Update::Conversations(vec![sums()])),
    ];
    all(&to, &from)
}

fn sums() -> Conversation {
    Conversation { id: ConversationId(1), title: "Sums".into(), updated_ms: 1_700_000_000_000 }
}

fn said(id: MessageId) -> Message {
    Message {
        id,
        parent: Some(MessageId(1)),
        role: Role::Assistant,
        text: "4".into(),
        state: MessageState::Whole,
        origin: Some(Origin::this_pc()),
        model: Some(ModelId::starter()),
        finish: Some(Finish::Stop),
        measured: Some(Measured::default()),
        versions: vec![id],
        created_ms: 1_700_000_000_000,
    }
}

fn snapshot() -> Snapshot {
    let status = Status {
        version: "0.1.0".into(),
        pid: 42,
        home: "/home/a/.local/share/opengateway".into(),
        node_id: None,
        identity: "keychain".into(),
        activity: Activity::Answering { model: ModelId::starter(), answers: 1 },
        started_ms: 1_700_000_000_000,
        start_at_login: Some(false),
    };
    let notice = Notice { id: "toy".into(), kind: NoticeKind::Info, text: "The built-in model is a toy.".into() };
    let (models, settings) = (Models::default(), Settings::default());
    let (hardware, contribution) = (Hardware::default(), Contribution::default());
    Snapshot {
        status,
        models,
        conversations: vec![sums()],
        settings,
        notices: vec![notice],
        hardware,
        contribution,
        network: Network::default(),
        wallet: Wallet::default(),
    }
}

fn all(to: &[impl Serialize], from: &[impl Serialize]) -> Vec<File> {
    let mut files = numbered("valid-to", to);
    files.extend(numbered("valid-from", from));
    files.extend(cut(&frame_of(&to[1])));
    files.extend(hostile(&frame_of(&to[1])));
    files
}

/// Each by itself, and all of them one after another.
fn numbered(name: &str, messages: &[impl Serialize]) -> Vec<File> {
    let frames: Vec<_> = messages.iter().map(frame_of).collect();
    let together = named(&format!("{name}-together"), frames.concat());
    let each = (0..).zip(frames).map(|(number, bytes): (u32, _)| (format!("{name}-{number}"), bytes));
    each.chain([together]).collect()
}

fn frame_of(message: &impl Serialize) -> Vec<u8> {
    frame::encode(message).expect("a small message fits into a frame")
}

fn cut(valid: &[u8]) -> Vec<File> {
    vec![
        named("cut-in-the-length", &valid[..3]),
        named("cut-after-the-length", &valid[..4]),
        named("cut-in-the-middle", &valid[..valid.len() / 2]),
        named("cut-at-the-end", &valid[..valid.len() - 1]),
    ]
}

fn hostile(valid: &[u8]) -> Vec<File> {
    let framed = |content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], content].concat()
    };
    vec![
        named("hostile-empty", framed(b"")),
        named("hostile-longest", [&[0xFF; 4][..], b"{"].concat()),
        named("hostile-just-over-the-bound", [&[0x01, 0x00, 0x00, 0x01][..], b"{"].concat()),
        named("hostile-just-at-the-bound", [&[0x01, 0x00, 0x00, 0x00][..], b"{"].concat()),
        named("hostile-no-text", framed(b"\"\xFF\xC0\x80\"")),
        named("hostile-half-a-pair", framed(br#""\ud800""#)),
        named("hostile-deep-lists", framed("[".repeat(5000).as_bytes())),
        named("hostile-deep-objects", framed("{\"a\":".repeat(1000).as_bytes())),
        named("hostile-unknown", framed(br#"{"shut_down":{}}"#)),
        named("hostile-twice", framed(br#"{"cancel":{"id":1,"id":2}}"#)),
        named("hostile-large-number", framed(br#"{"cancel":{"id":18446744073709551616}}"#)),
        named("hostile-infinite", framed(br#"{"loading":{"progress":1e999}}"#)),
        named("hostile-almost-infinite", framed(br#"{"loading":{"progress":1e300}}"#)),
        named("hostile-negative", framed(br#"{"hello":{"protocol":-1,"version":""}}"#)),
        named("hostile-two-values", framed(b"\"unload\" \"unload\"")),
        named("hostile-after-a-valid-one", [valid, &[0xFF; 8]].concat()),
    ]
}
