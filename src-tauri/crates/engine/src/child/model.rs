//! A loaded model: weights, vocabulary, chat template, cache.

use std::ffi::CString;
use std::num::NonZeroU32;
use std::path::Path;
use std::pin::Pin;

use llama_cpp_2::LlamaBackendDeviceType;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;
use opengateway_api::{Turn, Written};
use opengateway_core::backend::AnswerError;
use opengateway_engine::template::ChatTemplate;
use opengateway_engine::wire::{Load, Loaded};
use opengateway_engine::{fit, gguf};

use super::ffi::{Context, Shape};
use super::pipe::INTERRUPT;

pub(super) struct Model {
    /// Before `weights`: it must go first.
    pub(super) context: Context,
    weights: LlamaModel,
    template: ChatTemplate,
    /// Texts of control tokens, which a person's text must not become.
    controls: Vec<String>,
    /// Text tokens that one conversation may hold.
    pub(super) longest: usize,
    pub(super) slots: u32,
}

/// Loads a model, telling `progress` from 0 to 1.
pub(super) fn load(
    backend: &LlamaBackend,
    load: &Load,
    progress: impl Fn(f32) + 'static,
) -> Result<(Model, Loaded), AnswerError> {
    let path = Path::new(&load.path);
    let header = gguf::read_file(path).map_err(|error| AnswerError::ModelInvalid(error.to_string()))?;
    let plan = fit::plan(&header, free_memory(load), load.context, load.slots)?;
    let params = LlamaModelParams::default().with_progress_callback(every_percent(progress));
    let params = if load.gpu { offload(load, plan, params) } else { Box::pin(params.with_n_gpu_layers(0)) };
    let invalid = |error: String| AnswerError::ModelInvalid(format!("llama.cpp cannot load this model: {error}"));
    let weights = LlamaModel::load_from_file(backend, path, &params).map_err(|error| invalid(error.to_string()))?;
    let shape = Shape {
        cells: plan.cells,
        slots: load.slots,
        // Where every slot can have a whole conversation of its own, none shares: what others ask then changes no
        // rounding of an answer, and the same seed gives the same text in a crowd as well.
        shared: plan.cells < plan.context.saturating_mul(load.slots),
        threads: threads(load.threads, header.weight_bytes),
    };
    let context = Context::new(&weights, &shape, &INTERRUPT)
        .ok_or(AnswerError::ModelTooLarge { needed: plan.needed, free: free_memory(load) })?;
    let vocab = weights.vocab();
    let text = |token| String::from_utf8_lossy(&vocab.token_to_piece(token, true, None)).into_owned();
    let template = ChatTemplate::new(header.chat_template.as_deref(), text(vocab.bos()), text(vocab.eos()))
        .map_err(AnswerError::ModelInvalid)?;
    if header.chat_template.is_none() {
        eprintln!("the model brings no chat template; ChatML is used");
    }
    let controls = controls(vocab);
    let loaded = Loaded { context: plan.context, needed: plan.needed };
    let longest = usize::try_from(plan.context).unwrap_or(usize::MAX);
    Ok((Model { context, weights, template, controls, longest, slots: load.slots }, loaded))
}

impl Model {
    /// The conversation as text tokens, and what of its answer is there already.
    pub(super) fn tokens(&self, turns: &[Turn], written: &Written) -> Result<Vec<i32>, AnswerError> {
        let defused: Vec<Turn> =
            turns.iter().map(|turn| Turn { role: turn.role, text: self.defuse(&turn.text) }).collect();
        let text = self.template.render(&defused).map_err(AnswerError::ModelInvalid)?;
        let vocab = self.weights.vocab();
        let begins_itself =
            vocab.should_add_bos() && text.as_bytes().starts_with(&vocab.token_to_piece(vocab.bos(), true, None));
        let tokens = vocab.tokenize(text.as_bytes(), !begins_itself, true);
        Ok(tokens.into_iter().map(|token| token.0).chain(self.written(written)).collect())
    }

