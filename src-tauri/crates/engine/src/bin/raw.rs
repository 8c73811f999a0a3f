//! The reference of the benchmark, never shipped: the same llama.cpp, file and settings as the engine, in the plainest
//! loop there is. One process, no frames, no text; the likeliest token is always taken.
//!
//! `opengateway-engine-raw MODEL CELLS SEQUENCES THREADS` answers each line `PROMPT TEXT STREAMS` (text tokens of the
//! prompts, text tokens to write, how many side by side) with a line of JSON: seconds of reading and of writing.

use std::error::Error;
use std::io::{BufRead, Write};
use std::num::NonZeroU32;
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use opengateway_engine::fit::UBATCH;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [path, cells, sequences, threads] = words.as_slice() else {
        return Err("opengateway-engine-raw MODEL CELLS SEQUENCES THREADS".into());
    };
    let backend = LlamaBackend::init()?;
    let model = LlamaModel::load_from_file(&backend, path, &LlamaModelParams::default().with_n_gpu_layers(0))?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(cells.parse()?))
        .with_n_batch(UBATCH)
        .with_n_ubatch(UBATCH)
        .with_n_seq_max(sequences.parse()?)
        .with_kv_unified(true)
        .with_n_threads(threads.parse()?)
        .with_n_threads_batch(threads.parse()?);
    let (context, batch) = (model.new_context(&backend, params)?, LlamaBatch::new(UBATCH as usize, 1));
    let mut raw = Raw { context, batch, sequences: sequences.parse()? };
    for line in std::io::stdin().lock().lines() {
        let numbers = line?.split_whitespace().map(str::parse).collect::<std::result::Result<Vec<i32>, _>>()?;
        let [prompt, text, streams] = numbers.as_slice() else {
            return Err("expected PROMPT TEXT STREAMS".into());
        };
        let answer = raw.measure(*prompt, *text, *streams)?;
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{answer}")?;
        stdout.flush()?;
    }
    Ok(())
}

struct Raw<'a> {
    context: LlamaContext<'a>,
    batch: LlamaBatch<'a>,
    sequences: u32,
}

impl Raw<'_> {
    fn measure(&mut self, prompt: i32, text: i32, streams: i32) -> Result<serde_json::Value> {
        for sequence in 0..self.sequences {
            self.context.clear_kv_cache_seq(Some(sequence), None, None)?;
        }
        let begun = Instant::now();
        let mut last = (0..streams).map(|stream| self.read(prompt, stream)).collect::<Result<Vec<_>>>()?;
        let read = begun.elapsed();
        let begun = Instant::now();
        for position in prompt..prompt + text - 1 {
            self.write(position, &mut last)?;
        }
        Ok(serde_json::json!({ "reading": read.as_secs_f64(), "writing": begun.elapsed().as_secs_f64() }))
    }

    /// Reads a prompt and chooses the first token of its answer.
    fn read(&mut self, prompt: i32, stream: i32) -> Result<LlamaToken> {
        let most = i32::try_from(UBATCH)?;
        for begin in (0..prompt).step_by(UBATCH as usize) {
            let end = prompt.min(begin + most);
            self.batch.clear();
            for position in begin..end {
                // The bytes of digits, as in the prompts of the other side.
                self.batch.add(LlamaToken(48 + position % 10), position, &[stream], position == prompt - 1)?;
            }
            self.context.decode(&mut self.batch)?;
        }
        Ok(likeliest(self.context.get_logits_ith(self.batch.n_tokens() - 1)))
    }

    /// Writes one token of each stream.
    fn write(&mut self, position: i32, last: &mut [LlamaToken]) -> Result<()> {
        self.batch.clear();
        for (stream, token) in (0..).zip(last.iter()) {
            self.batch.add(*token, position, &[stream], true)?;
        }
        self.context.decode(&mut self.batch)?;
        for (index, token) in (0..).zip(last) {
            *token = likeliest(self.context.get_logits_ith(index));
        }
        Ok(())
    }
}

fn likeliest(logits: &[f32]) -> LlamaToken {
    let mut best = (f32::NEG_INFINITY, 0);
    for (token, logit) in (0..).zip(logits) {
        if *logit > best.0 {
            best = (*logit, token);
        }
    }
    LlamaToken(best.1)
}
