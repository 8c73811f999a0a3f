//! Who is asked, in which order.

use std::time::Duration;

use opengateway_api::{ModelHash, Privacy};
use opengateway_core::capability::Load;
use opengateway_core::privacy::Relation;
use opengateway_core::route::{Candidate, Request, plan};

use crate::dice::Dice;
use crate::people::Person;
use crate::rules::Router;

const MODEL: ModelHash = ModelHash([1; 32]);
/// As `core::route` has it.
const AS_GOOD: f64 = 1.2;

/// The first ones to be asked. Speeds are what is believed of them.
pub(crate) fn choose(router: Router, known: &[(usize, f64)], people: &[Person], dice: &mut Dice) -> Vec<usize> {
    match router {
        Router::Core => by_core(known, people, dice.number()),
        Router::Drawn(drawn) => by_drawing(drawn, known, people, dice),
    }
}

fn by_core(known: &[(usize, f64)], people: &[Person], seed: u64) -> Vec<usize> {
    let request = Request {
        model: Some(MODEL),
        context: 1000,
        prompt_tokens: 150,
        answers: 1,
        place: None,
        privacy: Privacy::Public,
        most_price: i64::MAX,
    };
    let candidates: Vec<Candidate> = known.iter().map(|(who, speed)| candidate(&people[*who], *speed)).collect();
    let number = |name: [u8; 32]| {
        let [.., a, b, c, d] = name;
        u32::from_be_bytes([a, b, c, d]) as usize
    };
    let plan = plan(&request, &candidates, seed);
    plan.choices.iter().filter_map(|choice| choice.node).map(|node| number(node.0)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a speed needs no more digits")]
fn candidate(person: &Person, speed: f64) -> Candidate {
    Candidate {
        node: Some(person.name),
        rtt: Some(Duration::from_millis(60)),
        relayed: false,
        relation: Relation::default(),
        standing: 0.5,
        banned: false,
        accepts: true,
        model: Some(MODEL),
        context: 8192,
        text_per_second: speed as f32,
        prompt_per_second: 20.0 * speed as f32,
        load: Load { running: 0, waiting: 0, slots: 4 },
        allowance: 1,
        price: 0,
        balance: person.said().net().0,
    }
}

fn by_drawing(drawn: usize, known: &[(usize, f64)], people: &[Person], dice: &mut Dice) -> Vec<usize> {
    let best = known.iter().map(|(_, speed)| *speed).fold(0.0, f64::max);
    let (mut equals, mut others): (Vec<_>, Vec<_>) = known.iter().partition(|(_, speed)| speed * AS_GOOD >= best);
    dice.shuffle(&mut equals);
    others.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let drawn = drawn.min(equals.len());
    equals[..drawn].sort_by_key(|(who, _)| people[*who].said().net());
    equals.into_iter().chain(others).map(|(who, _)| who).collect()
}
