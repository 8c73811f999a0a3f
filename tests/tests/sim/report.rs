//! What came of a run, as figures and as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::dice::whole;
use crate::run::Sim;
use crate::tally::{Broken, share};
use crate::traffic::{Kind, Traffic};
use crate::world::World;

/// Region, tier and models of a provider.
type Equals = (usize, usize, BTreeSet<usize>);

/// What came of a run.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    world: World,
    /// The same for equal worlds.
    pub(crate) figures: Figures,
    pub(crate) took: Duration,
    /// Most memory that the process has had so far, in bytes; `None` where the system does not tell.
    pub(crate) memory: Option<u64>,
}

/// A median and its tail, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Times {
    pub(crate) median: f64,
    pub(crate) p99: f64,
    longest: f64,
}

/// What was simulated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figures {
    /// Prompts that have ended.
    pub(crate) prompts: usize,
    /// Shares of them that were answered by this PC, nearby, in the region and globally, as askers believe.
    pub(crate) answered: [f64; 4],
    /// Shares that were not: nobody may read it, nobody has the model, the owner waited long enough, the asker was
    /// switched off.
    pub(crate) unanswered: [f64; 4],
    /// Share that was answered, by the tier of the model.
    pub(crate) by_tier: [f64; 4],
    first_here: Times,
    pub(crate) first_peers: Times,
    whole: Times,
    pub(crate) longest_queue: usize,
    /// Peers that were asked, for each answer from one.
    attempts: f64,
    /// Of a hundred answers from peers: gone on elsewhere; second ones asked; refused because what was known was old;
    /// met with silence.
    per_hundred: [f64; 4],
    /// Bans, and those of honest nodes.
    pub(crate) bans: (usize, usize),
    /// Share of attempts that went to cheats: in all, and in the last quarter of the time.
    pub(crate) to_cheats: (f64, f64),
    /// How unevenly jobs go to equal providers, from 0 to 1 (Gini); the same if chance dealt them; the busiest over the
    /// mean.
    balance: [f64; 3],
    /// Share of the others that a node knows; of those who seem to lend, not lending; of those who lend, not seen to.
    pub(crate) known: [f64; 3],
    pub(crate) known_by_minute: Vec<f64>,
    /// How late records are.
    delays: Times,
    /// Kilobytes a second of a node, in and out: on average, and of the busiest in its busiest minute.
    pub(crate) traffic: (Traffic, f64),
    pub(crate) broken: Vec<Broken>,
}

impl Sim<'_> {
    pub(crate) fn finish(mut self, began: Instant) -> Report {
        let figures = self.figures();
        Report { world: self.world.clone(), figures, took: began.elapsed(), memory: most_memory() }
    }

    fn figures(&mut self) -> Figures {
        let balance = self.balance();
        let delays = self.board.samples.iter().flat_map(|sample| sample.delays.iter().map(Duration::as_secs_f64));
        let delays = times(&mut delays.collect::<Vec<f64>>());
        let tally = &mut self.tally;
        let (ended, answers) = (tally.ended, tally.whole.len());
        let late = (tally.attempts - tally.early.0, tally.to_cheats - tally.early.1);
        Figures {
            prompts: ended,
            answered: tally.answered.map(|count| share(count, ended)),
            unanswered: [tally.forbidden, tally.nobody, tally.gave_up, tally.asker_left]
                .map(|count| share(count, ended)),
            by_tier: tally.by_tier.map(|(asked, answered)| share(answered, asked)),
            first_here: times(&mut tally.first_here),
            first_peers: times(&mut tally.first_peers),
            whole: times(&mut tally.whole),
            longest_queue: tally.longest_queue,
            attempts: share(tally.attempts, answers),
            per_hundred: [tally.failovers, tally.rivals, tally.refused, tally.silences]
                .map(|count| 100.0 * share(count, answers)),
            bans: (tally.bans, tally.honest_bans),
            to_cheats: (share(tally.to_cheats, tally.attempts), share(late.1, late.0)),
            balance,
            known: tally.seen.shares(),
            known_by_minute: std::mem::take(&mut tally.known),
            delays,
            traffic: (
                Traffic::default().plus(&tally.traffic.0, 0.001 / tally.traffic.1.max(1.0)),
                tally.busiest / 1000.0,
            ),
            broken: tally.broken.keys().copied().collect(),
        }
    }

    /// How evenly jobs go to providers of one region and tier with the same models that lent for half an hour or more.
    fn balance(&mut self) -> [f64; 3] {
        let now = self.now();
        let mut groups: BTreeMap<Equals, Vec<(f64, f64)>> = BTreeMap::new();
        for (node, person) in self.nodes.iter().zip(&self.scene.people) {
            let running = if node.lending { now.since(node.since) } else { Duration::ZERO };
            let hours = (node.lent + running).as_secs_f64() / 3600.0;
            if hours >= 0.5 && person.cheat.is_none() {
                let models = person.models.iter().copied().collect();
                let equals = groups.entry((person.land, person.tier, models)).or_default();
                equals.push((f64::from(node.served), hours));
            }
        }
        groups.retain(|_, group| group.len() >= 5);
        let all = groups.values().map(Vec::len).sum::<usize>() as f64;
        let mut sums = [0.0; 3];
        for group in groups.values() {
            let mean =
                group.iter().map(|(jobs, _)| jobs).sum::<f64>() / group.iter().map(|(_, hours)| hours).sum::<f64>();
            let rates: Vec<f64> = group.iter().map(|(jobs, hours)| jobs / hours).collect();
            let chance = group.iter().map(|(_, hours)| self.dice.happens(mean * hours) / hours).collect();
            let most = rates.iter().copied().fold(0.0, f64::max) / mean.max(f64::MIN_POSITIVE);
            for (sum, one) in sums.iter_mut().zip([gini(rates), gini(chance), most]) {
                *sum += one * group.len() as f64 / all;
            }
        }
        sums
    }
}

