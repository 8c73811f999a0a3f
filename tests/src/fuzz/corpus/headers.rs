//! Headers of GGUF files.

use super::{File, named};
use crate::gguf::{self, Shape, Weights};

const SHAPE: Shape = Shape { layers: 1, width: 32, inner: 64, heads: 2, kv_heads: 1, vocabulary: 300, context: 256 };
/// Enough for everything before the weights.
const HEADER: usize = 12_000;

pub(super) fn files() -> std::io::Result<Vec<File>> {
    let whole = whole(Weights::Q8)?;
    let mut files = vec![
        named("valid-f16-header", &self::whole(Weights::F16)?[..HEADER]),
        named("valid-q8", &whole[..]),
        named("valid-version-2", with(&whole[..HEADER], 4, &2_u32.to_le_bytes())),
        named("valid-kv-heads-by-layer", by_layer()),
        named("valid-every-kind", every_kind()),
    ];
    for cut in [0, 3, 4, 12, 20, 24, 60, 500, 5000, whole.len() - 1] {
        files.push(named(&format!("cut-at-{cut}"), &whole[..cut]));
    }
    files.extend(hostile_entries());
    files.extend(hostile_tensors());
    files.extend(hostile_numbers());
    Ok(files)
}

fn whole(weights: Weights) -> std::io::Result<Vec<u8>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("model.gguf");
    gguf::write(&path, &SHAPE, weights)?;
    std::fs::read(path)
}

fn with(bytes: &[u8], place: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.splice(place..place + new.len(), new.iter().copied());
    bytes
}

fn hostile_entries() -> Vec<File> {
    let most = u64::MAX.to_le_bytes();
    let begun = |kind: u32, rest: &[u8]| [head(0, 1), string("k"), kind.to_le_bytes().to_vec(), rest.to_vec()].concat();
    let list = |kind: u32, length: u64| [&kind.to_le_bytes()[..], &length.to_le_bytes()].concat();
    vec![
        named("hostile-no-model", &b"PK\x03\x04 this is a zip file"[..]),
        named("hostile-version", with(&head(0, 0), 4, &[99])),
        named("hostile-big-endian", with(&head(0, 0), 4, &[0, 0, 0, 3])),
        named("hostile-most-tensors", head(u64::MAX, 0)),
        named("hostile-most-entries", head(0, u64::MAX)),
        named("hostile-many-tensors", head(65_536, 0)),
        named("hostile-longest-key", [head(0, 1), most.to_vec()].concat()),
        named("hostile-long-key", [head(0, 1), (4_u64 << 20).to_le_bytes().to_vec()].concat()),
        named("hostile-longest-text", begun(8, &most)),
        named("hostile-unknown-kind", begun(13, &most)),
        named("hostile-longest-list", begun(9, &list(0, u64::MAX))),
        named("hostile-long-list-of-texts", begun(9, &list(8, 4 << 20))),
        named("hostile-long-list-of-bytes", begun(9, &[list(0, 4 << 20), vec![1; 4000]].concat())),
        named("hostile-lists-in-lists", begun(9, &list(9, 1).repeat(500))),
        named("hostile-same-key", [head(0, 2), number("k", 1), number("k", 1)].concat()),
        named("hostile-no-text", begun(8, &[&4_u64.to_le_bytes()[..], &[0xFF, 0xFE, 0xC0, 0x80]].concat())),
    ]
}

fn hostile_tensors() -> Vec<File> {
    let aligned = |alignment| [head(1, 1), number("general.alignment", alignment), tensor(&[32], 0, 0)].concat();
    let listed = |tensor: Vec<u8>| [head(1, 0), tensor].concat();
    vec![
        named("hostile-alignment-none", aligned(0)),
        named("hostile-alignment-odd", aligned(3)),
        named("hostile-alignment-large", aligned(1 << 31)),
        named("hostile-tensor-overflow", listed(tensor(&[u64::MAX, u64::MAX], 0, 0))),
        named("hostile-tensor-just-overflows", listed(tensor(&[1 << 32, 1 << 32], 0, 0))),
        named("hostile-tensor-empty", listed(tensor(&[0, 5], 0, 0))),
        named("hostile-tensor-many-dimensions", listed(tensor(&[2; 64], 0, 0))),
        named("hostile-tensor-unknown", listed(tensor(&[32], 4_000_000_000, 0))),
        named("hostile-tensor-half-a-block", listed(tensor(&[33], 8, 0))),
        named("hostile-tensor-far", listed(tensor(&[32], 0, u64::MAX - 31))),
        named("hostile-tensor-crooked", listed(tensor(&[32], 0, 1))),
    ]
}

fn hostile_numbers() -> Vec<File> {
    let all = [
        ("block_count", u32::MAX),
        ("embedding_length", u32::MAX),
        ("context_length", 0),
        ("attention.head_count", 0),
        ("attention.head_count_kv", u32::MAX),
        ("attention.key_length", u32::MAX),
    ];
    all.iter().map(|(key, value)| named(&format!("hostile-{key}"), model(&[(key, *value)]))).collect()
}

/// A header without tensors; `numbers` replace or follow the usual ones.
fn model(numbers: &[(&str, u32)]) -> Vec<u8> {
    let usual = [("block_count", 2), ("embedding_length", 64), ("context_length", 512)];
    let kept = usual.iter().filter(|(key, _)| numbers.iter().all(|(other, _)| other != key));
    let entries: Vec<_> = kept.chain(numbers).map(|(key, value)| number(&format!("llama.{key}"), *value)).collect();
    let architecture = [string("general.architecture"), 8_u32.to_le_bytes().to_vec(), string("llama")].concat();
    [head(0, entries.len() as u64 + 1), architecture, entries.concat()].concat()
}

fn by_layer() -> Vec<u8> {
    let mut bytes = with(&model(&[]), 16, &5_u64.to_le_bytes());
    bytes.extend(string("llama.attention.head_count_kv"));
    bytes.extend([9_u32.to_le_bytes(), 4_u32.to_le_bytes()].concat());
    bytes.extend(2_u64.to_le_bytes());
    bytes.extend([1_u32.to_le_bytes(), 2_u32.to_le_bytes()].concat());
    bytes
}

fn every_kind() -> Vec<u8> {
    let sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
    let kinds = (0_u32..).zip(sizes).filter(|(_, size)| *size > 0);
    let entry = |(kind, size): (u32, usize)| {
        [string(&format!("kind.{kind}")), kind.to_le_bytes().to_vec(), vec![1; size]].concat()
    };
    let entries: Vec<_> = kinds.map(entry).collect();
    let mut bytes = with(&model(&[]), 16, &(entries.len() as u64 + 4).to_le_bytes());
    bytes.extend(entries.concat());
    bytes
}

fn head(tensors: u64, entries: u64) -> Vec<u8> {
    [b"GGUF", &3_u32.to_le_bytes()[..], &tensors.to_le_bytes(), &entries.to_le_bytes()].concat()
}

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

fn number(key: &str, value: u32) -> Vec<u8> {
    [string(key), [4_u32.to_le_bytes(), value.to_le_bytes()].concat()].concat()
}

fn tensor(sizes: &[u64], kind: u32, offset: u64) -> Vec<u8> {
    let mut bytes = string("t");
    bytes.extend(u32::try_from(sizes.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
    bytes.extend(kind.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes
}
