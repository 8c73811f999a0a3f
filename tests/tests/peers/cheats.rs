//! Programs that were changed to get answers for nothing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use futures::StreamExt;
use opengateway_api::{Credits, ModelHash, NodeId, Privacy, Sampling, Scope, Turn, Written};
use opengateway_core::ledger::{Account, Content, JobId, Signed};
use opengateway_core::privacy::{Cleared, Relation};
use opengateway_core::tags::{Tag, Tags};
use opengateway_net::wire::{Ask, FromProvider, Payment, Refusal};
use opengateway_net::{Answering, Config, Network};
use opengateway_tests::asking::{beside, counting};
use opengateway_tests::peers::{Peer, alone, lender};
use opengateway_tests::soon::{holds, soon, within};
use tempfile::tempdir;

const PRICE: Credits = Credits::whole(500);

#[tokio::test]
async fn who_acknowledges_nothing_gets_a_chunk_and_no_more() {
    let _alone = alone().await;
    let (peer, files) = (Peer::start(lender()).await, tempdir().unwrap());
    let model = add(&peer, files.path()).await;
    let mut cheat = Cheat::start(1, &[&peer]).await;
    let reserve = cheat.sets_aside([1; 16], peer.node().await);

    let (text_tokens, end) = read(cheat.asks(&peer, model, &reserve, [1; 16]).await).await;

    assert!((64..=80).contains(&text_tokens), "{text_tokens}");
    assert_eq!(end, Some(Refusal::Payment));
}

#[tokio::test]
async fn who_spends_the_same_twice_is_found_out_and_gets_no_more_credit() {
    let _alone = alone().await;
    let (one, other, files) = (Peer::start(lender()).await, Peer::start(lender()).await, tempdir().unwrap());
    let model = add(&one, files.path()).await;
    assert_eq!(add(&other, files.path()).await, model);
    other.join(&one.invite().await).await;
    other.knows(1).await;
    let mut cheat = Cheat::start(2, &[&one, &other]).await;

    let before = cheat.account.clone();
    let first = cheat.sets_aside([1; 16], one.node().await);
    cheat.account = before;
    let second = cheat.sets_aside([2; 16], other.node().await);
    let (one_gave, _) = read(cheat.asks(&one, model, &first, [1; 16]).await).await;
    let (other_gave, _) = read(cheat.asks(&other, model, &second, [2; 16]).await).await;
    assert!(one_gave <= 80 && other_gave <= 80, "{one_gave} {other_gave}");

    let mut number = 3;
    for peer in [&one, &other] {
        soon("the fork to be known", async || {
            number += 1;
            let reserve = cheat.sets_aside([number; 16], peer.node().await);
            let (_, end) = read(cheat.asks(peer, model, &reserve, [number; 16]).await).await;
            let given = peer.wallet().await.recent.iter().filter(|movement| movement.open).count();
            holds(end == Some(Refusal::Payment) && given == 0)
        })
        .await;
    }
}

/// A node that keeps none of our rules.
struct Cheat {
    key: SigningKey,
    network: Network,
    account: Account,
    hardware: Signed,
}

impl Cheat {
    async fn start(number: u8, peers: &[&Peer]) -> Self {
        let secret = [number; 32];
        let config = Config { secret, scope: Scope::Loopback, port: 0, serves: false };
        let (network, mut events, task) = Network::start(config).unwrap();
        beside(task);
        beside(async move { while events.recv().await.is_some() {} });
        let (key, mut account) = (SigningKey::from_bytes(&secret), Account::default());
        let tags = Tags { board: Some(Tag(secret)), gpu: Some(Tag(secret)), disk: None };
        let hardware = account.next(Content::Genesis(tags), 0, &key).unwrap();
        account.take(&hardware).unwrap();
        for peer in peers {
            let node = peer.node().await;
            let addresses: Vec<String> = peer
                .addresses()
                .await
                .iter()
                .map(|it| format!("{}/p2p/{node}", it.split("/p2p/").next().unwrap()))
                .collect();
            network.dial(&addresses).await;
        }
        Self { key, network, account, hardware }
    }

    fn sets_aside(&mut self, job: JobId, provider: NodeId) -> Signed {
        let until_ms = now_ms() + 60_000;
        let content = Content::Reserve { job, provider, cap: Credits::whole(1000), until_ms };
        let signed = self.account.next(content, now_ms(), &self.key).unwrap();
        self.account.take(&signed).unwrap();
        // It claims that nothing is set aside for what it asked before.
        self.account.totals.held = Credits::ZERO;
        self.account.holds.clear();
        signed
    }

    async fn asks(&self, peer: &Peer, model: ModelHash, reserve: &Signed, job: JobId) -> Answering {
        let node = peer.node().await;
        let sampling = Sampling { max_text_tokens: Some(2000), ..Sampling::greedy() };
        let turns = vec![Turn::user("Tell me a story.")];
        let (written, privacy) = (Written::default(), Privacy::Public);
        let ask = Ask { job, model, turns, sampling, written, privacy, price: PRICE.0, payment: None };
        let (hardware, reserve) = (self.hardware.bytes().to_vec(), reserve.bytes().to_vec());
        let connected = async || {
            let cleared = Cleared::check(ask.clone(), Privacy::Public, node, Relation::default()).unwrap();
            let payment = Payment { hardware: hardware.clone(), reserve: reserve.clone() };
            self.network.ask(cleared, Some((PRICE, payment))).await.ok()
        };
        soon("the question to be sent", connected).await
    }
}

/// How many text tokens come, and why no more do.
async fn read(mut answer: Answering) -> (usize, Option<Refusal>) {
    let (mut text_tokens, mut end) = (0, None);
    let whole = async {
        while let Some(Ok(frame)) = answer.next().await {
            match frame {
                FromProvider::Text(more) => text_tokens += more.tokens.len(),
                FromProvider::Refuse { refusal, .. } => end = Some(refusal),
                _ => {}
            }
        }
    };
    within("the end", whole).await;
    (text_tokens, end)
}

async fn add(peer: &Peer, files: &std::path::Path) -> ModelHash {
    let model = peer.add(&counting(files).path).await;
    let known = async || {
        let models = match peer.client.call(opengateway_api::Call::Models).await {
            Ok(opengateway_api::Reply::Models(models)) => models.models,
            _ => return None,
        };
        models.into_iter().find(|it| it.id == model)?.hash
    };
    let hash = soon("its hash", known).await;
    peer.lends().await;
    hash
}

fn now_ms() -> i64 {
    let since: Duration = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis().try_into().unwrap()
}
