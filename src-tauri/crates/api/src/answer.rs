//! A prompt, and the stream that answers it.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, Error, Message, MessageId, ModelId, NodeId, Reach, Unpayable};

/// Who says a turn of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Instructions that precede the conversation.
    System,
    /// The person who asks.
    User,
    /// The model.
    Assistant,
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
}

impl Turn {
    /// A turn of the person who asks.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// A turn of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
    }

    /// Instructions that precede the conversation.
    pub fn system(text: impl Into<String>) -> Self {
        Self { role: Role::System, text: text.into() }
    }
}

/// How the next text token is chosen. The defaults suit chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// 0 always takes the likeliest token; higher is more varied.
    pub temperature: f32,
    /// Keep only the this many likeliest tokens; 0 keeps all.
    pub top_k: u32,
    /// Keep the likeliest tokens whose probabilities add up to this; 1 keeps all.
    pub top_p: f32,
    /// Keep tokens at least this probable relative to the likeliest; 0 keeps all.
    pub min_p: f32,
    /// Divide the odds of tokens seen lately by this; 1 changes nothing.
    pub repeat_penalty: f32,
    /// Subtracted once from the logit of each token already in the answer.
    pub presence_penalty: f32,
    /// Subtracted from a token's logit for each time it is in the answer.
    pub frequency_penalty: f32,
    /// The same seed, model and prompt give the same answer; under load only where memory gives each running answer a
    /// full context. `None` draws one.
    pub seed: Option<u64>,
    /// At most this many text tokens; `None` is as many as the context holds.
    pub max_text_tokens: Option<u32>,
    /// The answer ends before the first of these.
    pub stop: Vec<String>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.7,
            top_k: 40,
            top_p: 0.95,
            min_p: 0.05,
            repeat_penalty: 1.0,
            presence_penalty: 0.0,
            frequency_penalty: 0.0,
            seed: None,
            max_text_tokens: None,
            stop: Vec::new(),
        }
    }
}

impl Sampling {
    /// Always the likeliest token.
    pub fn greedy() -> Self {
        Self { temperature: 0.0, ..Self::default() }
    }
}

/// What a backend is asked to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// The model to answer with.
    pub model: ModelId,
    /// The conversation so far, oldest first.
    pub turns: Vec<Turn>,
    /// How text tokens are chosen.
    pub sampling: Sampling,
    /// How far it may go.
    #[serde(default)]
    pub reach: Reach,
    /// What of the answer is there already: it is carried on, not begun again.
    #[serde(default)]
    pub written: Written,
}

impl Prompt {
    /// A prompt that may go as far as the owner's settings let it, and whose answer is not begun yet.
    pub fn new(model: ModelId, turns: Vec<Turn>, sampling: Sampling) -> Self {
        Self { model, turns, sampling, reach: Reach::default(), written: Written::default() }
    }
}

/// The beginning of an answer that somebody else wrote with the same model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// The token ids of its beginning, as far as they are known.
    pub tokens: Vec<i32>,
}

impl Written {
    /// Adds what follows.
    pub fn push(&mut self, more: Self) {
        self.text.push_str(&more.text);
        self.tokens.extend(more.tokens);
    }
}

/// Where an answer was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On this machine.
    ThisPc,
    /// On a peer less than 50 ms away.
    Nearby,
    /// On a peer less than 150 ms away.
    Region,
    /// On a peer anywhere.
    Global,
    /// In a cloud.
    Cloud,
}

/// Who computed an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Where.
    pub place: Place,
    /// Which peer; it could read the prompt. `None` is this PC or a cloud.
    pub node: Option<NodeId>,
    /// What answered, if another model than the one that was asked for.
    pub model: Option<ModelId>,
    /// Milliseconds there and back.
    pub latency_ms: Option<f64>,
    /// Whether a relay was between.
    pub relayed: bool,
    /// What it cost, in millionths of a credit.
    pub cost: i64,
    /// Why it was asked for best effort, although the peer is usually paid.
    #[serde(default)]
    pub unpaid: Option<Unpayable>,
}

impl Origin {
    /// Computed here.
    pub fn this_pc() -> Self {
        Self { place: Place::ThisPc, node: None, model: None, latency_ms: None, relayed: false, cost: 0, unpaid: None }
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model had no more to say, or a stop string came.
    Stop,
    /// The limit on text tokens or the context was reached.
    Length,
}

/// What was counted and timed while answering.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Text tokens of the prompt.
    pub prompt_tokens: u32,
    /// Of these, how many were still in the engine's memory from before.
    pub cached_tokens: u32,
    /// Text tokens of the answer.
    pub text_tokens: u32,
    /// Milliseconds from the prompt's arrival to the first text token.
    pub first_token_ms: f64,
    /// Text tokens of the prompt processed in a second.
    pub prompt_per_second: f64,
    /// Text tokens of the answer generated in a second.
    pub text_per_second: f64,
}

/// A request for an answer, from the window or the command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Answers without keeping anything.
    Once {
        /// The conversation so far, oldest first.
        turns: Vec<Turn>,
        /// `None` is the model in use.
        model: Option<ModelId>,
        /// How text tokens are chosen.
        sampling: Sampling,
        /// How far it may go.
        #[serde(default)]
        reach: Reach,
    },
    /// Says something in a conversation and keeps both turns.
    Send {
        /// `None` begins a new conversation.
        conversation: Option<ConversationId>,
        /// The message this follows; `None` is the beginning. Sending after the parent of an earlier
        /// message is how that message is edited: both versions are kept.
        parent: Option<MessageId>,
        /// What is said.
        text: String,
    },
    /// Answers the same question again; the earlier answer is kept as another version.
    Regenerate {
        /// The answer to replace.
        message: MessageId,
    },
}

impl Ask {
    /// A question outside any conversation, with the model in use.
    pub fn once(text: impl Into<String>) -> Self {
        Self::Once {
            turns: vec![Turn::user(text)],
            model: None,
            sampling: Sampling::default(),
            reach: Reach::default(),
        }
    }
}

/// A step of an answer. Dropping the stream cancels the answer; what came so far is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerEvent {
    /// The question is stored and its answer begins. Absent for [`Ask::Once`].
    Started {
        /// The conversation, just made if the request named none.
        conversation: ConversationId,
        /// The question; for [`Ask::Regenerate`] the one that is answered again.
        question: MessageId,
        /// The answer, still empty.
        answer: MessageId,
    },
    /// The model is being loaded, from 0 to 1. Several may come, or none.
    Loading {
        /// From 0 to 1.
        progress: f32,
    },
    /// It waits for its turn somewhere.
    Waiting {
        /// How many are before it.
        position: u32,
        /// Milliseconds that are expected; `None` if nobody knows.
        expected_ms: Option<u32>,
    },
    /// Who answers from here on. Comes again when another one carries the answer on.
    Origin(Origin),
    /// More text.
    Text {
        /// To be appended.
        text: String,
    },
    /// The answer is whole.
    Done {
        /// Who computed it.
        origin: Origin,
        /// What answered.
        model: ModelId,
        /// Why it ended.
        finish: Finish,
        /// What was counted and timed.
        measured: Measured,
        /// The stored message; `None` for [`Ask::Once`].
        message: Option<Message>,
    },
    /// The answer broke off; the text so far is kept.
    Failed {
        /// What happened and what to do.
        error: Error,
        /// The stored message; `None` for [`Ask::Once`] or when nothing could be stored.
        message: Option<Message>,
    },
}
