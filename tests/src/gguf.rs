//! Writes GGUF files with random weights: real to llama.cpp in every respect but sense.
//!
//! The same [`Shape`] and [`Weights`] give the same bytes. What such a model writes is a stream of letters that never
//! ends by itself: the output rows of control tokens and single bytes are zero, so some other token is always likelier.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

mod tensor;
mod vocabulary;

use tensor::Tensor;
use vocabulary::Vocabulary;

const SEED: u64 = 0x006f_7065_6e67_6174;

/// The dimensions of a model of the llama architecture.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Transformer blocks.
    pub layers: u32,
    /// Width of the hidden state; each head gets its part of it.
    pub width: u32,
    /// Width inside the feed-forward part.
    pub inner: u32,
    /// Heads that ask.
    pub heads: u32,
    /// Heads that are asked; shared among the others.
    pub kv_heads: u32,
    /// Text tokens.
    pub vocabulary: u32,
    /// Context it claims to be trained for.
    pub context: u32,
}

impl Shape {
    /// Less than a megabyte, for tests that need a model and no sense.
    pub const TINY: Self =
        Self { layers: 2, width: 64, inner: 192, heads: 4, kv_heads: 2, vocabulary: 1000, context: 2048 };
    /// 133 MB in 8 bits.
    pub const SMALL: Self =
        Self { layers: 12, width: 768, inner: 2048, heads: 12, kv_heads: 4, vocabulary: 32_000, context: 4096 };
    /// 1.1 GB in 8 bits: the shape of `TinyLlama` 1.1B.
    pub const LARGE: Self =
        Self { layers: 22, width: 2048, inner: 5632, heads: 32, kv_heads: 4, vocabulary: 32_000, context: 4096 };
}

/// How the matrices are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// 16-bit floating point.
    F16,
    /// 8-bit integers in blocks of 32 with a common scale.
    Q8,
    /// 16-bit floating point, and not quite random: after each word comes the next one of the vocabulary, by a wide
    /// margin. What it writes shows whether something is missing or doubled, whatever the order of sums.
    Counting,
}

/// Writes a model to `path`, never holding more than a megabyte of it.
///
/// # Errors
/// The system's.
///
/// # Panics
/// When a width of the shape is not a multiple of 32.
pub fn write(path: &Path, shape: &Shape, weights: Weights) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let tensors = tensor::all(shape, weights);
    file.write_all(&head(&metadata(shape), &tensors))?;
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    for tensor in &tensors {
        tensor.fill(&mut file, &mut random)?;
    }
    file.flush()
}

/// Everything before the weights.
fn head(metadata: &[(&str, Value)], tensors: &[Tensor]) -> Vec<u8> {
    let mut head = b"GGUF".to_vec();
    head.extend(3_u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        string(&mut head, key);
        value.write(&mut head);
    }
    let mut offset = 0;
    for tensor in tensors {
        tensor.announce(&mut head, offset);
        offset += tensor.bytes();
    }
    head.resize(head.len().next_multiple_of(tensor::ALIGNMENT), 0);
    head
}

/// A metadata value, as far as we use them.
enum Value {
    U32(u32),
    F32(f32),
    Bool(bool),
    Text(String),
    Texts(Vec<String>),
    Kinds(Vec<i32>),
}

impl Value {
    fn write(&self, to: &mut Vec<u8>) {
        let mut numbered = |kind: u32, bytes: &[u8]| {
            to.extend(kind.to_le_bytes());
            to.extend(bytes);
        };
        match self {
            Self::U32(number) => numbered(4, &number.to_le_bytes()),
            Self::F32(number) => numbered(6, &number.to_le_bytes()),
            Self::Bool(yes) => numbered(7, &[u8::from(*yes)]),
            Self::Text(text) => {
                numbered(8, &[]);
                string(to, text);
            }
            Self::Texts(texts) => {
                numbered(9, &list(8, texts.len()));
                texts.iter().for_each(|text| string(to, text));
            }
            Self::Kinds(kinds) => {
                numbered(9, &list(5, kinds.len()));
                kinds.iter().for_each(|kind| to.extend(kind.to_le_bytes()));
            }
        }
    }
}

fn list(kind: u32, length: usize) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(length as u64).to_le_bytes()].concat()
}

fn string(to: &mut Vec<u8>, text: &str) {
    to.extend((text.len() as u64).to_le_bytes());
    to.extend(text.as_bytes());
}

fn metadata(shape: &Shape) -> Vec<(&'static str, Value)> {
    let Vocabulary { tokens, kinds, merges, end } = Vocabulary::new(shape.vocabulary);
    vec![
        ("general.architecture", Value::Text("llama".into())),
        ("general.name", Value::Text("random".into())),
        ("llama.block_count", Value::U32(shape.layers)),
        ("llama.context_length", Value::U32(shape.context)),
        ("llama.embedding_length", Value::U32(shape.width)),
        ("llama.feed_forward_length", Value::U32(shape.inner)),
        ("llama.attention.head_count", Value::U32(shape.heads)),
        ("llama.attention.head_count_kv", Value::U32(shape.kv_heads)),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
        ("llama.rope.dimension_count", Value::U32(shape.width / shape.heads)),
        ("tokenizer.ggml.model", Value::Text("gpt2".into())),
        ("tokenizer.ggml.pre", Value::Text("gpt-2".into())),
        ("tokenizer.ggml.tokens", Value::Texts(tokens)),
        ("tokenizer.ggml.token_type", Value::Kinds(kinds)),
        ("tokenizer.ggml.merges", Value::Texts(merges)),
        ("tokenizer.ggml.bos_token_id", Value::U32(end)),
        ("tokenizer.ggml.eos_token_id", Value::U32(end)),
        ("tokenizer.ggml.add_bos_token", Value::Bool(false)),
        ("tokenizer.chat_template", Value::Text(vocabulary::TEMPLATE.into())),
    ]
}

#[cfg(test)]
mod tests;
