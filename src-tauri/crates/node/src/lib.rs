//! Owns the state and the tasks of a running OpenGateway: database, keychain, models, conversations, engine.
//!
//! [`Node::start`] brings everything up; [`Door`] is the same three verbs on a node in this process or, through
//! its control socket, in another one. What may be done is decided in `opengateway_core`; what crosses a boundary
//! is in `opengateway_api`. Knows no window and no terminal.
//!
//! ```no_run
//! # async fn example() -> Result<(), opengateway_api::Error> {
//! use opengateway_api::Call;
//! use opengateway_node::{Computer, Config, Keychain, Node};
//! let node = Node::start(Config::headless(None)?, Keychain::new(), Computer::new()).await?;
//! println!("{:?}", node.call(Call::Status).await?);
//! node.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod chat;
mod client;
mod control;
mod door;
mod download;
mod errors;
mod guests;
mod hashes;
mod home;
mod identity;
mod inventory;
mod lending;
mod login;
mod logs;
mod models;
mod node;
mod peers;
mod router;
mod sensors;
mod settings;
mod speed;
mod starter;
mod store;
mod tasks;
mod topics;
mod vault;

pub use client::Client;
pub use door::Door;
pub use home::{Home, default_home};
pub use logs::{keep_logs, last_lines};
pub use node::{Config, Node};
pub use opengateway_machine::{Computer, Machine, resident};
pub use vault::{Keychain, Vault, VaultError};

/// The program's version, which windows and command lines compare with the node's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Bytes as hexadecimal digits, in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What so many bytes are the hexadecimal digits of.
pub(crate) fn unhex<const LENGTH: usize>(digits: &str) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    if digits.len() != LENGTH * 2 || !digits.is_ascii() {
        return None;
    }
    for (place, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *place = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Bytes of a question, as both sides count them for its price: what is written already is read as well.
pub(crate) fn prompt_bytes(turns: &[opengateway_api::Turn], written: &opengateway_api::Written) -> usize {
    turns.iter().map(|turn| turn.text.len()).fold(written.text.len(), usize::saturating_add)
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
