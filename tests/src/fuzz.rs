//! What a stranger's bytes reach first: each function takes any bytes and must neither panic nor take much memory.
//!
//! `tests/fuzz` feeds them with libFuzzer, `tests/tests/fuzz_corpus.rs` with the corpus and with damaged copies of it.

pub mod corpus;
pub mod damage;
pub mod network;

use opengateway_api::{FromNode, ToNode, Turn};
use opengateway_core::frame::{self, Decoder};
use opengateway_engine::template::ChatTemplate;
use opengateway_engine::wire::{FromEngine, ToEngine};
use opengateway_engine::{fit, gguf};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A model's header, in a file that ends with it and in one that goes on for ever; then the plan for its memory.
pub fn gguf_header(bytes: &[u8]) {
    for file_bytes in [bytes.len() as u64, u64::MAX] {
        if let Ok(header) = gguf::read(bytes, file_bytes) {
            for (free, wish, slots) in [(0, 0, 1), (8 << 30, 0, 8), (u64::MAX, u32::MAX, 256)] {
                let _too_large_or_not = fit::plan(&header, free, wish, slots);
            }
        }
    }
}

/// What the engine and its handle tell each other.
pub fn engine_frames(bytes: &[u8]) {
    frames::<ToEngine>(bytes);
    frames::<FromEngine>(bytes);
}

/// What programs and the node tell each other on the control socket.
pub fn control_frames(bytes: &[u8]) {
    frames::<ToNode>(bytes);
    frames::<FromNode>(bytes);
}

/// A model's chat template.
pub fn chat_template(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    if let Ok(template) = ChatTemplate::new(Some(source), "<s>".into(), "</s>".into()) {
        let turns = [Turn::system("Be kind."), Turn::user("Hi"), Turn::assistant("Hello."), Turn::user("2+2?")];
        let _refused_or_not = template.render(&turns);
    }
}

/// The bytes as they come off a pipe, in large and small pieces; then as the content of one whole frame, so that
/// damage behind the length is looked at too.
fn frames<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    for piece in [7, 64 * 1024] {
        let mut decoder = Decoder::default();
        for piece in bytes.chunks(piece) {
            decoder.push(piece);
            while let Ok(Some(message)) = decoder.next_frame::<T>() {
                let _too_long_or_not = frame::encode(&message);
            }
        }
    }
    let content = bytes.get(4..).unwrap_or_default();
    let Ok(length) = u32::try_from(content.len()) else { return };
    let mut decoder = Decoder::default();
    decoder.push(&length.to_be_bytes());
    decoder.push(content);
    let _understood_or_not = decoder.next_frame::<T>();
}
