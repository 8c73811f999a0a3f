//! Networks that are simulated: thousands of nodes that follow the rules of `opengateway_core`, in virtual time, in a world
//! of owners, PCs and lines that is made up ([`assumed`]). A run is a function of its world, seed included.
//!
//! `OPENGATEWAY_SIM=day cargo test --release -p opengateway-tests --test sim -- --nocapture day idle` runs 10,000 nodes
//! for a day and prints the tables of docs/benchmarks.md.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod agenda;
mod announcing;
mod answering;
mod asking;
mod assumed;
mod board;
mod dice;
mod exact;
mod idle;
mod life;
mod links;
mod machine;
mod mesh;
mod moment;
mod node;
mod population;
mod pursuit;
mod report;
mod rules;
mod run;
mod tally;
mod traffic;
mod world;

use std::time::Duration;

use opengateway_api::Region;

use report::{Report, table};
use rules::Rules;
use world::{Cut, Faults, World, minutes};

const SEEDS: [u64; 2] = [1, 2];
/// Kilobytes a second, in and out together.
const MOST_TRAFFIC: f64 = 20.0;
const MOST_MEMORY: u64 = 2_000_000_000;
const LONGEST: Duration = minutes(15);

#[test]
fn no_promise_is_broken_while_messages_are_lost_nodes_cheat_and_a_region_is_cut_off() {
    for seed in SEEDS {
        let cut = Cut { region: Region::Asia, after: minutes(20), lasts: minutes(5) };
        let faults = Faults { loss: 0.05, cheats: 0.02, cut: Some(cut) };

        let figures = shown(World { faults, time: minutes(40), ..World::small(seed) }).figures;

        assert_eq!(figures.broken, [], "seed {seed}");
        assert!(figures.prompts > 200, "seed {seed}");
    }
}

#[test]
fn no_promise_is_broken_when_far_more_is_asked_than_can_be_answered() {
    for seed in SEEDS {
        let figures = shown(World { prompts: 200.0, time: minutes(30), ..World::small(seed) }).figures;

        assert_eq!(figures.broken, [], "seed {seed}");
        assert!(figures.longest_queue > 4, "seed {seed}");
    }
}

#[test]
fn equal_worlds_go_the_same_way_and_another_seed_goes_another() {
    let world = World { time: minutes(20), ..World::small(7) };

    let figures = run::run(&world).figures;

    assert_eq!(run::run(&world).figures, figures);
    assert_ne!(run::run(&World { seed: 8, ..world }).figures, figures);
}

#[test]
fn cheats_are_banned_honest_nodes_are_not() {
    for seed in SEEDS {
        let faults = Faults { cheats: 0.02, ..Faults::default() };

        let figures =
            shown(World { prompts: 30.0, churn: 0.0, faults, time: minutes(30), ..World::small(seed) }).figures;

        assert!(figures.bans.0 > 0 && figures.bans.1 == 0, "seed {seed}: {:?}", figures.bans);
    }
}

#[test]
fn a_region_that_was_cut_off_is_known_again_soon_after() {
    let cut = Cut { region: Region::Europe, after: minutes(10), lasts: minutes(20) };
    let faults = Faults { cut: Some(cut), ..Faults::default() };

    let known = shown(World { faults, churn: 0.0, time: minutes(36), ..World::small(1) }).figures.known_by_minute;

    let least = known[10..30].iter().copied().fold(1.0, f64::min);
    assert!(known[8] > 0.99, "before: {known:.2?}");
    assert!(least < 0.8, "during: {known:.2?}");
    assert!(known[33] > 0.99, "after: {known:.2?}");
}

#[test]
fn an_idle_node_among_a_thousand_sends_and_receives_little() {
    eprintln!("| nodes, rules | kB/s | busiest | records | lists | lines | table | beat | hear a record |");
    eprintln!("|---|---|---|---|---|---|---|---|---|");
    for nodes in [7, 30, 100, 300, 1000, 3000] {
        let idle = idle::network(nodes, &Rules::as_built(), 1);

        eprintln!("{}", idle.row(&format!("{nodes}, as built")));
        assert!(idle.mean.sum() <= MOST_TRAFFIC, "{nodes} nodes: {} kB/s", idle.mean.sum());
        assert!(idle.reached > 0.999, "{nodes} nodes: {} hear a record", idle.reached);
    }
}

#[test]
fn a_day_of_ten_thousand_nodes_keeps_all_promises() {
    if std::env::var("OPENGATEWAY_SIM").as_deref() != Ok("day") {
        return eprintln!("skipped: set OPENGATEWAY_SIM=day, and build with --release");
    }
    for (what, rules) in steps() {
        eprintln!("{}", idle::network(1000, &rules, 1).row(what));
    }
    let day = World::day(1);

    let built = run::run(&day);
    let plain = run::run(&World { rules: Rules::plain(), ..day });

    eprintln!("{}", table(&[("plain", &plain), ("as built", &built)]));
    assert_eq!(built.figures.broken, []);
    assert!(built.took <= LONGEST, "{:?}", built.took);
    assert!(built.memory.is_none_or(|bytes| bytes <= MOST_MEMORY), "{:?}", built.memory);
}

/// From plain rules to those that are built, one change after the other.
fn steps() -> Vec<(&'static str, Rules)> {
    let (mut rules, built) = (Rules::plain(), Rules::as_built());
    let mut steps = vec![("plain", rules.clone())];
    let mut step = |what, change: &dyn Fn(&mut Rules)| {
        change(&mut rules);
        steps.push((what, rules.clone()));
    };
    step("members looked for seldom", &|it| {
        (it.upkeep.members, it.upkeep.members_of_few) = (built.upkeep.members, built.upkeep.members_of_few);
    });
    step("few exchanges", &|it| it.upkeep.exchanges = built.upkeep.exchanges);
    step("few connections", &|it| {
        (it.upkeep.contacts, it.upkeep.welcome) = (built.upkeep.contacts, built.upkeep.welcome)
    });
    step("table refreshed seldom", &|it| {
        (it.upkeep.refresh, it.upkeep.provided) = (built.upkeep.refresh, built.upkeep.provided);
    });
    step("pinged seldom", &|it| it.upkeep.ping = built.upkeep.ping);
    step("few are told", &|it| (it.upkeep.floods, it.upkeep.lazy) = (built.upkeep.floods, built.upkeep.lazy));
    step("small mesh", &|it| it.upkeep.mesh = built.upkeep.mesh);
    step("as built: long beats", &|it| *it = built.clone());
    steps
}

fn shown(world: World) -> Report {
    let report = run::run(&world);
    eprintln!("{}", table(&[("as built", &report)]));
    report
}
