//! Every file of the fuzzing corpus, and thousands of damaged copies of the valid ones, through what reads a
//! stranger's bytes: it must not panic, and no single piece of memory may be large.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use opengateway_tests::fuzz;
use opengateway_tests::fuzz::damage::{Damage, Random};

const COPIES: usize = 20_000;
/// The largest frame is half of this, and a growing buffer doubles.
const LARGEST: usize = 32 * 1024 * 1024;
const SEED: u64 = 0x5eed;

#[test]
fn no_header_of_a_model_panics_or_takes_much_memory() {
    replay("gguf_header", fuzz::gguf_header, COPIES);
}

#[test]
fn no_frame_of_the_engine_panics_or_takes_much_memory() {
    replay("engine_frames", fuzz::engine_frames, COPIES);
}

#[test]
fn no_frame_on_the_control_socket_panics_or_takes_much_memory() {
    replay("control_frames", fuzz::control_frames, COPIES);
}

#[test]
fn no_chat_template_panics_or_takes_much_memory() {
    // Damage rarely leaves a template valid, and when it does, rendering is slow: a tenth is plenty.
    replay("chat_template", fuzz::chat_template, COPIES / 10);
}

#[test]
fn no_question_of_a_peer_panics_or_takes_much_memory() {
    replay("net_asker", fuzz::network::asker, COPIES);
}

#[test]
fn no_answer_of_a_peer_panics_or_takes_much_memory() {
    replay("net_provider", fuzz::network::provider, COPIES);
}

#[test]
fn no_record_of_a_peer_panics_or_takes_much_memory() {
    // Signatures are checked, which is slow: a tenth is plenty.
    replay("net_record", fuzz::network::record, COPIES / 10);
}

#[test]
fn no_exchange_of_records_panics_or_takes_much_memory() {
    replay("net_exchange", fuzz::network::exchange, COPIES);
}

#[test]
fn no_invite_panics_or_takes_much_memory() {
    replay("net_invite", fuzz::network::invite, COPIES);
}

#[test]
#[ignore = "writes tests/fuzz/corpus anew, when a frame or a format has changed"]
fn write_the_corpus() {
    fuzz::corpus::write(&directory()).unwrap();
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn replay(target: &str, run: fn(&[u8]), copies: usize) {
    let corpus = corpus(target);
    for (name, bytes) in &corpus {
        run(bytes);
        check(&format!("{target}/{name}"));
    }
    let valid = corpus.iter().filter(|(name, _)| name.starts_with("valid-")).map(|(_, bytes)| &**bytes).collect();
    let damage = Damage { valid, interesting: INTERESTING };
    for copy in 0..copies {
        let seed = SEED + copy as u64;
        run(&damage.copy(&mut Random::new(seed)));
        check(&format!("copy with seed {seed} for {target}"));
    }
}

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let directory = directory().join(target);
    let entries = fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let read = |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
    let mut files: Vec<_> = entries.map(|entry| read(entry.unwrap().path())).collect();
    files.sort();
    assert!(files.len() > 5, "the corpus of {target} is missing");
    files
}

/// Numbers at the borders of types, and what begins things in JSON and Jinja.
const INTERESTING: &[&[u8]] = &[
    &[0],
    &[0xFF],
    &[0x80],
    &[0; 8],
    &[0xFF; 4],
    &[0xFF; 8],
    &[0, 0, 0, 0x80],
    &[0, 0, 0, 0, 0, 0, 0, 0x80],
    &[0xFF, 0xFF, 0xFF, 0x7F],
    &[0, 0, 64, 0, 0, 0, 0, 0],
    &[9, 0, 0, 0],
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"null",
    b"\"",
    b"{",
    b"[[[[[[[[",
    b"\\ud800",
    b"{{",
    b"{% for x in range(99) %}",
    b"}}",
];

/// Fails when a piece of memory was asked for since the start that is larger than allowed.
fn check(input: &str) {
    let largest = COUNTED.load(Ordering::Relaxed);
    assert!(largest <= LARGEST, "{largest} bytes at once were asked for at the latest by {input}");
}

/// The system's allocator; remembers the largest piece that was asked for.
struct Counting;

static COUNTED: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[expect(unsafe_code, reason = "only an allocator sees what is asked for")]
// SAFETY: each call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNTED.fetch_max(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(piece, layout) }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNTED.fetch_max(size, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(piece, layout, size) }
    }
}
