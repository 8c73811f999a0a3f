//! The promises, looked at after every step.

use std::collections::BTreeMap;

use opengateway_api::Credits;
use opengateway_core::ledger::{Content, JobId, Replay, Signed, Totals};
use opengateway_core::price::{self, CHUNK};

use super::mail::PRICE;
use super::{Job, Leg, Node, Run, Truth};

const CREDIT: i128 = 1_000_000;

impl Truth {
    pub(super) fn touches(&mut self, job: JobId) -> &mut Job {
        self.touched.insert(job);
        self.jobs.get_mut(&job).unwrap()
    }
}

impl Run {
    /// What holds at all times.
    pub(super) fn check(&mut self) -> Result<(), String> {
        if let Some(broken) = self.truth.broken.pop() {
            return Err(broken);
        }
        for job in std::mem::take(&mut self.truth.touched) {
            self.is_bounded(job)?;
        }
        for (who, node) in self.nodes.iter().enumerate().filter(|(_, node)| !node.spends_twice && !node.gap) {
            if node.sums() != node.book.account.totals {
                return Err(format!("node {who} has {:?}, its jobs {:?}", node.book.account.totals, node.sums()));
            }
        }
        Ok(())
    }

    /// Neither side loses more than it has agreed to, and nobody earns what the payer has not signed.
    fn is_bounded(&self, job: JobId) -> Result<(), String> {
        let Job { payer, provider, bytes, written, received, acknowledged, seen, .. } = self.truth.jobs[&job];
        let voucher = price::due(PRICE, 0, price::VOUCHER_TOKENS);
        if acknowledged > Credits::ZERO && acknowledged > price::due(PRICE, bytes, received).plus(voucher).unwrap() {
            return Err(format!("node {payer} owes for more than a voucher that did not come"));
        }
        let worth = if written == 0 { Credits::ZERO } else { price::due(PRICE, bytes, written) };
        if worth > seen.plus(price::due(PRICE, bytes, CHUNK)).unwrap() {
            return Err(format!("node {provider} has written more than a chunk that is not acknowledged"));
        }
        let earned = self.nodes[provider].book.answered.get(&(payer, job)).map(|answered| answered.settled);
        if earned.is_some_and(|earned| earned > acknowledged) {
            return Err(format!("node {provider} has earned more than was acknowledged"));
        }
        Ok(())
    }

    /// An honest node never signs two records with one number.
    pub(super) fn checks_number(&mut self, who: usize, signed: &Signed) {
        let leg = match signed.record.content {
            Content::Earned { job, more, .. } => Some(Leg { job, earned: true, more }),
            Content::Receipt { job, more, .. } => Some(Leg { job, earned: false, more }),
            _ => None,
        };
        self.truth.records.insert(signed.id, (signed.record.previous, leg));
        let known = self.truth.signed.insert((who, signed.record.sequence), signed.id);
        if known.is_some_and(|id| id != signed.id) && !self.nodes[who].spends_twice {
            self.truth.broken.push(format!("node {who} has signed number {} twice", signed.record.sequence));
        }
    }

    /// Nobody is admitted beyond what can be spent, in other words than those of the rule.
    pub(super) fn checks_admission(&mut self, payer: usize, provider: usize, reserve: &Signed) {
        let Content::Reserve { job, cap, .. } = reserve.record.content else { return };
        if !self.truth.admitted.insert(job) && !self.nodes[provider].restored {
            self.truth.broken.push(format!("node {provider} has admitted a question of node {payer} twice"));
        }
        let Totals { earned, spent, held } = reserve.record.totals;
        let [earned, spent, held, cap] = [earned, spent, held, cap].map(|sum| i128::from(sum.0));
        let base = if payer % 5 == 4 { 250 } else { 1000 } * CREDIT;
        let spendable = earned - spent + base + (earned / 5).min(5000 * CREDIT) - (held - cap);
        if spendable < 1000 * CREDIT {
            self.truth.broken.push(format!("node {provider} has admitted node {payer}, who has {spendable}"));
        }
    }

    /// Who is known to have spent twice is not admitted.
    pub(super) fn checks_forks(&mut self, payer: usize, provider: usize, admitted: bool) {
        if admitted && self.nodes[provider].book.condemned.contains(&payer) {
            self.truth.broken.push(format!("node {provider} has admitted node {payer}, who has spent twice"));
        }
    }

