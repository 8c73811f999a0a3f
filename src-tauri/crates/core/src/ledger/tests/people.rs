//! A few people who ask and answer each other by the book, whatever the network does to their vouchers.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

const PEOPLE: usize = 4;

#[derive(Debug, Clone)]
pub(super) enum Step {
    Ask { payer: usize, provider: usize, cap: i64 },
    Acknowledge { job: Index, share: u8 },
    Deliver { voucher: Index },
    Close { job: Index },
    GiveBack { job: Index },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) payer: usize,
    pub(super) provider: usize,
    pub(super) cap: Credits,
    /// The most that was signed.
    pub(super) acknowledged: Credits,
    /// What the payer's receipts say, and the provider's earnings.
    pub(super) told: Option<Credits>,
    pub(super) settled: Credits,
    pub(super) given_back: bool,
}

#[derive(Clone)]
pub(super) struct Village {
    pub(super) people: Vec<Someone>,
    pub(super) chains: Vec<Vec<Signed>>,
    pub(super) jobs: Vec<Job>,
    /// Whose job, and the payer's signature; in the order in which they were signed.
    pub(super) vouchers: Vec<(usize, Credits, Signature)>,
}

impl Village {
    pub(super) fn new() -> Self {
        let people: Vec<_> = (1..).take(PEOPLE).map(Someone::new).collect();
        let begin = |someone: &Someone| {
            vec![Account::default().next(Content::Genesis(Tags::default()), 0, &someone.key).unwrap()]
        };
        let chains = people.iter().map(begin).collect();
        Self { people, chains, jobs: Vec::new(), vouchers: Vec::new() }
    }

    pub(super) fn after(steps: &[Step]) -> Self {
        let mut village = Self::new();
        steps.iter().for_each(|step| village.does(step));
        village
    }

    pub(super) fn does(&mut self, step: &Step) {
        match step {
            Step::Ask { payer, provider, cap } => self.ask(*payer, *provider, Credits(*cap)),
            Step::Acknowledge { job, share } if !self.jobs.is_empty() => {
                self.acknowledge(job.index(self.jobs.len()), *share);
            }
            Step::Deliver { voucher } if !self.vouchers.is_empty() => {
                self.deliver(voucher.index(self.vouchers.len()));
            }
            Step::Close { job } if !self.jobs.is_empty() => self.close(job.index(self.jobs.len())),
            Step::GiveBack { job } if !self.jobs.is_empty() => self.give_back(job.index(self.jobs.len())),
            _ => {}
        }
    }

    /// Everything arrives, everything is closed.
    pub(super) fn settle(&mut self) {
        (0..self.vouchers.len()).for_each(|voucher| self.deliver(voucher));
        (0..self.jobs.len()).for_each(|job| self.close(job));
    }

    pub(super) fn nets(&self) -> Vec<Credits> {
        self.people.iter().map(|someone| someone.account.totals.net()).collect()
    }

    pub(super) fn sum(&self) -> i128 {
        self.nets().iter().map(|net| i128::from(net.0)).sum()
    }

