//! Owners come and go, and PCs with them.

use std::time::Duration;

use crate::agenda::Event;
use crate::assumed::{AWAY, BY_HOUR, LANDS, ONLINE, PRESENT, RELINKED, TURNOVER};
use crate::dice::Dice;
use crate::moment::{Moment, seconds};
use crate::node::{Node, Voice};
use crate::rules::QUIET;
use crate::run::Sim;

/// After this an owner is taken for away: `core::idle`.
const IDLE: Duration = Duration::from_secs(300);
/// A node that is new finds its neighbours within this.
const SETTLES: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A node as a run finds it.
pub(crate) fn born(dice: &mut Dice) -> Node {
    let present = PRESENT.as_secs_f64() / (PRESENT + AWAY).as_secs_f64();
    Node::new(dice.chance(ONLINE), dice.chance(present))
}

impl Sim<'_> {
    /// Everyone who is there is connected, known and in the middle of something.
    pub(crate) fn start(&mut self) {
        let all = 0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let there: Vec<u32> = all.clone().filter(|node| self.nodes[*node as usize].online).collect();
        there.iter().for_each(|node| self.be_there(*node));
        for node in all {
            let Node { online, present, .. } = self.nodes[node as usize];
            if !online {
                self.come_later(node);
            }
            let (event, mean) = if present { (Event::Away(node), PRESENT) } else { (Event::Return(node), seldom()) };
            self.after(mean, event);
        }
        there.iter().for_each(|node| self.top_up(*node));
        self.places = (0..LANDS.len()).map(|land| self.place(land)).collect();
        self.sample();
        for node in there {
            self.settle(node);
            // Some are in the middle of being away.
            if !self.nodes[node as usize].present {
                self.agenda.add(Moment::START + SETTLES, Event::Lend(node));
            }
        }
        self.agenda.add(self.now() + MINUTE, Event::Minute);
    }

    /// Something happens that happens once in `mean` on average.
    fn after(&mut self, mean: Duration, event: Event) {
        let at = self.now() + self.dice.until(mean);
        self.agenda.add(at, event);
    }

    pub(crate) fn come(&mut self, node: u32) {
        self.be_there(node);
        self.top_up(node);
        self.settle(node);
        self.agenda.add(self.scene.now + IDLE, Event::Lend(node));
    }

    fn be_there(&mut self, node: u32) {
        let (now, person) = (self.now(), self.scene.person(node));
        let (land, cheats) = (person.land, person.cheat.is_some());
        let one = self.node(node);
        (one.online, one.came, one.lending, one.voice) = (true, now, cheats, Voice::default());
        self.online[land].push(node);
        self.board.come(&self.scene, node);
    }

    /// It has neighbours: it announces itself, and its owner may ask.
    fn settle(&mut self, node: u32) {
        let relinks = self.now() + RELINKED.mul_f64(self.dice.unit());
        self.agenda.add(relinks, Event::Relink(node));
        let said = self.now() + SETTLES + seconds(self.dice.unit());
        self.node(node).voice.due = Some(said);
        self.agenda.add(said, Event::Announce(node));
        if self.world.churn > 0.0 {
            self.after(seconds(3600.0 / self.world.churn), Event::Leave(node));
        }
        if self.nodes[node as usize].present {
            self.begin_visit(node);
        }
    }

    pub(crate) fn leave(&mut self, node: u32) {
        let (now, land) = (self.now(), self.scene.person(node).land);
        self.stop_lending(node);
        self.vanish(node);
        self.abandon(node);
        self.board.leave(&self.scene, node);
        self.online[land].retain(|other| *other != node);
        let one = self.node(node);
        (one.online, one.visits) = (false, one.visits + 1);
        self.agenda.add(now + QUIET, Event::Fade(node));
        self.come_later(node);
    }

    pub(crate) fn fade(&mut self, node: u32) {
        if !self.nodes[node as usize].online {
            self.scene.links.isolate(node);
        }
    }

    fn come_later(&mut self, node: u32) {
        if self.world.churn > 0.0 {
            self.after(seconds(3600.0 / self.world.churn * (1.0 - ONLINE) / ONLINE), Event::Come(node));
        }
    }

    pub(crate) fn owner_returns(&mut self, node: u32) {
        if !self.dice.chance(BY_HOUR[(self.hour(node) + 20) % 24 / 3] / busiest()) {
            return self.after(seldom(), Event::Return(node));
        }
        self.stop_lending(node);
        self.hand_back(node);
        self.node(node).present = true;
        self.after(PRESENT, Event::Away(node));
        if self.nodes[node as usize].online {
            self.changed(node);
            self.begin_visit(node);
        }
    }

    fn hour(&self, node: u32) -> usize {
        let utc = self.now().since(Moment::START).as_secs() / 3600;
        let local = utc + u64::from(LANDS[self.scene.person(node).land].utc_hours);
        usize::try_from(local % 24).unwrap_or(0)
    }

    pub(crate) fn owner_leaves(&mut self, node: u32) {
        let now = self.now();
        let one = self.node(node);
        (one.present, one.since, one.visits) = (false, now, one.visits + 1);
        self.agenda.add(now + IDLE, Event::Lend(node));
        self.after(seldom(), Event::Return(node));
    }

    pub(crate) fn lend(&mut self, node: u32) {
        let (now, lends) = (self.now(), self.scene.person(node).lends);
        let one = self.node(node);
        let at_start = now == Moment::START + SETTLES;
        let is_idle = at_start || now.since(one.since.max(one.came)) >= IDLE;
        if one.online && lends && !one.present && is_idle && !one.lending {
            (one.lending, one.since) = (true, now);
            self.changed(node);
        }
    }

    fn stop_lending(&mut self, node: u32) {
        let (now, cheats) = (self.now(), self.scene.person(node).cheat.is_some());
        let one = self.node(node);
        if one.lending && !cheats {
            one.lent += now.since(one.since);
            one.lending = false;
        }
    }

    /// Replaces some connections, takes new ones for those that are gone, and meets whom its walks through the Kademlia
    /// table lead to.
    pub(crate) fn relink(&mut self, node: u32) {
        if !self.nodes[node as usize].online {
            return;
        }
        self.scene.links.shed(node, TURNOVER, &mut self.dice);
        self.top_up(node);
        self.meet_walked(node);
        self.agenda.add(self.scene.now + RELINKED, Event::Relink(node));
    }

    fn meet_walked(&mut self, node: u32) {
        let walked = self.places[self.scene.person(node).land].walked(&self.scene.rules.upkeep);
        let met = self.dice.happens(walked * RELINKED.as_secs_f64());
        let everyone = self.online.iter().map(Vec::len).sum();
        for _ in 0..crate::dice::whole(met) {
            let mut number = self.dice.below(everyone);
            let land = self.online.iter().position(|nodes| {
                let here = number < nodes.len();
                number -= if here { 0 } else { nodes.len() };
                here
            });
            let Some(other) = land.map(|land| self.online[land][number]) else { continue };
            if !self.scene.are_apart(node, other) {
                self.scene.links.meet(node, other);
            }
        }
    }

    /// Connects to nodes of the followed regions, whoever they are.
    fn top_up(&mut self, node: u32) {
        let land = self.scene.person(node).land;
        let everyone =
            if self.board.is_alone(&self.scene, land) { self.online[land].clone() } else { self.online.concat() };
        let there: Vec<u32> = match self.scene.cut {
            Some(_) => everyone.into_iter().filter(|other| !self.scene.are_apart(node, *other)).collect(),
            None => everyone,
        };
        self.scene.links.top_up(node, &there, self.scene.rules.upkeep.contacts, &mut self.dice);
    }
}

/// How often it is asked whether an owner returns, so that it can be as often as at the busiest hour.
fn seldom() -> Duration {
    AWAY.div_f64(busiest())
}

fn busiest() -> f64 {
    BY_HOUR.into_iter().fold(0.0, f64::max)
}
