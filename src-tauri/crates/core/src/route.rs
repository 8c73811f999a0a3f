//! Where a prompt goes: from what is asked and who could answer to a ranked plan, with a reason for each refusal.
//!
//! Sets grow: this PC, then nearby, the region, the world. They are pooled: everyone in a set that is reached competes
//! by when the answer is expected to be whole, and the search widens only until enough answers can begin at once.

mod estimate;
mod lot;
mod order;
mod refusal;
mod spread;
#[cfg(test)]
mod tests;

use std::time::Duration;

use opengateway_api::{ModelHash, NodeId, Place, Privacy};

use crate::capability::{Load, place_of};
use crate::privacy::Relation;
use crate::standing::STRANGER;

use estimate::{Estimate, estimate};
use order::Runner;

pub(crate) use estimate::wait_s;
pub(crate) use lot::lot;
pub use refusal::Refusal;
pub use spread::spread;

/// Choices beyond those that are needed, for peers that are late, refuse or vanish.
pub const SPARE: usize = 16;
/// Most choices of a plan. Who wants more answers than that asks for another plan when the first ones are there.
pub const MOST_CHOICES: usize = 256;

/// What is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What has to answer. `None` takes whatever a candidate offers: for a model of this PC whose hash is not known,
    /// and where the owner lets another model carry an answer on.
    pub model: Option<ModelHash>,
    /// Text tokens that prompt and answer need together.
    pub context: u32,
    /// Text tokens of the prompt, estimated.
    pub prompt_tokens: u32,
    /// How many answers are wanted at once.
    pub answers: usize,
    /// Only there; `None` lets the search widen.
    pub place: Option<Place>,
    /// Who may read it.
    pub privacy: Privacy,
    /// The highest price that the owner pays, in millionths of a credit for 1000 text tokens.
    pub most_price: i64,
}

/// Somebody who could answer, with one of its models.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which peer; `None` is this PC. Clouds are no candidates.
    pub node: Option<NodeId>,
    /// The time there and back; `None` until it was measured.
    pub rtt: Option<Duration>,
    /// Whether a relay is between.
    pub relayed: bool,
    /// What decides whether it may read.
    pub relation: Relation,
    /// How likely it answers to the end, from 0 to 1; 0.5 is unknown.
    pub standing: f32,
    /// Whether it broke the rules lately.
    pub banned: bool,
    /// Whether it takes jobs now.
    pub accepts: bool,
    /// What it would answer with.
    pub model: Option<ModelHash>,
    /// Longest prompt and answer together, in text tokens.
    pub context: u32,
    /// Text tokens written in a second: measured, else as it says. What is no speed counts as slow.
    pub text_per_second: f32,
    /// Text tokens read in a second, the same.
    pub prompt_per_second: f32,
    /// How busy it is; of this PC, how busy it would be with the model loaded.
    pub load: Load,
    /// How many jobs more it may have of us at once.
    pub allowance: u32,
    /// Millionths of a credit for 1000 text tokens.
    pub price: i64,
    /// What others owe it, in millionths of a credit. Who has least is asked first among equals.
    pub balance: i64,
}

impl Candidate {
    /// Where its answer would come from. A peer that was not measured may be anywhere.
    pub fn place(&self) -> Place {
        match (self.node, self.rtt) {
            (None, _) => Place::ThisPc,
            (Some(_), Some(rtt)) => place_of(rtt),
            (Some(_), None) => Place::Global,
        }
    }

    /// Answers that can begin there at once.
    fn free(&self) -> u32 {
        self.load.free().min(self.allowance)
    }
}

/// Who is asked, and why nobody else. Every candidate is in one of the two.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Who is asked, the best first: at most [`SPARE`] more than answers are wanted.
    pub choices: Vec<Choice>,
    /// Who is not, and why.
    pub refusals: Vec<(Option<NodeId>, Refusal)>,
}

/// Somebody who is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Which peer; `None` is this PC.
    pub node: Option<NodeId>,
    /// Where.
    pub place: Place,
    /// The time there and back; `None` until it was measured.
    pub rtt: Option<Duration>,
    /// Whether a relay is between.
    pub relayed: bool,
    /// What it would answer with.
    pub model: Option<ModelHash>,
    /// When its first text is expected, from the moment it is asked.
    pub first_text: Duration,
    /// Text tokens a second that are expected.
    pub text_per_second: f32,
    /// Answers that can begin there at once.
    pub free: u32,
    /// Millionths of a credit for 1000 text tokens.
    pub price: i64,
}

/// Decides where a prompt goes. Equal arguments give equal plans, in whatever order the candidates are; `seed` spreads
/// prompts over peers that are as good as each other and should be new for each prompt.
pub fn plan(request: &Request, candidates: &[Candidate], seed: u64) -> Plan {
    let mut refusals = Vec::with_capacity(candidates.len());
    let mut runners = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match refusal::of(request, candidate) {
            Some(refusal) => refusals.push((candidate.node, refusal)),
            None => runners.push(Runner::new(candidate)),
        }
    }
    let reach = reach(request.answers, &runners);
    let beyond = runners.extract_if(.., |runner| runner.ring > reach);
    refusals.extend(beyond.map(|runner| (runner.candidate.node, Refusal::NotReached)));
    runners.iter_mut().for_each(|runner| runner.prepare(request, seed));
    let wanted = request.answers.max(1).saturating_add(SPARE).min(MOST_CHOICES);
    let (best, others) = order::best_first(&mut runners, wanted);
    refusals.extend(others.iter().map(|runner| (runner.candidate.node, Refusal::NotNeeded)));
    Plan { choices: best.iter().map(|runner| choice(request, runner.candidate)).collect(), refusals }
}

/// The widest ring that is needed. Relayed peers rank last and so are no reason to stop, and neither are peers that were
/// worse than a stranger: one that stalls everybody would keep all who are farther away out.
fn reach(answers: usize, runners: &[Runner<'_>]) -> u8 {
    let mut free = [0_u64; RINGS];
    let counts = |runner: &&Runner<'_>| !runner.candidate.relayed && runner.candidate.standing >= STRANGER;
    for runner in runners.iter().filter(counts) {
        if let Some(sum) = free.get_mut(usize::from(runner.ring)) {
            *sum = sum.saturating_add(runner.candidate.free().into());
        }
    }
    let wanted = u64::try_from(answers.max(1)).unwrap_or(u64::MAX);
    let mut sum = 0_u64;
    let within = (0..).zip(free).find(|(_, free)| {
        sum = sum.saturating_add(*free);
        sum >= wanted
    });
    within.map_or(u8::MAX, |(ring, _)| ring)
}

fn choice(request: &Request, candidate: &Candidate) -> Choice {
    let Candidate { node, rtt, relayed, model, .. } = *candidate;
    let Estimate { first_text_s, text_per_second, .. } = estimate(request, candidate);
    Choice {
        node,
        place: candidate.place(),
        rtt,
        relayed,
        model,
        first_text: Duration::try_from_secs_f32(first_text_s).unwrap_or(Duration::MAX),
        text_per_second,
        free: candidate.free(),
        price: candidate.price,
    }
}

const RINGS: usize = 4;

fn ring(place: Place) -> u8 {
    match place {
        Place::ThisPc => 0,
        Place::Nearby => 1,
        Place::Region => 2,
        Place::Global | Place::Cloud => 3,
    }
}
