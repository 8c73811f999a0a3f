//! Conversations as they are kept: a tree of messages, of which one path is shown.

use serde::{Deserialize, Serialize};

use crate::{Error, Finish, Measured, ModelId, Origin, Role};

/// Names a conversation on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(pub i64);

/// Names a message on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// Taken from the first question unless the owner gave one.
    pub title: String,
    /// When it was last added to, in milliseconds since 1970 UTC.
    pub updated_ms: i64,
}

/// How far a message has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Text is still coming.
    Streaming,
    /// It is whole.
    Whole,
    /// The owner stopped it.
    Stopped,
    /// The program ended while it was coming; the text is as far as it came.
    Cut,
    /// It broke off.
    Failed(Error),
}

/// One turn as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its name.
    pub id: MessageId,
    /// The message before it; `None` is the beginning.
    pub parent: Option<MessageId>,
    /// Who says it.
    pub role: Role,
    /// What is said, in Markdown.
    pub text: String,
    /// How far it has come.
    pub state: MessageState,
    /// Who computed it; `None` for a question.
    pub origin: Option<Origin>,
    /// What answered; `None` for a question.
    pub model: Option<ModelId>,
    /// Why it ended, once it has.
    pub finish: Option<Finish>,
    /// What was counted and timed, once it is whole.
    pub measured: Option<Measured>,
    /// All messages with the same parent and role, oldest first, this one included: the versions to switch between.
    pub versions: Vec<MessageId>,
    /// When it was begun, in milliseconds since 1970 UTC.
    pub created_ms: i64,
}

/// A conversation with the path that is shown, oldest message first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// What the list shows of it.
    pub conversation: Conversation,
    /// From the beginning to the last message shown.
    pub messages: Vec<Message>,
}
