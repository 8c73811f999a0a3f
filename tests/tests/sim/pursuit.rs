//! One prompt from its plan to its end, as `node::router` does it: who is late gets a rival, who is lost is followed by
//! the next one, which carries the answer on.

use std::time::Duration;

use opengateway_core::privacy::Cleared;
use opengateway_core::route::{self, Candidate, Choice, Plan, Refusal};
use opengateway_core::standing::Offence;

use crate::agenda::{Event, Silence, Word};
use crate::asking::{Attempt, Prompt};
use crate::assumed::PATIENCE;
use crate::machine::Machine;
use crate::node::{OWN, Outcome};
use crate::population::{number_of, rtt, short};
use crate::rules::{AGAIN, AVOIDED, HOPES, QUIET, RIVALS};
use crate::run::Sim;
use crate::tally::{Broken, End};

impl Sim<'_> {
    /// Goes on with a prompt as far as it can now.
    pub(crate) fn pursue(&mut self, number: u64) {
        while let Some(mut prompt) = self.prompts.remove(&number) {
            if prompt.following.is_some() || prompt.waits_until.is_some_and(|until| until > self.now()) {
                self.prompts.insert(number, prompt);
                return;
            }
            if prompt.racing.is_empty() && prompt.choices.len() == 0 {
                let Some(planned) = self.choose(number, prompt) else { return };
                prompt = planned;
            }
            let goes_on = self.race(number, &mut prompt);
            self.prompts.insert(number, prompt);
            if !goes_on {
                return;
            }
        }
    }

    /// Makes a plan. `None` if nobody can be asked: the prompt waits or has ended.
    fn choose(&mut self, number: u64, mut prompt: Prompt) -> Option<Prompt> {
        let plan = self.plan(&mut prompt);
        if !plan.choices.is_empty() {
            (prompt.choices, prompt.waits_until) = (plan.choices.into_iter(), None);
            return Some(prompt);
        }
        if !self.may_change(&mut prompt, &plan) {
            let forbidden = plan.refusals.iter().any(|(_, refusal)| matches!(refusal, Refusal::Forbidden(_)));
            self.end(&prompt, if forbidden { End::Forbidden } else { End::Nobody });
            return None;
        }
        let until = self.scene.now + AGAIN;
        self.agenda.add(until, Event::Pursue(number));
        prompt.waits_until = Some(until);
        self.prompts.insert(number, prompt);
        None
    }

    /// Whether somebody may have room again, or come back.
    fn may_change(&self, prompt: &mut Prompt, plan: &Plan) -> bool {
        let has_reason = plan.refusals.iter().any(|(_, refusal)| match refusal {
            Refusal::Full => true,
            Refusal::Banned => self.scene.rules.waits_for_banned,
            _ => false,
        });
        if has_reason {
            prompt.hope = Some(self.now());
        }
        let hopes = prompt.hope.is_some_and(|hope| self.now().since(hope) < HOPES);
        hopes || prompt.lost.iter().any(|(node, _)| node.is_some())
    }

    fn plan(&mut self, prompt: &mut Prompt) -> Plan {
        let now = self.now();
        prompt.lost.retain(|(_, when)| now.since(*when) < AVOIDED);
        let all = self.candidates(prompt.asker, prompt.model);
        let but = |time: Duration| -> Vec<Candidate> {
            let is_free = |candidate: &&Candidate| {
                let node = candidate.node.as_ref().map(number_of);
                !prompt.lost.iter().any(|(lost, when)| *lost == node && now.since(*when) < time)
            };
            all.iter().filter(is_free).cloned().collect()
        };
        let (request, seed) = (self.request(prompt), self.dice.number());
        let plan = route::plan(&request, &but(AVOIDED), seed);
        if plan.choices.is_empty() && !prompt.lost.is_empty() {
            // Who was lost a moment ago is better than nobody.
            return route::plan(&request, &but(AGAIN), seed);
        }
        plan
    }

    /// Asks the next one if all who are asked are late. Whether there is more to do at once.
    fn race(&mut self, number: u64, prompt: &mut Prompt) -> bool {
        let now = self.now();
        let due = |sim: &Self, attempt: &u64| sim.attempts.get(attempt).map(|one| one.began + one.deadline);
        let late = prompt.racing.iter().filter_map(|attempt| due(self, attempt)).all(|due| due <= now);
        if late
            && prompt.racing.len() < RIVALS
            && let Some(choice) = prompt.choices.next()
        {
            if !prompt.racing.is_empty() {
                self.tally.rivals += 1;
            }
            match self.begin(number, prompt, &choice) {
                Some(attempt) => prompt.racing.push(attempt),
                None => {
                    prompt.lost.push((choice.node.as_ref().map(number_of), now));
                    return true;
                }
            }
        }
        if prompt.racing.is_empty() {
            return true;
        }
        let due = prompt.racing.iter().filter_map(|attempt| due(self, attempt)).max();
        if prompt.racing.len() < RIVALS
            && prompt.choices.len() > 0
            && let Some(due) = due.filter(|due| *due > now)
        {
            self.agenda.add(due, Event::Pursue(number));
        }
        false
    }

    /// Asks somebody; `None` if that fails at once.
    fn begin(&mut self, number: u64, prompt: &Prompt, choice: &Choice) -> Option<u64> {
        let (asker, now) = (prompt.asker, self.now());
        let Some(name) = choice.node else { return Some(self.begin_here(number, prompt)) };
        let provider = number_of(&name);
        let cleared = Cleared::check((), prompt.class, name, self.relation(asker, provider));
        let Ok(cleared) = cleared else {
            self.tally.break_promise(Broken::Privacy);
            return None;
        };
        let (one, other) = (self.scene.person(asker), self.scene.person(provider));
        let (rtt, linked) = (rtt(one, other), self.scene.links.are_linked(asker, provider));
        let instant = self.instant();
        let met = self.node(asker).meet(provider, rtt, instant);
        met.asked += 1;
        let deadline = met.standing.deadline();
        if cleared.still(self.relation(asker, provider)).is_err() {
            self.tally.break_promise(Broken::Privacy);
        }
        let connects = self.connects(asker, provider);
        self.tally.attempts += 1;
        self.tally.to_cheats += usize::from(self.scene.person(provider).cheat.is_some());
        let attempt = self.number();
        let asked =
            Attempt { place: choice.place, deadline, rtt, linked, ..Attempt::new(number, asker, provider, now) };
        self.attempts.insert(attempt, asked);
        self.agenda.add(now + connects + rtt / 2, Event::Arrive(attempt));
        Some(attempt)
    }

    fn begin_here(&mut self, number: u64, prompt: &Prompt) -> u64 {
        let attempt = self.number();
        self.attempts.insert(attempt, Attempt::new(number, prompt.asker, prompt.asker, self.now()));
        let work = self.work(attempt, prompt);
        self.give(&work);
        let now = self.now();
        let own = &mut self.node(prompt.asker).own;
        own.enter(work);
        let steps = own.begin(now);
        self.schedule(steps);
        attempt
    }

    pub(crate) fn came_of(&mut self, asker: u32, provider: u32, outcome: Outcome) {
        let both = self.both();
        if self.node(asker).came_of(provider, outcome, both) {
            self.tally.bans += 1;
            let is_honest = self.scene.person(provider).cheat.is_none();
            self.tally.honest_bans += usize::from(is_honest);
        }
    }

    /// Something that a provider said is there.
    pub(crate) fn word(&mut self, number: u64, word: Word) {
        if self.attempts.get(&number).is_none_or(|attempt| !attempt.wanted) {
            return;
        }
        match word {
            Word::First => self.first_text(number),
            Word::Done => self.whole(number),
            Word::Bye => self.lose(number, Outcome::GaveBack),
            Word::NoModel => self.lose(number, Outcome::Offended(Offence::Lied)),
            Word::Refused => {
                self.tally.refused += 1;
                self.lose(number, Outcome::GaveBack);
            }
        }
    }

    pub(crate) fn silent(&mut self, number: u64, silence: Silence) {
        if self.attempts.get(&number).is_some_and(|attempt| attempt.wanted) {
            self.tally.silences += 1;
            self.lose(
                number,
                match silence {
                    Silence::Stalled => Outcome::Offended(Offence::Stalled),
                    Silence::Unreachable => Outcome::Lost,
                },
            );
        }
    }

    /// The first to write goes on; the others are cancelled.
    fn first_text(&mut self, number: u64) {
        let now = self.now();
        let Some(attempt) = self.attempts.get_mut(&number) else { return };
        attempt.first = Some(now);
        let (prompt, asker, provider, here) = (attempt.prompt, attempt.asker, attempt.provider, attempt.here);
        let after = now.since(attempt.began);
        if !here {
            self.came_of(asker, provider, Outcome::Began(after));
        }
        let Some(prompt) = self.prompts.get_mut(&prompt) else { return };
        prompt.following = Some(number);
        prompt.first.get_or_insert(now);
        let others: Vec<u64> =
            std::mem::take(&mut prompt.racing).into_iter().filter(|other| *other != number).collect();
        others.into_iter().for_each(|other| self.cancel(other, Duration::ZERO));
    }

    fn whole(&mut self, number: u64) {
        let now = self.now();
        let Some(attempt) = self.attempts.remove(&number) else { return };
        let Some(mut prompt) = self.prompts.remove(&attempt.prompt) else {
            return self.tally.break_promise(Broken::EndedTwice);
        };
        let tokens = attempt.given;
        prompt.written += tokens;
        if prompt.written != prompt.wanted {
            self.tally.break_promise(Broken::Text);
        }
        let took = attempt.first.map_or(0.0, |first| now.since(first).as_secs_f64());
        if !attempt.here {
            let speed = if took > 0.0 { f64::from(tokens) / took } else { 0.0 };
            self.came_of(attempt.asker, attempt.provider, Outcome::Answered(short(speed)));
        }
        self.end(&prompt, End::Answered(attempt.place));
    }

    /// An attempt came to nothing: what it wrote is kept, and the next one goes on from there.
    fn lose(&mut self, number: u64, outcome: Outcome) {
        let Some(attempt) = self.attempts.remove(&number) else { return };
        self.came_of(attempt.asker, attempt.provider, outcome);
        let now = self.now();
        let Some(prompt) = self.prompts.get_mut(&attempt.prompt) else {
            return self.tally.break_promise(Broken::EndedTwice);
        };
        prompt.lost.push((Some(attempt.provider), now));
        prompt.racing.retain(|racing| *racing != number);
        if prompt.following == Some(number) {
            (prompt.following, prompt.since, prompt.hope) = (None, now, Some(now));
            self.agenda.add(now + PATIENCE, Event::GiveUp(attempt.prompt));
            prompt.written = (prompt.written + attempt.left_behind).min(prompt.wanted.saturating_sub(1));
            prompt.choices = Vec::new().into_iter();
            self.tally.failovers += 1;
        }
        self.pursue(attempt.prompt);
    }

    /// An attempt is wanted no more. Its provider knows after half the time there and back, or after `more`.
    pub(crate) fn cancel(&mut self, number: u64, more: Duration) {
        let Some(attempt) = self.attempts.get_mut(&number) else { return };
        attempt.wanted = false;
        let (asker, provider, here, way) = (attempt.asker, attempt.provider, attempt.here, attempt.rtt / 2);
        self.agenda.add(self.scene.now + more.max(way), Event::Dropped(number));
        if !here {
            self.came_of(asker, provider, Outcome::GaveBack);
        }
    }

    pub(crate) fn give_up(&mut self, number: u64) {
        let now = self.now();
        let waits = |prompt: &Prompt| prompt.following.is_none() && now.since(prompt.since) >= PATIENCE;
        if self.prompts.get(&number).is_some_and(waits)
            && let Some(prompt) = self.prompts.remove(&number)
        {
            prompt.racing.iter().for_each(|attempt| self.cancel(*attempt, Duration::ZERO));
            self.end(&prompt, End::GaveUp);
        }
    }

    /// The asker's PC is gone: nobody tells the providers, who notice when the connection is dead.
    pub(crate) fn abandon(&mut self, asker: u32) {
        let own: Vec<u64> =
            self.prompts.iter().filter(|(_, one)| one.asker == asker).map(|(number, _)| *number).collect();
        for number in own {
            let Some(prompt) = self.prompts.remove(&number) else { continue };
            prompt.racing.iter().chain(&prompt.following).for_each(|attempt| self.cancel(*attempt, QUIET));
            self.end(&prompt, End::AskerLeft);
        }
        self.node(asker).own = Machine::new(OWN, Duration::MAX);
    }

    fn end(&mut self, prompt: &Prompt, end: End) {
        let now = self.now();
        self.tally.end(prompt, end, now);
    }
}
