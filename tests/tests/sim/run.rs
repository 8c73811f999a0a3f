//! A world on its way from one event to the next. What a node does with the rules of `opengateway_core` is written here
//! once more, after `node::peers`, `node::router` and `node::guests`: those are made of tasks and sockets.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::agenda::{Agenda, Event};
use crate::asking::{Attempt, Prompt};
use crate::assumed::LANDS;
use crate::board::{Board, Scene};
use crate::dice::Dice;
use crate::links::Links;
use crate::moment::Moment;
use crate::node::Node;
use crate::report::Report;
use crate::tally::Tally;
use crate::traffic::Place;
use crate::world::World;
use crate::{life, population};

/// Lets a world run to its end.
pub(crate) fn run(world: &World) -> Report {
    let began = Instant::now();
    let mut sim = Sim::new(world, began);
    sim.start();
    let end = Moment::START + world.time;
    while let Some((at, event)) = sim.agenda.next().filter(|(at, _)| *at <= end) {
        sim.scene.now = at;
        sim.happen(event);
    }
    sim.finish(began)
}

/// A world on its way.
pub(crate) struct Sim<'a> {
    pub(crate) world: &'a World,
    pub(crate) scene: Scene,
    /// What the rules take for the moment when the run began.
    base: Instant,
    pub(crate) dice: Dice,
    pub(crate) nodes: Vec<Node>,
    /// Who is online, by region.
    pub(crate) online: Vec<Vec<u32>>,
    pub(crate) board: Board,
    /// Where the nodes of each region are in the network.
    pub(crate) places: Vec<Place>,
    pub(crate) agenda: Agenda,
    pub(crate) prompts: BTreeMap<u64, Prompt>,
    pub(crate) attempts: BTreeMap<u64, Attempt>,
    /// The last number that was given to a prompt or an attempt.
    last: u64,
    pub(crate) tally: Tally,
}

impl<'a> Sim<'a> {
    fn new(world: &'a World, base: Instant) -> Self {
        let mut dice = Dice::new(world.seed);
        let people = population::people(world, &mut dice);
        let nodes: Vec<Node> = people.iter().map(|_| life::born(&mut dice)).collect();
        let (board, links) = (Board::new(&people), Links::new(people.len()));
        let (rules, cut) = (world.rules.clone(), world.faults.cut);
        Self {
            world,
            scene: Scene { people, links, rules, cut, now: Moment::START },
            base,
            dice,
            nodes,
            online: vec![Vec::new(); LANDS.len()],
            board,
            places: Vec::new(),
            agenda: Agenda::default(),
            prompts: BTreeMap::new(),
            attempts: BTreeMap::new(),
            last: 0,
            tally: Tally::default(),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Come(node) => self.come(node),
            Event::Leave(node) => self.leave(node),
            Event::Fade(node) => self.fade(node),
            Event::Return(node) => self.owner_returns(node),
            Event::Away(node) => self.owner_leaves(node),
            Event::Lend(node) => self.lend(node),
            Event::Ask(node, visit) => self.owner_asks(node, visit),
            Event::Announce(node) => self.announce(node),
            Event::Relink(node) => self.relink(node),
            Event::Arrive(attempt) => self.arrive(attempt),
            Event::Word(attempt, word) => self.word(attempt, word),
            Event::Step(attempt, pace) => self.step(attempt, pace),
            Event::Silent(attempt, silence) => self.silent(attempt, silence),
            Event::Dropped(attempt) => self.dropped(attempt),
            Event::Pursue(prompt) => self.pursue(prompt),
            Event::GiveUp(prompt) => self.give_up(prompt),
            Event::Minute => self.minute(),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.scene.now
    }

    pub(crate) fn instant(&self) -> Instant {
        self.base + self.scene.now.since(Moment::START)
    }

    pub(crate) fn both(&self) -> (Moment, Instant) {
        (self.now(), self.instant())
    }

    pub(crate) fn node(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
