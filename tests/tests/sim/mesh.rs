//! How one record comes to everyone: pushed along a mesh of few neighbours for each cluster, and told of to others, who
//! ask for what they missed. As gossipsub does it (<https://github.com/libp2p/specs/tree/master/pubsub/gossipsub>).

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::dice::Dice;
use crate::links::Links;
use crate::moment::{Moment, seconds};
use crate::population::{Person, rtt};
use crate::rules::Upkeep;
use crate::traffic::{Kind, Traffic, message_bytes, record_bytes, told};

/// From the socket to the verdict and back.
const JUDGED: Duration = Duration::from_millis(2);
/// Records that are followed for a sample.
const FOLLOWED: usize = 24;
const TOPICS: usize = 4;

/// A network through which records go.
pub(crate) struct Air<'a> {
    pub(crate) people: &'a [Person],
    pub(crate) links: &'a Links,
    pub(crate) upkeep: &'a Upkeep,
    pub(crate) loss: f64,
    /// Who is there and follows the clusters.
    pub(crate) there: &'a [u32],
}

/// How late records are with everyone, and what they cost.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    /// In order.
    pub(crate) delays: Vec<Duration>,
    /// Bytes of one record, for a node in the middle and for the one that has most to do with it.
    pub(crate) each: Traffic,
    pub(crate) busiest: Traffic,
    /// For the one who says it.
    pub(crate) source: Traffic,
    /// Share of the nodes that hear it.
    pub(crate) reached: f64,
}

/// Who follows the clusters, and everyone's neighbours in each of them.
pub(crate) struct Mesh {
    follows: Vec<bool>,
    neighbours: Vec<[Vec<u32>; TOPICS]>,
}

impl Mesh {
    /// Everyone takes neighbours from those it is connected to.
    pub(crate) fn new(air: &Air<'_>, dice: &mut Dice) -> Self {
        let mut follows = vec![false; air.people.len()];
        air.there.iter().for_each(|node| follows[*node as usize] = true);
        let mut mesh = Self { follows, neighbours: vec![Default::default(); air.people.len()] };
        for topic in 0..TOPICS {
            for node in air.there {
                let others = mesh.following(air.links.of(*node));
                mesh.tend(topic, *node, others, (air.upkeep.mesh, dice));
            }
        }
        mesh
    }

    fn of(&self, topic: usize, node: u32) -> &[u32] {
        &self.neighbours[node as usize][topic]
    }

    fn following(&self, nodes: &[u32]) -> Vec<u32> {
        nodes.iter().copied().filter(|node| self.follows[*node as usize]).collect()
    }

    fn tend(&mut self, topic: usize, node: u32, mut left: Vec<u32>, (mesh, dice): ((usize, usize), &mut Dice)) {
        let (wanted, most) = mesh;
        left.retain(|other| !self.of(topic, node).contains(other));
        if self.of(topic, node).len() + 1 >= wanted {
            return;
        }
        while self.of(topic, node).len() < wanted && !left.is_empty() {
            let other = left.swap_remove(dice.below(left.len()));
            if self.of(topic, other).len() < most {
                self.neighbours[node as usize][topic].push(other);
                self.neighbours[other as usize][topic].push(node);
            }
        }
    }
}

/// Follows records of some of the `sources` through a mesh.
pub(crate) fn sample(air: &Air<'_>, sources: &[u32], dice: &mut Dice) -> Sample {
    let mesh = Mesh::new(air, dice);
    let (mut books, mut source) = (vec![Traffic::default(); air.people.len()], Traffic::default());
    let mut sample = Sample::default();
    for _ in 0..FOLLOWED {
        let from = sources[dice.below(sources.len())];
        let before = books[from as usize];
        let heard = spread(air, &mesh, from, (dice, &mut books));
        source = source.plus(&books[from as usize], 1.0).plus(&before, -1.0);
        books[from as usize] = before;
        sample.reached += heard.len() as f64 / (air.there.len() - 1).max(1) as f64 / FOLLOWED as f64;
        sample.delays.extend(heard.into_iter().map(|(_, delay)| delay));
    }
    sample.delays.sort_unstable();
    let (one, all) = (1.0 / FOLLOWED as f64, air.there.len() as f64);
    sample.each = air.there.iter().fold(Traffic::default(), |sum, node| sum.plus(&books[*node as usize], one / all));
    sample.source = Traffic::default().plus(&source, one);
    let busiest =
        air.there.iter().map(|node| books[*node as usize]).max_by(|one, other| one.sum().total_cmp(&other.sum()));
    sample.busiest = Traffic::default().plus(&busiest.unwrap_or_default(), one);
    sample
}

