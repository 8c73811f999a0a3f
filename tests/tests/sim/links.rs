//! Who is connected to whom, and who ever was.

use crate::dice::Dice;

/// Connections, which always hold both ways.
pub(crate) struct Links {
    of: Vec<Vec<u32>>,
    now: Pairs,
    ever: Pairs,
}

impl Links {
    pub(crate) fn new(nodes: usize) -> Self {
        Self { of: vec![Vec::new(); nodes], now: Pairs::new(nodes), ever: Pairs::new(nodes) }
    }

    pub(crate) fn of(&self, node: u32) -> &[u32] {
        &self.of[node as usize]
    }

    pub(crate) fn are_linked(&self, one: u32, other: u32) -> bool {
        self.now.has(one, other)
    }

    /// Whether they were ever connected: then they know how far they are apart.
    pub(crate) fn have_met(&self, one: u32, other: u32) -> bool {
        self.ever.has(one, other)
    }

    /// Connects two, unless they are already.
    pub(crate) fn link(&mut self, one: u32, other: u32) {
        if one == other || self.are_linked(one, other) {
            return;
        }
        for (from, to) in [(one, other), (other, one)] {
            self.of[from as usize].push(to);
            self.now.set(from, to, true);
        }
        self.meet(one, other);
    }

    /// Two are connected for a moment.
    pub(crate) fn meet(&mut self, one: u32, other: u32) {
        self.ever.set(one, other, true);
        self.ever.set(other, one, true);
    }

    /// Connects a node to any of those that are there until it has `wanted` connections, as well as that goes.
    pub(crate) fn top_up(&mut self, node: u32, there: &[u32], wanted: usize, dice: &mut Dice) {
        let wanted = wanted.min(there.len().saturating_sub(1));
        for _ in 0..wanted * 3 {
            if self.of(node).len() >= wanted {
                return;
            }
            self.link(node, there[dice.below(there.len())]);
        }
    }

    /// Ends a share of a node's connections.
    pub(crate) fn shed(&mut self, node: u32, share: f64, dice: &mut Dice) {
        let gone: Vec<u32> = self.of(node).iter().copied().filter(|_| dice.chance(share)).collect();
        gone.iter().for_each(|other| self.unlink(node, *other));
    }

    /// Ends all connections of a node.
    pub(crate) fn isolate(&mut self, node: u32) {
        let others = self.of(node).to_vec();
        others.iter().for_each(|other| self.unlink(node, *other));
    }

    fn unlink(&mut self, one: u32, other: u32) {
        for (from, to) in [(one, other), (other, one)] {
            self.of[from as usize].retain(|linked| *linked != to);
            self.now.set(from, to, false);
        }
    }
}

/// A bit for each ordered pair.
struct Pairs {
    nodes: usize,
    bits: Vec<u64>,
}

impl Pairs {
    fn new(nodes: usize) -> Self {
        Self { nodes, bits: vec![0; (nodes * nodes).div_ceil(64)] }
    }

    fn place(&self, one: u32, other: u32) -> (usize, u64) {
        let index = one as usize * self.nodes + other as usize;
        (index / 64, 1 << (index % 64))
    }

    fn has(&self, one: u32, other: u32) -> bool {
        let (word, bit) = self.place(one, other);
        self.bits[word] & bit != 0
    }

    fn set(&mut self, one: u32, other: u32, on: bool) {
        let (word, bit) = self.place(one, other);
        if on { self.bits[word] |= bit } else { self.bits[word] &= !bit }
    }
}
