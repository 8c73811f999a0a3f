//! Models as the owner sees them.

use serde::{Deserialize, Serialize};

use crate::{Credits, Error, ModelHash};

/// The name of the model that is built in.
pub const STARTER: &str = "starter";

/// Names a model on this node, such as `qwen3-4b-q4_k_m`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub String);

impl ModelId {
    /// The built-in model.
    pub fn starter() -> Self {
        Self(STARTER.to_owned())
    }
}

impl std::fmt::Display for ModelId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a model's file came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSource {
    /// It ships with the app.
    BuiltIn,
    /// The owner's own file, used where it lies and never deleted by us.
    File,
    /// Downloaded by us into the data directory; removing the model deletes it.
    Url(String),
}

/// A model that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its name on this node.
    pub id: ModelId,
    /// What to show, from the file.
    pub name: String,
    /// Architecture as the file names it, such as `llama`.
    pub architecture: String,
    /// Bytes on disk.
    pub size_bytes: u64,
    /// Longest context, in text tokens, that it was trained for.
    pub context: u32,
    /// What the file is; `None` until it was read through once.
    pub hash: Option<ModelHash>,
    /// Where the file came from.
    pub source: ModelSource,
    /// What this PC asks peers for 1000 text tokens of it.
    pub price: Credits,
    /// Why it cannot be used now; `None` if it can.
    pub problem: Option<Error>,
}

/// How far a download has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadState {
    /// Bytes are coming, or being waited for.
    Running,
    /// The checksum is being compared.
    Verifying,
    /// The owner paused it; the bytes so far are kept.
    Paused,
    /// It broke off; the bytes so far are kept and it can be resumed.
    Failed(Error),
}

/// A model that is being fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// The name the model will have.
    pub id: ModelId,
    /// Where it is fetched from.
    pub url: String,
    /// Bytes on disk so far.
    pub done_bytes: u64,
    /// Bytes in all, when the source says.
    pub total_bytes: Option<u64>,
    /// Bytes a second over the last seconds.
    pub bytes_per_second: u64,
    /// How far it has come.
    pub state: DownloadState,
}

/// Everything about models: a topic of updates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Models {
    /// Models that can be used, the built-in one first.
    pub models: Vec<Model>,
    /// What answers unless a prompt says otherwise; `None` before the node is up.
    pub in_use: Option<ModelId>,
    /// What is being fetched.
    pub downloads: Vec<Download>,
}

/// A model to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Add {
    /// A GGUF file on this machine, by absolute path; it stays where it is.
    File {
        /// Absolute path.
        path: String,
    },
    /// A GGUF file behind an http or https address. Adding the same address again resumes it.
    Url {
        /// The address.
        url: String,
        /// The file's SHA-256 in hexadecimal, when known.
        sha256: Option<String>,
    },
    /// The starter model, after it was removed.
    Starter,
}
