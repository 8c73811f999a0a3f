//! What happens in a village, one step after the other.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use opengateway_api::{Credits, NodeId};
use opengateway_core::ledger::{Content, JobId, RESERVED, Signed, line, most_cap, spendable, unpayable};
use opengateway_core::price::{self, CHUNK};
use opengateway_core::tags::{Tag, Tags};

use super::book::{Asked, Book};
use super::mail::{Message, PRICE};
use super::{Job, Node, Run, Truth};
use crate::dice::{Dice, whole};

/// Share of messages that are lost, and of those that come twice.
const LOST: f64 = 0.10;
const DOUBLED: f64 = 0.05;
/// The second one comes within three hours.
const LATE_MS: f64 = 180.0 * MINUTE_MS;
/// Messages that are on their way at most: later ones push old ones out.
const ON_THE_WAY: usize = 1000;
/// Messages that come in a step.
const DELIVERED: usize = 20;
/// Text tokens that are sent at once.
const PIECE: u32 = 16;
/// A provider takes what it has after nobody has acknowledged anything for so long.
const SILENCE_MS: i64 = 10 * 60 * 1000;
const MINUTE_MS: f64 = 60_000.0;
/// What may happen to a node in each of its steps.
const KILLED: f64 = 0.02;
const BACKED_UP: f64 = 0.02;
const RESTORED: f64 = 0.0004;
const VANISHES: f64 = 0.0004;
const LEAVES: f64 = 0.01;
/// Share of nodes that spend twice when they can.
const SPENDERS: f64 = 0.10;
const TOLD: usize = 3;

