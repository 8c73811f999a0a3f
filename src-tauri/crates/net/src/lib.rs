//! Talks to other nodes: finds them, hears what they can answer with, asks them and is asked. The only package that
//! knows libp2p.
//!
//! [`Network::start`] gives a handle, a bounded stream of [`Event`]s and the task that does the work. It decides
//! nothing: whether a record is believed, whom to ask and whether to answer is said by the node with the rules of
//! `opengateway_core`. It knows no database, no model and no prompt but the ones that were cleared for a peer
//! ([`opengateway_core::privacy::Cleared`]). What goes over the wire is in [`wire`] and in `docs/protocol.md`.
//!
//! ```no_run
//! # async fn example() -> Result<(), opengateway_net::StartError> {
//! use opengateway_api::Scope;
//! use opengateway_net::{Config, Network};
//! let config = Config { secret: [7; 32], scope: Scope::Loopback, port: 0, serves: false };
//! let (network, mut events, task) = Network::start(config)?;
//! tokio::select! {
//!     () = task => {}
//!     event = events.recv() => println!("{event:?}"),
//! }
//! # drop(network);
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod behaviour;
mod crowd;
mod driver;
mod invite;
mod job;
mod network;
mod rate;
mod scope;
mod streams;
mod topic;
pub mod wire;

pub use invite::Invite;
pub use job::{Answering, AskError, IncomingJob, Reply, Wishes, receipt};
pub use network::{Config, Event, LedgerReply, LedgerTicket, Network, StartError, Ticket, Verdict};
pub use scope::scope_of;