    /// The tokens of an answer's beginning. They come from strangers: those that do not spell the text are dropped, and
    /// the text is cut into tokens anew, none of them a control token.
    fn written(&self, written: &Written) -> Vec<i32> {
        let vocabulary = 0..self.weights.n_vocab();
        let known = written.tokens.iter().all(|token| vocabulary.contains(token));
        let spelled: Vec<Vec<u8>> =
            if known { written.tokens.iter().map(|token| self.bytes(*token)).collect() } else { Vec::new() };
        let text = String::from_utf8_lossy(&spelled.concat()).into_owned();
        let rest = written.text.strip_prefix(&text).filter(|_| spelled.iter().all(|bytes| !bytes.is_empty()));
        let (mut tokens, rest) = match rest {
            Some(rest) if known => (written.tokens.clone(), rest),
            _ => (Vec::new(), written.text.as_str()),
        };
        let cut = self.weights.vocab().tokenize(rest.as_bytes(), false, false);
        tokens.extend(cut.into_iter().map(|token| token.0));
        tokens
    }

    /// Breaks up what would be read as a control token, invisibly: only the template may end a turn.
    fn defuse(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for control in self.controls.iter().filter(|control| control.chars().count() > 1) {
            if text.contains(control.as_str()) {
                let mut letters = control.chars();
                let broken: String = letters.next().into_iter().chain(['\u{200B}']).chain(letters).collect();
                text = text.replace(control.as_str(), &broken);
            }
        }
        text
    }

    pub(super) fn bytes(&self, token: i32) -> Vec<u8> {
        self.weights.vocab().token_to_piece(LlamaToken(token), false, None)
    }

    pub(super) fn ends(&self, token: i32) -> bool {
        self.weights.vocab().is_eog(LlamaToken(token))
    }
}

fn controls(vocab: LlamaVocab<'_>) -> Vec<String> {
    let special = vocab.tokens().filter(|token| vocab.is_control(*token) || vocab.is_eog(*token));
    special.filter_map(|token| vocab.text(token)?.to_str().ok().map(str::to_owned)).collect()
}

/// llama.cpp calls back for every tensor; a percent is enough to draw a bar.
fn every_percent(progress: impl Fn(f32) + 'static) -> impl FnMut(f32) -> bool + 'static {
    let mut shown = -1.0;
    move |now| {
        if now - shown >= 0.01 {
            shown = now;
            progress(now);
        }
        true
    }
}

/// Lets llama.cpp choose how much of the model the graphics cards take, by their free memory less a reserve.
fn offload(load: &Load, plan: fit::Plan, params: LlamaModelParams) -> Pin<Box<LlamaModelParams>> {
    let mut params = Box::pin(params);
    let mut context = LlamaContextParams::default().with_n_ctx(NonZeroU32::new(plan.cells));
    let spare = usize::try_from(load.spare_vram).unwrap_or(usize::MAX);
    let mut margins = vec![spare; llama_cpp_2::max_devices()];
    let path = CString::new(load.path.as_bytes()).unwrap_or_default();
    let log = llama_cpp_sys_2::GGML_LOG_LEVEL_WARN;
    if let Err(error) = params.as_mut().fit_params(&path, &mut context, &mut margins, plan.context, log) {
        eprintln!("the model does not fit on the graphics card ({error}); the processor runs it");
        return Box::pin(LlamaModelParams::default().with_n_gpu_layers(0));
    }
    params
}

/// Free bytes for a model: main memory, and that of graphics cards with memory of their own.
fn free_memory(load: &Load) -> u64 {
    // Where the system does not tell, loading is tried and may fail.
    let main = sysinfo::System::new().map_or(u64::MAX, |mut system| {
        system.refresh_memory();
        system.available_memory()
    });
    let main = main.min(load.memory);
    let cards = if load.gpu { llama_cpp_2::list_llama_ggml_backend_devices() } else { Vec::new() };
    let own = cards.iter().filter(|card| card.device_type == LlamaBackendDeviceType::Gpu);
    own.map(|card| (card.memory_free as u64).saturating_sub(load.spare_vram)).fold(main, u64::saturating_add)
}

/// A model this small fits the processor's cache: threads would wait for each other longer than they compute.
const SMALL: u64 = 64 << 20;

/// All physical cores: hyper-threads share the vector units that decoding waits for.
fn threads(wish: u16, weight_bytes: u64) -> i32 {
    let cores = || {
        let physical = sysinfo::System::physical_core_count();
        physical.or_else(|_| std::thread::available_parallelism().map(usize::from)).unwrap_or(1)
    };
    let chosen = match wish {
        0 if weight_bytes < SMALL => 1,
        0 => cores(),
        wish => usize::from(wish),
    };
    i32::try_from(chosen.clamp(1, 256)).unwrap_or(1)
}
