//! `cargo xtask soak`: the long runs of tests that `cargo xtask test` runs short, with their figures.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::product::Profile;
use crate::project::Project;
use crate::report::{Outcome, Report};

struct Soak {
    name: &'static str,
    about: &'static str,
    variable: &'static str,
    times: &'static str,
    /// What cargo is told.
    test: &'static str,
}

const SOAKS: [Soak; 13] = [
    Soak {
        name: "kills",
        about: "the app is killed at random moments and keeps what it showed",
        variable: "OPENGATEWAY_KILLS",
        times: "1000",
        test: "test -p opengateway-tests --test kill a_kill_at_any_moment",
    },
    Soak {
        name: "games",
        about: "a game starts while a real engine works for guests",
        variable: "OPENGATEWAY_GAMES",
        times: "1000",
        test: "test -p opengateway-tests --test node a_starting_game",
    },
    Soak {
        name: "display",
        about: "a mouse is moved, a window covers the screen of a real X server",
        variable: "OPENGATEWAY_GAMES",
        times: "1",
        test: "test -p opengateway-tests --test display",
    },
    Soak {
        name: "losses",
        about: "a peer is lost in the middle of its answer and another one carries it on",
        variable: "OPENGATEWAY_LOSSES",
        times: "200",
        test: "test -p opengateway-tests --test peers a_lost_peer",
    },
    Soak {
        name: "mutations",
        about: "a frame or record that was valid is damaged and read",
        variable: "OPENGATEWAY_MUTATIONS",
        times: "1000000",
        test: "test -p opengateway-net --release --test wire mutat",
    },
    Soak {
        name: "simulation",
        about: "10,000 nodes in virtual time, for a day",
        variable: "OPENGATEWAY_SIM",
        times: "day",
        test: "test -p opengateway-tests --release --test sim -- --test-threads 1 day idle",
    },
    Soak {
        name: "economy",
        about: "2,000 people for 60 days by each set of rules, and 1,000 villages with everything that goes wrong",
        variable: "OPENGATEWAY_ECONOMY",
        times: "whole",
        test: "test -p opengateway-tests --release --test economy -- --test-threads 1",
    },
    Soak {
        name: "routes",
        about: "who is asked, who may read, who waits: the rules of the network",
        variable: "PROPTEST_CASES",
        times: "100000",
        test: "test -p opengateway-core --release -- privacy route queue standing cluster capability",
    },
    Soak {
        name: "trades",
        about: "two nodes, then eight, ask each other for credits",
        variable: "OPENGATEWAY_TRADES",
        times: "400",
        test: "test -p opengateway-tests --test peers sum",
    },
    Soak {
        name: "ledger",
        about: "the accounts lose power or are killed at any write, and 504 programs are killed",
        variable: "OPENGATEWAY_LEDGER_KILLS",
        times: "10000",
        test: "test -p opengateway-node --lib --release accounts::tests",
    },
    Soak {
        name: "histories",
        about: "random histories of accounts, damaged records, forks",
        variable: "PROPTEST_CASES",
        times: "10000",
        test: "test -p opengateway-core --release ledger",
    },
    Soak {
        name: "replays",
        about: "the same record, voucher and reservation come again",
        variable: "OPENGATEWAY_REPLAYS",
        times: "1000000",
        test: "test -p opengateway-core --release a_million_times",
    },
    Soak {
        name: "idle",
        about: "the rules of lending over random days",
        variable: "PROPTEST_CASES",
        times: "100000",
        test: "test -p opengateway-core --release idle",
    },
];

pub(crate) fn list() {
    for soak in &SOAKS {
        println!("{:8} {} × {}", soak.name, soak.times, soak.about);
    }
}

/// Runs those whose names contain one of the filters, with the programs as `cargo xtask build` left them.
pub(crate) fn run(project: &Project, filters: &[String]) -> Result<ExitCode> {
    let wanted = |soak: &&Soak| filters.is_empty() || filters.iter().any(|filter| soak.name.contains(filter.as_str()));
    let chosen: Vec<_> = SOAKS.iter().filter(wanted).collect();
    if chosen.is_empty() {
        bail!("no long run is named like {}; see cargo xtask soak --list", filters.join(" or "));
    }
    let mut report = Report::default();
    for soak in chosen {
        println!("{}: {} × {}", soak.name, soak.times, soak.about);
        let start = Instant::now();
        let status = command(project, soak).status().context("cannot start cargo")?;
        let outcome = if status.success() { Outcome::Passed } else { Outcome::Failed };
        report.add(soak.name, outcome, start.elapsed());
    }
    println!("\n{report}");
    Ok(report.exit_code())
}

fn command(project: &Project, soak: &Soak) -> Command {
    let mut cargo = project.cargo();
    cargo.args(soak.test.split(' '));
    if !soak.test.contains(" -- ") {
        cargo.arg("--");
    }
    cargo.arg("--nocapture");
    cargo.env(soak.variable, soak.times).env("OPENGATEWAY_TARGET", Profile::Debug.directory(project));
    cargo
}
