//! What nodes say of themselves, how late it gets round, and what that costs.

use crate::agenda::Event;
use crate::assumed::LANDS;
use crate::board::Said;
use crate::mesh::{Air, Sample, sample};
use crate::moment::{Moment, seconds};
use crate::rules::SOON;
use crate::run::Sim;
use crate::traffic::{PROVIDED, Place};
use crate::world::minutes;

const MINUTE_S: f64 = 60.0;
/// A node looks twice a second whether there is something to say.
const PACE_S: f64 = 0.5;
/// How often the mesh is sampled, in minutes.
const SAMPLED: u64 = 30;

impl Sim<'_> {
    /// Something that a node says has changed.
    pub(crate) fn changed(&mut self, node: u32) {
        let (now, said, land) = (self.now(), self.says(node), self.scene.person(node).land);
        let load_after = self.scene.rules.load_after(self.board.known(&self.scene, land));
        let one = self.node(node);
        let only_load = one.voice.said.is_some_and(|before| before.accepts == said.accepts);
        let pause = if only_load { load_after } else { SOON };
        if !one.online || one.voice.said == Some(said) {
            return;
        }
        let soon = one.voice.at.map_or(now, |at| at + pause).max(now);
        if one.voice.due.is_none_or(|due| soon < due) {
            let at = soon + seconds(self.dice.within(0.0, PACE_S));
            self.node(node).voice.due = Some(at);
            self.agenda.add(at, Event::Announce(node));
        }
    }

    fn says(&self, node: u32) -> Said {
        let one = &self.nodes[node as usize];
        Said { accepts: one.lending, load: one.guests.load() }
    }

    pub(crate) fn announce(&mut self, node: u32) {
        let (now, said, land) = (self.now(), self.says(node), self.scene.person(node).land);
        let one = self.node(node);
        if !one.online || one.voice.due != Some(now) {
            return;
        }
        one.voice.due = None;
        let is_first = one.voice.at.is_none();
        (one.voice.at, one.voice.said) = (Some(now), Some(said));
        one.voice.times += 1;
        self.tally.messages[land] += 1.0;
        self.board.announce(node, now, said);
        let began = now.since(Moment::START) <= SOON * 5;
        if is_first && !began && self.board.greet(&self.scene, land) {
            self.tally.messages[land] += self.board.online[land] as f64;
        }
    }

    /// Follows some records of each region through a mesh of those who follow it.
    pub(crate) fn sample(&mut self) {
        let minute = self.now().since(Moment::START).as_secs() / 60;
        if !minute.is_multiple_of(SAMPLED) {
            return;
        }
        for land in 0..LANDS.len() {
            let follows = |other: &usize| *other == land || !self.board.is_alone(&self.scene, *other);
            let there: Vec<u32> =
                (0..LANDS.len()).filter(follows).flat_map(|other| self.online[other].clone()).collect();
            let sources = self.online[land].clone();
            self.board.samples[land] =
                if sources.is_empty() { Sample::default() } else { self.sampled(&sources, &there) };
        }
    }

    fn sampled(&mut self, sources: &[u32], there: &[u32]) -> Sample {
        let (people, links, upkeep) = (&self.scene.people, &self.scene.links, &self.scene.rules.upkeep);
        let air = Air { people, links, upkeep, loss: self.world.faults.loss, there };
        sample(&air, sources, &mut self.dice)
    }

    /// Counts what went over the lines in a minute.
    pub(crate) fn count_traffic(&mut self) {
        self.places = (0..LANDS.len()).map(|land| self.place(land)).collect();
        for land in (0..LANDS.len()).filter(|land| !self.online[*land].is_empty()) {
            let (place, own) = (&self.places[land], &self.board.samples[land].source);
            let others = self.followed(land).zip(&place.rates).map(|(other, rate)| (&self.board.samples[other], rate));
            let mean =
                others.fold(place.upkeep(&self.scene.rules), |sum, (sample, rate)| sum.plus(&sample.each, *rate));
            let nodes = self.online[land].len() as f64;
            let busiest = self.online[land].iter().map(|node| self.nodes[*node as usize].voice.times).max();
            let most = mean.plus(own, f64::from(busiest.unwrap_or(0)) / MINUTE_S);
            // At first everyone is new at once.
            if self.now() > Moment::START + minutes(2) {
                self.tally.carry(&mean.plus(own, self.rate(land) / nodes), &most, nodes);
            }
        }
        self.nodes.iter_mut().for_each(|node| node.voice.times = 0);
        self.tally.messages = [0.0; LANDS.len()];
    }

    /// Where a node of a region is.
    pub(crate) fn place(&self, land: usize) -> Place {
        let (nodes, here) = (self.online.iter().map(Vec::len).sum::<usize>(), &self.online[land]);
        let contacts: usize = here.iter().map(|node| self.scene.links.of(*node).len()).sum();
        Place {
            nodes: nodes as f64,
            contacts: contacts as f64 / here.len().max(1) as f64,
            alone: self.board.is_alone(&self.scene, land),
            rates: self.followed(land).map(|other| self.rate(other)).collect(),
            provided: PROVIDED,
            churn: self.world.churn / 3600.0,
        }
    }

    fn followed(&self, land: usize) -> impl Iterator<Item = usize> {
        let alone = self.board.is_alone(&self.scene, land);
        (0..LANDS.len()).filter(move |other| *other == land || !alone)
    }

    /// Records of a region in a second: heartbeats, and what else was said in this minute.
    fn rate(&self, land: usize) -> f64 {
        let beat = self.scene.rules.beat(self.board.known(&self.scene, land));
        self.online[land].len() as f64 / beat.as_secs_f64() + self.tally.messages[land] / MINUTE_S
    }
}