/// Runs of the same world by different rules, side by side.
pub(crate) fn table(runs: &[(&str, &Report)]) -> String {
    let Some((_, Report { world, .. })) = runs.first() else { return String::new() };
    let names: Vec<&str> = runs.iter().map(|(name, _)| *name).collect();
    let mut text = format!(
        "Simulated: {} nodes, {:.1} h, {:.0} % leave in an hour without a word, {:.0} % of messages are lost, {:.1} % cheat, \
         seed {}\n\n| what | {} |\n|---|{}\n",
        world.nodes,
        world.time.as_secs_f64() / 3600.0,
        world.churn * 100.0,
        world.faults.loss * 100.0,
        world.faults.cheats * 200.0,
        world.seed,
        names.join(" | "),
        "---|".repeat(names.len()),
    );
    let columns: Vec<Vec<(&str, String)>> = runs.iter().map(|(_, report)| report.rows()).collect();
    for (row, (what, _)) in columns.first().into_iter().flatten().enumerate() {
        let cells: Vec<&str> = columns.iter().map(|column| column[row].1.as_str()).collect();
        let _cannot_fail = writeln!(text, "| {what} | {} |", cells.join(" | "));
    }
    text
}

impl Report {
    fn rows(&self) -> Vec<(&'static str, String)> {
        let figures = &self.figures;
        let [elsewhere, rivals, stale, silent] = figures.per_hundred;
        let [gini, by_chance, busiest] = figures.balance;
        let kinds =
            [("records", Kind::Records), ("lists", Kind::Lists), ("lines", Kind::Lines), ("table", Kind::Table)];
        let kinds = kinds.map(|(name, kind)| format!("{name} {:.1}", figures.traffic.0.of(kind))).join(", ");
        let memory = self.memory.map_or("unknown".into(), |bytes| format!("{} MB", bytes / 1_000_000));
        vec![
            ("prompts", figures.prompts.to_string()),
            ("answered by this PC, nearby, region, global", percents(&figures.answered)),
            (
                "not answered: nobody may, nobody has it, owner gave up, asker switched off",
                percents(&figures.unanswered),
            ),
            ("answered, by the model's tier a, b, c, d", percents(&figures.by_tier)),
            ("first text from this PC", figures.first_here.to_string()),
            ("first text from peers", figures.first_peers.to_string()),
            ("whole answer from peers", figures.whole.to_string()),
            ("longest queue", figures.longest_queue.to_string()),
            ("peers asked for an answer", format!("{:.2}", figures.attempts)),
            ("of 100 answers from peers, gone on elsewhere", format!("{elsewhere:.2}")),
            ("of 100, a second one asked because the first was late", format!("{rivals:.1}")),
            ("of 100, refused because what was known was old", format!("{stale:.2}")),
            ("of 100, met with silence", format!("{silent:.1}")),
            ("bans, of them of honest nodes", format!("{}, {}", figures.bans.0, figures.bans.1)),
            ("attempts with cheats, in the last quarter", percents(&[figures.to_cheats.0, figures.to_cheats.1])),
            (
                "jobs of equal providers: Gini, by chance alone, busiest over mean",
                format!("{gini:.2}, {by_chance:.2}, {busiest:.1}"),
            ),
            ("known, seeming to lend wrongly, lending unseen", percents(&figures.known)),
            ("records are late by", figures.delays.to_string()),
            ("control traffic of a node, in and out", format!("{:.1} kB/s ({kinds})", figures.traffic.0.sum())),
            ("of the busiest node in its busiest minute", format!("{:.1} kB/s", figures.traffic.1)),
            ("promises broken", format!("{:?}", figures.broken)),
            ("the run: time, most memory so far", format!("{:.0} s, {memory}", self.took.as_secs_f64())),
        ]
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, p99, longest } = self;
        write!(f, "median {median:.2} s, p99 {p99:.2} s, longest {longest:.1} s")
    }
}

fn times(samples: &mut [f64]) -> Times {
    samples.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = whole(share * samples.len() as f64) as usize;
        samples.get(place.min(samples.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    Times { median: at(0.5), p99: at(0.99), longest: at(1.0) }
}

/// 0 if all have the same, near 1 if one has everything.
fn gini(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let (count, sum) = (values.len() as f64, values.iter().sum::<f64>());
    let ranked: f64 = values.iter().zip(1..).map(|(value, rank)| f64::from(rank) * value).sum();
    if sum > 0.0 { 2.0 * ranked / (count * sum) - (count + 1.0) / count } else { 0.0 }
}

fn percents(shares: &[f64]) -> String {
    shares.iter().map(|share| format!("{:.2} %", share * 100.0)).collect::<Vec<_>>().join(", ")
}

/// As Linux tells it.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
