//! What owners ask, and the candidates they have.

use std::time::Duration;

use opengateway_api::{Place, Privacy};
use opengateway_core::capability::{Load, believed_speed, usual_speed};
use opengateway_core::privacy::Relation;
use opengateway_core::route::{Candidate, Choice, Request};
use opengateway_core::standing::{STRANGER, Standing};

use crate::agenda::Event;
use crate::assumed::{ANSWER, CLASSES, LARGER, OTHER, PATIENCE, PROMPT, SIZES};
use crate::board::View;
use crate::dice::{Dice, whole};
use crate::moment::{Moment, seconds};
use crate::node::OWN;
use crate::population::{Person, hash, is_relayed, rtt, short};
use crate::rules::MOST_ASKED;
use crate::run::Sim;

/// Text tokens of a prompt or an answer at most.
const MOST: f64 = 2000.0;
/// Models of a tier that an owner without a wish for it asks for.
const ONE_ABOVE: f64 = 0.7;

/// This PC loads models from a slow disk, and its owner sees how far it has come.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 3600);

/// A prompt on its way.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) asker: u32,
    pub(crate) model: usize,
    pub(crate) class: Privacy,
    pub(crate) tokens: u32,
    pub(crate) wanted: u32,
    /// Text tokens of the answer that are there.
    pub(crate) written: u32,
    pub(crate) asked: Moment,
    pub(crate) first: Option<Moment>,
    /// Since when its owner has waited for text.
    pub(crate) since: Moment,
    /// Who was lost, and when; `None` is this PC.
    pub(crate) lost: Vec<(Option<u32>, Moment)>,
    pub(crate) choices: std::vec::IntoIter<Choice>,
    pub(crate) racing: Vec<u64>,
    /// Who writes.
    pub(crate) following: Option<u64>,
    /// When there was reason to hope for somebody last.
    pub(crate) hope: Option<Moment>,
    /// Nobody could be asked; tried again then.
    pub(crate) waits_until: Option<Moment>,
}

/// Somebody who was asked.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) prompt: u64,
    pub(crate) asker: u32,
    /// The asker itself where it is this PC.
    pub(crate) provider: u32,
    pub(crate) here: bool,
    pub(crate) place: Place,
    pub(crate) began: Moment,
    pub(crate) first: Option<Moment>,
    pub(crate) deadline: Duration,
    pub(crate) rtt: Duration,
    /// They were connected when it was asked.
    pub(crate) linked: bool,
    /// The question is with the provider, which works on it or lets it wait.
    pub(crate) taken: bool,
    /// The asker wants it still.
    pub(crate) wanted: bool,
    /// Text tokens that it has to write.
    pub(crate) given: u32,
    /// Text tokens that came before the provider was lost.
    pub(crate) left_behind: u32,
}

impl Attempt {
    /// Asked now.
    pub(crate) fn new(prompt: u64, asker: u32, provider: u32, began: Moment) -> Self {
        Self {
            prompt,
            asker,
            provider,
            here: asker == provider,
            place: Place::ThisPc,
            began,
            first: None,
            deadline: NO_DEADLINE,
            rtt: Duration::ZERO,
            linked: true,
            taken: asker == provider,
            wanted: true,
            given: 0,
            left_behind: 0,
        }
    }
}