impl Run {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let count = 20 + dice.below(31);
        let nodes = (0..count).map(|number| node(number, &mut dice)).collect();
        let (mail, outcome) = (Vec::new(), super::Outcome::default());
        let mut run = Self { dice, now_ms: 0, nodes, mail, truth: Truth::default(), outcome, calm: false };
        for who in 0..count {
            let tag = |part: u8| Some(Tag([part; 32]));
            let tags = if who % 5 == 4 { Tags::default() } else { Tags { board: tag(1), gpu: tag(2), disk: tag(3) } };
            run.signs(who, Content::Genesis(tags));
        }
        run
    }

    pub(super) fn step(&mut self) {
        self.now_ms += i64::from(whole(self.dice.unit() * MINUTE_MS));
        let who = self.dice.below(self.nodes.len());
        self.befalls(who);
        if !self.nodes[who].online {
            return;
        }
        if self.nodes[who].is_recovering() {
            return self.recovers(who);
        }
        match self.dice.below(10) {
            0 => self.asks(who),
            1..4 => self.writes(who),
            4 => self.tends(who),
            5 => self.meets(who),
            _ => {}
        }
        (0..DELIVERED).for_each(|_| self.delivers());
        if self.dice.chance(KILLED) {
            self.is_killed(who);
        }
    }

    /// What its owner and its machine do to a node.
    fn befalls(&mut self, who: usize) {
        let node = &mut self.nodes[who];
        if node.gone {
            return;
        }
        if self.dice.chance(BACKED_UP) {
            node.backup = Some(node.book.clone());
        }
        if node.spends_twice {
            node.online = true;
        } else if self.dice.chance(VANISHES) {
            (node.gone, node.online) = (true, false);
            self.outcome.vanished += 1;
        } else if self.dice.chance(if node.online { LEAVES } else { 0.3 }) {
            node.online = !node.online;
        } else if let Some(backup) = node.backup.clone().filter(|_| self.dice.chance(RESTORED)) {
            (node.book, node.restored) = (backup, true);
            self.outcome.restored += 1;
            self.is_killed(who);
        }
    }

    /// Between two steps: what was signed is on the disk, what was to be sent is not sent.
    fn is_killed(&mut self, who: usize) {
        self.outcome.kills += 1;
        self.mail.retain(|(from, ..)| *from != who || self.dice.chance(0.5));
        self.nodes[who].writing.clear();
        self.nodes[who].received.clear();
        if !self.nodes[who].is_recovering() {
            self.starts(who);
        }
    }

    /// Closes what a restart has left open.
    pub(super) fn starts(&mut self, who: usize) {
        let book = &self.nodes[who].book;
        let asked: Vec<JobId> = book.asked.iter().filter(|(_, one)| one.open).map(|(job, _)| *job).collect();
        let answered: Vec<_> = book.answered.iter().filter(|(_, one)| one.open).map(|(key, _)| *key).collect();
        asked.into_iter().for_each(|job| self.closes(who, job));
        answered.into_iter().for_each(|(payer, job)| self.earns(payer, who, job));
    }

    fn asks(&mut self, who: usize) {
        let provider = self.dice.below(self.nodes.len());
        let node = &self.nodes[who];
        let totals = node.book.account.totals;
        let tags = node.book.hardware().and_then(Signed::tags).copied().unwrap_or_default();
        let spendable = spendable(&totals, line(tags.are_enough(), totals.earned));
        if provider == who || node.book.condemned.contains(&provider) || unpayable(spendable).is_some() {
            return;
        }
        let (bytes, wanted) = (self.dice.below(4000), 20 + whole(self.dice.around(300.0, 0.8)));
        let cap = price::due(PRICE, bytes, 4000).min(most_cap(totals.earned));
        let before = node.book.account.clone();
        self.offers(who, (provider, cap, bytes, wanted));
        let other = self.dice.below(self.nodes.len());
        if self.nodes[who].spends_twice && other != who && other != provider {
            let after = std::mem::replace(&mut self.nodes[who].book.account, before);
            self.offers(who, (other, cap, bytes, wanted));
            self.nodes[who].book.account = after;
        }
    }

    fn offers(&mut self, payer: usize, (provider, cap, bytes, wanted): (usize, Credits, usize, u32)) {
        let mut job = [0; 16];
        job[..8].copy_from_slice(&self.dice.number().to_be_bytes());
        let until_ms = self.now_ms + self.nodes[payer].skew + RESERVED;
        let name = self.nodes[provider].name;
        let reserve = self.signs(payer, Content::Reserve { job, provider: name, cap, until_ms });
        let (acknowledged, settled, seen) = (Credits::ZERO, Credits::ZERO, Credits::ZERO);
        let asked = Asked { provider, cap, until_ms, acknowledged, settled, open: true, told: false };
        self.nodes[payer].book.asked.insert(job, asked);
        let number = reserve.record.sequence;
        let truth = Job { payer, provider, number, bytes, wanted, written: 0, received: 0, acknowledged, seen };
        self.truth.jobs.insert(job, truth);
        self.truth.touched.insert(job);
        let Some(hardware) = self.nodes[payer].book.hardware().cloned() else { return };
        self.send(payer, provider, Message::Offer { job, records: Box::new((hardware, reserve)) });
    }

    /// The next piece of an answer, while the payer keeps up.
    fn writes(&mut self, who: usize) {
        let count = self.nodes[who].writing.len();
        let Some(key) = self.nodes[who].writing.keys().nth(self.dice.below(count)).copied() else { return };
        let node = &mut self.nodes[who];
        let answered = node.book.answered[&key];
        let writing = node.writing.get_mut(&key).unwrap();
        let truth = self.truth.jobs.get_mut(&key.1).unwrap();
        self.truth.touched.insert(key.1);
        let next = (writing.text_tokens + PIECE).min(writing.wanted);
        let best = answered.amount();
        let ahead = price::due(PRICE, if best == Credits::ZERO { truth.bytes } else { 0 }, CHUNK);
        let due = price::due(PRICE, truth.bytes, next);
        let affords = due <= best.plus(ahead).unwrap() && due <= answered.cap;
        if affords {
            writing.text_tokens = next;
            truth.written = truth.written.max(next);
        }
        let (text_tokens, over) = (writing.text_tokens, due > answered.cap);
        let ends = text_tokens == writing.wanted || over;
        self.send(who, key.0, Message::Text { job: key.1, text_tokens, ends });
    }

    /// Closes what nobody will go on with.
    pub(super) fn tends(&mut self, who: usize) {
        let now_ms = self.now_ms;
        let node = &self.nodes[who];
        let silent = |key: &(usize, JobId)| node.writing.get(key).is_none_or(|one| one.since_ms + SILENCE_MS < now_ms);
        let answered = node.book.answered.iter().filter(|(key, one)| one.open && silent(key)).map(|(key, _)| *key);
        let answered: Vec<_> = answered.collect();
        let over = |one: &Asked| one.open && one.until_ms < now_ms + node.skew;
        let asked: Vec<JobId> = node.book.asked.iter().filter(|(_, one)| over(one)).map(|(job, _)| *job).collect();
        asked.into_iter().for_each(|job| self.closes(who, job));
        answered.into_iter().for_each(|(payer, job)| self.earns(payer, who, job));
    }

    /// Tells somebody what closes the jobs between both.
    fn meets(&mut self, who: usize) {
        let other = self.dice.below(self.nodes.len());
        self.tells_all(who, Some(other));
    }

    pub(super) fn tells_all(&mut self, who: usize, whom: Option<usize>) {
        let is_meant = |other: usize| whom.is_none_or(|whom| whom == other);
        let book = &self.nodes[who].book;
        if self.nodes[who].is_recovering() {
            return;
        }
        let asked = book.asked.iter().filter(|(_, one)| !one.open && !one.told && is_meant(one.provider));
        let asked: Vec<JobId> = asked.map(|(job, _)| *job).collect();
        let untold = book.answered.iter().filter(|((payer, _), one)| !one.open && !one.told && is_meant(*payer));
        let shown: Vec<_> = untold.filter_map(|(key, one)| Some((*key, one.best?))).collect();
        asked.into_iter().for_each(|job| self.tells(who, job));
        for ((payer, job), (amount, signature)) in shown {
            self.send(who, payer, Message::Shown { job, amount, signature });
        }
    }

    fn delivers(&mut self) {
        if self.mail.is_empty() {
            return;
        }
        let at = self.dice.below(self.mail.len());
        if self.mail[at].2 > self.now_ms {
            return;
        }
        let (from, to, _, message) = self.mail.swap_remove(at);
        if self.dice.chance(DOUBLED) {
            let again_ms = self.now_ms + i64::from(whole(self.dice.unit() * LATE_MS));
            self.mail.push((from, to, again_ms, message.clone()));
        }
        if self.nodes[to].online && !self.dice.chance(LOST) {
            self.receive(from, to, message);
        }
    }

    pub(super) fn send(&mut self, from: usize, to: usize, message: Message) {
        if self.mail.len() >= ON_THE_WAY && !self.calm {
            let at = self.dice.below(self.mail.len());
            self.mail.swap_remove(at);
        }
        self.mail.push((from, to, self.now_ms, message));
    }

    pub(super) fn gossip(&mut self, from: usize, message: &Message) {
        for _ in 0..TOLD {
            let to = self.dice.below(self.nodes.len());
            self.send(from, to, message.clone());
        }
    }

    pub(super) fn signs(&mut self, who: usize, content: Content) -> Signed {
        let node = &self.nodes[who];
        let signed = node.book.account.next(content, self.now_ms + node.skew, &node.key).unwrap();
        self.keeps(who, signed.clone());
        signed
    }

    /// On the disk first, then in the keychain.
    pub(super) fn keeps(&mut self, who: usize, signed: Signed) {
        self.checks_number(who, &signed);
        let node = &mut self.nodes[who];
        node.book.account.take(&signed).unwrap();
        node.mark = node.mark.max(Some(signed.record.sequence));
        node.book.chain.push(signed);
    }
}

fn node(number: usize, dice: &mut Dice) -> Node {
    let mut secret = [7; 32];
    secret[..8].copy_from_slice(&dice.number().to_be_bytes());
    let key = SigningKey::from_bytes(&secret);
    Node {
        name: NodeId(key.verifying_key().to_bytes()),
        key,
        spends_twice: number > 0 && dice.chance(SPENDERS),
        skew: i64::from(whole(dice.unit() * 20.0 * MINUTE_MS)) - 10 * 60_000,
        book: Book::default(),
        backup: None,
        mark: None,
        gone: false,
        online: true,
        restored: false,
        gap: false,
        writing: BTreeMap::new(),
        received: BTreeMap::new(),
    }
}
