//! What nodes tell each other about their accounts.

use std::time::Instant;

use libp2p::{PeerId, gossipsub, request_response};
use opengateway_api::NodeId;
use opengateway_core::ledger::MAX_RECORD;
use opengateway_core::standing::Offence;
use tokio::sync::oneshot;

use super::Driver;
use super::heard::node;
use crate::job::peer_id;
use crate::network::{Event, LedgerReply, LedgerTicket};
use crate::topic;
use crate::wire::{self, Item, Statement};

/// Statements of one node within a [while](crate::rate::WINDOW); each may have 64 signatures to be checked.
const MOST_STATEMENTS: u32 = 64;
/// Bytes of gossip: a proof holds two records.
const MOST_ITEM: usize = 2 * MAX_RECORD + 64;

impl Driver {
    pub(super) fn tell_statement(&mut self, node: NodeId, statement: Statement, tell: oneshot::Sender<Statement>) {
        // Dropping `tell` says that there is no answer.
        let Some(peer) = peer_id(node).filter(|peer| self.swarm.is_connected(peer)) else { return };
        let request = self.swarm.behaviour_mut().ledger.send_request(&peer, statement);
        self.telling.retain(|_, tell| !tell.is_closed());
        self.telling.insert(request, tell);
    }

    /// Nobody being there to hear it is no loss: who asks again says so again.
    pub(super) fn gossip_item(&mut self, item: &Item) {
        let Ok(bytes) = minicbor::to_vec(item) else { return };
        if let Err(error) = self.swarm.behaviour_mut().gossip.publish(topic::ledger(), bytes) {
            tracing::debug!(%error, "nobody hears of an account");
        }
    }

    pub(super) fn hear_item(&mut self, source: PeerId, message: gossipsub::MessageId, data: &[u8]) {
        let item = if data.len() > MOST_ITEM { None } else { wire::decode::<Item>(data).ok() };
        match item {
            Some(item) => self.say(Event::Item(item, LedgerTicket(message, source))),
            None => {
                self.report(&message, &source, crate::network::Verdict::Reject);
                self.offence(&source, Offence::Garbage);
            }
        }
    }

    pub(super) fn hear_ledger(&mut self, event: request_response::Event<Statement, Statement>) {
        use request_response::{Event as Exchange, Message};
        match event {
            Exchange::Message { peer, message: Message::Request { request, channel, .. }, .. } => {
                if self.statements.count(peer, Instant::now()) > MOST_STATEMENTS {
                    return self.offence(&peer, Offence::TooMany);
                }
                if let Some(node) = node(&peer) {
                    self.say(Event::Statement(node, request, LedgerReply(channel)));
                }
            }
            Exchange::Message { message: Message::Response { request_id, response }, .. } => {
                if let Some(tell) = self.telling.remove(&request_id) {
                    let _nobody_waits = tell.send(response);
                }
            }
            Exchange::OutboundFailure { request_id, error, peer, .. } => {
                tracing::debug!(%peer, %error, "a statement was not answered");
                self.telling.remove(&request_id);
            }
            _ => {}
        }
    }
}
