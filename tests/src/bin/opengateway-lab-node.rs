//! `opengateway start --foreground` on a PC whose owner comes and goes by lines on standard input: `owner back`,
//! `owner away`, and whose parts have the serial that `OPENGATEWAY_LAB_PC` names. All else of the PC is real. Ends when a node would, and when standard input does.
#![expect(clippy::print_stdout, reason = "its output is the answer")]

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use opengateway_api::Facts;
use opengateway_core::idle::Sample;
use opengateway_machine::{Computer, Look, Machine, Parts, RawPart};
use opengateway_node::{Config, Keychain, Node, keep_logs};
use opengateway_tests::machine::{AWAY, FakeMachine};
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<()> {
    let (config, owner) = (config(std::env::args_os().skip(1))?, FakeMachine::away());
    keep_logs(&config.home)?;
    let pc = Pc { computer: Computer::new(), owner: owner.clone() };
    let node = Node::start(config, Keychain::new(), pc).await?;
    println!("serves");
    tokio::select! {
        () = node.stop_asked() => {}
        _ = told(owner) => {}
    }
    node.shutdown().await;
    Ok(())
}

fn config(mut words: impl Iterator<Item = OsString>) -> Result<Config> {
    let (mut home, mut bootstrap) = (std::env::var_os("OPENGATEWAY_HOME"), false);
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--bootstrap") => bootstrap = true,
            Some("--home") => home = Some(words.next().context("--home needs a directory")?),
            _ => bail!("cannot understand {word:?}"),
        }
    }
    Ok(Config { bootstrap, ..Config::headless(home.map(Into::into))? })
}

/// Does as standard input says, in a thread of its own: reading it cannot be cancelled. Resolves with its end.
fn told(owner: FakeMachine) -> oneshot::Receiver<()> {
    let (end, ended) = oneshot::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let ago = if line == "owner back" { Duration::ZERO } else { AWAY };
            owner.say(|sample| sample.input_ago = Some(ago));
        }
        drop(end);
    });
    ended
}

/// This PC, but for who sits before it.
struct Pc {
    computer: Computer,
    owner: FakeMachine,
}

impl Machine for Pc {
    fn facts(&mut self, models: &Path) -> Facts {
        self.computer.facts(models)
    }

    fn activity(&mut self, look: &Look<'_>) -> Sample {
        self.owner.activity(look)
    }

    fn parts(&mut self) -> Parts {
        let serial = std::env::var("OPENGATEWAY_LAB_PC").unwrap_or_default();
        let part = |name: &str| RawPart::new(format!("{serial}{name}")).filter(|_| !serial.is_empty());
        Parts { board: part("B0A2D"), gpu: part("C4A7R"), disk: part("D1S8K") }
    }
}
