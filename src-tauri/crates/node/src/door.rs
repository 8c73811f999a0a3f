//! The three verbs, wherever the node is.

use futures::stream::BoxStream;
use opengateway_api::{AnswerEvent, Ask, Call, Error, Reply, Update};

use crate::{Client, Node};

/// A way to a node: in this process or in another.
#[derive(Clone)]
pub enum Door {
    /// In this process.
    Here(Node),
    /// In another process.
    There(Client),
}

impl Door {
    /// A question and its answer.
    ///
    /// # Errors
    /// See [`Node::call`] and [`Client::call`].
    pub async fn call(&self, call: Call) -> Result<Reply, Error> {
        match self {
            Self::Here(node) => node.call(call).await,
            Self::There(client) => client.call(call).await,
        }
    }

    /// A prompt and its stream. Dropping it stops the answer.
    pub fn answer(&self, ask: Ask) -> BoxStream<'static, AnswerEvent> {
        match self {
            Self::Here(node) => node.answer(ask),
            Self::There(client) => client.answer(ask),
        }
    }

    /// The current value of every topic, then each new one.
    pub fn updates(&self) -> BoxStream<'static, Update> {
        match self {
            Self::Here(node) => node.updates(),
            Self::There(client) => client.updates(),
        }
    }
}
