//! What is told about accounts: to those who are met, and by gossip to everyone.

use std::time::{Duration, Instant};

use opengateway_api::NodeId;
use opengateway_net::wire::{Item, Statement};
use opengateway_net::{LedgerReply, LedgerTicket, Network};

use super::task::Task;
use crate::accounts::Accounts;

/// Who is connected is asked again this often, while something is not settled.
const AGAIN: Duration = Duration::from_secs(30);

impl Task {
    /// Others know this PC by its tags, also under a new name.
    pub(super) fn tell_tags(&self) {
        let (accounts, inventory) = (self.means.accounts.clone(), self.means.inventory.clone());
        self.means.tasks.spawn("tags", async move {
            if let Err(error) = accounts.know_tags(inventory.tags().await).await {
                tracing::debug!(%error, "this PC is not named by its parts");
            }
        });
    }

    /// A node is there: settles what is open between it and us.
    pub(super) fn meet_books(&self, node: NodeId) {
        let Some(network) = self.network() else { return };
        let accounts = self.means.accounts.clone();
        self.means.tasks.spawn("books", settle(accounts, network, node));
    }

    /// Tries again with those who are connected.
    pub(super) fn settle_books(&mut self, now: Instant) {
        let due = self.settled.is_none_or(|then| now.duration_since(then) >= AGAIN);
        let Some(network) = self.network().filter(|_| due) else { return };
        self.settled = Some(now);
        let connected: Vec<NodeId> = self.table.connected().collect();
        let accounts = self.means.accounts.clone();
        self.means.tasks.spawn("books", async move {
            let Ok(unsettled) = accounts.unsettled_with().await else { return };
            let concerns = |node: &NodeId| unsettled.as_ref().is_none_or(|nodes| nodes.contains(node));
            for node in connected.into_iter().filter(concerns) {
                settle(accounts.clone(), network.clone(), node).await;
            }
        });
    }

    /// A node tells about jobs between it and us.
    pub(super) fn hear_statement(&self, from: NodeId, told: Statement, reply: LedgerReply) {
        let Some(network) = self.network() else { return };
        let accounts = self.means.accounts.clone();
        self.means.tasks.spawn("statement", async move {
            match accounts.hear(from, told).await {
                Ok(answer) => network.reply(reply, answer).await,
                Err(error) => tracing::warn!(%error, "a statement is not taken"),
            }
        });
    }

    /// Somebody's account was gossiped about.
    pub(super) fn hear_item(&self, item: Item, ticket: LedgerTicket) {
        let Some(network) = self.network() else { return };
        let accounts = self.means.accounts.clone();
        self.means.tasks.spawn("gossip", async move {
            match accounts.hear_gossip(item).await {
                Ok(heard) => {
                    network.judge_item(ticket, heard.verdict).await;
                    if let Some(proof) = heard.proof {
                        tracing::warn!("an account has spent twice");
                        network.gossip(proof).await;
                    }
                }
                Err(error) => tracing::debug!(%error, "gossip about an account is not taken"),
            }
        });
    }

    fn network(&self) -> Option<Network> {
        self.running.as_ref().map(|running| running.network.clone())
    }
}

/// Tells a node what is open between it and us, and takes its answer. What is open then is told the next time.
async fn settle(accounts: Accounts, network: Network, node: NodeId) {
    let business = match accounts.business(node).await {
        Ok(Some(business)) => business,
        Ok(None) => return,
        Err(error) => return tracing::debug!(%error, "nothing is told about the accounts"),
    };
    let asks_for_own = business.own_from.is_some();
    if let Some(answer) = network.tell(node, business).await
        && let Err(error) = accounts.hear_answer(node, answer, asks_for_own).await
    {
        tracing::debug!(%error, "an answer about the accounts is not taken");
    }
}
