//! Damaged messages through everything that reads a stranger's bytes: none panics, and no single piece of memory that
//! one asks for is over 1 MiB. `OPENGATEWAY_MUTATIONS=1000000` makes it a long run.

use futures::FutureExt;
use futures::io::Cursor;
use libp2p::core::SignedEnvelope;
use minicbor::Encoder;
use opengateway_api::{ModelHash, Privacy, Sampling, Turn, Written};
use opengateway_net::wire::{
    Ask, FrameError, FromAsker, FromProvider, MAX_ASK, MAX_REPLY, Receipt, Records, Wanted, decode, read, verify,
};
use opengateway_net::{Invite, receipt};
use sha2::{Digest, Sha256};

use crate::damage::{Damage, Random};
use crate::memory::largest_of;
use crate::samples;

const MUTATIONS: u64 = 20_000;
const LARGEST: usize = 1 << 20;
const SEED: u64 = 0x5eed;
const DOMAIN: &str = "opengateway";
const CAPABILITY: &[u8] = b"/opengateway/capability/1";
const RECEIPT: &[u8] = b"/opengateway/receipt/1";

#[test]
fn no_damaged_message_panics_or_takes_much_memory() {
    let mutations = std::env::var("OPENGATEWAY_MUTATIONS").map_or(MUTATIONS, |text| text.parse().unwrap());
    let valid: Vec<Vec<u8>> = samples::all().into_iter().map(|sample| sample.bytes).chain(payloads()).collect();
    let damage = Damage { valid: valid.iter().map(Vec::as_slice).collect(), interesting: INTERESTING };
    let (mut largest, mut understood) = (0, 0);
    for number in 0..mutations {
        let mutation = damaged(&damage, SEED + number);

        let framed = framed(&mutation);
        let (asked, readers) = largest_of(|| reads(&mutation, &framed));

        assert!(asked <= LARGEST, "seed {} asks for {asked} bytes at once", SEED + number);
        largest = largest.max(asked);
        understood += u64::from(readers > 0);
    }
    eprintln!("{mutations} damaged messages, {understood} of them understood; largest piece {largest} bytes");
}

#[test]
fn the_longest_messages_take_no_more_memory_than_they_are_long() {
    for bytes in longest() {
        let framed = framed(&bytes);
        let (asked, readers) = largest_of(|| reads(&bytes, &framed));

        assert!(readers > 0 && asked <= LARGEST, "{} bytes ask for {asked} at once", bytes.len());
    }
}

#[test]
fn a_length_that_is_only_promised_takes_no_memory() {
    for length in [MAX_ASK, MAX_REPLY] {
        let mut stream = Cursor::new([&u32::try_from(length).unwrap().to_be_bytes()[..], &[0x82]].concat());

        let (asked, read) = largest_of(|| read::<FromAsker>(&mut stream, MAX_ASK).now_or_never().unwrap());

        assert!(matches!(read, Err(FrameError::Io(_))) && asked <= 32 * 1024, "{asked} bytes at once");
    }
}

#[test]
fn lists_without_a_length_within_what_is_skipped_take_no_memory() {
    // An unknown field of a question, the content of a cancellation, an unknown field of an exchange.
    let places: [&[u8]; 3] = [&[0x82, 0, 0x81, 0xa1, 0x18, 99, 0x82], &[0x82, 1, 0x82], &[0xa1, 0x18, 99, 0x82]];
    for (place, opened) in places.into_iter().flat_map(|place| [(place, 0x9f), (place, 0xbf)]) {
        let mut hostile = place.to_vec();
        hostile.resize(MAX_ASK, opened);

        let (asked, readers) = largest_of(|| reads_whole(&hostile));

        assert!(readers == 0 && asked <= 1024, "{asked} bytes at once");
    }
}

/// Lets everything read these bytes, also as frames that come on a stream; how many understood them.
fn reads(bytes: &[u8], framed: &[u8]) -> usize {
    reads_whole(bytes) + [bytes, framed].into_iter().map(reads_stream).sum::<usize>()
}

