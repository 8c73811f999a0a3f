//! A few dozen nodes that sign everything, for some days in which everything goes wrong: messages are lost, doubled and
//! late, nodes are killed between any two steps, some vanish, some restore a backup, some spend twice, and clocks are
//! apart. What a node does with `core::ledger` is written here once more, after `node::accounts`.

mod book;
mod checks;
mod life;
mod mail;
mod recovery;
mod settling;

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{JobId, RecordId};

use crate::dice::Dice;
use book::Book;
use mail::Message;

/// A village. Equal ones go the same way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Village {
    pub(crate) seed: u64,
    pub(crate) steps: u32,
}

/// How often what happened, to see that it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Outcome {
    pub(crate) admitted: usize,
    pub(crate) refused: usize,
    pub(crate) kills: usize,
    pub(crate) restored: usize,
    pub(crate) vanished: usize,
    /// Nodes that were admitted by two for the same credits; how many of them somebody knows in the end, and most people.
    pub(crate) spent_twice: usize,
    pub(crate) found_out: usize,
    pub(crate) notorious: usize,
    /// The most that one of them owes.
    pub(crate) most_owed: Credits,
    /// Jobs that are open on neither side in the end, and how many of them brought something.
    pub(crate) ended: usize,
    pub(crate) paid: usize,
    /// Who restored a backup, and found records with others missing in between, may have lost so much by it.
    pub(crate) lost: i64,
}

impl Outcome {
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            admitted: self.admitted + other.admitted,
            refused: self.refused + other.refused,
            kills: self.kills + other.kills,
            restored: self.restored + other.restored,
            vanished: self.vanished + other.vanished,
            spent_twice: self.spent_twice + other.spent_twice,
            found_out: self.found_out + other.found_out,
            notorious: self.notorious + other.notorious,
            most_owed: self.most_owed.max(other.most_owed),
            ended: self.ended + other.ended,
            paid: self.paid + other.paid,
            lost: self.lost + other.lost,
        }
    }
}

struct Node {
    key: SigningKey,
    name: NodeId,
    spends_twice: bool,
    /// Milliseconds that its clock is ahead.
    skew: i64,
    book: Book,
    backup: Option<Book>,
    /// In the keychain: the last number that was signed.
    mark: Option<u64>,
    gone: bool,
    online: bool,
    /// Its book was older than what it had signed, and has lost records in the middle.
    restored: bool,
    gap: bool,
    /// What is being written, and for how long nobody has acknowledged it. Lost when it is killed.
    writing: BTreeMap<(usize, JobId), Writing>,
    /// Text tokens that have come. Lost as well.
    received: BTreeMap<JobId, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Writing {
    text_tokens: u32,
    wanted: u32,
    since_ms: i64,
}

/// What nobody in the village knows as a whole.
#[derive(Default)]
struct Truth {
    signed: BTreeMap<(usize, u64), RecordId>,
    /// Each record that was ever signed: the one before, and what it did to a job.
    records: BTreeMap<RecordId, (RecordId, Option<Leg>)>,
    admitted: BTreeSet<JobId>,
    jobs: BTreeMap<JobId, Job>,
    /// Jobs of this step.
    touched: BTreeSet<JobId>,
    broken: Vec<String>,
}

/// What a record did to a job, and on which side.
#[derive(Debug, Clone, Copy)]
struct Leg {
    job: JobId,
    earned: bool,
    more: Credits,
}

/// A question, as it was indeed.
#[derive(Debug, Clone, Copy)]
struct Job {
    payer: usize,
    provider: usize,
    /// Of the reservation.
    number: u64,
    bytes: usize,
    wanted: u32,
    written: u32,
    received: u32,
    /// The most that the payer has signed, and that the provider has seen.
    acknowledged: Credits,
    seen: Credits,
}

struct Run {
    dice: Dice,
    now_ms: i64,
    nodes: Vec<Node>,
    /// From whom, to whom, and not before when.
    mail: Vec<(usize, usize, i64, Message)>,
    truth: Truth,
    outcome: Outcome,
    /// Nothing is lost any more.
    calm: bool,
}

/// Lets a village live.
///
/// # Errors
/// The promise that was broken.
pub(crate) fn live(village: Village) -> Result<Outcome, String> {
    let mut run = Run::new(village.seed);
    for step in 0..village.steps {
        run.step();
        run.check().map_err(|broken| format!("step {step}: {broken}"))?;
    }
    run.settle();
    run.check().and_then(|()| run.check_the_end()).map_err(|broken| format!("in the end: {broken}"))?;
    Ok(run.outcome)
}
