//! What is assumed of people and their PCs and was measured nowhere: every figure once, with its reason.

/// A kind of PC: its share of all, what it can write in a day beside its owner's use, and how fast.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) share: f64,
    /// Of [`CAPACITY`].
    pub(crate) weight: f64,
    /// Text tokens a second of a model of 8B, as in the simulation of the network.
    pub(crate) speed: f64,
}

/// As among players: a quarter has no card that helps, a fifth a large one.
pub(crate) const KINDS: [Kind; 3] = [
    Kind { name: "no card", share: 0.25, weight: 0.15, speed: 9.0 },
    Kind { name: "middle", share: 0.55, weight: 1.0, speed: 55.0 },
    Kind { name: "large", share: 0.20, weight: 4.0, speed: 110.0 },
];
/// Text tokens that a middle PC writes for others in a day at most: ten minutes of work.
pub(crate) const CAPACITY: f64 = 20_000.0;
/// PCs of one kind differ about twofold in speed: e to this.
pub(crate) const LUCK: f64 = 0.3;
/// Questions a day for which a peer is wanted: few ask much, many little.
pub(crate) const QUESTIONS: f64 = 6.0;
pub(crate) const HEAVY: f64 = 1.0;
/// Text tokens of an answer: the middle, the spread, and both ends.
pub(crate) const ANSWER: (f64, f64) = (300.0, 0.9);
pub(crate) const SHORTEST: f64 = 20.0;
pub(crate) const LONGEST: f64 = 4000.0;
/// Bytes of a question, with what was said before.
pub(crate) const PROMPT: (f64, f64) = (600.0, 1.0);
/// The usual model has so many parameters: a credit for a text token.
pub(crate) const PARAMETERS: u64 = 8_000_000_000;
/// From midnight a figure for each three hours: nights are quiet, evenings not. The mean is 1.
pub(crate) const BY_HOUR: [f64; 8] = [0.7, 0.2, 0.6, 1.0, 1.1, 1.1, 1.5, 1.8];
/// Who left comes back after 75 minutes on average, so that four of five are there.
pub(crate) const RETURNS: f64 = 0.8;
/// Others of whom a node knows at a time that they lend.
pub(crate) const KNOWN: usize = 100;
/// Peers that are asked before a question is given up.
pub(crate) const ATTEMPTS: usize = 4;
/// Who cheats asks so many times as much: it costs nothing.
pub(crate) const GREED: f64 = 5.0;
/// A free answer is given by a PC that has more than this of its hour left.
pub(crate) const IDLE: f64 = 0.5;