fn reads_whole(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).ok();
    let read = [
        decode::<FromAsker>(bytes).is_ok(),
        decode::<FromProvider>(bytes).is_ok(),
        decode::<Wanted>(bytes).is_ok(),
        decode::<Records>(bytes).is_ok(),
        decode::<Receipt>(bytes).is_ok(),
        verify(bytes).is_ok(),
        receipt(bytes).is_some(),
        text.is_some_and(|text| Invite::from_text(text).is_ok()),
    ];
    read.into_iter().map(usize::from).sum()
}

fn reads_stream(bytes: &[u8]) -> usize {
    let asked = read::<FromAsker>(&mut Cursor::new(bytes), MAX_ASK).now_or_never().unwrap();
    let answered = read::<FromProvider>(&mut Cursor::new(bytes), MAX_REPLY).now_or_never().unwrap();
    usize::from(asked.is_ok()) + usize::from(answered.is_ok())
}

/// With its length before it.
fn framed(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

/// What stands in signed envelopes: damaged from outside it would never be reached.
fn payloads() -> impl Iterator<Item = Vec<u8>> {
    samples::all().into_iter().flat_map(|sample| {
        let envelope = SignedEnvelope::from_protobuf_encoding(&sample.bytes).ok();
        let payload = |kind| Some(envelope.as_ref()?.payload_and_signing_key(DOMAIN.into(), kind).ok()?.0.to_vec());
        [payload(CAPABILITY), payload(RECEIPT)].into_iter().flatten().collect::<Vec<_>>()
    })
}

fn longest() -> [Vec<u8>; 4] {
    let text = |length: usize| "€".repeat(length / 3);
    let (turns, written) =
        (vec![Turn::user(text(MAX_ASK / 2))], Written { text: text(MAX_ASK / 3), tokens: vec![1; 9] });
    let (job, model) = ([1; 16], ModelHash([2; 32]));
    let (sampling, privacy, payment) = (Sampling::default(), Privacy::Public, None);
    let ask = Ask { job, model, turns, sampling, written, privacy, price: 0, payment };
    let many = Ask { turns: vec![Turn::user("x".repeat(200)); 4096], written: Written::default(), ..ask.clone() };
    let tokens =
        Ask { turns: Vec::new(), written: Written { text: String::new(), tokens: vec![7; 250_000] }, ..ask.clone() };
    let records = Records { records: vec![vec![9; 8192].into(); 64] };
    let asks = [ask, many, tokens].map(|ask| minicbor::to_vec(FromAsker::Ask(Box::new(ask))).unwrap());
    let [one, two, three] = asks;
    [one, two, three, minicbor::to_vec(records).unwrap()]
}

/// One of the valid messages, damaged; now and then signed again, so that its content is reached.
fn damaged(damage: &Damage<'_>, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let bytes = damage.copy(&mut random);
    match random.below(32) {
        0 => signed(CAPABILITY, bytes),
        1 => signed(RECEIPT, bytes),
        2..6 => skipped(&bytes),
        6..10 => invited(&bytes),
        _ => bytes,
    }
}

fn signed(kind: &[u8], payload: Vec<u8>) -> Vec<u8> {
    let envelope = SignedEnvelope::new(&samples::key(), DOMAIN.into(), kind.into(), payload);
    envelope.unwrap().into_protobuf_encoding()
}

/// As an invite with a right checksum.
fn invited(bytes: &[u8]) -> Vec<u8> {
    let sum = Sha256::digest(bytes);
    format!("opengateway:{}", bs58::encode([bytes, &sum[..4]].concat()).into_string()).into_bytes()
}

/// As a field that is not known.
fn skipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(2).unwrap().u8(0).unwrap().u32(64).unwrap().u8(99).unwrap();
    [encoder.into_writer(), bytes.to_vec()].concat()
}

/// Beginnings of what CBOR and protobuf have, and numbers at the borders of types.
const INTERESTING: &[&[u8]] = &[
    &[0x00],
    &[0xff],
    &[0x80],
    &[0x9f],
    &[0xbf],
    &[0x5f],
    &[0x7f],
    &[0xf6],
    &[0xf9, 0x7e, 0x00],
    &[0xfa, 0x7f, 0x80, 0, 0],
    &[0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
    &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xbb, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    &[0x7a, 0xff, 0xff, 0xff, 0xff],
    &[0x9a, 0x00, 0x10, 0x00, 0x00],
    &[0xc1],
    &[0x81; 16],
    &[0x9f; 16],
    &[0xa1, 0x00, 0xa1, 0x00],
];
