//! A peer is lost in the middle of its answer: another one carries it on, and nothing is lost or doubled.
//!
//! `OPENGATEWAY_LOSSES=200` makes it a long run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use opengateway_api::NodeId;
use opengateway_tests::asking::counting;
use opengateway_tests::chance::Chance;
use opengateway_tests::lab::net::{Host, Lab};
use opengateway_tests::nodes::{Seen, read};
use opengateway_tests::peers::{Once, Peer, Setup, alone, asker, lender, once};
use opengateway_tests::processes;
use opengateway_tests::soon::within;
use tempfile::{TempDir, tempdir};

use super::namespaces::house;

const LOSSES: usize = 8;
/// Text tokens of an answer: long enough to be cut anywhere.
const TOKENS: u32 = 600;
/// Text goes on within this, where the machine has nothing else to do.
const LONGEST: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Loss {
    Killed,
    Frozen,
    OwnerBack,
    Partitioned,
}

/// The last one needs a cable that can be pulled.
const WAYS: [Loss; 4] = [Loss::Killed, Loss::Frozen, Loss::OwnerBack, Loss::Partitioned];

#[tokio::test]
async fn a_lost_peer_is_followed_by_another_and_no_word_is_lost_or_doubled() {
    let _alone = alone().await;
    let losses = std::env::var("OPENGATEWAY_LOSSES").map_or(LOSSES, |losses| losses.parse().unwrap());
    let (mut chance, mut lab) = (Chance::new(), Laboratory::start().await);
    let whole = lab.asker.ask(lab.prompt()).await.text;
    let mut gaps = Vec::new();

    for number in 0..losses {
        let (loss, moment) = (WAYS[number % lab.ways()], chance.below(whole.len().saturating_sub(1)));
        let (text, gap) = lab.lose(loss, moment).await;
        eprintln!("{number}: {loss:?} after {moment} bytes, on after {gap:?}");
        assert_eq!(text, whole, "{loss:?} after {moment} bytes");
        gaps.push(gap);
        lab.heal().await;
    }

    gaps.sort();
    eprintln!("{losses} losses: median {:?}, longest {:?}", gaps[losses / 2], gaps[losses - 1]);
    let timed = std::env::var_os("OPENGATEWAY_LOSSES").is_some();
    assert!(!timed || gaps[losses - 1] <= LONGEST, "{gaps:?}");
}

/// Two peers with the same model, and one that asks: in a house of their own, or on loopback where that cannot be.
struct Laboratory {
    asker: Peer,
    peers: Vec<Peer>,
    model: String,
    house: Option<(Lab, Vec<Arc<Host>>)>,
    _files: TempDir,
}

impl Laboratory {
    async fn start() -> Self {
        let (house, files) = (house(3), tempdir().unwrap());
        let start = async |number: usize, setup: Setup| match &house {
            Some((_, hosts)) => Peer::start_at(hosts[number].clone(), Setup { scope: "lan", ..setup }).await,
            None => Peer::start(setup).await,
        };
        let peers = vec![start(0, lender()).await, start(1, lender()).await];
        let asker = start(2, asker()).await;
        let file = counting(files.path()).path;
        let mut model = String::new();
        for peer in &peers {
            model = peer.add(&file).await.0;
            asker.join(&peer.invite().await).await;
        }
        asker.can_ask(&model, 2).await;
        Self { asker, peers, model, house, _files: files }
    }

    fn ways(&self) -> usize {
        if self.house.is_some() { WAYS.len() } else { WAYS.len() - 1 }
    }

    fn prompt(&self) -> Once {
        let mut prompt = once(&self.model, "Tell me a story.");
        prompt.sampling.max_text_tokens = Some(TOKENS);
        prompt
    }

    /// Loses whoever answers once so many bytes have come. Gives the text, and for how long nothing came at most.
    async fn lose(&mut self, loss: Loss, moment: usize) -> (String, Duration) {
        let (mut events, mut seen) = (self.asker.answer(self.prompt()), Seen::default());
        let come = |seen: &Seen| seen.text.len() > moment || seen.error.is_some();
        within("the beginning", read(&mut events, &mut seen, come)).await;
        let who = seen.origins.last().unwrap_or_else(|| unreachable!("{seen:?}")).node.unwrap();
        self.strike(loss, who).await;
        let (mut last, mut gap) = (Instant::now(), Duration::ZERO);
        while !seen.done && seen.error.is_none() {
            let length = seen.text.len();
            let more = |seen: &Seen| seen.text.len() > length || seen.error.is_some();
            within("more", read(&mut events, &mut seen, more)).await;
            gap = gap.max(last.elapsed());
            last = Instant::now();
        }
        assert!(seen.done, "{loss:?}: {:?} {:?}", seen.error, seen.origins);
        (seen.text, gap)
    }

    async fn strike(&mut self, loss: Loss, who: NodeId) {
        for (number, peer) in self.peers.iter_mut().enumerate() {
            if peer.node().await != who {
                continue;
            }
            match loss {
                Loss::Killed => peer.kill(),
                Loss::Frozen => processes::freeze(peer.id()),
                Loss::OwnerBack => peer.owner_comes_back(),
                Loss::Partitioned => self.house.iter().for_each(|(_, hosts)| hosts[number].down().unwrap()),
            }
            return;
        }
    }

    async fn heal(&mut self) {
        for peer in &mut self.peers {
            if !processes::is_running(peer.id()) {
                peer.start_again().await;
            }
            processes::thaw(peer.id());
            peer.owner_leaves();
        }
        self.house.iter().flat_map(|(_, hosts)| hosts).for_each(|host| host.up().unwrap());
        for peer in &self.peers {
            peer.lends().await;
        }
        self.asker.can_ask(&self.model, 2).await;
    }
}
