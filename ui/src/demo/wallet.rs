//! The canned node's accounts: movements that scenes begin with, and what is computed from them. The same each time.

use opengateway_api::{
    Call, Credits, Error, ErrorCode, Movement, MovementKind, NodeId, Peer, Place, Reply, Unpayable, Wallet, WalletDay,
    WalletProof,
};

use crate::browser;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// What a paid question needs.
const LEAST: Credits = Credits::whole(1_000);
/// So many movements come with the wallet.
const RECENT: usize = 12;
/// What this PC answers with, and its price for 1000 text tokens.
const OWN: (&str, i64) = ("qwen3-4b-q4_k_m", 500);
/// What peers answer with, and their prices.
const PEERS: [(&str, i64); 3] =
    [("mistral-small-24b", 5_000), ("qwen3-32b", 5_000), ("llama-3.3-70b-instruct", 10_000)];

/// What the canned node knows of its accounts beyond the topic.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// The latest first.
    all: Vec<Movement>,
    /// Net of what was before them.
    before: Credits,
    /// All that was earned before them.
    earned_before: Credits,
    parts: u32,
}

/// How a scene's accounts came about.
#[derive(Debug, Clone, Copy)]
struct Past {
    /// How many movements there were.
    count: usize,
    /// Of a hundred of them, so many are answers to peers.
    earned: usize,
    /// All that was earned before them.
    earned_before: i64,
    /// What can be spent after them.
    spendable: i64,
}

/// A wallet in which nothing has moved.
pub(super) fn untouched() -> Wallet {
    Accounts { parts: 3, ..Accounts::default() }.wallet()
}

/// The accounts of a scene.
pub(super) fn accounts(scene: &str, peers: &[Peer], now_ms: i64) -> Accounts {
    let past = match scene {
        "wallet-debt" => Past { count: 88, earned: 77, earned_before: 1_240, spendable: 2_184 },
        "wallet-blocked" => Past { count: 30, earned: 84, earned_before: 310, spendable: 640 },
        _ => Past { count: 152, earned: 88, earned_before: 2_100, spendable: 18_460 },
    };
    let mut all: Vec<Movement> = (0..past.count).map(|at| movement(at, past, peers, now_ms)).collect();
    all.sort_by_key(|movement| std::cmp::Reverse(movement.at_ms));
    let earned_before = Credits::whole(past.earned_before);
    let mut accounts = Accounts { all, parts: 3, earned_before, ..Accounts::default() };
    accounts.before = Credits::whole(past.spendable).minus(accounts.wallet().spendable).unwrap_or_default();
    if scene == "wallet-earning" {
        accounts.all.splice(0..0, [open(peers, now_ms)]);
    }
    accounts
}

/// A number that looks random and is the same each time.
fn scatter(at: usize, salt: usize) -> usize {
    (at + 1).wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503)) >> 7 & 0xffff
}

fn small(value: usize) -> i64 {
    i64::try_from(value).unwrap_or_default()
}

/// One of the last seven days. Most are of the hours in which this PC is lent.
fn movement(at: usize, past: Past, peers: &[Peer], now_ms: i64) -> Movement {
    let is_earned = scatter(at, 11) % 100 < past.earned;
    let even = small(at) * 6 * DAY_MS / small(past.count).max(1);
    let at_ms = now_ms - 9 * MINUTE_MS - even - small(scatter(at, 12) % 300) * MINUTE_MS;
    let (model, price) = if is_earned { OWN } else { PEERS[scatter(at, 13) % PEERS.len()] };
    let text_tokens = if is_earned { 90 + scatter(at, 14) % 880 } else { 60 + scatter(at, 14) % 180 };
    let kind = if is_earned { MovementKind::Earned } else { MovementKind::Spent };
    settled(at, kind, at_ms, (model, price, text_tokens), peer(peers, scatter(at, 15)))
}

fn settled(job: usize, kind: MovementKind, at_ms: i64, work: (&str, i64, usize), peer: (NodeId, Place)) -> Movement {
    let (model, price, text_tokens) = work;
    let (peer, place) = peer;
    Movement {
        job: format!("{:016x}{job:016x}", scatter(job, 16)),
        kind,
        at_ms,
        peer,
        place: (kind == MovementKind::Spent).then_some(place),
        model: model.to_owned(),
        text_tokens: u32::try_from(text_tokens).unwrap_or_default(),
        price: Credits::whole(price),
        amount: Credits(price * small(text_tokens) * 1_000),
        open: false,
    }
}

/// Near peers are met more often, and friends most.
fn peer(peers: &[Peer], chance: usize) -> (NodeId, Place) {
    let near = chance % 3 * (chance % 7);
    let met = peers.get(near).or_else(|| peers.first());
    met.map_or((NodeId([7; 32]), Place::Nearby), |peer| (peer.node, peer.place.unwrap_or(Place::Global)))
}