impl Sim<'_> {
    pub(crate) fn begin_visit(&mut self, node: u32) {
        self.node(node).visits += 1;
        self.ask_later(node);
    }

    fn ask_later(&mut self, node: u32) {
        let visit = self.nodes[node as usize].visits;
        let mean = seconds(3600.0 / self.world.prompts.max(1e-9));
        let at = self.now() + self.dice.until(mean);
        self.agenda.add(at, Event::Ask(node, visit));
    }

    pub(crate) fn owner_asks(&mut self, node: u32, visit: u32) {
        if self.nodes[node as usize].visits != visit {
            return;
        }
        self.ask_later(node);
        let prompt = self.prompt(node);
        let number = self.number();
        self.prompts.insert(number, prompt);
        self.tally.asked += 1;
        self.agenda.add(self.now() + PATIENCE, Event::GiveUp(number));
        self.pursue(number);
    }

    fn prompt(&mut self, asker: u32) -> Prompt {
        let asked = self.now();
        let (person, dice) = (&self.scene.people[asker as usize], &mut self.dice);
        let length =
            |dice: &mut Dice, (median, spread): (f64, f64)| whole(dice.around(median, spread).clamp(1.0, MOST));
        Prompt {
            asker,
            model: wish(person, dice),
            class: Privacy::ALL[dice.pick(&CLASSES)],
            tokens: length(dice, PROMPT),
            wanted: length(dice, ANSWER),
            written: 0,
            asked,
            first: None,
            since: asked,
            lost: Vec::new(),
            choices: Vec::new().into_iter(),
            racing: Vec::new(),
            following: None,
            hope: None,
            waits_until: None,
        }
    }

    pub(crate) fn request(&self, prompt: &Prompt) -> Request {
        Request {
            model: Some(hash(prompt.model)),
            context: prompt.tokens + prompt.written + 1,
            prompt_tokens: prompt.tokens,
            answers: 1,
            place: None,
            privacy: prompt.class,
            most_price: i64::MAX,
        }
    }

    /// Everyone who may be able to answer, this PC included.
    pub(crate) fn candidates(&self, asker: u32, model: usize) -> Vec<Candidate> {
        let views = self.board.serving(&self.scene, asker, model);
        let mut speeds: Vec<f32> = views.iter().map(|view| self.scene.person(view.node).announced(model)).collect();
        if self.scene.rules.doubts {
            let usual = usual_speed(speeds.iter().copied());
            speeds.iter_mut().for_each(|speed| *speed = believed_speed(*speed, usual));
        }
        let with_speed = views.iter().zip(speeds);
        let mut all: Vec<Candidate> =
            with_speed.map(|(view, speed)| self.candidate(asker, (model, speed), view)).collect();
        let person = self.scene.person(asker);
        if person.models.contains(&model) {
            all.push(here(person, model, self.nodes[asker as usize].own.load()));
        }
        all
    }

    fn candidate(&self, asker: u32, (model, speed): (usize, f32), view: &View) -> Candidate {
        let (instant, one, other) = (self.instant(), self.scene.person(asker), self.scene.person(view.node));
        let met = self.nodes[asker as usize].peers.get(&view.node);
        let standing = met.map(|met| &met.standing);
        let known = self.scene.links.have_met(asker, view.node);
        Candidate {
            node: Some(other.name),
            rtt: standing.and_then(Standing::rtt).or_else(|| known.then(|| rtt(one, other))),
            relayed: self.scene.links.are_linked(asker, view.node) && is_relayed(one, other),
            relation: self.relation(asker, view.node),
            standing: standing.map_or(STRANGER, |standing| standing.score(instant)),
            banned: standing.is_some_and(|standing| standing.banned_until(instant).is_some()),
            accepts: view.said.accepts && !self.is_lost(asker, view),
            model: Some(hash(model)),
            context: u32::MAX,
            text_per_second: standing.and_then(Standing::text_per_second).unwrap_or(speed),
            prompt_per_second: 0.0,
            load: view.said.load,
            allowance: MOST_ASKED.saturating_sub(met.map_or(0, |met| met.asked)),
            price: 0,
            balance: 0,
        }
    }

    pub(crate) fn relation(&self, asker: u32, node: u32) -> Relation {
        let (one, other) = (self.scene.person(asker), self.scene.person(node));
        let met = self.nodes[asker as usize].peers.get(&node);
        Relation {
            friend: one.friends.contains(&node),
            same_region: one.land == other.land,
            good_standing: met.is_some_and(|met| met.standing.is_good(self.instant())),
        }
    }

    /// Who was lost is dialled anew, so it is so only until it answers to that, or is heard of.
    fn is_lost(&self, asker: u32, view: &View) -> bool {
        let met = self.nodes[asker as usize].peers.get(&view.node);
        let Some(lost) = met.and_then(|met| met.lost).filter(|lost| view.heard <= *lost) else { return false };
        let there = self.nodes[view.node as usize].online && !self.scene.are_apart(asker, view.node);
        !there || self.now() < lost + self.connects(asker, view.node)
    }

    /// How long it takes until a question can be sent: records carry addresses, so there is one to dial.
    pub(crate) fn connects(&self, asker: u32, provider: u32) -> Duration {
        let linked = self.scene.links.are_linked(asker, provider);
        if linked { Duration::ZERO } else { rtt(self.scene.person(asker), self.scene.person(provider)) }
    }
}

/// Which model an owner asks for.
fn wish(person: &Person, dice: &mut Dice) -> usize {
    let own = person.models[0];
    let tier = match dice.pick(&[1.0 - LARGER - OTHER, LARGER, OTHER]) {
        0 => return own,
        1 if person.tier < 3 => (person.tier + if dice.chance(ONE_ABOVE) { 1 } else { 2 }).min(3),
        _ => person.tier,
    };
    let weights: Vec<f64> = SIZES.iter().map(|size| if size.tier == tier { 1.0 } else { 0.0 }).collect();
    dice.pick(&weights)
}

fn here(person: &Person, model: usize, load: Load) -> Candidate {
    let measured = person.models[0] == model;
    let running = load.running;
    Candidate {
        node: None,
        rtt: None,
        relayed: false,
        relation: Relation::default(),
        standing: 1.0,
        banned: false,
        accepts: true,
        model: Some(hash(model)),
        context: u32::MAX,
        text_per_second: if measured { short(person.speed(model)) } else { 0.0 },
        prompt_per_second: 0.0,
        load: Load { running: running.min(OWN), waiting: running.saturating_sub(OWN), slots: OWN },
        allowance: OWN,
        price: 0,
        balance: 0,
    }
}
