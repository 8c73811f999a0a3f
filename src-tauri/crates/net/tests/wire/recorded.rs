//! The bytes of version 1, which all versions understand and write for ever. A message is only ever added to them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use opengateway_api::Scope;
use opengateway_net::{Config, Network};

use crate::samples::{self, Sample};

#[test]
fn every_message_of_version_1_is_still_understood() {
    let recorded = recorded();
    for Sample { name, reads_as_this, .. } in samples::all() {
        assert!(reads_as_this(&recorded[name]), "{name} is not read as it was meant");
    }
}

#[test]
fn every_message_is_still_written_as_version_1_wrote_it() {
    let recorded = recorded();
    for Sample { name, bytes, .. } in samples::all() {
        assert_eq!(hex(&bytes), hex(&recorded[name]), "{name} is written otherwise");
    }
}

#[test]
fn nothing_recorded_is_forgotten() {
    let samples: Vec<&str> = samples::all().iter().map(|sample| sample.name).collect();

    assert!(recorded().keys().all(|name| samples.contains(&name.as_str())));
}

#[tokio::test]
async fn a_receipt_is_still_signed_as_version_1_signed_it() {
    let config = Config { secret: [7; 32], scope: Scope::Loopback, port: 0, serves: false };
    let (network, _events, _task) = Network::start(config).unwrap();

    let signed = network.sign(&samples::receipt_of_a_job());

    assert_eq!(hex(&signed), hex(&recorded()["receipt"]));
}

#[test]
#[ignore = "writes tests/wire/version-1.txt anew, when a message was added"]
fn write_the_record() {
    let mut text = "# What version 1 says: the name of a sample in samples.rs, then its bytes.\n".to_owned();
    for Sample { name, bytes, .. } in samples::all() {
        let _memory_takes_all = writeln!(text, "{name} {}", hex(&bytes));
    }
    std::fs::write(file(), text).unwrap();
}

fn recorded() -> BTreeMap<String, Vec<u8>> {
    let text = std::fs::read_to_string(file()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap()).map(|(name, hex)| (name.to_owned(), bytes(hex))).collect()
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/wire/version-1.txt")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
