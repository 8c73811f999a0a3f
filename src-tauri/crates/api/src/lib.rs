//! Plain data that crosses a boundary: between the window, the command line and the node.
//!
//! Three verbs carry everything: [`Call`] asks a question and gets its [`Reply`], [`Ask`] gets an answer as a
//! stream of [`AnswerEvent`], and a subscription gets [`Update`]s, each a whole value of one topic.
//! Nothing here computes, and nothing here knows a database, a task or a window; it builds for WebAssembly.
//!
//! ```
//! use opengateway_api::{Ask, Call};
//! let question = Ask::once("What is 2+2?");
//! let status = Call::Status;
//! # let _ = (question, status);
//! ```
#![warn(missing_docs)]

mod answer;
mod call;
mod contribution;
mod conversation;
mod error;
mod frame;
mod hardware;
mod hours;
mod models;
mod names;
mod network;
mod rules;
mod status;
mod wallet;

pub use answer::{AnswerEvent, Ask, Finish, Measured, Origin, Place, Prompt, Role, Sampling, Turn, Written};
pub use call::{Call, Reply, Update};
pub use contribution::{
    BatchItem, Contribution, Day, Explanation, Finding, Job, JobKind, Mode, Order, Pause, Reason, Signal, SignalKind,
    Span,
};
pub use conversation::{Conversation, ConversationId, Message, MessageId, MessageState, Thread};
pub use error::{Error, ErrorCode};
pub use frame::{FromNode, PROTOCOL, ToNode};
pub use hardware::{Battery, Facts, Gpu, Hardware, Region, RegionReport, RegionSource, Speed, Tier, TierReport};
pub use hours::Hours;
pub use models::{Add, Download, DownloadState, Model, ModelId, ModelSource, Models, STARTER};
pub use names::{ModelHash, NodeId};
pub use network::{
    Cluster, Friend, Link, Network, NetworkSettings, Peer, PeerModel, Privacy, Reach, Reachability, RouteChoice,
    RoutePlan, RouteRefusal, Scope, Serving,
};
pub use rules::Rules;
pub use status::{Activity, Notice, NoticeKind, Settings, Snapshot, Status, Theme};
pub use wallet::{Credits, Movement, MovementKind, Unpayable, Wallet, WalletDay, WalletProof};
