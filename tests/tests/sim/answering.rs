//! Jobs at those who answer: taken or refused, waiting for their turn, written, handed back.

use opengateway_api::Privacy;

use crate::agenda::{Event, Silence, Word};
use crate::asking::Prompt;
use crate::assumed::{LOADED_GB_S, READS_FASTER, SIZES};
use crate::dice::whole;
use crate::machine::{Machine, Stepped, Work};
use crate::moment::{Moment, seconds};
use crate::population::Cheat;
use crate::rules::SILENCE;
use crate::run::Sim;
use crate::tally::Broken;

/// As long as there is no text the asker hears this often that a job lives.
const BEAT_S: f64 = 0.5;

impl Sim<'_> {
    /// A question comes to a provider.
    pub(crate) fn arrive(&mut self, number: u64) {
        let Some(attempt) = self.attempts.get(&number) else { return };
        let (asker, provider, linked, began) = (attempt.asker, attempt.provider, attempt.linked, attempt.began);
        let there = self.nodes[provider as usize].online && !self.scene.are_apart(asker, provider);
        if !there || self.dice.chance(self.unheard()) {
            let silence = if linked { Silence::Stalled } else { Silence::Unreachable };
            let at = (began + SILENCE).max(self.now());
            return self.agenda.add(at, Event::Silent(number, silence));
        }
        self.scene.links.link(asker, provider);
        self.check_privacy(number);
        let heard = self.now() + self.attempts[&number].rtt / 2;
        match self.admit(number) {
            Ok(()) => {}
            Err(Some(word)) => self.agenda.add(heard, Event::Word(number, word)),
            Err(None) => {
                let at = heard + SILENCE;
                self.agenda.add(at, Event::Silent(number, Silence::Stalled));
            }
        }
    }

    /// QUIC sends again what is lost; only where most is lost does a question not come through in time.
    fn unheard(&self) -> f64 {
        self.world.faults.loss.powi(5)
    }

    /// Lets a job wait here; else what the asker hears, if anything.
    fn admit(&mut self, number: u64) -> Result<(), Option<Word>> {
        let instant = self.instant();
        let attempt = &self.attempts[&number];
        let (asker, provider) = (self.scene.person(attempt.asker), self.scene.person(attempt.provider));
        let model = self.prompts.get(&attempt.prompt).map_or(0, |prompt| prompt.model);
        match provider.cheat {
            Some(Cheat::Lies) => return Err(Some(Word::NoModel)),
            Some(Cheat::Stalls) => return Err(None),
            None if !self.nodes[attempt.provider as usize].lending => return Err(Some(Word::Refused)),
            None if !provider.models.contains(&model) => return Err(Some(Word::NoModel)),
            None => {}
        }
        let (asker, provider) = (asker.name, attempt.provider);
        let machine = &mut self.nodes[provider as usize].guests;
        machine.admit(asker, number, instant).map_err(|_| Some(Word::Refused))?;
        self.tally.longest_queue = self.tally.longest_queue.max(machine.waiting());
        if let Some(attempt) = self.attempts.get_mut(&number) {
            attempt.taken = true;
        }
        self.fill(provider);
        Ok(())
    }

    /// The promise of privacy, checked once more by what is true instead of by what is known.
    fn check_privacy(&mut self, number: u64) {
        let attempt = &self.attempts[&number];
        let Some(prompt) = self.prompts.get(&attempt.prompt) else { return };
        let (one, other) = (self.scene.person(attempt.asker), self.scene.person(attempt.provider));
        let is_friend = one.friends.contains(&attempt.provider);
        let kept = match prompt.class {
            Privacy::Public => true,
            Privacy::Internal => is_friend || one.region() == other.region(),
            Privacy::Confidential => is_friend,
            Privacy::Restricted => false,
        };
        if !kept {
            self.tally.break_promise(Broken::Privacy);
        }
    }

    /// Lets jobs in as long as there are slots.
    fn fill(&mut self, provider: u32) {
        let instant = self.instant();
        while let Some(number) = self.node(provider).guests.pop(instant) {
            // Who has gone is not there to take its turn.
            let attempt = self.attempts.get(&number).filter(|attempt| attempt.wanted);
            let prompt = attempt.and_then(|attempt| self.prompts.get(&attempt.prompt));
            let Some(work) = prompt.map(|prompt| self.work(number, prompt)) else { continue };
            self.give(&work);
            self.node(provider).guests.enter(work);
        }
        let now = self.now();
        let steps = self.node(provider).guests.begin(now);
        self.schedule(steps);
        self.changed(provider);
    }

    /// What is left to do for a prompt at the provider of an attempt.
    pub(crate) fn work(&self, number: u64, prompt: &Prompt) -> Work {
        let person = self.scene.person(self.attempts[&number].provider);
        let speed = person.speed(prompt.model);
        let reads = f64::from(prompt.tokens + prompt.written) / (speed * READS_FASTER[person.tier]);
        Work {
            attempt: number,
            model: prompt.model,
            reads: seconds(reads),
            loads: seconds(SIZES[prompt.model].gigabytes / LOADED_GB_S),
            tokens: f64::from(prompt.wanted - prompt.written),
            speed,
        }
    }

    /// Notes how much an attempt has to write.
    pub(crate) fn give(&mut self, work: &Work) {
        if let Some(attempt) = self.attempts.get_mut(&work.attempt) {
            attempt.given = whole(work.tokens);
        }
    }

    pub(crate) fn schedule(&mut self, steps: Vec<(u64, Moment, u32)>) {
        for (attempt, at, pace) in steps {
            self.agenda.add(at, Event::Step(attempt, pace));
        }
    }

    /// A job has read its prompt, or written its answer.
    pub(crate) fn step(&mut self, number: u64, pace: u32) {
        let now = self.now();
        let Some(attempt) = self.attempts.get(&number) else { return };
        let (provider, here, wanted, way) = (attempt.provider, attempt.here, attempt.wanted, attempt.rtt / 2);
        let node = self.node(provider);
        let machine = if here { &mut node.own } else { &mut node.guests };
        let word = match machine.step(number, pace, now) {
            Stepped::Outdated => return,
            Stepped::FirstText => Word::First,
            Stepped::Done => Word::Done,
        };
        let mut steps = machine.repace(now);
        if word == Word::Done {
            steps.extend(machine.begin(now));
        }
        self.schedule(steps);
        self.agenda.add(now + way, Event::Word(number, word));
        if word == Word::Done && !here {
            self.node(provider).served += 1;
            if !wanted {
                // It was done before it heard that nobody wants it.
                self.attempts.remove(&number);
            }
            self.fill(provider);
        }
    }

    /// A provider hears that an attempt is wanted no more.
    pub(crate) fn dropped(&mut self, number: u64) {
        let now = self.now();
        let Some(attempt) = self.attempts.remove(&number) else { return };
        if !attempt.taken {
            return;
        }
        let node = self.node(attempt.provider);
        let machine = if attempt.here { &mut node.own } else { &mut node.guests };
        machine.drop_job(number, now);
        let mut steps = machine.repace(now);
        steps.extend(machine.begin(now));
        self.schedule(steps);
        if !attempt.here {
            self.fill(attempt.provider);
        }
    }

    /// A provider is gone: its askers hear nothing more.
    pub(crate) fn vanish(&mut self, provider: u32) {
        for number in self.clear(provider) {
            let Some(attempt) = self.attempts.get(&number) else { continue };
            let since = seconds(self.dice.within(0.0, BEAT_S));
            let noticed = self.scene.now + attempt.rtt / 2 + SILENCE.saturating_sub(since);
            self.agenda.add(noticed, Event::Silent(number, Silence::Stalled));
        }
    }

    /// An owner is back: all jobs are handed back at once.
    pub(crate) fn hand_back(&mut self, provider: u32) {
        for number in self.clear(provider) {
            let Some(attempt) = self.attempts.get(&number) else { continue };
            self.agenda.add(self.scene.now + attempt.rtt / 2, Event::Word(number, Word::Bye));
        }
    }

    /// Everyone leaves the guests' engine. What they have of their answers is noted.
    fn clear(&mut self, provider: u32) -> Vec<u64> {
        let (now, instant) = self.both();
        let machine = &mut self.nodes[provider as usize].guests;
        machine.catch_up(now);
        let written = |number: &u64, machine: &Machine| (*number, machine.written(*number));
        let all: Vec<(u64, u32)> = machine.inside().iter().map(|number| written(number, machine)).collect();
        let gone = machine.clear(instant);
        for (number, written) in all {
            if let Some(attempt) = self.attempts.get_mut(&number) {
                attempt.left_behind = written;
            }
        }
        let (wanted, unwanted): (Vec<u64>, Vec<u64>) =
            gone.into_iter().partition(|number| self.attempts.get(number).is_some_and(|attempt| attempt.wanted));
        for number in unwanted {
            self.attempts.remove(&number);
        }
        wanted
    }
}
