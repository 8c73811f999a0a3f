//! What nodes say to each other: the bytes of version 1, cut ones, and those that mean harm.

use super::{File, named};

const RECORDED: &str = include_str!("../../../../src-tauri/crates/net/tests/wire/version-1.txt");

/// Which of the recorded messages belong to which target.
const TARGETS: [(&str, &[&str]); 5] = [
    ("net_asker", &["ask", "ask-short", "cancel"]),
    ("net_provider", &["accept", "refuse", "loading", "text", "done", "bye", "failed"]),
    ("net_record", &["record", "receipt"]),
    ("net_exchange", &["wanted", "records"]),
    ("net_invite", &["invite"]),
];

/// The folders of all targets.
pub(super) fn files() -> impl Iterator<Item = (&'static str, Vec<File>)> {
    TARGETS.into_iter().map(|(target, names)| {
        let valid = recorded().filter(|(name, _)| names.contains(&name.as_str()));
        let valid: Vec<File> = valid.map(|(name, bytes)| (format!("valid-{name}"), bytes)).collect();
        let first = valid.first().map(|(_, bytes)| bytes.clone()).unwrap_or_default();
        let signed = valid.iter().filter_map(|(name, bytes)| Some((format!("{name}-payload"), payload(bytes)?)));
        let signed: Vec<File> = signed.filter(|_| target == "net_record").collect();
        (target, valid.into_iter().chain(signed).chain(cut(&first)).chain(hostile(&first)).collect())
    })
}

/// What was signed: the third field of an envelope.
fn payload(envelope: &[u8]) -> Option<Vec<u8>> {
    let mut rest = envelope;
    loop {
        let (tag, length, after) = match rest {
            [tag, low @ 0x80..=0xff, high, after @ ..] => {
                (*tag, usize::from(low & 0x7f) + usize::from(*high) * 128, after)
            }
            [tag, length, after @ ..] => (*tag, usize::from(*length), after),
            _ => return None,
        };
        let (field, next) = after.split_at_checked(length)?;
        if tag == 0x1a {
            return Some(field.to_vec());
        }
        rest = next;
    }
}

fn recorded() -> impl Iterator<Item = File> {
    let lines = RECORDED.lines().filter_map(|line| line.split_once(' ')).filter(|(name, _)| *name != "#");
    lines.map(|(name, hex)| named(name, bytes(hex)))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0).to_le_bytes()[0];
    hex.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |byte, it| (byte << 4) | digit(*it))).collect()
}

fn cut(valid: &[u8]) -> Vec<File> {
    vec![
        named("cut-at-the-beginning", &valid[..1]),
        named("cut-in-the-middle", &valid[..valid.len() / 2]),
        named("cut-at-the-end", &valid[..valid.len() - 1]),
    ]
}

fn hostile(valid: &[u8]) -> Vec<File> {
    let unknown_field = [0xa1, 0x18, 99];
    let within = |content: &[u8]| [&unknown_field[..], content].concat();
    vec![
        named("hostile-empty", Vec::new()),
        named("hostile-twice", [valid, valid].concat()),
        named("hostile-one-byte-more", [valid, &[0]].concat()),
        named("hostile-no-length", within(&[0x9f, 0xff])),
        named("hostile-many-lists-without-length", within(&[&[0x82][..], &[0x9f; 4096]].concat())),
        named("hostile-deep", within(&[&[0x81; 4096][..], &[0]].concat())),
        named("hostile-endless-list", within(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
        named("hostile-endless-map", within(&[0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0])),
        named("hostile-long-bytes", within(&[0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
        named("hostile-no-text", within(&[0x62, 0xff, 0xfe])),
        named("hostile-unknown-kind", [0x82, 0x18, 200, 0x80]),
        named("hostile-negative-kind", [0x82, 0x20, 0x80]),
        named("hostile-no-number", [0x82, 0x02, 0x81, 0xfa, 0x7f, 0xc0, 0, 0]),
        named("hostile-same-field-twice", [0xa2, 0x00, 0x01, 0x00, 0x02]),
        named("hostile-reserved", [0x82, 0x1c, 0xfc]),
        named("hostile-length-and-nothing", [0, 0x10, 0, 0]),
        named("hostile-longest", [0xff; 4]),
        named("hostile-invite-without-content", *b"opengateway:"),
        named("hostile-invite-of-ones", ["opengateway:", &"1".repeat(4096)].concat()),
    ]
}
