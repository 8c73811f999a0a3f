//! Lending this PC: what the owner orders, what the node does and why.

use serde::{Deserialize, Serialize};

use crate::{Error, ModelId, NodeId};

/// What the owner says about lending. Tray, window and command line say the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Lend this PC whenever the rules allow it.
    On,
    /// Never lend it.
    Off,
    /// Lend it at once, although the owner is here: only keyboard, mouse, gamepad and the hours are overlooked.
    Now,
    /// Not for a while. What runs ends at once.
    Pause(Pause),
    /// End a pause, or [`Order::Now`]; the rules decide again.
    Resume,
    /// Finish the running answers, then pause until resumed.
    Finish,
}

/// How long a pause lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// So many minutes.
    Minutes(u32),
    /// Until the coming midnight, local time.
    Tomorrow,
    /// Until [`Order::Resume`], across restarts.
    Forever,
}

/// What the node does about lending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The owner has not switched it on.
    #[default]
    Off,
    /// The rules do not allow it now.
    Waiting,
    /// Jobs are taken.
    Contributing,
    /// Running jobs end; no new ones are taken.
    Finishing,
    /// The owner paused it.
    Paused,
}

/// Why the node does what it does about lending.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Everything allows it.
    Clear,
    /// The owner said so.
    #[default]
    Owner,
    /// A signal stands against it.
    Signal(SignalKind),
    /// A listed program runs.
    App(String),
    /// It yielded a moment ago.
    Yielded,
    /// The machine slept, or its clock jumped.
    Woke,
    /// The machine's sensors do not answer.
    NoSensors,
}

/// What is looked at to tell whether the owner is busy. In the order in which they are named as the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// The owner's own prompts are being answered.
    OwnChat,
    /// Games and listed programs.
    Apps,
    /// A program covers the whole screen.
    FullScreen,
    /// Keyboard and mouse.
    Input,
    /// Game controllers.
    Gamepad,
    /// Graphics memory that others left free.
    Vram,
    /// Temperature of the graphics card.
    Heat,
    /// Mains or battery.
    Power,
    /// Load of other programs on the processor.
    Cpu,
    /// Load of other programs on the graphics card.
    Gpu,
    /// The owner's hours.
    Hours,
    /// Free disk space.
    Disk,
    /// Whether the network is metered.
    Network,
}

impl SignalKind {
    /// All of them, in that order.
    pub const ALL: [Self; 13] = [
        Self::OwnChat,
        Self::Apps,
        Self::FullScreen,
        Self::Input,
        Self::Gamepad,
        Self::Vram,
        Self::Heat,
        Self::Power,
        Self::Cpu,
        Self::Gpu,
        Self::Hours,
        Self::Disk,
        Self::Network,
    ];
}

/// What a signal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It allows lending.
    Allows,
    /// It forbids lending.
    Forbids,
    /// This system cannot tell, and lending without it is safe.
    Missing,
    /// This system cannot tell, so the owner is taken to be busy.
    MissingForbids,
    /// The owner has switched this rule off.
    Ignored,
}

/// One signal with its rule, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Which one.
    pub kind: SignalKind,
    /// What was read, such as `12 % of the processor`.
    pub reading: String,
    /// What is asked of it, such as `below 25 % for 60 s`.
    pub rule: String,
    /// What it says.
    pub finding: Finding,
}

/// Every signal and the verdict: why this PC is lent, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What the node does.
    pub mode: Mode,
    /// Why.
    pub reason: Reason,
    /// When lending may begin if nothing else stands against it, in milliseconds since 1970 UTC.
    pub not_before_ms: Option<i64>,
    /// All signals.
    pub signals: Vec<Signal>,
}

/// What kind of work a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Measures how fast this PC answers.
    Benchmark,
    /// A prompt that the owner queued to be answered while away.
    Batch,
    /// A prompt of a peer.
    Peer,
}

/// A job being served. Its prompt is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number on this node.
    pub id: i64,
    /// What kind of work.
    pub kind: JobKind,
    /// Who asked, if a peer did.
    pub peer: Option<NodeId>,
    /// The model that answers.
    pub model: ModelId,
    /// Text tokens so far.
    pub text_tokens: u32,
    /// When it began, in milliseconds since 1970 UTC.
    pub started_ms: i64,
}

/// A prompt that is answered while this PC is lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchItem {
    /// Its number on this node.
    pub id: i64,
    /// What is asked.
    pub prompt: String,
    /// What answers.
    pub model: ModelId,
    /// The answer; `None` while it waits.
    pub answer: Option<Result<String, Error>>,
}

/// A stretch of time in which nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// When it began, in milliseconds since 1970 UTC.
    pub from_ms: i64,
    /// When it ended; the current one has not.
    pub until_ms: Option<i64>,
    /// What the node did.
    pub mode: Mode,
    /// Why.
    pub reason: Reason,
}

/// What was lent on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Day {
    /// Days since 1970, local time.
    pub day: i32,
    /// Seconds in which jobs could be served.
    pub seconds: u32,
    /// Jobs that were finished.
    pub jobs: u32,
    /// Text tokens that were written for others.
    pub text_tokens: u64,
    /// Watt-hours, estimated from the busy time and this PC's parts.
    pub watt_hours: u32,
}

/// All about lending: a topic of updates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contribution {
    /// Whether the owner has switched it on.
    pub on: bool,
    /// What the node does.
    pub mode: Mode,
    /// Why.
    pub reason: Reason,
    /// Since when, in milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// When it changes by itself if nothing else happens: a pause ends, lending resumes.
    pub until_ms: Option<i64>,
    /// Jobs being served.
    pub jobs: Vec<Job>,
    /// Jobs that wait for their turn.
    pub waiting: u32,
    /// The last 24 hours, oldest first.
    pub timeline: Vec<Span>,
    /// The last seven days, today last.
    pub days: Vec<Day>,
}
