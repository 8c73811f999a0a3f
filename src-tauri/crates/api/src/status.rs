//! What the node is and does: the topics of updates that are not about models or conversations.

use serde::{Deserialize, Serialize};

use crate::{Contribution, Conversation, Hardware, ModelId, Models, Network, NetworkSettings, Rules, Wallet};

/// What the node is doing, for the status strip and the tray.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Nothing; the model in use is not in memory.
    Idle,
    /// A model is being loaded, from 0 to 1.
    Loading {
        /// Which model.
        model: ModelId,
        /// From 0 to 1.
        progress: f32,
    },
    /// A model is in memory and nothing is asked of it.
    Ready {
        /// Which model.
        model: ModelId,
    },
    /// Prompts are being answered.
    Answering {
        /// Which model.
        model: ModelId,
        /// How many answers are under way.
        answers: u32,
    },
    /// The engine ended unexpectedly and starts again.
    Restarting,
    /// The engine cannot run at all.
    Broken {
        /// What happened and what to do.
        reason: String,
    },
}

/// Facts about the running node: a topic of updates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The program's version.
    pub version: String,
    /// The node's process id.
    pub pid: u32,
    /// The data directory.
    pub home: String,
    /// The node's name in the network; `None` while the keychain cannot be read.
    pub node_id: Option<String>,
    /// Where the identity is kept, for people: "OS keychain", "key file", or why it is not available.
    pub identity: String,
    /// What the node is doing.
    pub activity: Activity,
    /// When the node started, in milliseconds since 1970 UTC.
    pub started_ms: i64,
    /// Whether the app starts when the owner logs in, as the system says; `None` where it cannot be told.
    pub start_at_login: Option<bool>,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Worth knowing.
    Info,
    /// Something needs the owner's attention.
    Problem,
}

/// Something the owner should read. Stays until dismissed or until its cause is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Names the notice; a later one with the same id replaces it.
    pub id: String,
    /// How much it matters.
    pub kind: NoticeKind,
    /// What happened and what to do.
    pub text: String,
}

/// Colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// What the owner can set: a topic of updates, kept in `settings.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Colours of the window.
    pub theme: Theme,
    /// The model that answers unless a prompt says otherwise.
    pub model: ModelId,
    /// Precedes every conversation; empty is none.
    pub system_prompt: String,
    /// Processor threads for the engine; 0 chooses by the machine.
    pub threads: u16,
    /// Longest context in text tokens; 0 chooses by model and memory.
    pub context: u32,
    /// Text tokens at most in one answer; 0 is as many as the context holds.
    pub max_text_tokens: u32,
    /// Where this PC is: one of the seven regions or a code such as `us-east-1`; empty finds it out.
    pub region: String,
    /// Whether the first-run cards have been gone through.
    pub welcomed: bool,
    /// When and how much this PC may be lent.
    pub rules: Rules,
    /// How far it reaches into the network.
    pub network: NetworkSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            model: ModelId::starter(),
            system_prompt: String::new(),
            threads: 0,
            context: 0,
            max_text_tokens: 0,
            region: String::new(),
            welcomed: false,
            rules: Rules::default(),
            network: NetworkSettings::default(),
        }
    }
}

/// Every topic at once: what a window needs to be right after a reload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The node.
    pub status: Status,
    /// Models and downloads.
    pub models: Models,
    /// Conversations, latest first.
    pub conversations: Vec<Conversation>,
    /// What the owner has set.
    pub settings: Settings,
    /// What the owner should read.
    pub notices: Vec<Notice>,
    /// What this PC is.
    pub hardware: Hardware,
    /// All about lending.
    pub contribution: Contribution,
    /// All about the network.
    pub network: Network,
    /// All about credits.
    pub wallet: Wallet,
}
