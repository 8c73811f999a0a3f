//! What the network tells, and what came of asking peers.

use std::time::{Duration, Instant};

use opengateway_api::{Credits, Mode, ModelId, NodeId, Privacy};
use opengateway_core::standing::Offence;
use opengateway_net::wire::{JobId, Refusal};
use opengateway_net::{Event, IncomingJob};

use super::{PORT, Task};
use crate::guests::{Meter, NetworkKey, PeerJob};
use crate::peers::Outcome;
use crate::peers::table::Connected;
use crate::store::StoredReceipt;
use crate::{hex, now_ms, prompt_bytes};

/// While no more are known, who is new is told at once who is there: above, that would cost more than all heartbeats.
const GREETED: usize = 64;
/// Whom we have met is worth remembering soon.
const SOON_SAVED: Duration = Duration::from_secs(2);

impl Task {
    /// Others remember where this node was: it wants to be there again after a restart.
    async fn remember_port(&self, addresses: &[String]) {
        let own = addresses.iter().find(|address| address.contains("/udp/") && !address.contains("/p2p-circuit"));
        let port = own.and_then(|address| address.split('/').nth(4)).map(str::to_owned);
        if let Some(port) = port
            && let Err(error) = self.means.registry.store.set_fact(PORT, port).await
        {
            tracing::warn!(%error, "the port is not remembered");
        }
    }

    pub(super) async fn hear(&mut self, event: Event) {
        let (now, now_at) = (now_ms(), Instant::now());
        match event {
            Event::Listening(addresses) => {
                self.remember_port(&addresses).await;
                if let Some(running) = &mut self.running {
                    running.listening = addresses;
                }
            }
            Event::Connected { node, address, relayed } => {
                if let Some(known) = self.table.meet(node, now, now_at) {
                    known.connected = Some(Connected { relayed });
                    known.lost = false;
                    (known.seen_ms, known.unsaved) = (now, true);
                    // Who came by TCP came from a port at which it does not listen.
                    if address.contains("/udp/") || known.address.is_empty() {
                        known.address = address;
                    }
                    self.save_at = self.save_at.min(now_at + SOON_SAVED);
                    self.meet_books(node);
                }
            }
            Event::Disconnected(node) => {
                if let Some(known) = self.table.known.get_mut(&node) {
                    (known.connected, known.seen_ms, known.unsaved) = (None, now, true);
                }
            }
            Event::RoundTrip(node, rtt) => {
                if let Some(known) = self.table.known.get_mut(&node) {
                    known.standing.heard_after(rtt);
                    known.lost = false;
                    known.seen_ms = now;
                }
            }
            Event::Record { ticket, capability } => {
                let (verdict, joined) = self.table.hear(*capability, now, now_at);
                if let Some(running) = &self.running {
                    running.network.judge(ticket, verdict).await;
                }
                // Who is new has not heard of us. In a large network it asks those whom it is connected to.
                if joined && self.table.directory.len() <= GREETED {
                    self.said.iter_mut().for_each(|said| said.greets = true);
                }
            }
            Event::Offence(node, offence) => {
                self.table.meet(node, now, now_at);
                self.came(node, Outcome::Offended(offence)).await;
            }
            Event::Reachability(reachability) => {
                if let Some(running) = &mut self.running {
                    running.reachability = reachability;
                }
            }
            Event::Job(job) => self.take(job).await,
            Event::Statement(from, told, reply) => self.hear_statement(from, told, reply),
            Event::Item(item, ticket) => self.hear_item(item, ticket),
        }
    }

