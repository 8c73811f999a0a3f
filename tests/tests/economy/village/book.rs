//! What a node keeps on its disk.

use std::collections::{BTreeMap, BTreeSet};

use opengateway_api::Credits;
use opengateway_core::ledger::{Account, Content, ForkProof, JobId, Signature, Signed};

/// Records of each other account that are kept, as in `node::accounts`.
const KEPT: u64 = 16;

#[derive(Clone, Default)]
pub(super) struct Book {
    pub(super) account: Account,
    pub(super) chain: Vec<Signed>,
    pub(super) asked: BTreeMap<JobId, Asked>,
    pub(super) answered: BTreeMap<(usize, JobId), Answered>,
    /// Records of others, by author and number.
    pub(super) seen: BTreeMap<(usize, u64), Signed>,
    latest: BTreeMap<usize, u64>,
    pub(super) condemned: BTreeSet<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) provider: usize,
    pub(super) cap: Credits,
    pub(super) until_ms: i64,
    pub(super) acknowledged: Credits,
    pub(super) settled: Credits,
    pub(super) open: bool,
    pub(super) told: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    pub(super) cap: Credits,
    pub(super) at_ms: i64,
    /// The largest that was acknowledged.
    pub(super) best: Option<(Credits, Signature)>,
    pub(super) settled: Credits,
    pub(super) open: bool,
    pub(super) told: bool,
}

/// What a record of somebody else was.
pub(super) enum Noted {
    New,
    Known,
    /// It and one that was known prove that its author spends twice.
    Fork(Box<ForkProof>),
}

impl Answered {
    pub(super) fn amount(&self) -> Credits {
        self.best.map_or(Credits::ZERO, |(amount, _)| amount)
    }
}

impl Book {
    /// Remembers a record of somebody else.
    pub(super) fn note(&mut self, author: usize, signed: &Signed) -> Noted {
        let sequence = signed.record.sequence;
        if let Some(known) = self.seen.get(&(author, sequence)) {
            let proof = ForkProof::of(known.clone(), signed.clone()).filter(ForkProof::spends_twice);
            let news = proof.filter(|_| self.condemned.insert(author));
            return news.map_or(Noted::Known, |proof| Noted::Fork(Box::new(proof)));
        }
        self.seen.insert((author, sequence), signed.clone());
        let latest = self.latest.entry(author).or_default();
        *latest = sequence.max(*latest);
        Noted::New
    }

    pub(super) fn least_number(&self, author: usize) -> u64 {
        self.latest.get(&author).map_or(0, |latest| latest.saturating_sub(KEPT))
    }

    /// The tail of the chain that says what the PC is.
    pub(super) fn hardware(&self) -> Option<&Signed> {
        self.chain.iter().rev().find(|signed| signed.tags().is_some())
    }

    /// The record with which a job was put into this account last.
    pub(super) fn earned_with(&self, job: JobId) -> Option<&Signed> {
        let of_job = |signed: &&Signed| matches!(signed.record.content, Content::Earned { job: of, .. } if of == job);
        self.chain.iter().rev().find(of_job)
    }

    pub(super) fn receipt_of(&self, job: JobId) -> Option<&Signed> {
        let of_job = |signed: &&Signed| matches!(signed.record.content, Content::Receipt { job: of, .. } if of == job);
        self.chain.iter().rev().find(of_job)
    }
}
