//! What fills the window: one module for each entry of the rail.

pub(crate) mod about;
pub(crate) mod add;
pub(crate) mod chat;
pub(crate) mod contribute;
pub(crate) mod downloads;
pub(crate) mod models;
pub(crate) mod network;
pub(crate) mod settings;
pub(crate) mod wallet;
pub(crate) mod welcome;
