//! What nodes send each other, and what they do when it comes.

use opengateway_api::{Credits, ModelHash};
use opengateway_core::ledger::{
    Asked as Offered, Content, ForkProof, JobId, Known, Signature, Signed, Voucher, VoucherKind, Work, admit,
};
use opengateway_core::price::{self, CHUNK};

use super::book::{Answered, Asked, Noted};
use super::{Run, Writing};

/// A credit for a text token.
pub(super) const PRICE: Credits = Credits::whole(1000);
const DAY_MS: i64 = 24 * 3600 * 1000;

#[derive(Clone)]
pub(super) enum Message {
    /// What the payer's PC is, and what it sets aside.
    Offer {
        job: JobId,
        records: Box<(Signed, Signed)>,
    },
    Text {
        job: JobId,
        text_tokens: u32,
        ends: bool,
    },
    /// The payer acknowledges; with a receipt when it closes.
    Voucher {
        job: JobId,
        amount: Credits,
        signature: Signature,
        receipt: Option<Signed>,
    },
    /// The provider shows what the payer has signed.
    Shown {
        job: JobId,
        amount: Credits,
        signature: Signature,
    },
    Earned(Signed),
    Gossip {
        author: usize,
        signed: Signed,
    },
    Proof {
        author: usize,
        proof: Box<ForkProof>,
    },
}

impl Run {
    pub(super) fn receive(&mut self, from: usize, to: usize, message: Message) {
        match message {
            Message::Offer { job, records } => self.offered(from, to, job, &records),
            Message::Text { job, text_tokens, ends } => self.reads(to, job, text_tokens, ends),
            Message::Voucher { job, amount, signature, receipt } => {
                self.vouched(from, to, job, (amount, signature));
                if let Some(receipt) = receipt {
                    self.closed(from, to, job, &receipt);
                }
            }
            Message::Shown { job, amount, signature } => self.shown(from, to, job, (amount, signature)),
            Message::Earned(signed) => self.told(from, to, &signed),
            Message::Gossip { author, signed } => self.hears(author, to, &signed),
            Message::Proof { author, proof } => {
                if author != to && proof.spends_twice() && self.nodes[to].book.condemned.insert(author) {
                    self.gossip(to, &Message::Proof { author, proof });
                }
            }
        }
    }

    fn offered(&mut self, payer: usize, provider: usize, job: JobId, (hardware, reserve): &(Signed, Signed)) {
        let truth = self.truth.jobs[&job];
        let now_ms = self.now_ms + self.nodes[provider].skew;
        let node = &self.nodes[provider];
        if node.is_recovering() || node.book.answered.contains_key(&(payer, job)) {
            return;
        }
        let (hardware, reserve) = (Signed::read(hardware.bytes()).unwrap(), Signed::read(reserve.bytes()).unwrap());
        let first = price::due(PRICE, truth.bytes, CHUNK);
        let (name, own) = (self.nodes[payer].name, node.name);
        let offered = Offered { payer: name, provider: own, job, hardware: &hardware, reserve: &reserve, first };
        let seen = node.book.seen.get(&(payer, reserve.record.sequence));
        let today = node.book.answered.iter().filter(|((who, _), one)| *who == payer && one.at_ms > now_ms - DAY_MS);
        let known = Known {
            same_number: seen.map(|signed| signed.id),
            least_number: node.book.least_number(payer),
            forked: node.book.condemned.contains(&payer),
            debt: Credits::ZERO,
            today: Credits(today.map(|(_, one)| one.amount().0).sum()),
            trusted: node.book.asked.values().any(|one| one.provider == payer && one.settled > Credits::ZERO),
        };
        let admitted = admit(&offered, &known, now_ms);
        self.checks_forks(payer, provider, admitted.is_ok());
        self.hears(payer, provider, &reserve);
        let Ok(cap) = admitted else {
            self.outcome.refused += 1;
            return;
        };
        self.outcome.admitted += 1;
        self.checks_admission(payer, provider, &reserve);
        let answered = Answered { cap, at_ms: now_ms, best: None, settled: Credits::ZERO, open: true, told: false };
        let writing = Writing { text_tokens: 0, wanted: truth.wanted, since_ms: self.now_ms };
        let node = &mut self.nodes[provider];
        node.book.note(payer, &hardware);
        node.book.answered.insert((payer, job), answered);
        node.writing.insert((payer, job), writing);
    }

    /// A record of somebody that came with a question or by gossip.
    fn hears(&mut self, author: usize, to: usize, signed: &Signed) {
        if author == to {
            return self.nodes[to].hears_of_itself(signed.record.sequence);
        }
        let news = match self.nodes[to].book.note(author, signed) {
            Noted::Known => return,
            Noted::New => Message::Gossip { author, signed: signed.clone() },
            Noted::Fork(proof) => Message::Proof { author, proof },
        };
        self.gossip(to, &news);
    }

    fn reads(&mut self, payer: usize, job: JobId, text_tokens: u32, ends: bool) {
        let node = &mut self.nodes[payer];
        let Some(asked) = node.book.asked.get_mut(&job).filter(|asked| asked.open) else { return };
        let received = node.received.entry(job).or_default();
        *received = text_tokens.max(*received);
        let truth = self.truth.touches(job);
        truth.received = truth.received.max(*received);
        let due = price::due(PRICE, truth.bytes, *received);
        asked.acknowledged = due.min(asked.cap).max(asked.acknowledged);
        let (amount, provider) = (asked.acknowledged, asked.provider);
        if ends {
            return self.closes(payer, job);
        }
        let signature = self.acknowledges(payer, job, amount);
        self.send(payer, provider, Message::Voucher { job, amount, signature, receipt: None });
    }

