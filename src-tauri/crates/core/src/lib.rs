//! The rules of OpenGateway, apart from their effects.
//!
//! Everything here is a plain function of its arguments: no I/O, no task, no clock (callers pass `now`), no
//! randomness of its own. What crosses a boundary is in `opengateway_api`; who acts on the rules is the node.
#![warn(missing_docs)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub mod backend;
pub mod capability;
pub mod cluster;
pub mod frame;
pub mod idle;
pub mod intent;
pub mod ledger;
pub mod price;
pub mod privacy;
pub mod queue;
pub mod region;
pub mod route;
pub mod standing;
pub mod strikes;
pub mod tags;
pub mod tier;
pub mod title;
