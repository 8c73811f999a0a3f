//! A peer is lost in the middle of its answer: another one carries it on, and nothing is lost or doubled.
//!
//! `OPENGATEWAY_LOSSES=200` makes it a long run.

use std::time::{Duration, Instant};

use opengateway_tests::asking::counting;
use opengateway_tests::chance::Chance;
use opengateway_tests::lab::proxy::{Conditions, Proxy};
use opengateway_tests::nodes::{Seen, read};
use opengateway_tests::peers::{Once, Peer, alone, asker, lender, once};
use opengateway_tests::processes;
use opengateway_tests::soon::within;
use tempfile::{TempDir, tempdir};

const LOSSES: usize = 8;
/// Text tokens of an answer: long enough to be cut anywhere.
const TOKENS: u32 = 600;
/// Text goes on within this, where the machine has nothing else to do.
const LONGEST: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Loss {
    Killed,
    Frozen,
    Partitioned,
    OwnerBack,
}

const WAYS: [Loss; 4] = [Loss::Killed, Loss::Frozen, Loss::Partitioned, Loss::OwnerBack];

#[tokio::test]
async fn a_lost_peer_is_followed_by_another_and_no_word_is_lost_or_doubled() {
    let _alone = alone().await;
    let losses = std::env::var("OPENGATEWAY_LOSSES").map_or(LOSSES, |losses| losses.parse().unwrap());
    let (mut chance, mut lab) = (Chance::new(), Laboratory::start().await);
    let whole = lab.asker.ask(lab.prompt()).await.text;
    let mut gaps = Vec::new();

    for number in 0..losses {
        let (loss, moment) = (WAYS[number % WAYS.len()], chance.below(whole.len().saturating_sub(1)));
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

/// Two peers with the same model, each over a line that can be cut, and one that asks.
struct Laboratory {
    asker: Peer,
    peers: Vec<(Peer, Proxy)>,
    model: String,
    _files: TempDir,
}

impl Laboratory {
    async fn start() -> Self {
        let (asker, files, mut peers) = (Peer::start(asker()).await, tempdir().unwrap(), Vec::new());
        let file = counting(files.path()).path;
        let mut model = String::new();
        for _ in 0..2 {
            let peer = Peer::start(lender()).await;
            model = peer.add(&file).await.0;
            let proxy = line(&peer).await;
            join(&asker, &peer, &proxy).await;
            peers.push((peer, proxy));
        }
        asker.can_ask(&model, 2).await;
        Self { asker, peers, model, _files: files }
    }

    fn prompt(&self) -> Once {
        let mut prompt = once(&self.model, "Tell me a story.");
        prompt.sampling.max_text_tokens = Some(TOKENS);
        prompt
    }

    /// Loses whoever answers once so many bytes have come. Gives the text, and how long nothing came.
    async fn lose(&mut self, loss: Loss, moment: usize) -> (String, Duration) {
        let (mut events, mut seen) = (self.asker.answer(self.prompt()), Seen::default());
        let come = |seen: &Seen| seen.text.len() > moment || seen.error.is_some();
        within("the beginning", read(&mut events, &mut seen, come)).await;
        let who = seen.origins.last().unwrap_or_else(|| unreachable!("{seen:?}")).node.unwrap();
        for (peer, proxy) in &mut self.peers {
            if peer.node().await != who {
                continue;
            }
            match loss {
                Loss::Killed => peer.kill(),
                Loss::Frozen => processes::freeze(peer.id()),
                Loss::Partitioned => proxy.set(Conditions { cut: true, ..proxy.conditions() }),
                Loss::OwnerBack => peer.owner_comes_back(),
            }
            break;
        }
        let (mut last, mut gap) = (Instant::now(), Duration::ZERO);
        loop {
            let length = seen.text.len();
            let more = |seen: &Seen| seen.text.len() > length || seen.error.is_some();
            within("more", read(&mut events, &mut seen, more)).await;
            gap = gap.max(last.elapsed());
            last = Instant::now();
            if seen.done || seen.error.is_some() || seen.text.len() == length {
                break;
            }
        }
        assert!(seen.done, "{loss:?}: {:?} {:?}", seen.error, seen.origins);
        (seen.text, gap)
    }

    async fn heal(&mut self) {
        for (peer, proxy) in &mut self.peers {
            if !processes::is_running(peer.id()) {
                peer.start_again().await;
                *proxy = line(peer).await;
            }
            processes::thaw(peer.id());
            proxy.set(Conditions { cut: false, ..proxy.conditions() });
            peer.owner_leaves();
            join(&self.asker, peer, proxy).await;
        }
        self.asker.can_ask(&self.model, 2).await;
    }
}

async fn line(peer: &Peer) -> Proxy {
    let target = format!("127.0.0.1:{}", peer.port().await).parse().unwrap();
    Proxy::start(target, Conditions::default()).await.unwrap()
}

async fn join(asker: &Peer, peer: &Peer, proxy: &Proxy) {
    let (port, node) = (proxy.address().port(), peer.node().await);
    asker.join(&format!("/ip4/127.0.0.1/udp/{port}/quic-v1/p2p/{node}")).await;
}
