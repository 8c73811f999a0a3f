//! Nodes on this machine: how soon they find each other, and how much later a peer's first text comes than one's own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::StreamExt;
use futures::future::join_all;
use opengateway_api::{AnswerEvent, Place};

use super::table::{Table, judged, median};
use crate::asking::STARTER;
use crate::lab::net::{Host, Lab, missing};
use crate::lab::proxy::{Conditions, Proxy};
use crate::peers::{Once, Peer, Setup, asker, lender, once_at};
use crate::soon::soon;

const PAIRS: usize = 5;
const PROMPTS: usize = 31;
const NODES: usize = 8;
const MOST_PAIR: f64 = 2.0;
const MOST_CLUSTER: f64 = 5.0;
/// Milliseconds beyond one round trip.
const MOST_ADDED: f64 = 5.0;

/// Measures nodes that run here as processes.
///
/// # Errors
/// When one of them does not do what it should.
pub async fn peers() -> Result<Table> {
    let mut table = Table::new("The network", &["what", "measured", "must"]);
    match missing() {
        None => pair(&mut table).await?,
        Some(missing) => table.row(["two nodes on one LAN see each other (mDNS)".into(), missing, "≤ 2 s".into()]),
    }
    cluster(&mut table).await;
    for one_way in [0, 20] {
        first_text(&mut table, Duration::from_millis(one_way)).await?;
    }
    Ok(table)
}

async fn pair(table: &mut Table) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..PAIRS {
        let lab = Lab::new()?;
        let hosts: Vec<Arc<Host>> = lab.lan(2)?.into_iter().map(Arc::new).collect();
        let start = |host: &Arc<Host>| Peer::start_at(host.clone(), Setup { scope: "lan", ..asker() });
        let one = start(&hosts[0]).await;
        let other = start(&hosts[1]).await;
        let begin = Instant::now();
        tokio::join!(one.knows(1), other.knows(1));
        times.push(begin.elapsed().as_secs_f64());
    }
    let longest = times.iter().copied().fold(0.0, f64::max);
    let shown = format!("{:.2} s, longest {longest:.2} s", median(times));
    table.row([
        "two nodes on one LAN see each other (mDNS)".into(),
        judged(shown, longest <= MOST_PAIR),
        "≤ 2 s".into(),
    ]);
    Ok(())
}

async fn cluster(table: &mut Table) {
    let first = Peer::start(Setup { serves: true, ..asker() }).await;
    let bootstrap = first.addresses().await;
    let mut nodes = join_all((1..NODES).map(|_| Peer::start(Setup { bootstrap: bootstrap.clone(), ..asker() }))).await;
    let begin = Instant::now();
    nodes.push(first);
    join_all(nodes.iter().map(|node| node.knows(NODES - 1))).await;
    let seconds = begin.elapsed().as_secs_f64();
    let what = format!("{NODES} nodes through one bootstrap know each other");
    table.row([what, judged(format!("{seconds:.2} s"), seconds <= MOST_CLUSTER), "≤ 5 s".into()]);
}

async fn first_text(table: &mut Table, one_way: Duration) -> Result<()> {
    let (lender, asker) = (Peer::start(lender()).await, Peer::start(asker()).await);
    let target = format!("127.0.0.1:{}", lender.port().await).parse()?;
    let line = Proxy::start(target, Conditions { delay: one_way, ..Conditions::default() }).await?;
    let node = lender.node().await;
    asker.join(&format!("/ip4/127.0.0.1/udp/{}/quic-v1/p2p/{node}", line.address().port())).await;
    asker.can_ask(STARTER, 1).await;
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..PROMPTS {
        own.push(first(&asker, once_at(Place::ThisPc, STARTER, "What is 2+2?")).await?);
        let place =
            soon("its distance", async || asker.network().await.peers.into_iter().find_map(|peer| peer.place)).await;
        peer.push(first(&asker, once_at(place, STARTER, "What is 2+2?")).await?);
    }
    let trip = one_way.as_secs_f64() * 2000.0;
    let (own, peer) = (median(own), median(peer));
    let added = peer - own;
    let what = format!("first text of a peer, {trip:.0} ms there and back: later than one's own");
    let shown = format!("{added:.1} ms ({peer:.1} against {own:.1})");
    table.row([what, judged(shown, added <= trip + MOST_ADDED), format!("≤ {:.0} ms", trip + MOST_ADDED)]);
    Ok(())
}

/// Milliseconds until the first text.
async fn first(asker: &Peer, prompt: Once) -> Result<f64> {
    let begin = Instant::now();
    let mut answer = asker.answer(prompt);
    while let Some(event) = answer.next().await {
        if matches!(event, AnswerEvent::Text { .. }) {
            let took = begin.elapsed().as_secs_f64() * 1000.0;
            answer.by_ref().for_each(async |_| {}).await;
            return Ok(took);
        }
    }
    anyhow::bail!("there was no answer")
}
