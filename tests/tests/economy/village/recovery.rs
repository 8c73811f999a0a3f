//! After a backup was restored: nothing is signed before the others were asked for what is missing.

use std::collections::BTreeMap;

use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{Content, Hold, JobId, Signature, Signed};

use super::book::{Answered, Asked, Book};
use super::{Node, Run};

impl Node {
    /// The keychain, or somebody else, knows of a later record than the disk.
    pub(super) fn is_recovering(&self) -> bool {
        self.book.account.sequence < self.mark
    }

    pub(super) fn hears_of_itself(&mut self, sequence: u64) {
        self.mark = self.mark.max(Some(sequence));
    }
}

impl Run {
    /// Asks everyone who is there, and goes on.
    pub(super) fn recovers(&mut self, who: usize) {
        let names: Vec<NodeId> = self.nodes.iter().map(|node| node.name).collect();
        let lost = self.nodes[who].book.account.sequence.map_or(0, |latest| latest + 1);
        let mut found = BTreeMap::new();
        for node in self.nodes.iter_mut().filter(|node| !node.gone) {
            node.book.tells_again(who);
            let records = node.book.seen.range((who, lost)..=(who, u64::MAX));
            found.extend(records.map(|((_, sequence), signed)| (*sequence, signed.clone())));
        }
        let node = &mut self.nodes[who];
        let gap = !found.keys().copied().eq(lost..lost + found.len() as u64);
        node.gap |= gap;
        if gap {
            node.book.takes_for_earned();
        }
        for signed in found.values() {
            node.book.remember(signed, &names);
        }
        if let Some(latest) = found.values().next_back() {
            node.book.account.adopt(latest);
        }
        node.book.chain.extend(found.into_values());
        let open = node.book.asked.iter().filter(|(_, asked)| asked.open);
        let hold = |asked: &Asked| Hold { provider: names[asked.provider], cap: asked.cap };
        node.book.account.holds = open.map(|(job, asked)| (*job, hold(asked))).collect();
        let after = |number: Option<u64>| number.map_or(0, |number| number + 1);
        let next = after(node.book.account.sequence.max(node.mark));
        let signed = node.book.account.recover(lost, next, self.now_ms, &node.key).unwrap();
        self.keeps(who, signed);
        self.starts(who);
    }

    /// A payment for a question of which nothing is known: it was asked after the backup. When records in the middle are
    /// lost, those that were found may have it in their sums already, and so it counts only when none are.
    pub(super) fn forgotten(&mut self, payer: usize, provider: usize, job: JobId, best: (Credits, Signature)) {
        let node = &mut self.nodes[provider];
        if node.gap || node.is_recovering() || best.0 == Credits::ZERO {
            return;
        }
        let (cap, at_ms) = (Credits(i64::MAX), self.now_ms);
        let answered = Answered { cap, at_ms, best: Some(best), settled: Credits::ZERO, open: false, told: false };
        node.book.answered.insert((payer, job), answered);
        self.earns(payer, provider, job);
    }
}

impl Book {
    /// Records in the middle are lost: those that were found may have what is open here in their sums already, and what
    /// came for it later.
    fn takes_for_earned(&mut self) {
        for one in self.answered.values_mut().filter(|one| one.open) {
            (one.open, one.settled, one.cap) = (false, one.amount(), one.amount());
        }
    }

    /// Somebody has lost records, and may have lost what it was told.
    fn tells_again(&mut self, who: usize) {
        let asked = self.asked.values_mut().filter(|one| one.provider == who && one.settled > Credits::ZERO);
        asked.for_each(|one| one.told = false);
        let answered =
            self.answered.iter_mut().filter(|((payer, _), one)| *payer == who && one.settled > Credits::ZERO);
        answered.for_each(|(_, one)| one.told = false);
    }

    /// Puts what a record says into the list of jobs.
    fn remember(&mut self, signed: &Signed, names: &[NodeId]) {
        let number = |name: NodeId| names.iter().position(|other| *other == name).unwrap();
        let (zero, at_ms) = (Credits::ZERO, signed.record.at_ms);
        match signed.record.content {
            Content::Reserve { job, provider, cap, until_ms } => {
                let provider = number(provider);
                let asked =
                    Asked { provider, cap, until_ms, acknowledged: zero, settled: zero, open: true, told: false };
                self.asked.entry(job).or_insert(asked);
            }
            Content::Receipt { job, provider, amount, .. } => {
                let (provider, until_ms) = (number(provider), at_ms);
                let asked = Asked {
                    provider,
                    cap: amount,
                    until_ms,
                    acknowledged: amount,
                    settled: amount,
                    open: false,
                    told: true,
                };
                self.asked.insert(job, asked);
            }
            Content::Earned { job, payer, amount, signature, .. } => {
                // What was set aside is not known any more, and the payer signs no more than that.
                let (best, cap) = (Some((amount, signature)), Credits(i64::MAX));
                let answered = Answered { cap, at_ms, best, settled: amount, open: false, told: true };
                self.answered.insert((number(payer), job), answered);
            }
            _ => {}
        }
    }
}
