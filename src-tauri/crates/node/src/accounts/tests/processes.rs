//! Programs that trade on real files and are killed by the system.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use opengateway_api::Credits;
use rusqlite::Connection;

use super::chance::Chance;
use super::losses::{Toll, check, show};
use super::script::{Said, number};
use super::side::{Side, meet};

/// Where the child trades; the child alone has it.
const WHERE: &str = "OPENGATEWAY_LEDGER_CHILD";
const CHILD: &str = "accounts::tests::processes::the_child_trades_until_it_is_killed";

#[test]
fn a_killed_program_has_everything_that_it_said() {
    let many = std::env::var_os("OPENGATEWAY_LEDGER_KILLS").is_some();
    let (mut chance, mut toll) = (Chance::new(11), Toll::default());
    let books = if many { 42 } else { 1 };
    for _ in 0..books {
        let directory = tempfile::tempdir().unwrap();
        let mut said = Vec::new();
        for _ in 0..12 {
            said.extend(trade_and_kill(directory.path(), 1 + chance.below(40)));
            toll.problems.extend(restart(directory.path(), &said, &mut toll.slowest));
            toll.kills += 1;
        }
        toll.acknowledged += u64::try_from(said.len()).unwrap();
    }

    show(&toll);
    assert_eq!(toll.problems, Vec::<String>::new());
    assert!(toll.slowest < Duration::from_secs(2), "{toll:?}");
}

/// Does nothing unless [`trade_and_kill`] has started it.
#[test]
fn the_child_trades_until_it_is_killed() {
    let Some(directory) = std::env::var_os(WHERE) else { return };
    let [mut one, mut other] = open(Path::new(&directory));
    loop {
        let (payer, provider, owner) =
            if one.net() >= 0 { (&mut one, &mut other, 0) } else { (&mut other, &mut one, 1) };
        trade(payer, provider, owner);
    }
}

fn trade(payer: &mut Side, provider: &mut Side, owner: usize) {
    let mut job = [0; 16];
    getrandom::fill(&mut job).unwrap();
    let payment = payer.reserve(job, provider.node, 64).unwrap();
    provider.admit(payer.node, job, &payment).unwrap();
    say(&format!("record {owner} {}", crate::hex(&payment.reserve)));
    let closed = payer.pays(job, 64);
    say(&format!("record {owner} {}", crate::hex(&closed.receipt)));
    say(&format!("owed {owner} {owner} {} {}", crate::hex(&job), closed.last.amount.0));
    let (node, last) = (payer.node, closed.last);
    provider.call(move |book, _| book.vouched(node, job, last.amount, last.signature)).unwrap();
    say(&format!("owed {} {owner} {} {}", 1 - owner, crate::hex(&job), last.amount.0));
    let earned = provider.call(move |book, now| book.earn(node, job, true, now)).unwrap().unwrap();
    say(&format!("record {} {}", 1 - owner, crate::hex(earned.bytes())));
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "said {line}").unwrap();
    out.flush().unwrap();
}

/// Gives what the child said before it was killed, some time after so many lines.
fn trade_and_kill(directory: &Path, lines: u64) -> Vec<(usize, Said)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([CHILD, "--exact", "--nocapture"])
        .env(WHERE, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut heard, mut said) = (0, Vec::new());
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while out.read_line(&mut line).unwrap() > 0 {
        if let Some(words) = line.strip_suffix('\n').and_then(|line| line.strip_prefix("said ")) {
            heard += 1;
            said.push(read(words));
        }
        if heard == lines {
            child.kill().unwrap();
        }
        line.clear();
    }
    child.wait().unwrap();
    said
}

fn read(words: &str) -> (usize, Said) {
    let words: Vec<_> = words.split(' ').collect();
    let owner = words[1].parse().unwrap();
    let said = match words[0] {
        "record" => Said::Record(bytes(words[2])),
        _ => {
            let payer = ed25519_dalek::SigningKey::from_bytes(&[number(words[2].parse().unwrap()); 32]);
            let payer = opengateway_api::NodeId(payer.verifying_key().to_bytes());
            let job = bytes(words[3]).try_into().unwrap();
            Said::Owed { payer, job, amount: Credits(words[4].parse().unwrap()) }
        }
    };
    (owner, said)
}

fn restart(directory: &Path, said: &[(usize, Said)], slowest: &mut Duration) -> Vec<String> {
    let start = Instant::now();
    let [mut one, mut other] = open(directory);
    *slowest = (*slowest).max(start.elapsed());
    match meet(&mut one, &mut other) {
        Ok(_) => check([&one, &other], said.iter().map(|(owner, said)| (*owner, said))),
        Err(problem) => vec![problem],
    }
}

fn open(directory: &Path) -> [Side; 2] {
    [0, 1].map(|owner| {
        let db = Connection::open(directory.join(format!("{owner}.db"))).unwrap();
        let mut side = Side::on(db, number(owner), None);
        side.call(move |book, now| book.know_tags(super::side::pc(number(owner)), now)).unwrap();
        side
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
