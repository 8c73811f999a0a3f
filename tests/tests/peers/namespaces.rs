//! Nodes in networks of their own: a house where they hear each other, homes behind routers.

use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;
use opengateway_api::{NodeId, Reachability};
use opengateway_tests::asking::STARTER;
use opengateway_tests::lab::net::{Host, Lab, Nat, missing};
use opengateway_tests::peers::{Peer, Setup, alone, asker, lender, once_at};
use opengateway_tests::soon::{holds, soon};

#[tokio::test]
async fn eight_in_one_house_find_each_other_with_nothing_configured() {
    let _alone = alone().await;
    let Some((_lab, hosts)) = house(8) else { return };

    let peers = join_all(hosts.iter().map(resident)).await;
    let begin = Instant::now();
    for peer in &peers {
        peer.knows(7).await;
    }

    eprintln!("eight nodes know each other {:?} after the last one listens", begin.elapsed());
}

#[tokio::test]
async fn two_in_one_house_see_each_other_at_once() {
    let _alone = alone().await;
    let Some((_lab, hosts)) = house(2) else { return };
    let one = resident(&hosts[0]).await;

    let other = resident(&hosts[1]).await;
    let begin = Instant::now();
    one.knows(1).await;
    let first = begin.elapsed();
    other.knows(1).await;

    eprintln!("two nodes see each other {first:?} and {:?} after the second one listens", begin.elapsed());
}

#[tokio::test]
async fn two_behind_routers_meet_at_a_relay_and_become_direct() {
    let _alone = alone().await;
    if cannot() {
        return;
    }
    let town = Town::build(Nat::Cone).await;

    town.asker.join(&town.lender.invite().await).await;
    let direct = async || holds(town.reached_by().await == Some(Reachability::Direct));
    soon("a direct connection", direct).await;

    town.asks_and_is_answered().await;
    eprintln!("behind routers that can be punched: {:?}", town.reached_by().await);
}

#[tokio::test]
async fn where_no_hole_can_be_punched_they_stay_relayed_and_say_so() {
    let _alone = alone().await;
    if cannot() {
        return;
    }
    let town = Town::build(Nat::Symmetric).await;

    town.asker.join(&town.lender.invite().await).await;
    soon("a relayed connection", async || holds(town.reached_by().await == Some(Reachability::Relayed))).await;

    town.asks_and_is_answered().await;
    assert_eq!(town.reached_by().await, Some(Reachability::Relayed));
}

#[tokio::test]
async fn a_node_comes_back_by_itself_when_the_cable_was_out_or_its_address_has_changed() {
    let _alone = alone().await;
    let Some((_lab, hosts)) = house(2) else { return };
    let (one, other) = (resident(&hosts[0]).await, resident(&hosts[1]).await);
    let sees = async |seeing: &Peer, seen: NodeId| {
        let peers = seeing.network().await.peers;
        holds(peers.iter().any(|peer| peer.node == seen && peer.latency_ms.is_some()))
    };
    let name = other.node().await;
    soon("the other", async || sees(&one, name).await).await;

    hosts[1].down().unwrap();
    soon("the other to be missed", async || holds(sees(&one, name).await.is_none())).await;
    hosts[1].up().unwrap();
    let begin = Instant::now();
    soon("the other to come back", async || sees(&one, name).await).await;
    eprintln!("back {:?} after the cable was in again", begin.elapsed());

    hosts[1].readdress("192.168.1.77".parse().unwrap()).unwrap();
    let begin = Instant::now();
    answered_by(&one, name).await;
    eprintln!("answers {:?} after its address had changed", begin.elapsed());
}

fn cannot() -> bool {
    let reason = missing();
    if let Some(reason) = &reason {
        eprintln!("skipped: {reason}");
    }
    reason.is_some()
}

/// So many hosts on one switch; `None` where that cannot be done.
pub(super) fn house(hosts: u8) -> Option<(Lab, Vec<Arc<Host>>)> {
    if cannot() {
        return None;
    }
    let lab = Lab::new().unwrap();
    let hosts = lab.lan(hosts).unwrap().into_iter().map(Arc::new).collect();
    Some((lab, hosts))
}

/// A node that lends within its house.
async fn resident(host: &Arc<Host>) -> Peer {
    Peer::start_at(host.clone(), Setup { scope: "lan", ..lender() }).await
}

/// A public node, and two homes.
struct Town {
    asker: Peer,
    lender: Peer,
    _relay: Peer,
    _lab: Lab,
}

impl Town {
    async fn build(nat: Nat) -> Self {
        let lab = Lab::new().unwrap();
        let world = |setup: Setup| Setup { scope: "world", ..setup };
        let relay =
            Peer::start_at(Arc::new(lab.public("relay").unwrap()), world(Setup { serves: true, ..asker() })).await;
        let bootstrap = relay.addresses().await;
        let home = |name: &str| Arc::new(lab.behind(name, nat).unwrap());
        let lender = Peer::start_at(home("lender"), world(Setup { bootstrap: bootstrap.clone(), ..lender() })).await;
        let asker = Peer::start_at(home("asker"), world(Setup { bootstrap, ..asker() })).await;
        let relayed = async || {
            let listening = lender.network().await.listening;
            holds(listening.iter().any(|address| address.contains("/p2p-circuit")))
        };
        soon("a place on the relay", relayed).await;
        Self { asker, lender, _relay: relay, _lab: lab }
    }

    async fn reached_by(&self) -> Option<Reachability> {
        let (lender, peers) = (self.lender.node().await, self.asker.network().await.peers);
        peers.into_iter().find(|peer| peer.node == lender).map(|peer| peer.reachability)
    }

    async fn asks_and_is_answered(&self) {
        answered_by(&self.asker, self.lender.node().await).await;
    }
}

/// Asks until that one has answered.
async fn answered_by(asker: &Peer, wanted: NodeId) {
    let answered = async || {
        let peers = asker.network().await.peers;
        let place = peers.into_iter().find(|peer| peer.node == wanted)?.place?;
        let seen = asker.ask(once_at(place, STARTER, "What is 2+2?")).await;
        holds(seen.done && seen.text.contains('4') && seen.origins.last()?.node == Some(wanted))
    };
    soon("an answer", answered).await;
}
