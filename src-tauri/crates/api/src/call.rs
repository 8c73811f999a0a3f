//! Questions to the node, their replies, and updates.

use serde::{Deserialize, Serialize};

use crate::{
    Add, BatchItem, Contribution, Conversation, ConversationId, Explanation, Hardware, MessageId, ModelId, Models,
    Movement, Network, Notice, Order, Reach, RoutePlan, Settings, Snapshot, Status, Thread, Wallet, WalletProof,
};

/// A question to the node, or an order. Each names its reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Every topic at once → [`Reply::Snapshot`].
    Snapshot,
    /// Facts about the node → [`Reply::Status`].
    Status,
    /// Models and downloads → [`Reply::Models`].
    Models,
    /// Adds a model; a download goes on after the reply → [`Reply::Added`].
    AddModel(Add),
    /// Takes a model, or a download with its bytes so far, off the list → [`Reply::Done`].
    RemoveModel(ModelId),
    /// Answers with this model from now on → [`Reply::Done`].
    UseModel(ModelId),
    /// Stops a download and keeps its bytes → [`Reply::Done`].
    PauseDownload(ModelId),
    /// Goes on with a paused or failed download → [`Reply::Done`].
    ResumeDownload(ModelId),
    /// Frees the model's memory; the next prompt loads it again → [`Reply::Done`].
    Unload,
    /// One conversation with its messages → [`Reply::Thread`].
    Conversation(ConversationId),
    /// Gives a conversation a title → [`Reply::Done`].
    Rename {
        /// Which conversation.
        conversation: ConversationId,
        /// Its new title.
        title: String,
    },
    /// Takes a conversation off the list; it can be restored for 30 days → [`Reply::Done`].
    Delete(ConversationId),
    /// Undoes [`Call::Delete`] → [`Reply::Done`].
    Restore(ConversationId),
    /// Shows the path that leads through this message → [`Reply::Thread`].
    Show(MessageId),
    /// Ends an answer that is being written, wherever it was asked for; its text so far is kept → [`Reply::Done`].
    StopAnswer(MessageId),
    /// What the owner has set → [`Reply::Settings`].
    Settings,
    /// Replaces what the owner has set → [`Reply::Done`].
    SaveSettings(Settings),
    /// What this PC is, read anew → [`Reply::Hardware`].
    Hardware,
    /// Measures how fast the model in use answers here, which takes some seconds → [`Reply::Hardware`].
    MeasureSpeed,
    /// All about lending → [`Reply::Contribution`].
    Contribution,
    /// What the owner says about lending → [`Reply::Done`] when it holds.
    Contribute(Order),
    /// Every signal, its rule and the verdict, read now → [`Reply::Explanation`].
    Explain,
    /// Queues prompts that are answered while this PC is lent → [`Reply::Batch`] with all there are.
    QueueBatch {
        /// What is asked, one answer each.
        prompts: Vec<String>,
        /// What answers; `None` is the model in use.
        model: Option<ModelId>,
    },
    /// The queued prompts and their answers → [`Reply::Batch`].
    Batch,
    /// Forgets the queued prompts and their answers → [`Reply::Done`].
    ClearBatch,
    /// All about the network → [`Reply::Network`].
    Network,
    /// A text that lets a friend's node find this one, to be pasted there → [`Reply::Invite`].
    Invite,
    /// Takes a pasted invite, or the address of a node: the network is joined, as far as it names → [`Reply::Done`].
    Join(String),
    /// Where a prompt of this length would go → [`Reply::Route`].
    Route {
        /// `None` is the model in use.
        model: Option<ModelId>,
        /// The prompt.
        text: String,
        /// How far it may go.
        reach: Reach,
    },
    /// All about credits → [`Reply::Wallet`].
    Wallet,
    /// Movements that were settled before then, newest first → [`Reply::Movements`].
    Movements {
        /// In milliseconds since 1970 UTC.
        before_ms: i64,
        /// How many at most; a thousand are given at once.
        most: u32,
    },
    /// Computes the balance anew from the signed records → [`Reply::WalletProof`].
    VerifyWallet,
    /// All signed records as JSON, for a backup or an examiner → [`Reply::WalletExport`].
    ExportWallet,
    /// Gives back what was earned with a job, by its 32 hexadecimal digits → [`Reply::Done`].
    Refund(String),
    /// Whether the app starts, its window closed, when the owner logs in → [`Reply::Status`].
    StartAtLogin(bool),
    /// Takes a notice off → [`Reply::Done`].
    Dismiss(String),
    /// Tries again to read the identity from the keychain → [`Reply::Status`].
    RetryKeychain,
    /// Agrees to keep the identity in a file that only the owner can read → [`Reply::Status`].
    UseKeyFile,
    /// Brings the window to the front → [`Reply::Done`], or `no_window`.
    OpenWindow,
    /// Ends the node after running answers had three seconds → [`Reply::Done`].
    Stop,
}

/// What a [`Call`] gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It was done.
    Done,
    /// Every topic at once.
    Snapshot(Box<Snapshot>),
    /// Facts about the node.
    Status(Status),
    /// Models and downloads.
    Models(Models),
    /// The name that the added model has or will have.
    Added(ModelId),
    /// One conversation with its messages.
    Thread(Thread),
    /// What the owner has set.
    Settings(Settings),
    /// What this PC is.
    Hardware(Hardware),
    /// All about lending.
    Contribution(Contribution),
    /// Every signal, its rule and the verdict.
    Explanation(Explanation),
    /// The queued prompts and their answers, oldest first.
    Batch(Vec<BatchItem>),
    /// All about the network.
    Network(Box<Network>),
    /// A text to paste at a friend's.
    Invite(String),
    /// Where a prompt would go.
    Route(RoutePlan),
    /// All about credits.
    Wallet(Box<Wallet>),
    /// Movements, newest first.
    Movements(Vec<Movement>),
    /// What came of computing the balance anew.
    WalletProof(WalletProof),
    /// JSON.
    WalletExport(String),
}

/// A topic's whole value. Missing some is harmless: the next one is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// Facts about the node.
    Status(Status),
    /// Models and downloads.
    Models(Models),
    /// Conversations, latest first.
    Conversations(Vec<Conversation>),
    /// What the owner has set.
    Settings(Settings),
    /// What the owner should read.
    Notices(Vec<Notice>),
    /// What this PC is.
    Hardware(Hardware),
    /// All about lending.
    Contribution(Contribution),
    /// All about the network.
    Network(Box<Network>),
    /// All about credits.
    Wallet(Box<Wallet>),
}
