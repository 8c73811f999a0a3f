//! Bad networks on one machine, for real nodes: lines that are slow, lossy or cut, and homes behind routers.
//!
//! A [`proxy::Proxy`] spoils the way to one address on loopback, as any user and on any system. A `net::Lab` builds
//! hosts, local networks and routers out of Linux's network namespaces, which only root can do.

mod datagrams;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod namespace;
#[cfg(target_os = "linux")]
pub mod net;
pub mod proxy;
mod queue;
mod streams;
mod wire;
