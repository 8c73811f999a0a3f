//! A place in the cache and the answer that is being written in it.

use std::time::Instant;

use opengateway_api::{Measured, Sampling, Turn, Written};
use opengateway_engine::sample::Sampler;
use opengateway_engine::text::{Piece, TextStream};

/// A prompt as it arrives.
pub(super) struct Ask {
    pub(super) id: u64,
    pub(super) turns: Vec<Turn>,
    pub(super) sampling: Sampling,
    pub(super) seed: u64,
    pub(super) written: Written,
}

/// A prompt that was understood and waits for a slot.
pub(super) struct Prepared {
    pub(super) id: u64,
    pub(super) tokens: Vec<i32>,
    pub(super) most: usize,
    sampler: Sampler,
    text: TextStream,
    arrived: Instant,
}

impl Prepared {
    pub(super) fn new(ask: Ask, tokens: Vec<i32>, longest: usize, arrived: Instant) -> Self {
        let room = longest.saturating_sub(tokens.len());
        let wish = ask.sampling.max_text_tokens.map_or(usize::MAX, |most| most as usize);
        let text = TextStream::new(ask.sampling.stop.clone());
        let mut sampler = Sampler::new(ask.sampling, ask.seed);
        ask.written.tokens.iter().filter_map(|token| u32::try_from(*token).ok()).for_each(|token| sampler.count(token));
        Self { id: ask.id, tokens, most: wish.min(room), sampler, text, arrived }
    }

    /// What can be said of an answer that has no room for any text.
    pub(super) fn measured(&self) -> Measured {
        Measured { prompt_tokens: u32::try_from(self.tokens.len()).unwrap_or(u32::MAX), ..Measured::default() }
    }
}

/// An answer that is being written.
pub(super) struct Answer {
    pub(super) id: u64,
    prompt: usize,
    cached: usize,
    most: usize,
    sampler: Sampler,
    text: TextStream,
    /// Tokens whose text is not all shown yet.
    held: Vec<i32>,
    arrived: Instant,
    first: Option<Instant>,
}

impl Answer {
    /// Begins in a slot where `cached` tokens of the prompt are still in the cache.
    pub(super) fn begin(prepared: Prepared, cached: usize) -> (Self, Vec<i32>) {
        let Prepared { id, tokens, most, sampler, text, arrived } = prepared;
        (Self { id, prompt: tokens.len(), cached, most, sampler, text, held: Vec::new(), arrived, first: None }, tokens)
    }

    /// Draws the next token. `position` counts from the beginning of the conversation.
    pub(super) fn choose(&mut self, logits: &[f32], position: usize) -> i32 {
        self.first.get_or_insert_with(Instant::now);
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        i32::try_from(self.sampler.choose(logits, position)).unwrap_or(0)
    }

    /// Whether `length` tokens in all leave no room for another.
    pub(super) fn is_full(&self, length: usize) -> bool {
        length.saturating_sub(self.prompt) >= self.most
    }

    pub(super) fn push(&mut self, token: i32, bytes: &[u8]) -> Piece {
        self.held.push(token);
        self.text.push(bytes)
    }

    /// The tokens whose text is all shown by now.
    pub(super) fn whole_tokens(&mut self) -> Vec<i32> {
        if self.text.holds_back() { Vec::new() } else { std::mem::take(&mut self.held) }
    }

    pub(super) fn finish_text(&mut self) -> String {
        self.text.finish()
    }

    /// What was measured, when `length` tokens are there in all.
    pub(super) fn measured(&self, length: usize, now: Instant) -> Measured {
        let first = self.first.unwrap_or(now);
        let count = |tokens: usize| u32::try_from(tokens).unwrap_or(u32::MAX);
        let per_second = |tokens: u32, seconds: f64| {
            if seconds > 0.0 { f64::from(tokens) / seconds } else { 0.0 }
        };
        let text_tokens = count(length.saturating_sub(self.prompt));
        let reading = first.duration_since(self.arrived).as_secs_f64();
        Measured {
            prompt_tokens: count(self.prompt),
            cached_tokens: count(self.cached),
            text_tokens,
            first_token_ms: reading * 1000.0,
            prompt_per_second: per_second(count(self.prompt.saturating_sub(self.cached)), reading),
            text_per_second: per_second(text_tokens.saturating_sub(1), now.duration_since(first).as_secs_f64()),
        }
    }
}

/// A sequence of the cache.
pub(super) struct Slot {
    pub(super) sequence: i32,
    /// The conversation; the first `cached` of them are in the cache.
    pub(super) tokens: Vec<i32>,
    pub(super) cached: usize,
    pub(super) answer: Option<Answer>,
    /// When it was last used, in steps.
    pub(super) used: u64,
    /// Gave its room to others and waits until they end.
    pub(super) parked: bool,
}

impl Slot {
    pub(super) fn new(sequence: i32) -> Self {
        Self { sequence, tokens: Vec::new(), cached: 0, answer: None, used: 0, parked: false }
    }

    pub(super) fn runs(&self) -> bool {
        self.answer.is_some() && !self.parked
    }

    /// When its answer arrived; the latest is the youngest.
    pub(super) fn youth(&self) -> Option<Instant> {
        self.answer.as_ref().map(|answer| answer.arrived)
    }

    /// How many tokens at the beginning of `tokens` are in the cache.
    pub(super) fn common(&self, tokens: &[i32]) -> usize {
        let cached = self.tokens.get(..self.cached).unwrap_or_default();
        cached.iter().zip(tokens).take_while(|(a, b)| a == b).count()
    }

    /// Tokens still to decode.
    pub(super) fn ahead(&self) -> usize {
        self.tokens.len().saturating_sub(self.cached)
    }
}