/// Who hears a record, and how long after it was said.
pub(crate) fn spread(
    air: &Air<'_>,
    mesh: &Mesh,
    source: u32,
    notes: (&mut Dice, &mut [Traffic]),
) -> Vec<(u32, Duration)> {
    let (dice, books) = notes;
    let person = &air.people[source as usize];
    let bytes = message_bytes(record_bytes(person));
    let heard = vec![None; air.people.len()];
    let mut spread = Spread { air, mesh, dice, books, bytes, arrivals: BinaryHeap::new(), heard };
    for topic in 0..=person.tier {
        spread.heard[source as usize] = Some((Moment::START, topic));
        let flooded = if air.upkeep.floods { mesh.following(air.links.of(source)) } else { Vec::new() };
        let neighbours = if air.upkeep.floods { &flooded } else { mesh.of(topic, source) };
        neighbours.iter().for_each(|to| spread.send((source, *to), topic, Moment::START));
    }
    spread.push();
    while spread.tell() {
        spread.push();
    }
    let others = air.there.iter().filter(|node| **node != source);
    others.filter_map(|node| spread.heard[*node as usize].map(|(at, _)| (*node, at.since(Moment::START)))).collect()
}

struct Spread<'a> {
    air: &'a Air<'a>,
    mesh: &'a Mesh,
    dice: &'a mut Dice,
    books: &'a mut [Traffic],
    bytes: f64,
    /// When, to whom, from whom, in which cluster.
    arrivals: BinaryHeap<Reverse<(Moment, u32, u32, usize)>>,
    heard: Vec<Option<(Moment, usize)>>,
}

impl Spread<'_> {
    fn send(&mut self, (from, to): (u32, u32), topic: usize, now: Moment) {
        self.books[from as usize].add(Kind::Records, self.bytes);
        if self.dice.chance(self.air.loss) {
            return;
        }
        self.books[to as usize].add(Kind::Records, self.bytes);
        let way = rtt(&self.air.people[from as usize], &self.air.people[to as usize]) / 2;
        self.arrivals.push(Reverse((now + way, to, from, topic)));
    }

    /// Everyone hands on what is news, and only in the cluster in which it came first: a copy in another cluster is
    /// known already.
    fn push(&mut self) {
        let mesh = self.mesh;
        while let Some(Reverse((now, node, from, topic))) = self.arrivals.pop() {
            if self.heard[node as usize].is_some() {
                continue;
            }
            self.heard[node as usize] = Some((now, topic));
            for to in mesh.of(topic, node).iter().filter(|to| **to != from) {
                self.send((node, *to), topic, now + JUDGED);
            }
        }
    }

    /// Those who missed it hear of it from others and ask for it; whether anyone did.
    fn tell(&mut self) -> bool {
        let (links, there) = (self.air.links, self.air.there);
        for node in there.iter().copied().filter(|node| self.heard[*node as usize].is_none()).collect::<Vec<_>>() {
            let told: Vec<_> = links.of(node).iter().filter_map(|from| self.told_by(*from, node)).collect();
            if let Some((at, from, topic)) = told.into_iter().min() {
                self.books[from as usize].add(Kind::Records, self.bytes);
                self.books[node as usize].add(Kind::Records, self.bytes);
                self.arrivals.push(Reverse((at, node, from, topic)));
            }
        }
        !self.arrivals.is_empty()
    }

    fn told_by(&mut self, from: u32, node: u32) -> Option<(Moment, u32, usize)> {
        let (heard, topic) = self.heard[from as usize]?;
        let (neighbours, contacts) = (self.mesh.of(topic, from), self.air.links.of(from).len());
        if neighbours.contains(&node) {
            return None;
        }
        let others = contacts.saturating_sub(neighbours.len()).max(1) as f64;
        let arrives = (1.0 - self.air.loss).powi(3) * told(self.air.upkeep, contacts as f64) / others;
        let phase = self.dice.unit();
        let round = (0..3).find(|_| self.dice.chance(arrives))?;
        let way = rtt(&self.air.people[from as usize], &self.air.people[node as usize]);
        Some((heard + seconds(f64::from(round) + phase) + way * 3 / 2, from, topic))
    }
}