    /// What holds when everything has arrived.
    pub(super) fn check_the_end(&mut self) -> Result<(), String> {
        self.all_have_ended()?;
        let is_there = |who: usize| !self.nodes[who].gone && !self.nodes[who].spends_twice;
        let legs: Vec<_> = (0..self.nodes.len()).map(|who| self.legs(who)).collect();
        let (mut outside, mut lost) = (0, 0);
        for (job, truth) in &self.truth.jobs {
            let Job { payer, provider, acknowledged, .. } = *truth;
            let spent = legs[payer].get(&(*job, false)).copied().unwrap_or_default();
            let earned = legs[provider].get(&(*job, true)).copied().unwrap_or_default();
            if earned > acknowledged.0 {
                return Err(format!("node {provider} has counted what node {payer} has signed more than once"));
            }
            let gap = self.nodes[payer].gap || self.nodes[provider].gap;
            match (is_there(payer), is_there(provider)) {
                (true, true) if spent == earned || (spent > earned && gap) => lost += spent - earned,
                (true, true) => return Err(format!("node {payer} has spent {spent}, node {provider} earned {earned}")),
                (true, false) => outside += spent,
                (false, true) => outside -= earned,
                (false, false) => {}
            }
        }
        let there = || self.nodes.iter().filter(|node| !node.gone && !node.spends_twice);
        let sum: i64 = there().map(|node| node.book.account.totals.net().0).sum();
        if sum + outside + lost != 0 {
            return Err(format!("the sum is {}", sum + outside + lost));
        }
        there().filter(|node| !node.gap).try_for_each(replays)?;
        self.outcome.lost += lost;
        (0..self.nodes.len()).for_each(|who| self.counts_spender(who));
        Ok(())
    }

    fn all_have_ended(&mut self) -> Result<(), String> {
        for (who, node) in self.nodes.iter().enumerate().filter(|(_, node)| !node.gone && !node.spends_twice) {
            let book = &node.book;
            if book.asked.values().any(|one| one.open) || book.answered.values().any(|one| one.open) {
                return Err(format!("a question of node {who}, or to it, never ends"));
            }
            self.outcome.ended += book.answered.len();
            self.outcome.paid += book.answered.values().filter(|one| one.settled > Credits::ZERO).count();
        }
        Ok(())
    }

    /// What the records on which an account rests did to each job and side, whoever still has them.
    fn legs(&self, who: usize) -> BTreeMap<(JobId, bool), i64> {
        let (mut legs, mut head) = (BTreeMap::new(), self.nodes[who].book.account.head);
        while let Some((previous, leg)) = self.truth.records.get(&head) {
            if let Some(Leg { job, earned, more }) = leg {
                *legs.entry((*job, *earned)).or_default() += more.0;
            }
            head = *previous;
        }
        legs
    }

    fn counts_spender(&mut self, who: usize) {
        if !self.nodes[who].spends_twice {
            return;
        }
        let is_admitted = |node: &Node, job: &JobId| node.book.answered.contains_key(&(who, *job));
        let jobs = self.truth.jobs.iter().filter(|(_, job)| job.payer == who);
        let admitted = jobs.clone().filter(|(job, truth)| is_admitted(&self.nodes[truth.provider], job));
        let mut numbers: Vec<u64> = admitted.map(|(_, truth)| truth.number).collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        let twice = numbers.len() < count;
        let owed = Credits(jobs.map(|(_, truth)| truth.seen.0).sum());
        let others = self.nodes.iter().filter(|node| !node.gone && !node.spends_twice);
        let know = others.clone().filter(|node| node.book.condemned.contains(&who)).count();
        self.outcome.spent_twice += usize::from(twice);
        self.outcome.found_out += usize::from(twice && know > 0);
        self.outcome.notorious += usize::from(twice && know * 2 > others.count());
        self.outcome.most_owed = self.outcome.most_owed.max(if twice { owed } else { Credits::ZERO });
    }
}

impl Node {
    /// What the account comes to, from the jobs alone.
    fn sums(&self) -> Totals {
        let sum = |amounts: &mut dyn Iterator<Item = Credits>| Credits(amounts.map(|amount| amount.0).sum());
        let (asked, answered) = (&self.book.asked, &self.book.answered);
        Totals {
            earned: sum(&mut answered.values().map(|one| one.settled)),
            spent: sum(&mut asked.values().map(|one| one.settled)),
            held: sum(&mut asked.values().filter(|one| one.open).map(|one| one.cap)),
        }
    }
}

/// Each record follows from those before.
fn replays(node: &Node) -> Result<(), String> {
    let mut replay = Replay::default();
    for signed in &node.book.chain {
        replay.take(signed).map_err(|fault| format!("record {} does not follow: {fault}", signed.record.sequence))?;
    }
    (replay.account() == &node.book.account).then_some(()).ok_or("an account is not what its records come to".into())
}
