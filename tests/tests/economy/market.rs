//! Thousands of people who ask each other for weeks, hour by hour. Signatures are left out: the rules are those of
//! `core::ledger` and `core::price`, and the village signs.

use opengateway_api::Credits;
use opengateway_core::capability::{believed_speed, usual_speed};
use opengateway_core::price;

use crate::assumed::{ANSWER, ATTEMPTS, BY_HOUR, IDLE, KNOWN, LONGEST, PARAMETERS, PROMPT, RETURNS, SHORTEST};
use crate::dice::{Dice, whole};
use crate::figures::Figures;
use crate::people::{Bond, Cheat, Person, people};
use crate::routing::choose;
use crate::rules::Rules;

/// A market. Equal ones go the same way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Market {
    pub(crate) seed: u64,
    pub(crate) people: usize,
    pub(crate) days: u32,
    /// Share of those who are there that leave in an hour.
    pub(crate) churn: f64,
    /// Share of messages that are lost.
    pub(crate) loss: f64,
    /// Share of people who cheat: half take questions and say nothing, half ask and never answer.
    pub(crate) cheats: f64,
    /// Whether the latter also say that they have earned much.
    pub(crate) lies: bool,
    pub(crate) rules: Rules,
}

/// A question.
struct Question {
    bytes: usize,
    text_tokens: u32,
    cost: Credits,
}

struct Run {
    market: Market,
    dice: Dice,
    people: Vec<Person>,
    /// What each is believed to write in a second.
    believed: Vec<f64>,
    online: Vec<usize>,
    day: u32,
    figures: Figures,
}

pub(crate) fn run(market: Market) -> Figures {
    let mut dice = Dice::new(market.seed);
    let people = people(market.people, (market.cheats, market.lies), &mut dice);
    let believed = believed(&people, market.rules.by_speed);
    let figures = Figures::default();
    let mut run = Run { market, dice, people, believed, online: Vec::new(), day: 0, figures };
    for hour in 0..market.days * 24 {
        run.hour(hour);
    }
    run.figures.closed(&run.people);
    run.figures
}

fn believed(people: &[Person], by_speed: bool) -> Vec<f64> {
    let short = |speed: f64| speed.to_string().parse::<f32>().unwrap_or(0.0);
    let usual = usual_speed(people.iter().map(|person| short(person.speed)));
    let of = |person: &Person| if by_speed { believed_speed(short(person.speed), usual) } else { usual };
    people.iter().map(|person| f64::from(of(person))).collect()
}

impl Run {
    fn hour(&mut self, hour: u32) {
        self.day = hour / 24;
        self.figures.counts = hour * 10 >= self.market.days * 24 * 7;
        for person in &mut self.people {
            let stays = if person.online { 1.0 - self.market.churn } else { RETURNS };
            person.online = self.dice.chance(stays);
            person.left = person.hourly;
        }
        self.online = (0..self.people.len()).filter(|who| self.people[*who].online).collect();
        let mut askers = Vec::new();
        for who in &self.online {
            let mean = self.people[*who].questions / 24.0 / RETURNS * BY_HOUR[hour as usize % 24 / 3];
            (0..self.dice.happens(mean)).for_each(|_| askers.push(*who));
        }
        self.dice.shuffle(&mut askers);
        let mut unpaid = Vec::new();
        for payer in askers {
            let question = self.question();
            if self.asks(payer, &question) {
                self.figures.paid(&self.people[payer]);
            } else {
                unpaid.push((payer, question));
            }
        }
        for (payer, question) in unpaid {
            let answered = self.market.rules.best_effort && self.is_answered_for_nothing(payer, &question);
            self.figures.unpaid(&self.people[payer], answered);
        }
    }

    fn question(&mut self) -> Question {
        let bytes = whole(self.dice.around(PROMPT.0, PROMPT.1)) as usize;
        let text_tokens = whole(self.dice.around(ANSWER.0, ANSWER.1).clamp(SHORTEST, LONGEST));
        Question { bytes, text_tokens, cost: price::due(price::usual(PARAMETERS), bytes, text_tokens) }
    }

    /// Whether a peer answers for payment.
    fn asks(&mut self, payer: usize, question: &Question) -> bool {
        let rules = self.market.rules;
        let said = self.people[payer].said();
        if !rules.may_ask(&said) {
            return false;
        }
        let longest = price::due(price::usual(PARAMETERS), question.bytes, whole(LONGEST));
        let cap = rules.cap(longest, said.earned);
        let known = self.known_to(payer);
        for provider in choose(rules.router, &known, &self.people, &mut self.dice).into_iter().take(ATTEMPTS) {
            if self.dice.chance(self.market.loss) {
                continue;
            }
            if self.people[provider].cheat == Some(Cheat::Stalls) {
                self.bond(payer, provider).silent = true;
                continue;
            }
            let Some(cap) = self.admits(provider, payer, cap) else {
                self.figures.refused += 1;
                continue;
            };
            self.answers(provider, payer, question, cap);
            return true;
        }
        self.figures.nobody += usize::from(self.figures.counts);
        false
    }

    /// Some of those who lend and have something left of their hour.
    fn known_to(&mut self, payer: usize) -> Vec<(usize, f64)> {
        let mut known = Vec::with_capacity(KNOWN);
        for _ in 0..KNOWN {
            let who = self.online[self.dice.below(self.online.len())];
            let silent = self.people[payer].answered_by.get(&who).is_some_and(|bond| bond.silent);
            if who != payer && !silent && self.people[who].lends() && self.people[who].left > 0.0 {
                known.push((who, self.believed[who]));
            }
        }
        known.sort_unstable_by_key(|(who, _)| *who);
        known.dedup_by_key(|(who, _)| *who);
        known
    }

    /// What a provider lets a question cost.
    fn admits(&mut self, provider: usize, payer: usize, cap: Credits) -> Option<Credits> {
        let Some(exposure) = self.market.rules.exposure else { return Some(cap) };
        let day = self.day;
        let bond = self.bond(provider, payer);
        if bond.given.0 != day {
            bond.given = (day, Credits::ZERO);
        }
        let room = exposure.minus(bond.given.1).unwrap_or_default();
        let first = price::due(price::usual(PARAMETERS), 0, price::CHUNK);
        match bond.trusted {
            true => Some(cap),
            false => (room >= first).then_some(cap.min(room)),
        }
    }

    /// Both legs at once: what is lost on the way comes later, with the last voucher.
    fn answers(&mut self, provider: usize, payer: usize, question: &Question, cap: Credits) {
        let amount = question.cost.min(cap);
        self.people[payer].totals.spent.0 += amount.0;
        self.people[provider].totals.earned.0 += amount.0;
        self.people[provider].left -= f64::from(question.text_tokens);
        self.bond(provider, payer).given.1.0 += amount.0;
        self.bond(payer, provider).trusted = true;
        self.figures.cut += usize::from(self.figures.counts && amount < question.cost);
    }

    /// Whether somebody has time for it, after all who pay.
    fn is_answered_for_nothing(&mut self, payer: usize, question: &Question) -> bool {
        for _ in 0..ATTEMPTS {
            let provider = self.online[self.dice.below(self.online.len())];
            let person = &mut self.people[provider];
            if provider != payer && person.cheat.is_none() && person.left > person.hourly * IDLE {
                person.left -= f64::from(question.text_tokens);
                return true;
            }
        }
        false
    }

    fn bond(&mut self, own: usize, other: usize) -> &mut Bond {
        self.people[own].answered_by.entry(other).or_default()
    }
}
