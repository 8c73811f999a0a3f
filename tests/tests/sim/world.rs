//! What is simulated: how many nodes for how long, by which rules, with what going wrong.

use std::time::Duration;

use opengateway_api::Region;

use crate::assumed::PROMPTS_AN_HOUR;
use crate::rules::Rules;

/// A world. Equal worlds go the same way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    /// Of all chance.
    pub(crate) seed: u64,
    /// Nodes that are online on average.
    pub(crate) nodes: usize,
    pub(crate) time: Duration,
    /// Share of the nodes that leave in an hour, without a word.
    pub(crate) churn: f64,
    /// Prompts in an hour of an owner who is there.
    pub(crate) prompts: f64,
    pub(crate) rules: Rules,
    pub(crate) faults: Faults,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Faults {
    /// Share of messages that are lost.
    pub(crate) loss: f64,
    /// Share of nodes that claim every model and have none, and as many that take jobs and go silent.
    pub(crate) cheats: f64,
    pub(crate) cut: Option<Cut>,
}

/// A region that is cut off from the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cut {
    pub(crate) region: Region,
    pub(crate) after: Duration,
    pub(crate) lasts: Duration,
}

impl World {
    /// A few hundred nodes for an hour.
    pub(crate) fn small(seed: u64) -> Self {
        Self {
            seed,
            nodes: 300,
            time: minutes(60),
            churn: 0.2,
            prompts: PROMPTS_AN_HOUR,
            rules: Rules::as_built(),
            faults: Faults { loss: 0.01, ..Faults::default() },
        }
    }

    /// 10,000 nodes for a day, with a little of everything that goes wrong.
    pub(crate) fn day(seed: u64) -> Self {
        let cut = Cut { region: Region::Europe, after: minutes(12 * 60), lasts: minutes(10) };
        let faults = Faults { loss: 0.01, cheats: 0.002, cut: Some(cut) };
        Self { nodes: 10_000, time: minutes(24 * 60), faults, ..Self::small(seed) }
    }
}

pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
