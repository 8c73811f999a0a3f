//! Who there is, and what each account comes to.

use std::collections::BTreeMap;

use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::Totals;

use crate::assumed::{CAPACITY, GREED, HEAVY, KINDS, LUCK, QUESTIONS};
use crate::dice::Dice;

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: NodeId,
    pub(crate) kind: usize,
    pub(crate) cheat: Option<Cheat>,
    /// Questions a day.
    pub(crate) questions: f64,
    /// Text tokens a second.
    pub(crate) speed: f64,
    /// Text tokens that can be written in an hour, and those that are left of this one.
    pub(crate) hourly: f64,
    pub(crate) left: f64,
    pub(crate) online: bool,
    pub(crate) totals: Totals,
    /// Who answered: worth something to this node.
    pub(crate) answered_by: BTreeMap<usize, Bond>,
}

/// What one knows of another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bond {
    /// It has answered.
    pub(crate) trusted: bool,
    /// It took a question and said nothing.
    pub(crate) silent: bool,
    /// On which day it was given how much on credit.
    pub(crate) given: (u32, Credits),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cheat {
    /// Takes questions and says nothing.
    Stalls,
    /// Never answers, and asks for as much as it gets.
    Owes,
    /// The same, and its records say that it has earned much.
    Lies,
}

pub(crate) fn people(count: usize, (cheats, lies): (f64, bool), dice: &mut Dice) -> Vec<Person> {
    (0..count).map(|number| person(number, (cheats, lies), dice)).collect()
}

fn person(number: usize, (cheats, lies): (f64, bool), dice: &mut Dice) -> Person {
    let (lot, mut kind, mut passed) = (dice.unit(), 0, KINDS[0].share);
    while lot >= passed && kind + 1 < KINDS.len() {
        kind += 1;
        passed += KINDS[kind].share;
    }
    let greedy = if lies { Cheat::Lies } else { Cheat::Owes };
    let cheat = dice.chance(cheats).then(|| if dice.chance(0.5) { greedy } else { Cheat::Stalls });
    let greed = if cheat == Some(greedy) { GREED } else { 1.0 };
    // The mean of what `around` gives lies above its middle.
    let middle = QUESTIONS / (HEAVY * HEAVY / 2.0).exp();
    let hourly = CAPACITY * KINDS[kind].weight / 24.0;
    let mut name = [0; 32];
    name[..8].copy_from_slice(&dice.number().to_be_bytes());
    name[24..].copy_from_slice(&(number as u64).to_be_bytes());
    Person {
        name: NodeId(name),
        kind,
        cheat,
        questions: dice.around(middle, HEAVY) * greed,
        speed: dice.around(KINDS[kind].speed, LUCK),
        hourly,
        left: hourly,
        online: true,
        totals: Totals::default(),
        answered_by: BTreeMap::new(),
    }
}

impl Person {
    pub(crate) fn lends(&self) -> bool {
        matches!(self.cheat, None | Some(Cheat::Stalls))
    }

    /// What it says that its account comes to.
    pub(crate) fn said(&self) -> Totals {
        match self.cheat {
            Some(Cheat::Lies) => Totals { earned: Credits::whole(1_000_000), ..Totals::default() },
            _ => self.totals,
        }
    }
}
