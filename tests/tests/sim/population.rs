//! Who there is: places, hardware, models, owners. Nothing of it changes during a run.

use std::time::Duration;

use opengateway_api::{ModelHash, NodeId, Region};

use crate::assumed::{
    CITIES, FRIENDS, IN_REGION_MS, LANDS, LAST_MILE_MS, LENDS, MODELS, ONLINE, OPEN, PUNCHED, RELAYED, SIZES, SPREAD,
    TIERS,
};
use crate::dice::{Dice, whole};
use crate::moment::seconds;
use crate::world::World;

/// One PC and its owner.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: NodeId,
    pub(crate) land: usize,
    pub(crate) tier: usize,
    /// The first is the one its owner uses, and the one whose speed is announced.
    pub(crate) models: Vec<usize>,
    pub(crate) lends: bool,
    pub(crate) cheat: Option<Cheat>,
    pub(crate) friends: Vec<u32>,
    city: usize,
    at: (f64, f64),
    last_mile_ms: f64,
    reach: Reach,
    luck: f64,
}

/// How a node cheats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cheat {
    /// Claims every model and has none.
    Lies,
    /// Takes jobs and says nothing.
    Stalls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Open,
    Punched,
    Closed,
}

impl Person {
    pub(crate) fn region(&self) -> Region {
        LANDS[self.land].region
    }

    /// Text tokens a second of one answer.
    pub(crate) fn speed(&self, model: usize) -> f64 {
        (SIZES[model].speed[self.tier] * self.luck).max(0.1)
    }

    /// The speed that it announces. Who cheats looks good.
    pub(crate) fn announced(&self, model: usize) -> f32 {
        match self.cheat {
            Some(_) => short(SIZES[model].speed[3] * 1.5),
            None if self.models.first() == Some(&model) => short(self.speed(model)),
            None => 0.0,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a speed needs no more digits")]
pub(crate) fn short(speed: f64) -> f32 {
    speed as f32
}

/// Everyone. So many that as many as the world wants are online at a time.
pub(crate) fn people(world: &World, dice: &mut Dice) -> Vec<Person> {
    let (cities, shares) = (cities(dice), LANDS.map(|land| land.share));
    let count = whole(world.nodes as f64 / ONLINE);
    let mut people: Vec<Person> = (0..count)
        .map(|number| {
            let land = dice.pick(&shares);
            person((number, land), world.faults.cheats, &cities, dice)
        })
        .collect();
    befriend(&mut people, dice);
    people
}

/// So many honest ones in one region.
pub(crate) fn villagers(count: u32, land: usize, dice: &mut Dice) -> Vec<Person> {
    let cities = cities(dice);
    (0..count).map(|number| person((number, land), 0.0, &cities, dice)).collect()
}

fn cities(dice: &mut Dice) -> Vec<(f64, f64)> {
    (0..LANDS.len() * CITIES).map(|_| (dice.unit(), dice.unit())).collect()
}

fn person((number, land): (u32, usize), cheats: f64, cities: &[(f64, f64)], dice: &mut Dice) -> Person {
    let large_first: Vec<f64> = (1..=CITIES).map(|rank| 1.0 / rank as f64).collect();
    let city = land * CITIES + dice.pick(&large_first);
    let tier = dice.pick(&TIERS);
    let cheat = [Some(Cheat::Lies), Some(Cheat::Stalls), None][dice.pick(&[cheats, cheats, 1.0 - 2.0 * cheats])];
    let closed = 1.0 - OPEN;
    let reach = dice.pick(&[OPEN, closed * PUNCHED, closed * (1.0 - PUNCHED)]);
    Person {
        name: name(number, dice),
        land,
        tier,
        models: models(tier, dice),
        lends: dice.chance(LENDS) || cheat.is_some(),
        cheat,
        friends: Vec::new(),
        city,
        at: cities[city],
        last_mile_ms: dice.within(LAST_MILE_MS.0, LAST_MILE_MS.1),
        reach: [Reach::Open, Reach::Punched, Reach::Closed][reach],
        luck: dice.around(1.0, SPREAD),
    }
}

/// Names are keys, so their order says nothing; the last four bytes tell whose it is.
fn name(number: u32, dice: &mut Dice) -> NodeId {
    let mut name = [0; 32];
    name[..8].copy_from_slice(&dice.number().to_be_bytes());
    name[28..].copy_from_slice(&number.to_be_bytes());
    NodeId(name)
}

pub(crate) fn number_of(name: &NodeId) -> u32 {
    let [.., a, b, c, d] = name.0;
    u32::from_be_bytes([a, b, c, d])
}

pub(crate) fn hash(model: usize) -> ModelHash {
    ModelHash([u8::try_from(model).unwrap_or(u8::MAX); 32])
}

/// Mostly the largest that the PC can run, and a few others.
fn models(tier: usize, dice: &mut Dice) -> Vec<usize> {
    let likes = |size: usize| match tier.checked_sub(size) {
        None => 0.0,
        Some(0) => 1.0,
        Some(1) => 0.4,
        Some(_) => 0.1,
    };
    let mut weights = SIZES.map(|size| likes(size.tier));
    let count = dice.pick(&MODELS) + 1;
    let mut models = Vec::new();
    while models.len() < count && weights.iter().any(|weight| *weight > 0.0) {
        let model = dice.pick(&weights);
        weights[model] = 0.0;
        models.push(model);
    }
    models
}

fn befriend(people: &mut [Person], dice: &mut Dice) {
    let of_land =
        |land| (0_u32..).zip(people.iter()).filter(move |(_, one)| one.land == land).map(|(number, _)| number);
    let lands: Vec<Vec<u32>> = (0..LANDS.len()).map(|land| of_land(land).collect()).collect();
    for (own, person) in (0..).zip(people.iter_mut()) {
        let all = &lands[person.land];
        let some = (0..FRIENDS).map(|_| all[dice.below(all.len())]);
        person.friends = some.filter(|friend| *friend != own).collect();
    }
}

/// The time there and back.
pub(crate) fn rtt(one: &Person, other: &Person) -> Duration {
    let way = if one.city == other.city {
        1.0
    } else if one.land == other.land {
        let distance = (one.at.0 - other.at.0).hypot(one.at.1 - other.at.1) / std::f64::consts::SQRT_2;
        IN_REGION_MS.0 + (IN_REGION_MS.1 - IN_REGION_MS.0) * distance
    } else {
        LANDS[one.land].rtt_ms[other.land]
    };
    let direct = way + one.last_mile_ms + other.last_mile_ms;
    let relayed = if is_relayed(one, other) { direct * RELAYED.0 + RELAYED.1 } else { direct };
    seconds(relayed / 1000.0)
}

pub(crate) fn is_relayed(one: &Person, other: &Person) -> bool {
    let open = one.reach == Reach::Open || other.reach == Reach::Open;
    !open && (one.reach == Reach::Closed || other.reach == Reach::Closed)
}
