//! The three verbs as frames on the local control socket. A connection carries one request; closing it cancels.

use serde::{Deserialize, Serialize};

use crate::{AnswerEvent, Ask, Call, Error, Reply, Update};

/// The version of these frames. Programs that differ in it refuse each other.
pub const PROTOCOL: u32 = 1;

/// What a program sends to the node: a greeting, then one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToNode {
    /// Must come first.
    Hello {
        /// [`PROTOCOL`] of the caller.
        protocol: u32,
        /// Program version of the caller, for the message when they differ.
        version: String,
    },
    /// A question; one [`FromNode::Reply`] comes back.
    Call(Call),
    /// A prompt; [`FromNode::Answer`]s come back, then the node closes.
    Answer(Ask),
    /// A subscription; [`FromNode::Update`]s come back until the caller closes.
    Updates,
}

/// What the node sends back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromNode {
    /// Answers [`ToNode::Hello`].
    Hello {
        /// [`PROTOCOL`] of the node.
        protocol: u32,
        /// Program version of the node.
        version: String,
    },
    /// The result of a call, or why a request was refused.
    Reply(Result<Reply, Error>),
    /// A step of an answer.
    Answer(Box<AnswerEvent>),
    /// A topic's new value.
    Update(Update),
}
