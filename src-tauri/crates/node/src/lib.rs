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

/// Milliseconds since 1970 UTC.
pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
