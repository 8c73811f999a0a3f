//! Fifty jobs between two, and everything that either said or took: none of it may ever be lost.

use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{JobId, Signed};
use opengateway_net::wire::Item;

use super::chance::Chance;
use super::disk::{Disk, Files, Tape};
use super::side::{Side, meet, pc};

pub(super) const JOBS: u64 = 50;

/// What one of the two may rely on from then on.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// It signed this.
    Record(Vec<u8>),
    /// The payer acknowledged so much of a job, or the provider took that.
    Owed { payer: NodeId, job: JobId, amount: Credits },
    /// The provider gave it back.
    Refunded(JobId),
}

/// The two, and who said what after so many steps of their disks.
pub(super) struct World {
    pub(super) tape: Tape,
    pub(super) said: Vec<(usize, usize, Said)>,
    sides: [Side; 2],
}

impl World {
    /// Plays everything. `prepare` sees each connection once it is open.
    pub(super) fn play(seed: u64, prepare: impl Fn(&Side)) -> Self {
        let tape = Tape::default();
        let mut sides = [0, 1].map(|owner| {
            let disk = Disk::new(owner, tape.clone(), Files::new());
            Side::on(disk.connect(), number(owner), None)
        });
        sides.iter().for_each(prepare);
        for (owner, side) in sides.iter_mut().enumerate() {
            side.call(move |book, now| book.know_tags(pc(number(owner)), now)).unwrap();
        }
        let mut world = Self { tape, said: Vec::new(), sides };
        let mut chance = Chance::new(seed);
        for job in 0..JOBS {
            world.job(job, &mut chance);
        }
        world
    }

    fn job(&mut self, number: u64, chance: &mut Chance) {
        let job = u128::from(number + 1).to_be_bytes();
        let turn = usize::try_from(number % 2).unwrap();
        // Who owes too much waits for the other one to ask.
        let payer = if self.trade(turn, job, chance) { turn } else { 1 - turn };
        if payer != turn && !self.trade(payer, job, chance) {
            self.settle();
            assert!([0, 1].into_iter().any(|payer| self.trade(payer, job, chance)), "one of two can always ask");
        }
        self.sides.iter_mut().for_each(|side| side.now += 60_000);
        if number % 10 == 9 {
            self.settle();
        }
    }

    fn settle(&mut self) {
        for side in &mut self.sides {
            side.call(|book, now| book.close_all(now)).unwrap();
            side.call(|book, now| book.claim_all(now)).unwrap();
        }
        let [one, other] = &mut self.sides;
        for statement in meet(one, other).unwrap() {
            self.heard(&statement.items);
        }
    }

    fn trade(&mut self, payer: usize, job: JobId, chance: &mut Chance) -> bool {
        let provider = 1 - payer;
        let (payer_node, provider_node) = (self.sides[payer].node, self.sides[provider].node);
        let tokens = 64 + u32::try_from(chance.below(64)).unwrap();
        let Ok(payment) = self.sides[payer].reserve(job, provider_node, tokens) else { return false };
        self.record(payer, &payment.reserve);
        self.record(payer, &payment.hardware);
        self.sides[provider].admit(payer_node, job, &payment).unwrap();
        let kind = chance.below(10);
        for written in [1, 32, 64] {
            let amount = self.acknowledge(payer, job, written);
            let lost = kind == 8 && written == 64;
            if !lost {
                self.vouched(provider, job, amount);
            }
        }
        match kind {
            // The payer vanishes.
            6 => self.earn(provider, job, false),
            // The provider vanishes.
            7 => drop(self.close(payer, job)),
            // The last voucher and the receipt are lost.
            8 => {
                self.close(payer, job);
                self.earn(provider, job, false);
            }
            // Best effort: what is asked for costs nothing in the end.
            9 => {}
            _ => {
                self.acknowledge(payer, job, tokens);
                let (receipt, last) = self.close(payer, job);
                self.vouched(provider, job, last);
                self.earn(provider, job, true);
                let heard = self.sides[provider].hear(payer_node, vec![Item::Record(receipt)]).unwrap();
                self.heard(&heard.items);
                if kind == 0 {
                    self.sides[provider].call(move |book, now| book.refund(job, now)).unwrap();
                    self.say(provider, Said::Refunded(job));
                }
            }
        }
        true
    }

    fn acknowledge(&mut self, payer: usize, job: JobId, tokens: u32) -> super::super::Acknowledged {
        let due = Credits::whole(i64::from(tokens));
        let said = self.sides[payer].call(move |book, _| book.acknowledge(job, due, tokens)).unwrap();
        self.owed(payer, payer, job, said.amount);
        said
    }

    fn vouched(&mut self, provider: usize, job: JobId, last: super::super::Acknowledged) {
        let payer = self.sides[1 - provider].node;
        let taken = self.sides[provider].call(move |book, _| book.vouched(payer, job, last.amount, last.signature));
        self.owed(provider, 1 - provider, job, taken.unwrap());
    }

    fn close(&mut self, payer: usize, job: JobId) -> (Vec<u8>, super::super::Acknowledged) {
        let closed = self.sides[payer].call(move |book, now| book.close(job, now)).unwrap();
        self.record(payer, &closed.receipt);
        (closed.receipt, closed.last)
    }

    /// `told`: the payer hears of it.
    fn earn(&mut self, provider: usize, job: JobId, told: bool) {
        let (payer, from) = (self.sides[1 - provider].node, self.sides[provider].node);
        let earned = self.sides[provider].call(move |book, now| book.earn(payer, job, told, now)).unwrap();
        let Some(earned) = earned else { return };
        self.record(provider, earned.bytes());
        if told {
            self.sides[1 - provider].hear(from, vec![Item::Record(earned.bytes().to_vec())]).unwrap();
        }
    }

    fn heard(&mut self, items: &[Item]) {
        for item in items {
            if let Item::Record(bytes) = item {
                let author = Signed::read_own(bytes).unwrap().record.author;
                let owner = self.sides.iter().position(|side| side.node == author).unwrap();
                self.record(owner, bytes);
            }
        }
    }

    fn record(&mut self, owner: usize, bytes: &[u8]) {
        self.say(owner, Said::Record(bytes.to_vec()));
    }

    fn owed(&mut self, owner: usize, payer: usize, job: JobId, amount: Credits) {
        let payer = self.sides[payer].node;
        self.say(owner, Said::Owed { payer, job, amount });
    }

    fn say(&mut self, owner: usize, said: Said) {
        let steps = self.tape.lock().unwrap().len();
        self.said.push((steps, owner, said));
    }
}

/// Of the key and the PC of a side.
pub(super) fn number(owner: usize) -> u8 {
    u8::try_from(owner + 1).unwrap()
}