    pub(super) fn acknowledges(&mut self, payer: usize, job: JobId, amount: Credits) -> Signature {
        let truth = self.truth.touches(job);
        truth.acknowledged = truth.acknowledged.max(amount);
        let provider = self.nodes[truth.provider].name;
        let node = &self.nodes[payer];
        Voucher { kind: VoucherKind::Payment, payer: node.name, provider, job, amount }.sign(&node.key)
    }

    fn is_signed(&self, payer: usize, provider: usize, job: JobId, (amount, signature): (Credits, Signature)) -> bool {
        let (payer, provider) = (self.nodes[payer].name, self.nodes[provider].name);
        Voucher { kind: VoucherKind::Payment, payer, provider, job, amount }.is_signed(&signature)
    }

    fn vouched(&mut self, payer: usize, provider: usize, job: JobId, best: (Credits, Signature)) {
        if !self.is_signed(payer, provider, job, best) {
            return;
        }
        let now_ms = self.now_ms;
        let node = &mut self.nodes[provider];
        let Some(answered) = node.book.answered.get_mut(&(payer, job)) else {
            return self.forgotten(payer, provider, job, best);
        };
        if best.0 > answered.amount() && best.0 <= answered.cap {
            answered.best = Some(best);
            let truth = self.truth.touches(job);
            truth.seen = truth.seen.max(best.0);
        }
        if let Some(writing) = node.writing.get_mut(&(payer, job)) {
            writing.since_ms = now_ms;
        }
        if !answered.open {
            self.earns(payer, provider, job);
        }
    }

    fn closed(&mut self, payer: usize, provider: usize, job: JobId, receipt: &Signed) {
        self.earns(payer, provider, job);
        let Content::Receipt { amount, .. } = receipt.record.content else { return };
        let book = &mut self.nodes[provider].book;
        let _noted = book.note(payer, receipt);
        if let Some(answered) = book.answered.get_mut(&(payer, job)).filter(|answered| !answered.open) {
            answered.told |= answered.settled <= amount;
        }
    }

    /// Puts what was acknowledged into the provider's account, and says so.
    pub(super) fn earns(&mut self, payer: usize, provider: usize, job: JobId) {
        let name = self.nodes[payer].name;
        let node = &mut self.nodes[provider];
        let Some(answered) = node.book.answered.get(&(payer, job)).copied() else { return };
        if node.is_recovering() {
            return;
        }
        node.writing.remove(&(payer, job));
        let more = answered.amount().minus(answered.settled).unwrap_or_default();
        if let Some((amount, signature)) = answered.best.filter(|_| more > Credits::ZERO) {
            self.signs(provider, Content::Earned { job, payer: name, amount, more, signature });
        }
        let book = &mut self.nodes[provider].book;
        let answered = book.answered.get_mut(&(payer, job)).unwrap();
        (answered.open, answered.settled) = (false, answered.amount());
        answered.told |= answered.settled == Credits::ZERO;
        let record = book.earned_with(job).cloned();
        if let Some(record) = record {
            self.send(provider, payer, Message::Earned(record));
        }
    }

    /// Closes a question with what was acknowledged.
    pub(super) fn closes(&mut self, payer: usize, job: JobId) {
        let node = &self.nodes[payer];
        let asked = node.book.asked[&job];
        let is_second = node.spends_twice && !node.book.account.holds.contains_key(&job);
        if node.is_recovering() || is_second {
            return;
        }
        let (provider, amount) = (self.nodes[asked.provider].name, asked.acknowledged);
        let more = amount.minus(asked.settled).unwrap_or_default();
        let work = Work { model: ModelHash([1; 32]), text_tokens: 0, price: PRICE };
        self.signs(payer, Content::Receipt { job, provider, amount, more, work });
        let asked = self.nodes[payer].book.asked.get_mut(&job).unwrap();
        (asked.open, asked.settled, asked.told) = (false, amount, amount == Credits::ZERO);
        self.tells(payer, job);
    }

    /// Tells the provider what closes a question.
    pub(super) fn tells(&mut self, payer: usize, job: JobId) {
        let asked = self.nodes[payer].book.asked[&job];
        let receipt = self.nodes[payer].book.receipt_of(job).cloned();
        let (amount, signature) = (asked.acknowledged, self.acknowledges(payer, job, asked.acknowledged));
        self.send(payer, asked.provider, Message::Voucher { job, amount, signature, receipt });
    }

    fn shown(&mut self, provider: usize, payer: usize, job: JobId, best: (Credits, Signature)) {
        if self.nodes[payer].is_recovering() || !self.is_signed(payer, provider, job, best) {
            return;
        }
        let none = Asked {
            provider,
            cap: best.0,
            until_ms: self.now_ms,
            acknowledged: Credits::ZERO,
            settled: Credits::ZERO,
            open: false,
            told: false,
        };
        let asked = self.nodes[payer].book.asked.entry(job).or_insert(none);
        asked.acknowledged = best.0.max(asked.acknowledged);
        if asked.open {
            return;
        }
        asked.told = false;
        if asked.settled < asked.acknowledged { self.closes(payer, job) } else { self.tells(payer, job) }
    }

    fn told(&mut self, provider: usize, payer: usize, signed: &Signed) {
        let Content::Earned { job, amount, signature, .. } = signed.record.content else { return };
        let _noted = self.nodes[payer].book.note(provider, signed);
        match self.nodes[payer].book.asked.get_mut(&job) {
            Some(asked) if amount == asked.settled => asked.told |= !asked.open,
            Some(asked) if amount < asked.settled => {}
            _ => self.shown(provider, payer, job, (amount, signature)),
        }
    }
}