    pub(super) fn ask(&mut self, payer: usize, provider: usize, cap: Credits) {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(self.jobs.len() as u64).to_be_bytes());
        let node = self.people[provider].node();
        self.signs(payer, Content::Reserve { job: id, provider: node, cap, until_ms: 9 });
        let (acknowledged, settled) = (Credits::ZERO, Credits::ZERO);
        self.jobs.push(Job { id, payer, provider, cap, acknowledged, told: None, settled, given_back: false });
    }

    /// Signs a larger share of what was set aside than before, if it is one.
    fn acknowledge(&mut self, number: usize, share: u8) {
        let job = &self.jobs[number];
        let amount = Credits(i64::try_from(i128::from(job.cap.0) * i128::from(share) / 255).unwrap());
        if amount <= job.acknowledged || job.given_back {
            return;
        }
        let signature = self.voucher(number, VoucherKind::Payment, amount).sign(&self.people[job.payer].key);
        self.jobs[number].acknowledged = amount;
        self.vouchers.push((number, amount, signature));
    }

    pub(super) fn deliver(&mut self, voucher: usize) {
        let (number, amount, signature) = self.vouchers[voucher];
        let job = &self.jobs[number];
        if amount <= job.settled || job.given_back {
            return;
        }
        let (provider, payer) = (job.provider, self.people[job.payer].node());
        let more = amount.minus(job.settled).unwrap();
        self.signs(provider, Content::Earned { job: job.id, payer, amount, more, signature });
        self.jobs[number].settled = amount;
    }

    fn close(&mut self, number: usize) {
        let job = &self.jobs[number];
        let (payer, amount) = (job.payer, job.acknowledged);
        if job.told == Some(amount) || job.given_back {
            return;
        }
        let more = amount.minus(job.told.unwrap_or_default()).unwrap();
        let work = Work { model: ModelHash([9; 32]), text_tokens: 10, price: Credits(1) };
        let provider = self.people[job.provider].node();
        self.signs(payer, Content::Receipt { job: job.id, provider, amount, more, work });
        self.jobs[number].told = Some(amount);
    }

    /// Only what both have closed.
    fn give_back(&mut self, number: usize) {
        let job = self.jobs[number].clone();
        let amount = job.settled;
        if job.given_back || amount == Credits::ZERO || job.told != Some(amount) || job.acknowledged != amount {
            return;
        }
        let (payer, provider) = (self.people[job.payer].node(), self.people[job.provider].node());
        let signature = self.voucher(number, VoucherKind::Refund, amount).sign(&self.people[job.provider].key);
        self.signs(job.provider, Content::Refund { job: job.id, payer, amount });
        self.signs(job.payer, Content::Refunded { job: job.id, provider, amount, signature });
        self.jobs[number].given_back = true;
    }

    fn voucher(&self, number: usize, kind: VoucherKind, amount: Credits) -> Voucher {
        let job = &self.jobs[number];
        let (payer, provider) = (self.people[job.payer].node(), self.people[job.provider].node());
        Voucher { kind, payer, provider, job: job.id, amount }
    }

    fn signs(&mut self, who: usize, content: Content) {
        let signed = self.people[who].does(content);
        self.chains[who].push(signed);
    }

    /// No number twice, and none left out.
    pub(super) fn numbers_are_whole(&self) -> bool {
        let numbers = |chain: &Vec<Signed>| chain.iter().map(|signed| signed.record.sequence).collect::<BTreeSet<_>>();
        self.chains.iter().all(|chain| numbers(chain).into_iter().eq((0..).take(chain.len())))
    }

    /// What an account comes to, from the jobs alone.
    pub(super) fn expected(&self, who: usize) -> Totals {
        let mut totals = Totals::default();
        let add = |total: &mut Credits, amount: Credits| *total = total.plus(amount).unwrap();
        for job in &self.jobs {
            if job.payer == who && job.told.is_none() {
                add(&mut totals.held, job.cap);
            }
            if job.payer == who && !job.given_back {
                add(&mut totals.spent, job.told.unwrap_or_default());
            }
            if job.provider == who && !job.given_back {
                add(&mut totals.earned, job.settled);
            }
        }
        totals
    }
}

/// Signatures take time: fewer cases, unless more are asked for.
pub(super) fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    ProptestConfig { cases: if asked { default.cases } else { 12 }, ..default }
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ask = (0..PEOPLE, 1..PEOPLE, prop_oneof![1..5_000_000_000_i64, 1..300_i64]);
    let step = prop_oneof![
        3 => ask.prop_map(|(payer, next, cap)| Step::Ask { payer, provider: (payer + next) % PEOPLE, cap }),
        5 => (any::<Index>(), any::<u8>()).prop_map(|(job, share)| Step::Acknowledge { job, share }),
        5 => any::<Index>().prop_map(|voucher| Step::Deliver { voucher }),
        3 => any::<Index>().prop_map(|job| Step::Close { job }),
        1 => any::<Index>().prop_map(|job| Step::GiveBack { job }),
    ];
    prop::collection::vec(step, 1..40)
}
