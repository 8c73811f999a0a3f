//! One of two who trade: a book on a disk, and what it does in a commit of its own.

use opengateway_api::{Credits, ModelHash, NodeId, Place};
use opengateway_core::ledger::JobId;
use opengateway_core::tags::{Tag, Tags};
use opengateway_net::wire::{Item, Statement};
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::super::answering::Offered;
use super::super::asking::{Payment, Terms};
use super::super::book::Book;
use super::super::{AccountError, thread};

/// When everything begins.
pub(super) const NOW: i64 = 1_800_000_000_000;
/// For 1000 text tokens.
pub(super) const PRICE: Credits = Credits::whole(1000);

pub(super) struct Side {
    pub(super) book: Book,
    pub(super) node: NodeId,
    pub(super) now: i64,
}

impl Side {
    /// In memory, on a PC whose parts are known.
    pub(super) fn new(number: u8) -> Self {
        let mut side = Self::on(Connection::open_in_memory().unwrap(), number, None);
        side.call(move |book, now| book.know_tags(pc(number), now)).unwrap();
        side
    }

    pub(super) fn on(db: Connection, number: u8, mark: Option<u64>) -> Self {
        let book = Book::on(db).unwrap();
        let node = NodeId(ed25519_dalek::SigningKey::from_bytes(&[number; 32]).verifying_key().to_bytes());
        let mut side = Self { book, node, now: NOW };
        side.call(move |book, now| book.take_key([number; 32], mark, now)).unwrap();
        side
    }

    /// What this returns without an error was committed.
    pub(super) fn call<T: Send + 'static>(
        &mut self,
        action: impl FnOnce(&mut Book, i64) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let now = self.now;
        let (work, mut told) = thread::work(move |book| action(book, now));
        let (_nobody_else, mut queue) = mpsc::channel(1);
        thread::together(&mut self.book, work, &mut queue);
        told.try_recv().unwrap()
    }

    pub(super) fn reserve(&mut self, job: JobId, provider: NodeId, tokens: u32) -> Result<Payment, AccountError> {
        self.call(move |book, now| book.reserve(terms(job, provider, tokens), now))
    }

    pub(super) fn admit(&mut self, payer: NodeId, job: JobId, payment: &Payment) -> Result<Credits, AccountError> {
        let offered = offered(payer, job, payment);
        self.call(move |book, now| book.admit(&offered, now))
    }

    pub(super) fn hear(&mut self, from: NodeId, items: Vec<Item>) -> Result<Statement, AccountError> {
        self.call(move |book, now| book.hear(from, Statement { items, own_from: None }, now))
    }

    pub(super) fn net(&self) -> i64 {
        self.book.chain.totals.net().0
    }

    /// A whole job, as it goes when nothing happens; `paid` text tokens at a credit each.
    pub(super) fn asks(&mut self, provider: &mut Self, job: JobId, tokens: u32) {
        let payment = self.reserve(job, provider.node, tokens).unwrap();
        provider.admit(self.node, job, &payment).unwrap();
        let closed = self.pays(job, tokens);
        let (payer, last) = (self.node, closed.last);
        let earned = provider.call(move |book, now| {
            book.vouched(payer, job, last.amount, last.signature)?;
            book.earn(payer, job, true, now)
        });
        provider.hear(payer, vec![Item::Record(closed.receipt)]).unwrap();
        self.hear(provider.node, vec![Item::Record(earned.unwrap().unwrap().bytes().to_vec())]).unwrap();
    }

    /// Acknowledges so much and closes the job.
    pub(super) fn pays(&mut self, job: JobId, tokens: u32) -> super::super::Closed {
        let due = Credits::whole(i64::from(tokens));
        self.call(move |book, now| {
            book.acknowledge(job, due, tokens)?;
            book.close(job, now)
        })
        .unwrap()
    }
}

/// Both tell each other everything there is. Gives what was told, or what they cannot agree upon.
pub(super) fn meet(one: &mut Side, other: &mut Side) -> Result<Vec<Statement>, String> {
    let mut told = Vec::new();
    for _ in 0..20 {
        let (from_one, from_other) = (tell(one, other), tell(other, one));
        if from_one.is_empty() && from_other.is_empty() {
            return Ok(told);
        }
        told.extend(from_one.into_iter().chain(from_other));
    }
    Err(format!("they come to no end: {:?}", told.last()))
}

fn tell(teller: &mut Side, hearer: &mut Side) -> Vec<Statement> {
    let (from, to) = (teller.node, hearer.node);
    let Some(business) = teller.call(move |book, _| book.business(to)).unwrap() else { return Vec::new() };
    let (asked, told) = (business.own_from.is_some(), business.clone());
    let answer = hearer.call(move |book, now| book.hear(from, told, now)).unwrap();
    let heard = answer.clone();
    teller
        .call(move |book, now| {
            book.hear(to, heard, now)?;
            if asked { book.was_asked(to, now) } else { Ok(()) }
        })
        .unwrap();
    vec![business, answer]
}

pub(super) fn terms(job: JobId, provider: NodeId, tokens: u32) -> Terms {
    Terms {
        job,
        provider,
        model: ModelHash([3; 32]),
        name: "a model".into(),
        place: Place::ThisPc,
        price: PRICE,
        prompt_bytes: 0,
        most_tokens: Some(tokens.max(64)),
    }
}

pub(super) fn offered(payer: NodeId, job: JobId, payment: &Payment) -> Offered {
    Offered {
        payer,
        job,
        hardware: payment.hardware.clone(),
        reserve: payment.reserve.clone(),
        model: "a model".into(),
        price: PRICE,
        prompt_bytes: 0,
        friend: false,
    }
}

/// The parts of a PC.
pub(super) fn pc(number: u8) -> Tags {
    let tag = |part| Some(Tag([number.wrapping_mul(4).wrapping_add(part); 32]));
    Tags { board: tag(0), gpu: tag(1), disk: tag(2) }
}
