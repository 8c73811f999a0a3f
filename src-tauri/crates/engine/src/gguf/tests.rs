use super::*;
use proptest::prelude::*;

/// Writes a small, valid file; tests damage it.
fn small() -> Vec<u8> {
    let mut file = b"GGUF".to_vec();
    file.extend(3_u32.to_le_bytes());
    file.extend(1_u64.to_le_bytes());
    file.extend(4_u64.to_le_bytes());
    text(&mut file, "general.architecture", "llama");
    for (key, value) in [("context_length", 512_u32), ("block_count", 2), ("embedding_length", 64)] {
        string(&mut file, &format!("llama.{key}"));
        file.extend(4_u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    string(&mut file, "token_embd.weight");
    file.extend(2_u32.to_le_bytes());
    file.extend([64_u64.to_le_bytes(), 10_u64.to_le_bytes()].concat());
    file.extend(0_u32.to_le_bytes());
    file.extend(0_u64.to_le_bytes());
    file.resize(file.len().next_multiple_of(32) + 64 * 10 * 4, 0);
    file
}

fn string(file: &mut Vec<u8>, text: &str) {
    file.extend((text.len() as u64).to_le_bytes());
    file.extend(text.as_bytes());
}

fn text(file: &mut Vec<u8>, key: &str, value: &str) {
    string(file, key);
    file.extend(8_u32.to_le_bytes());
    string(file, value);
}

fn parse(file: &[u8]) -> Result<Header, GgufError> {
    read(file, file.len() as u64)
}

#[test]
fn a_valid_header_is_understood() {
    let header = parse(&small()).unwrap();

    assert_eq!((header.architecture.as_str(), header.context, header.layers), ("llama", 512, 2));
    assert_eq!((header.weight_bytes, header.active_parameters), (64 * 10 * 4, 64 * 10));
}

#[test]
fn another_kind_of_file_is_named_as_such() {
    assert!(matches!(parse(b"PK\x03\x04 a zip file"), Err(GgufError::NotGguf)));
}

#[test]
fn every_truncation_is_refused() {
    let file = small();

    for length in 0..file.len() {
        let error = parse(&file[..length]).unwrap_err();
        assert!(matches!(error, GgufError::Truncated { .. }), "{length}: {error}");
    }
}

#[test]
fn huge_counts_are_refused_before_anything_is_allocated() {
    for place in [8, 16, 24] {
        let mut file = small();
        file[place..place + 8].copy_from_slice(&u64::MAX.to_le_bytes());

        assert!(parse(&file).is_err(), "count at {place}");
    }
}

#[test]
fn dimensions_that_overflow_are_refused() {
    let file = small();
    let dimension = 64_u64.to_le_bytes();
    let place = (0..file.len()).rev().find(|at| file[*at..].starts_with(&dimension)).unwrap();
    let mut file = file;
    file[place..place + 8].copy_from_slice(&(u64::MAX / 2).to_le_bytes());

    assert!(matches!(parse(&file), Err(GgufError::Damaged(_))));
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer_and_never_a_panic(bytes: Vec<u8>) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_damage_gives_an_answer_and_never_a_panic(place in 0..3000_usize, byte: u8) {
        let mut file = small();
        let length = file.len();
        file[place % length] = byte;
        let _ = parse(&file);
    }
}
