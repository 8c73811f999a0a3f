//! Which models there are, and what they are called when two share a name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use opengateway_api::ModelHash;

use super::Directory;

/// Letters of the hash that are put after a name.
const DIGITS: usize = 8;

/// A model that nodes serve.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// What the file is.
    pub hash: ModelHash,
    /// What it is called here. No two models are called the same: if they were, all but the most served carry the
    /// beginning of their hash, as in `Llama 3.1 8B@1f2e3d4c`.
    pub name: String,
    /// Longest context that one of the nodes offers, in text tokens.
    pub context: u32,
    /// How many nodes serve it.
    pub nodes: u32,
    /// Text tokens a second of the fastest, as it says.
    pub text_per_second: f32,
}

/// How much something is served. Valued nodes go first: names are free, so strangers could outvote everyone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Votes {
    valued: u32,
    all: u32,
}

#[derive(Default)]
struct Tally<'a> {
    votes: Votes,
    names: BTreeMap<&'a str, Votes>,
    context: u32,
    text_per_second: f32,
}

impl Directory {
    /// Every model that a node serves, in the order of their names. Takes 33 ms when the directory is full.
    pub fn models(&self) -> Vec<Known> {
        let tallies = self.tallies();
        let mut named: BTreeMap<&str, Vec<(Reverse<Votes>, ModelHash)>> = BTreeMap::new();
        for (hash, tally) in &tallies {
            named.entry(tally.name()).or_default().push((Reverse(tally.votes), *hash));
        }
        let mut taken = BTreeSet::new();
        let mut models = Vec::with_capacity(tallies.len());
        for (name, mut same) in named {
            same.sort_unstable();
            for (_, hash) in same {
                let name = label(name, &hash, &mut taken);
                models.extend(tallies.get(&hash).map(|tally| tally.known(hash, name)));
            }
        }
        models
    }

    fn tallies(&self) -> BTreeMap<ModelHash, Tally<'_>> {
        let mut tallies: BTreeMap<ModelHash, Tally<'_>> = BTreeMap::new();
        for live in self.live.values() {
            for model in &live.capability.models {
                let tally = tallies.entry(model.hash).or_default();
                tally.votes.count(!live.rank.unvalued);
                tally.names.entry(&model.name).or_default().count(!live.rank.unvalued);
                tally.context = tally.context.max(model.context);
                tally.text_per_second = tally.text_per_second.max(model.text_per_second);
            }
        }
        tallies
    }
}

impl Votes {
    fn count(&mut self, valued: bool) {
        self.valued = self.valued.saturating_add(valued.into());
        self.all = self.all.saturating_add(1);
    }
}

impl<'a> Tally<'a> {
    /// What most call it; of two equals the first in the alphabet.
    fn name(&self) -> &'a str {
        let most = self.names.iter().max_by_key(|(name, votes)| (**votes, Reverse(**name)));
        most.map_or("", |(name, _)| name)
    }

    fn known(&self, hash: ModelHash, name: String) -> Known {
        Known { hash, name, context: self.context, nodes: self.votes.all, text_per_second: self.text_per_second }
    }
}

/// The shortest of the plain name, the name with a beginning of the hash, and with the whole hash that is not taken.
fn label(name: &str, hash: &ModelHash, taken: &mut BTreeSet<String>) -> String {
    let hash = hash.to_string();
    let beginning: String = hash.chars().take(DIGITS).collect();
    let plain = (!looks_like_label(name)).then(|| name.to_owned());
    let labels = [plain, Some(format!("{name}@{beginning}"))].into_iter().flatten();
    let free = labels.into_iter().find(|label| !taken.contains(label));
    let label = free.unwrap_or_else(|| format!("{name}@{hash}"));
    taken.insert(label.clone());
    label
}

/// Whether a node calls a model what only a label is called: it would pass for another model.
fn looks_like_label(name: &str) -> bool {
    let digits = name.rsplit_once('@').map(|(_, digits)| digits);
    digits.is_some_and(|digits| digits.len() >= DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