    /// Takes a peer's job, or says why not.
    async fn take(&mut self, job: IncomingJob) {
        let Some(running) = &self.running else { return };
        let IncomingJob { from, ask, reply, wishes } = job;
        let topics = &self.means.registry.topics;
        let models = topics.models.borrow().models.clone();
        let model = models.into_iter().find(|model| model.hash == Some(ask.model) && model.problem.is_none());
        let banned =
            self.table.known.get(&from).is_some_and(|known| known.standing.banned_until(Instant::now()).is_some());
        let contributes = topics.contribution.borrow().mode == Mode::Contributing;
        let id = model.as_ref().map(|model| model.id.clone()).unwrap_or(ModelId(String::new()));
        let meter = Meter {
            accounts: self.means.accounts.clone(),
            payer: from,
            job: ask.job,
            price: model.as_ref().map(|model| model.price).unwrap_or_default(),
            prompt_bytes: prompt_bytes(&ask.turns, &ask.written),
            cap: Credits::ZERO,
            vouched: Credits::ZERO,
            text_tokens: 0,
            since: None,
        };
        let friend = self.table.friends.iter().any(|friend| friend.node == from);
        let network = NetworkKey(running.network.clone());
        let job = PeerJob { from, model: id, ask, reply, wishes, network, meter };
        let refusal = match model {
            _ if banned => Some(Refusal::Standing),
            _ if !contributes => Some(Refusal::NotLending),
            None => Some(Refusal::NoModel),
            // No honest node sends it.
            Some(_) if job.ask.privacy == Privacy::Restricted => Some(Refusal::Policy),
            Some(_) => None,
        };
        match refusal {
            Some(refusal) => self.means.tasks.spawn("refusal", job.refuse(refusal)),
            None if job.ask.payment.is_none() => self.means.guests.take(job),
            None => {
                let guests = self.means.guests.clone();
                self.means.tasks.spawn("admission", job.admit(friend, guests));
            }
        }
        if banned {
            self.came(from, Outcome::Offended(Offence::TooMany)).await;
        }
    }

    pub(super) async fn came(&mut self, node: NodeId, outcome: Outcome) {
        let banned = self.table.came(node, &outcome, Instant::now());
        if let Outcome::Answered { job, receipt, .. } = &outcome {
            self.keep_receipt(node, *job, receipt.clone());
        }
        let is_loss = matches!(outcome, Outcome::Lost | Outcome::Offended(Offence::Stalled));
        if let Some(running) = self.running.as_ref().filter(|_| is_loss && banned.is_none()) {
            let (last, announced) = self.table.addresses(&node);
            running.network.reconnect(node, &last, announced).await;
        }
        if let Some(ban) = banned {
            tracing::info!(peer = %node, ?outcome, ?ban, "a peer is banned");
            self.banned.insert(node);
            if let Some(running) = &self.running {
                running.network.ban(node, true).await;
            }
        }
    }

    /// Keeps what a peer says it did, if it says so of the right job and with the right signature.
    fn keep_receipt(&self, provider: NodeId, job: JobId, signed: Vec<u8>) {
        let own = self.running.as_ref().and_then(|running| running.network.node());
        let Some((signer, receipt)) = opengateway_net::receipt(&signed) else { return };
        let Some(asker) = own.filter(|own| own.0 == receipt.asker && signer == provider && receipt.job == job) else {
            return tracing::info!(peer = %provider, "a receipt is of something else");
        };
        let store = self.means.registry.store.clone();
        let kept = StoredReceipt { job: hex(&job), provider, asker, signed, ended_ms: now_ms() };
        self.means.tasks.spawn("receipt", async move {
            if let Err(error) = store.keep_receipt(kept).await {
                tracing::error!(%error, "a receipt is not kept");
            }
        });
    }

    /// Lets those in again whose ban is over.
    pub(super) async fn pardon(&mut self, now: Instant) {
        let is_banned =
            |node: &NodeId| self.table.known.get(node).is_some_and(|known| known.standing.banned_until(now).is_some());
        let over: Vec<NodeId> = self.banned.iter().filter(|node| !is_banned(node)).copied().collect();
        for node in over {
            self.banned.remove(&node);
            if let Some(running) = &self.running {
                running.network.ban(node, false).await;
            }
        }
    }
}
