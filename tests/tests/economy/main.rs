//! Whether people can pay each other: markets of thousands for weeks, and villages in which everything goes wrong, both in
//! virtual time. A run is a function of its world, seed included.
//!
//! `OPENGATEWAY_ECONOMY=whole cargo test --release -p opengateway-tests --test economy -- --nocapture` runs 2,000 people
//! for 60 days by each set of rules, and prints the tables of docs/benchmarks.md.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod assumed;
mod dice;
mod figures;
mod market;
mod people;
mod routing;
mod rules;
mod village;

use opengateway_api::Credits;

use figures::Figures;
use market::Market;
use rules::{Router, Rules};
use village::{Outcome, Village};

#[test]
fn whoever_answers_can_ask_and_the_sum_is_zero() {
    let figures = market::run(small(1));

    eprintln!("{}\n{}", Figures::head(), figures.row("as built, small"));
    assert_eq!(figures.sum, 0);
    assert!(figures.questions > 1000);
}

#[test]
fn equal_markets_go_the_same_way_and_another_seed_goes_another() {
    let figures = market::run(small(3));

    assert_eq!(market::run(small(3)), figures);
    assert_ne!(market::run(small(4)), figures);
}

#[test]
fn each_rule_in_2_000_people_for_60_days() {
    if !is_whole() {
        return eprintln!("skipped: set OPENGATEWAY_ECONOMY=whole, and build with --release");
    }
    eprintln!("{}", Figures::head());
    let shown = |what: &str, market: Market| {
        let figures = market::run(market);
        eprintln!("{}", figures.row(what));
        assert_eq!(figures.sum, 0, "{what}");
    };
    for (what, rules) in changes(Rules::as_built()) {
        shown(what, Market { rules, ..large(1) });
    }
    for (what, market) in worlds() {
        shown(what, market);
    }
    let equal = Rules { by_speed: false, ..Rules::as_built() };
    for (what, rules) in changes(equal) {
        shown(&format!("equal PCs: {what}"), Market { rules, ..large(1) });
    }
}

#[test]
fn how_many_are_drawn_in_2_000_people_for_60_days() {
    if !is_whole() {
        return eprintln!("skipped: set OPENGATEWAY_ECONOMY=whole, and build with --release");
    }
    eprintln!("| drawn | by speed, seeds 1, 2, 3 | equal PCs, seeds 1, 2, 3 |\n|---|---|---|");
    for drawn in [1, 2, 4, 8, 12, 16, 24, 32, 64] {
        let shares = [true, false].map(|by_speed| {
            let rules = Rules { by_speed, router: Router::Drawn(drawn), ..Rules::as_built() };
            let paid = |seed| format!("{:.1} %", 100.0 * market::run(Market { rules, ..large(seed) }).share_paid());
            [1, 2, 3].map(paid).join(", ")
        });
        eprintln!("| {drawn} | {} |", shares.join(" | "));
    }
}

/// As built, and each rule changed in turn.
fn changes(built: Rules) -> [(&'static str, Rules); 13] {
    let credits = Credits::whole;
    [
        ("as built", built),
        ("no line", Rules { line: credits(0), ..built }),
        ("line 500", Rules { line: credits(500), ..built }),
        ("line 2000", Rules { line: credits(2000), ..built }),
        ("earning adds nothing to the line", Rules { earned_line: false, ..built }),
        ("no least", Rules { least: credits(0), ..built }),
        ("least 500", Rules { least: credits(500), ..built }),
        ("line 500, least 500", Rules { line: credits(500), least: credits(500), ..built }),
        ("line 2000, least 500", Rules { line: credits(2000), least: credits(500), ..built }),
        ("whoever is drawn, not the lowest balance", Rules { router: Router::Drawn(1), ..built }),
        ("no bound for strangers", Rules { exposure: None, ..built }),
        ("no bound for a question", Rules { caps: false, ..built }),
        ("nothing for nothing", Rules { best_effort: false, ..built }),
    ]
}

/// The same rules in other worlds.
fn worlds() -> [(&'static str, Market); 5] {
    let built = large(1);
    let no_bound = Rules { exposure: None, ..built.rules };
    [
        ("nobody cheats, nothing is lost", Market { cheats: 0.0, loss: 0.0, ..built }),
        ("20 % cheat", Market { cheats: 0.2, ..built }),
        ("half of the cheats lie about what they earned", Market { lies: true, ..built }),
        ("the same, no bound for strangers", Market { lies: true, rules: no_bound, ..built }),
        ("another seed", Market { seed: 2, ..built }),
    ]
}

#[test]
fn every_promise_holds_in_villages_in_which_everything_goes_wrong() {
    let (seeds, steps) = if is_whole() { (1000, 5000) } else { (4, 600) };

    let (lived, broken): (Vec<_>, Vec<_>) =
        (0..seeds).map(|seed| (seed, village::live(Village { seed, steps }))).partition(|(_, outcome)| outcome.is_ok());

    let sum = lived.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()).fold(Outcome::default(), Outcome::plus);
    eprintln!("{seeds} villages: {sum:?}");
    assert_eq!(broken, [], "seed, and which promise was broken");
    assert!(sum.paid > 0 && sum.refused > 0 && sum.kills > 0, "{sum:?}");
}

fn large(seed: u64) -> Market {
    Market { seed, people: 2000, days: 60, churn: 0.2, loss: 0.1, cheats: 0.1, lies: false, rules: Rules::as_built() }
}

fn small(seed: u64) -> Market {
    Market { people: 200, days: 6, ..large(seed) }
}

fn is_whole() -> bool {
    std::env::var("OPENGATEWAY_ECONOMY").as_deref() == Ok("whole")
}
