//! What is counted on the way, and the promises that are checked.

use std::collections::BTreeMap;
use std::time::Duration;

use opengateway_api::Place;

use crate::agenda::Event;
use crate::asking::Prompt;
use crate::assumed::{LANDS, SIZES};
use crate::moment::Moment;
use crate::run::Sim;
use crate::traffic::Traffic;

/// No attempt takes longer: the longest answer, from the slowest PC, side by side with others, from the end of a queue.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// Pairs of nodes of which it is looked what one knows of the other, each minute.
const LOOKED_AT: usize = 400;
/// Who came this lately is still hearing of the others.
const NEW: Duration = Duration::from_secs(30);

/// How a prompt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// From where, as the asker believes.
    Answered(Place),
    /// Nobody who may read it has the model.
    Forbidden,
    /// Nobody has the model.
    Nobody,
    /// The owner waited long enough.
    GaveUp,
    /// The asker's PC was switched off.
    AskerLeft,
}

/// A promise that was broken: there must be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Broken {
    /// A prompt came to somebody who may not read it.
    Privacy,
    EndedTwice,
    /// A prompt is neither on its way nor ended.
    Forgotten,
    /// Text of an answer is lost or doubled.
    Text,
}

/// What is counted.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    pub(crate) ended: usize,
    /// By this PC, nearby, in the region, globally.
    pub(crate) answered: [usize; 4],
    pub(crate) forbidden: usize,
    pub(crate) nobody: usize,
    pub(crate) gave_up: usize,
    pub(crate) asker_left: usize,
    /// Asked and answered, by the tier of the model.
    pub(crate) by_tier: [(usize, usize); 4],
    pub(crate) first_here: Vec<f64>,
    pub(crate) first_peers: Vec<f64>,
    pub(crate) whole: Vec<f64>,
    pub(crate) longest_queue: usize,
    pub(crate) attempts: usize,
    pub(crate) to_cheats: usize,
    /// Attempts and those with cheats, until the last quarter of the time.
    pub(crate) early: (usize, usize),
    pub(crate) rivals: usize,
    pub(crate) failovers: usize,
    pub(crate) refused: usize,
    pub(crate) silences: usize,
    pub(crate) bans: usize,
    pub(crate) honest_bans: usize,
    /// Records that were said in this minute besides heartbeats, by region.
    pub(crate) messages: [f64; LANDS.len()],
    /// Bytes in a second times nodes, and the nodes.
    pub(crate) traffic: (Traffic, f64),
    /// Bytes a second of the busiest node in its busiest minute.
    pub(crate) busiest: f64,
    /// Share of the others that a node knows, minute by minute.
    pub(crate) known: Vec<f64>,
    pub(crate) seen: Seen,
    pub(crate) broken: BTreeMap<Broken, usize>,
}

/// How many of those who are looked at are there, and known; seem to lend, and do not; lend, and do not seem to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen([(usize, usize); 3]);

impl Seen {
    fn look(&mut self, (online, lends): (bool, bool), known: Option<bool>) {
        let accepts = known == Some(true);
        let seen = [(online, known.is_some()), (accepts, !lends), (lends, !accepts)];
        for ((all, part), (is_one, is_so)) in self.0.iter_mut().zip(seen) {
            *all += usize::from(is_one);
            *part += usize::from(is_one && is_so);
        }
    }

    fn add(&mut self, other: Self) {
        for (sum, one) in self.0.iter_mut().zip(other.0) {
            *sum = (sum.0 + one.0, sum.1 + one.1);
        }
    }

    pub(crate) fn shares(&self) -> [f64; 3] {
        self.0.map(|(all, part)| share(part, all))
    }
}

pub(crate) fn share(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}

impl Tally {
    pub(crate) fn break_promise(&mut self, broken: Broken) {
        *self.broken.entry(broken).or_default() += 1;
    }

    /// A prompt has ended.
    pub(crate) fn end(&mut self, prompt: &Prompt, end: End, now: Moment) {
        self.ended += 1;
        let tier = &mut self.by_tier[SIZES[prompt.model].tier];
        tier.0 += 1;
        match end {
            End::Answered(place) => {
                tier.1 += 1;
                self.answered(prompt, place, now);
            }
            End::Forbidden => self.forbidden += 1,
            End::Nobody => self.nobody += 1,
            End::GaveUp => self.gave_up += 1,
            End::AskerLeft => self.asker_left += 1,
        }
    }

    fn answered(&mut self, prompt: &Prompt, place: Place, now: Moment) {
        let set = match place {
            Place::ThisPc => 0,
            Place::Nearby => 1,
            Place::Region => 2,
            Place::Global | Place::Cloud => 3,
        };
        self.answered[set] += 1;
        let first = prompt.first.unwrap_or(now).since(prompt.asked).as_secs_f64();
        if place == Place::ThisPc {
            self.first_here.push(first);
        } else {
            self.first_peers.push(first);
            self.whole.push(now.since(prompt.asked).as_secs_f64());
        }
    }

    /// What so many nodes sent and received in each second of this minute, and the busiest of them.
    pub(crate) fn carry(&mut self, mean: &Traffic, busiest: &Traffic, nodes: f64) {
        self.traffic = (self.traffic.0.plus(mean, nodes), self.traffic.1 + nodes);
        self.busiest = self.busiest.max(busiest.sum());
    }
}

impl Sim<'_> {
    /// Takes figures and checks promises.
    pub(crate) fn minute(&mut self) {
        self.sample();
        self.count_traffic();
        self.look_around();
        self.check();
        if self.now().since(Moment::START) <= self.world.time.mul_f64(0.75) {
            self.tally.early = (self.tally.attempts, self.tally.to_cheats);
        }
        self.agenda.add(self.scene.now + Duration::from_secs(60), Event::Minute);
    }

    /// What some nodes know of some others, against what is true.
    fn look_around(&mut self) {
        let (everyone, mut seen) = (self.online.concat(), Seen::default());
        for _ in 0..LOOKED_AT {
            let (viewer, node) = (everyone[self.dice.below(everyone.len())], self.dice.below(self.nodes.len()));
            let node = u32::try_from(node).unwrap_or(0);
            let is_new = |one: u32| self.now().since(self.nodes[one as usize].came) < NEW;
            let (own, land) = (self.scene.person(viewer).land, self.scene.person(node).land);
            let foreign = own != land && self.board.is_alone(&self.scene, own);
            if viewer == node || is_new(viewer) || is_new(node) || foreign {
                continue;
            }
            let known = self.board.view(&self.scene, viewer, node).map(|view| view.said.accepts);
            let other = &self.nodes[node as usize];
            seen.look((other.online, other.online && other.lending), known);
        }
        self.tally.known.push(seen.shares()[0]);
        self.tally.seen.add(seen);
    }

    fn check(&mut self) {
        if self.tally.asked != self.tally.ended + self.prompts.len() {
            self.tally.break_promise(Broken::Forgotten);
        }
        let (now, attempts) = (self.now(), &self.attempts);
        let waits = |prompt: &Prompt| prompt.waits_until.is_some_and(|until| until >= now);
        let lives =
            |prompt: &Prompt| prompt.racing.iter().chain(&prompt.following).any(|one| attempts.contains_key(one));
        let is_forgotten = self.prompts.values().any(|prompt| !waits(prompt) && !lives(prompt));
        if is_forgotten || attempts.values().any(|attempt| now.since(attempt.began) > LONGEST) {
            self.tally.break_promise(Broken::Forgotten);
        }
    }
}
