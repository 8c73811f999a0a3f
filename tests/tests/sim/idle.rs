//! What it costs a node to be in a network in which nobody asks anything.

use crate::dice::Dice;
use crate::links::Links;
use crate::mesh::{Air, sample};
use crate::population::villagers;
use crate::rules::Rules;
use crate::traffic::{Kind, PROVIDED, Place, Traffic};

/// Europe.
const LAND: usize = 2;

/// Kilobytes a second, in and out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Idle {
    /// Of a node on average.
    pub(crate) mean: Traffic,
    pub(crate) busiest: f64,
    /// Share of the nodes that hear a record.
    pub(crate) reached: f64,
    /// Seconds between two records of a node.
    beat_s: f64,
}

impl Idle {
    /// A row of a table: sum, busiest, kinds, heartbeat, reached.
    pub(crate) fn row(&self, what: &str) -> String {
        let kinds =
            [Kind::Records, Kind::Lists, Kind::Lines, Kind::Table].map(|kind| format!("{:.1}", self.mean.of(kind)));
        let (sum, kinds) = (self.mean.sum(), kinds.join(" | "));
        let Self { busiest, reached, beat_s, .. } = self;
        format!("| {what} | {sum:.1} | {busiest:.1} | {kinds} | {beat_s:.0} s | {:.1} % |", reached * 100.0)
    }
}

/// A region of so many nodes that are all there, all announce themselves, and ask nothing.
pub(crate) fn network(nodes: u32, rules: &Rules, seed: u64) -> Idle {
    let mut dice = Dice::new(seed);
    let people = villagers(nodes, LAND, &mut dice);
    let (mut links, there) = (Links::new(people.len()), (0..nodes).collect::<Vec<_>>());
    there.iter().for_each(|node| links.top_up(*node, &there, rules.upkeep.contacts, &mut dice));
    let air = Air { people: &people, links: &links, upkeep: &rules.upkeep, loss: 0.0, there: &there };
    let sample = sample(&air, &there, &mut dice);
    let contacts = there.iter().map(|node| links.of(*node).len() as f64).sum::<f64>() / f64::from(nodes);
    let beat_s = rules.beat(people.len()).as_secs_f64();
    let rate = f64::from(nodes) / beat_s;
    let place = Place {
        nodes: f64::from(nodes),
        contacts,
        alone: people.len() >= rules.alone_from.0,
        rates: vec![rate],
        provided: PROVIDED,
        churn: 0.0,
    };
    let own = place.upkeep(rules).plus(&sample.source, 1.0 / beat_s);
    let mean = Traffic::default().plus(&own.plus(&sample.each, rate), 0.001);
    Idle { mean, busiest: own.plus(&sample.busiest, rate).sum() / 1000.0, reached: sample.reached, beat_s }
}
