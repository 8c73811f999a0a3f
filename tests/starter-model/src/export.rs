//! The model as a GGUF file, and back.

use crate::model::{self, CONTEXT, EPSILON, HEAD, HEADS, HIDDEN, KV_HEADS, LAYERS, ROPE_BASE, WIDTH, Weights};
use crate::tokenizer::{TEXT_END, TURN_END, Tokenizer, is_mark};
use anyhow::{Context, Result, ensure};
use candle_core::Device;
use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

/// The turns as `<|im_start|>role`, a new line, the text and `<|im_end|>`.
const CHAT_TEMPLATE: &str = concat!(
    "{% for message in messages %}",
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}",
    "{% endfor %}",
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
);
const TOKENS: &str = "tokenizer.ggml.tokens";
const MERGES: &str = "tokenizer.ggml.merges";

/// Writes matrices as `q8_0`, which answers as well as `f16` in half the space; vectors as `f32`.
pub(crate) fn write(path: &Path, weights: &Weights, tokenizer: &Tokenizer) -> Result<()> {
    let quantise = |(name, weight): (&String, &candle_core::Tensor)| {
        let kind = if weight.rank() == 1 { GgmlDType::F32 } else { GgmlDType::Q8_0 };
        Ok((name.clone(), QTensor::quantize(weight, kind)?))
    };
    let tensors: Vec<(String, QTensor)> = weights.iter().map(quantise).collect::<Result<_>>()?;
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let metadata = metadata(tokenizer)?;
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (*key, value)).collect();
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut file = BufWriter::new(file);
    gguf_file::write(&mut file, &metadata, &tensors)?;
    Ok(file.flush()?)
}

/// Reads what [`write`] wrote.
pub(crate) fn read(path: &Path) -> Result<(Weights, Tokenizer)> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut file = BufReader::new(file);
    let content = Content::read(&mut file)?;
    let tokenizer = Tokenizer::from_printable(&strings(&content, TOKENS)?, &strings(&content, MERGES)?)?;
    let mut weights = Weights::new();
    for (name, [rows, columns]) in model::shapes(tokenizer.size()) {
        let weight = content.tensor(&mut file, &name, &Device::Cpu)?.dequantize(&Device::Cpu)?;
        ensure!(weight.elem_count() == rows * columns.max(1), "{name} has another shape");
        weights.insert(name, weight);
    }
    Ok((weights, tokenizer))
}

fn strings(content: &Content, key: &str) -> Result<Vec<String>> {
    let values = content.metadata.get(key).with_context(|| format!("no {key}"))?.to_vec()?;
    Ok(values.iter().map(|value| value.to_string().cloned()).collect::<Result<_, _>>()?)
}

fn metadata(tokenizer: &Tokenizer) -> Result<Vec<(&'static str, Value)>> {
    let text = |text: &str| Value::String(text.to_owned());
    let texts = |texts: Vec<String>| Value::Array(texts.into_iter().map(Value::String).collect());
    let count = |number: usize| Ok::<_, std::num::TryFromIntError>(Value::U32(u32::try_from(number)?));
    let token_types = (0..tokenizer.size()).map(|token| Value::I32(if is_mark(token) { 3 } else { 1 })).collect();
    Ok(vec![
        ("general.architecture", text("llama")),
        ("general.name", text("Starter")),
        ("general.license", text("mit")),
        ("general.file_type", Value::U32(7)),
        ("general.quantization_version", Value::U32(2)),
        ("llama.context_length", count(CONTEXT)?),
        ("llama.embedding_length", count(WIDTH)?),
        ("llama.block_count", count(LAYERS)?),
        ("llama.feed_forward_length", count(HIDDEN)?),
        ("llama.attention.head_count", count(HEADS)?),
        ("llama.attention.head_count_kv", count(KV_HEADS)?),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(EPSILON)),
        ("llama.rope.dimension_count", count(HEAD)?),
        ("llama.rope.freq_base", Value::F32(ROPE_BASE)),
        ("llama.vocab_size", count(tokenizer.size())?),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("default")),
        (TOKENS, texts(tokenizer.printable())),
        ("tokenizer.ggml.token_type", Value::Array(token_types)),
        (MERGES, texts(tokenizer.printable_merges())),
        ("tokenizer.ggml.eos_token_id", Value::U32(TURN_END)),
        ("tokenizer.ggml.padding_token_id", Value::U32(TEXT_END)),
        ("tokenizer.ggml.add_bos_token", Value::Bool(false)),
        ("tokenizer.chat_template", text(CHAT_TEMPLATE)),
    ])
}
