//! The board against the truth: the same announcements, message by message, into a directory of `opengateway_core` in each
//! of some nodes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use opengateway_api::Tier;
use opengateway_core::capability::{Capability, Load, Served};
use opengateway_core::cluster::Directory;

use crate::board::{Board, Said, Scene};
use crate::dice::Dice;
use crate::links::Links;
use crate::mesh::{Air, Mesh, sample, spread};
use crate::moment::Moment;
use crate::population::{hash, number_of, villagers};
use crate::rules::Rules;
use crate::traffic::Traffic;

const NODES: u32 = 60;
const TENTH: Duration = Duration::from_millis(100);
const NOW_MS: i64 = 1_800_000_000_000;

/// What a node does at a moment.
#[derive(Clone, Copy, PartialEq)]
enum Act {
    /// Says something new, so that the board is told too.
    Change(bool),
    Beat(bool),
    Die,
}

#[test]
fn the_board_knows_what_directories_know() {
    let (mut scene, mut dice) = village();
    let there: Vec<u32> = (0..NODES).collect();
    let (mut board, mut directories) = (Board::new(&scene.people), Directories::new(&scene));
    there.iter().for_each(|node| board.come(&scene, *node));
    let (people, links, upkeep) = (scene.people.clone(), links(&scene.rules, &mut dice), scene.rules.upkeep.clone());
    let air = Air { people: &people, links: &links, upkeep: &upkeep, loss: 0.0, there: &there };
    let (mesh, land) = (Mesh::new(&air, &mut dice), people[0].land);
    board.samples[land] = sample(&air, &there, &mut dice);
    let (mut agreed, mut looked) = (0_u32, 0_u32);

    for tenth in 0..2400_u32 {
        scene.now = Moment::START + TENTH * tenth;
        for (node, act) in there.iter().filter_map(|node| Some((*node, act(*node, tenth)?))) {
            match act {
                Act::Change(accepts) => board.announce(node, scene.now, Said { accepts, load: Load::default() }),
                Act::Die => board.leave(&scene, node),
                Act::Beat(_) => {}
            }
            if let Act::Change(accepts) | Act::Beat(accepts) = act {
                let heard = spread(&air, &mesh, node, (&mut dice, &mut vec![Traffic::default(); people.len()]));
                directories.send(&scene, &scene.record(node, accepts, tenth), heard);
            }
        }
        directories.hear(scene.now);
        for (one, other) in there.iter().flat_map(|one| there.iter().map(move |other| (*one, *other))) {
            if one != other && (one + other + tenth) % 13 == 0 {
                let seen = board.view(&scene, one, other).map(|view| view.said.accepts);
                looked += 1;
                agreed += u32::from(seen == directories.accepts(one, &scene.people[other as usize].name));
            }
        }
    }

    let share = f64::from(agreed) / f64::from(looked);
    eprintln!("board and directories agree in {:.2} % of {looked} looks", share * 100.0);
    assert!(share > 0.99, "{share}");
}

/// A node speaks in each 20th second of its own, begins to lend after a minute and a half, and each fourth one dies
/// after two.
fn act(node: u32, tenth: u32) -> Option<Act> {
    let (phase, dies) = (node * 200 / NODES, node.is_multiple_of(4));
    match tenth.checked_sub(phase)? {
        1200 if dies => Some(Act::Die),
        later if dies && later > 1200 => None,
        0 => Some(Act::Change(false)),
        900 => Some(Act::Change(true)),
        early if early < 900 && early % 200 == 0 => Some(Act::Beat(false)),
        late if late > 900 && (late - 900) % 200 == 0 => Some(Act::Beat(true)),
        _ => None,
    }
}

fn village() -> (Scene, Dice) {
    let mut dice = Dice::new(1);
    let people = villagers(NODES, 2, &mut dice);
    let links = Links::new(people.len());
    (Scene { people, links, rules: Rules::as_built(), cut: None, now: Moment::START }, dice)
}

fn links(rules: &Rules, dice: &mut Dice) -> Links {
    let there: Vec<u32> = (0..NODES).collect();
    let mut links = Links::new(there.len());
    there.iter().for_each(|node| links.top_up(*node, &there, rules.upkeep.contacts, dice));
    links
}

impl Scene {
    fn record(&self, node: u32, accepts: bool, tenth: u32) -> Capability {
        let person = self.person(node);
        let served = |model: &usize| Served {
            hash: hash(*model),
            name: format!("model {model}"),
            context: 32_768,
            quantisation: String::new(),
            text_per_second: person.announced(*model),
            price: None,
        };
        Capability {
            node: person.name,
            sequence: u64::from(tenth) + 1,
            issued_ms: NOW_MS + i64::from(tenth) * 100,
            valid_s: u32::try_from(self.rules.valid(self.people.len()).as_secs()).unwrap(),
            region: Some(person.region()),
            tiers: Tier::ALL.into_iter().take(person.tier + 1).collect(),
            models: person.models.iter().map(served).collect(),
            hardware: "RTX 4070, 32 GB".into(),
            load: Load::default(),
            uptime_s: 0,
            version: "0.1.0".into(),
            accepts,
            price: 0,
            relay: false,
            addresses: Vec::new(),
            balance: None,
        }
    }
}

/// What each node knows, and the records that are on their way.
struct Directories {
    base: Instant,
    nodes: Vec<Directory>,
    flying: BTreeMap<(Moment, u32, u32), Capability>,
}

impl Directories {
    fn new(scene: &Scene) -> Self {
        let nodes = scene.people.iter().map(|one| Directory::new(one.name, number_of(&one.name).into())).collect();
        Self { base: Instant::now(), nodes, flying: BTreeMap::new() }
    }

    fn send(&mut self, scene: &Scene, record: &Capability, heard: Vec<(u32, Duration)>) {
        let from = number_of(&record.node);
        for (to, delay) in heard {
            self.flying.insert((scene.now + delay, to, from), record.clone());
        }
    }

    fn hear(&mut self, now: Moment) {
        while let Some(entry) = self.flying.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, to, _), record) = entry.remove_entry();
            let passed = at.since(Moment::START);
            let now_ms = NOW_MS + i64::try_from(passed.as_millis()).unwrap();
            self.nodes[to as usize].insert(record, false, now_ms, self.base + passed).unwrap();
        }
        self.nodes.iter_mut().for_each(|node| drop(node.expire(self.base + now.since(Moment::START))));
    }

    fn accepts(&self, viewer: u32, node: &opengateway_api::NodeId) -> Option<bool> {
        self.nodes[viewer as usize].get(node).map(|capability| capability.accepts)
    }
}