/// A peer's question that is being answered.
fn open(peers: &[Peer], now_ms: i64) -> Movement {
    let work = (OWN.0, OWN.1, 348);
    let begun = settled(9_999, MovementKind::Earned, now_ms - 21_000, work, peer(peers, 0));
    Movement { open: true, ..begun }
}

impl Accounts {
    /// All about these accounts.
    pub(super) fn wallet(&self) -> Wallet {
        let net = self.before.plus(self.moved()).unwrap_or_default();
        let earned = self.sum(|kind| kind == MovementKind::Earned).plus(self.earned_before).unwrap_or_default();
        let line = Credits(LEAST.0 + (earned.0 / 5).min(Credits::whole(5_000).0));
        let spendable = net.plus(line).unwrap_or_default();
        let missing = LEAST.minus(spendable).filter(|missing| *missing > Credits::ZERO);
        Wallet {
            spendable,
            net,
            line,
            holds: Credits::ZERO,
            least: LEAST,
            earned,
            spent: earned.minus(net).unwrap_or_default(),
            unpayable: missing.map(Unpayable::TooLittle),
            parts: self.parts,
            days: Vec::new(),
            hours: Vec::new(),
            recent: self.all.iter().take(RECENT).cloned().collect(),
        }
    }

    /// The wallet with what a chart needs.
    pub(super) fn full(&self, now_ms: i64) -> Wallet {
        let offset_ms = browser::clock().offset_ms;
        let today = (now_ms + offset_ms).div_euclid(DAY_MS) * DAY_MS - offset_ms;
        let hour = now_ms.div_euclid(HOUR_MS) * HOUR_MS;
        let days = (0..7).map(|back| self.during(today - (6 - back) * DAY_MS, DAY_MS));
        let hours = (0..24).map(|back| self.during(hour - (23 - back) * HOUR_MS, HOUR_MS));
        Wallet { days: days.collect(), hours: hours.collect(), ..self.wallet() }
    }

    fn during(&self, from_ms: i64, length_ms: i64) -> WalletDay {
        let of = |kind| {
            let fits = |one: &&Movement| one.kind == kind && (from_ms..from_ms + length_ms).contains(&one.at_ms);
            Credits(self.all.iter().filter(fits).map(|one| one.amount.0).sum())
        };
        WalletDay { from_ms, earned: of(MovementKind::Earned), spent: of(MovementKind::Spent) }
    }

    fn sum(&self, wanted: fn(MovementKind) -> bool) -> Credits {
        Credits(self.all.iter().filter(|one| !one.open && wanted(one.kind)).map(|one| one.amount.0).sum())
    }

    fn moved(&self) -> Credits {
        let came = self.sum(|kind| matches!(kind, MovementKind::Earned | MovementKind::GotBack));
        let went = self.sum(|kind| matches!(kind, MovementKind::Spent | MovementKind::Refunded));
        came.minus(went).unwrap_or_default()
    }

    /// The reply to a question about tokens.
    pub(super) fn reply(&mut self, call: &Call, wallet: &mut Wallet, now_ms: i64) -> Result<Reply, Error> {
        if wallet.unpayable == Some(Unpayable::Broken) {
            return Err(Error::retryable(
                ErrorCode::Internal,
                "The accounts still cannot be written: the disk is full.",
            ));
        }
        Ok(match call {
            Call::Movements { before_ms, most } => {
                let earlier = self.all.iter().filter(|one| !one.open && one.at_ms < *before_ms);
                Reply::Movements(earlier.take(*most as usize).cloned().collect())
            }
            Call::VerifyWallet => Reply::WalletProof(self.proof(wallet.net)),
            Call::ExportWallet => {
                Reply::WalletExport(serde_json::to_string_pretty(&self.all).map_err(Error::internal)?)
            }
            Call::Refund(job) => {
                self.give_back(job, now_ms);
                *wallet = self.full(now_ms);
                Reply::Done
            }
            _ => Reply::Wallet(Box::new(wallet.clone())),
        })
    }

    /// Two records for each movement, each signed by both sides, and a checkpoint now and then.
    fn proof(&self, net: Credits) -> WalletProof {
        let records = 2 * self.all.len() as u64 + self.all.len() as u64 / 24 + 1;
        WalletProof { records, signatures: 2 * records - 1, net, sum: Credits::ZERO, problems: Vec::new() }
    }

    fn give_back(&mut self, job: &str, now_ms: i64) {
        let earned = self.all.iter().find(|one| one.job == job && one.kind == MovementKind::Earned).cloned();
        if let Some(earned) = earned {
            self.all.insert(0, Movement { kind: MovementKind::Refunded, at_ms: now_ms, ..earned });
        }
    }
}
