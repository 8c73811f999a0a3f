//! llama.cpp's context, which `llama-cpp-2` does not open far enough: batches over many sequences, raw logits, an
//! abort callback. The only unsafe code of the engine.
#![expect(unsafe_code, reason = "calls into llama.cpp")]

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_sys_2 as sys;
use opengateway_engine::fit::UBATCH;

/// Starts llama.cpp, its messages on standard error.
pub(super) fn init_backend() -> LlamaBackend {
    LlamaBackend::init().expect("the backend is made once in the life of this process")
}

/// How a context is made.
pub(super) struct Shape {
    pub(super) cells: u32,
    pub(super) slots: u32,
    /// Whether slots share the cells, or each has its part of them.
    pub(super) shared: bool,
    pub(super) threads: i32,
}

/// One text token to decode.
#[derive(Clone, Copy)]
pub(super) struct Input {
    pub(super) token: i32,
    pub(super) position: i32,
    pub(super) sequence: i32,
    pub(super) wants_logits: bool,
}

/// What became of a decode step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// Logits can be read.
    Done,
    /// The cache has no room; nothing was decoded.
    Full,
    /// The interrupt was set; part of the batch may be in the cache.
    Interrupted,
    /// llama.cpp failed.
    Failed(i32),
}

/// A KV cache over a model, with room for a fixed number of text tokens.
pub(super) struct Context {
    raw: NonNull<sys::llama_context>,
    vocabulary: usize,
    tokens: Vec<i32>,
    positions: Vec<i32>,
    sequences: Vec<i32>,
    counts: Vec<i32>,
    outputs: Vec<i8>,
}

impl Context {
    /// Makes the cache; `None` if memory does not suffice. Must be dropped before `model`.
    pub(super) fn new(model: &LlamaModel, shape: &Shape, interrupt: &'static AtomicBool) -> Option<Self> {
        // SAFETY: `LlamaModel` is a transparent wrapper of a non-null `llama_model` pointer.
        let raw_model = unsafe { *std::ptr::from_ref(model).cast::<*mut sys::llama_model>() };
        // SAFETY: returns a plain structure of defaults.
        let mut params = unsafe { sys::llama_context_default_params() };
        params.n_ctx = shape.cells;
        params.n_batch = UBATCH;
        params.n_ubatch = UBATCH;
        params.n_seq_max = shape.slots;
        params.n_threads = shape.threads;
        params.n_threads_batch = shape.threads;
        params.kv_unified = shape.shared;
        params.no_perf = true;
        params.abort_callback = Some(is_set);
        params.abort_callback_data = std::ptr::from_ref(interrupt).cast_mut().cast::<c_void>();
        // SAFETY: the model is alive and this process makes one context at a time.
        let raw = NonNull::new(unsafe { sys::llama_init_from_model(raw_model, params) })?;
        Some(Self {
            raw,
            vocabulary: usize::try_from(model.n_vocab()).unwrap_or(0),
            tokens: Vec::new(),
            positions: Vec::new(),
            sequences: Vec::new(),
            counts: Vec::new(),
            outputs: Vec::new(),
        })
    }

    /// Decodes at most [`UBATCH`] tokens; llama.cpp would abort the process on more.
    pub(super) fn decode(&mut self, inputs: &[Input]) -> Decoded {
        debug_assert!(inputs.len() <= UBATCH as usize);
        self.tokens.clear();
        self.positions.clear();
        self.sequences.clear();
        self.outputs.clear();
        for input in inputs {
            self.tokens.push(input.token);
            self.positions.push(input.position);
            self.sequences.push(input.sequence);
            self.outputs.push(i8::from(input.wants_logits));
        }
        self.counts.clear();
        self.counts.resize(inputs.len(), 1);
        let mut sequences: Vec<*mut i32> = self.sequences.iter_mut().map(std::ptr::from_mut).collect();
        let batch = sys::llama_batch {
            n_tokens: i32::try_from(inputs.len()).unwrap_or(0),
            token: self.tokens.as_mut_ptr(),
            embd: std::ptr::null_mut(),
            pos: self.positions.as_mut_ptr(),
            n_seq_id: self.counts.as_mut_ptr(),
            seq_id: sequences.as_mut_ptr(),
            logits: self.outputs.as_mut_ptr(),
        };
        // SAFETY: the context is alive and each array has `n_tokens` entries that outlive the call.
        match unsafe { sys::llama_decode(self.raw.as_ptr(), batch) } {
            0 => Decoded::Done,
            1 => Decoded::Full,
            2 => Decoded::Interrupted,
            code => Decoded::Failed(code),
        }
    }

    /// The logits of the input at `index` of the last batch, which must have wanted them.
    pub(super) fn logits(&self, index: usize) -> &[f32] {
        let index = i32::try_from(index).unwrap_or(-1);
        // SAFETY: the pointer is null or leads to `vocabulary` floats that live until the next decode, which needs `&mut`.
        unsafe {
            let logits = sys::llama_get_logits_ith(self.raw.as_ptr(), index);
            if logits.is_null() { &[] } else { std::slice::from_raw_parts(logits, self.vocabulary) }
        }
    }

    /// Keeps the first `length` tokens of a sequence. `false` if this model's cache cannot be cut there; the whole
    /// sequence is gone then.
    pub(super) fn keep(&mut self, sequence: i32, length: usize) -> bool {
        let from = i32::try_from(length).unwrap_or(i32::MAX);
        // SAFETY: the context is alive; an unknown sequence is empty.
        unsafe {
            let memory = sys::llama_get_memory(self.raw.as_ptr());
            sys::llama_memory_seq_rm(memory, sequence, from, -1) || {
                sys::llama_memory_seq_rm(memory, sequence, -1, -1);
                false
            }
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made by `llama_init_from_model` and freed once.
        unsafe { sys::llama_free(self.raw.as_ptr()) }
    }
}

extern "C" fn is_set(flag: *mut c_void) -> bool {
    // SAFETY: `new` passed a static `AtomicBool`.
    unsafe { (*flag.cast::<AtomicBool>()).load(Ordering::Relaxed) }
}
