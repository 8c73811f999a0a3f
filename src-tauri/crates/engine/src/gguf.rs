//! Reads a GGUF file's header without trusting it.
//!
//! Every count, length and dimension is checked against a bound before it is used, so a hostile file costs at most
//! [`LARGEST_HEADER`] bytes of reading and never reaches llama.cpp. Format:
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3.

mod kinds;
mod reader;

use std::collections::BTreeMap;
use std::path::Path;

use reader::{Reader, Value, Weights};

/// Bytes of metadata and tensor list that are read at most; a vocabulary of 256,000 needs about 10 MB.
pub const LARGEST_HEADER: u64 = 256 * 1024 * 1024;

const MOST_ENTRIES: u64 = 65_536;
const MOST_TENSORS: u64 = 65_536;

/// What a GGUF file says of its model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Such as `llama` or `qwen3`.
    pub architecture: String,
    /// The name its maker gave it.
    pub name: Option<String>,
    /// Context it was trained for, in text tokens.
    pub context: u32,
    /// Transformer blocks.
    pub layers: u32,
    /// Width of the hidden state.
    pub width: u32,
    /// Entries in the vocabulary.
    pub vocabulary: u32,
    /// The widths of key and value of each layer, summed over layers and KV heads.
    pub kv_width: u64,
    /// Jinja chat template.
    pub chat_template: Option<String>,
    /// Bytes of all tensors.
    pub weight_bytes: u64,
    /// Parameters that take part in each text token: of a mixture of experts, only those of the experts that are used.
    pub active_parameters: u64,
}

/// Why a file is not a model, in words for its owner.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// The file cannot be read at all.
    #[error("the file cannot be read: {0}")]
    Io(std::io::Error),
    /// It is something else than a GGUF file.
    #[error("this is not a GGUF model file")]
    NotGguf,
    /// It is a GGUF file of a version we do not know.
    #[error("this file is GGUF version {0}; versions 2 and 3 can be used")]
    Version(u32),
    /// It ends too early.
    #[error("the file is cut off: it should be {needed} bytes long and has {found}; download it again")]
    Truncated {
        /// Bytes that the header asks for.
        needed: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// It contradicts itself or asks for the impossible.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

/// Reads the header of the file at `path`.
///
/// # Errors
/// See [`GgufError`].
pub fn read_file(path: &Path) -> Result<Header, GgufError> {
    let file = std::fs::File::open(path).map_err(GgufError::Io)?;
    let length = file.metadata().map_err(GgufError::Io)?.len();
    read(std::io::BufReader::with_capacity(1 << 20, file), length)
}

/// Reads a header from the beginning of a file that is `file_bytes` long in all.
///
/// # Errors
/// See [`GgufError`].
pub fn read(source: impl std::io::Read, file_bytes: u64) -> Result<Header, GgufError> {
    let mut reader = Reader::new(source, file_bytes);
    if reader.bytes::<4>()? != *b"GGUF" {
        return Err(GgufError::NotGguf);
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(GgufError::Version(version));
    }
    let tensors = reader.count(MOST_TENSORS, "tensors")?;
    let entries = reader.count(MOST_ENTRIES, "metadata entries")?;
    let mut metadata = BTreeMap::new();
    for _ in 0..entries {
        let key = reader.string()?;
        let value = reader.value()?;
        if metadata.insert(key.clone(), value).is_some() {
            return Err(GgufError::Damaged(format!("it says {key} twice")));
        }
    }
    let alignment = metadata.get("general.alignment").and_then(Value::as_u32).unwrap_or(32);
    let weights = reader.tensors(tensors, alignment)?;
    header(&metadata, &weights)
}

fn header(metadata: &BTreeMap<String, Value>, weights: &Weights) -> Result<Header, GgufError> {
    let text = |key: &str| metadata.get(key).and_then(Value::as_text).map(str::to_owned);
    let architecture =
        text("general.architecture").ok_or_else(|| GgufError::Damaged("it does not name its architecture".into()))?;
    let number = |name: &str| metadata.get(&format!("{architecture}.{name}")).and_then(Value::as_u32);
    let bounded = |name: &str, most: u32| match number(name) {
        Some(value) if (1..=most).contains(&value) => Ok(value),
        Some(value) => Err(GgufError::Damaged(format!("{name} is {value}"))),
        None => Err(GgufError::Damaged(format!("it does not say {name}"))),
    };
    let layers = bounded("block_count", 4096)?;
    let width = bounded("embedding_length", 1 << 20)?;
    let heads = number("attention.head_count").unwrap_or(1).clamp(1, 1 << 16);
    let per_head = width.checked_div(heads).unwrap_or(width);
    let key = u64::from(number("attention.key_length").unwrap_or(per_head));
    let value = u64::from(number("attention.value_length").unwrap_or(per_head));
    let kv_heads = kv_heads(metadata.get(&format!("{architecture}.attention.head_count_kv")), heads, layers);
    Ok(Header {
        name: text("general.name"),
        context: bounded("context_length", 1 << 30)?,
        layers,
        width,
        vocabulary: metadata.get("tokenizer.ggml.tokens").and_then(Value::as_length).unwrap_or(0),
        kv_width: kv_heads.saturating_mul(key.saturating_add(value)),
        chat_template: text("tokenizer.chat_template"),
        weight_bytes: weights.bytes,
        active_parameters: active(weights, number("expert_used_count"), number("expert_count")),
        architecture,
    })
}

/// Parameters that take part in each text token.
fn active(weights: &Weights, used: Option<u32>, experts: Option<u32>) -> u64 {
    let (used, experts) = (u64::from(used.unwrap_or(1)), u64::from(experts.unwrap_or(1)));
    let share = weights.expert_values.checked_div(experts).unwrap_or(weights.expert_values);
    weights.shared_values.saturating_add(share.saturating_mul(used).min(weights.expert_values))
}

/// KV heads summed over layers: one number for all of them, or an array with one for each.
fn kv_heads(value: Option<&Value>, heads: u32, layers: u32) -> u64 {
    match value {
        Some(Value::Numbers(each)) => each.iter().map(|heads| u64::from(*heads)).sum(),
        Some(value) => u64::from(value.as_u32().unwrap_or(heads)).saturating_mul(u64::from(layers)),
        None => u64::from(heads).saturating_mul(u64::from(layers)),
    }
}

#[cfg(test)]
mod tests;
