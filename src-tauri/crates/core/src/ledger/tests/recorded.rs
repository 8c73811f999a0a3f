//! The bytes of version 1, which all versions understand and write for ever. They are only ever added to.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use super::samples::{contents, fork, key, record, voucher};
use super::*;

#[test]
fn every_record_of_version_1_is_still_understood() {
    let recorded = recorded();
    for (name, content) in contents() {
        let read = Signed::read(&recorded[name]).unwrap();

        assert_eq!(read, record(content), "{name} is not read as it was meant");
        assert_eq!(Signed::sign(read.record.clone(), &key(1)).bytes(), recorded[name], "{name} is written otherwise");
    }
    assert_eq!(ForkProof::read(&recorded["fork"]), Ok(fork()));
}

#[test]
fn everything_is_still_written_as_version_1_wrote_it() {
    let recorded = recorded();
    for (name, bytes) in all() {
        assert_eq!(hex(&bytes), hex(&recorded[name]), "{name} is written otherwise");
    }
}

#[test]
fn what_was_acknowledged_and_given_back_in_version_1_still_counts() {
    let recorded = recorded();
    for (name, kind) in [("voucher", VoucherKind::Payment), ("refund-voucher", VoucherKind::Refund)] {
        let signature = Signature(recorded[name].as_slice().try_into().unwrap());

        assert!(voucher(kind).is_signed(&signature), "{name}");
    }
}

#[test]
fn nothing_recorded_is_forgotten() {
    let samples: Vec<&str> = all().into_iter().map(|(name, _)| name).collect();

    assert!(recorded().keys().all(|name| samples.contains(&name.as_str())));
}

#[test]
#[ignore = "writes tests/ledger-version-1.txt anew, when a kind of record was added"]
fn write_the_record() {
    let mut text = "# What version 1 signs: the name of a sample in samples.rs, then its bytes.\n".to_owned();
    for (name, bytes) in all() {
        let _memory_takes_all = writeln!(text, "{name} {}", hex(&bytes));
    }
    std::fs::write(file(), text).unwrap();
}

fn all() -> Vec<(&'static str, Vec<u8>)> {
    let records = contents().map(|(name, content)| (name, record(content).bytes().to_vec()));
    let payment = voucher(VoucherKind::Payment).sign(&key(1)).0.to_vec();
    let refund = voucher(VoucherKind::Refund).sign(&key(2)).0.to_vec();
    let others = [("voucher", payment), ("refund-voucher", refund), ("fork", fork().bytes())];
    records.into_iter().chain(others).collect()
}

fn recorded() -> BTreeMap<String, Vec<u8>> {
    let text = std::fs::read_to_string(file()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).map(|(name, hex)| (name.to_owned(), bytes(hex))).collect()
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/ledger-version-1.txt")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
