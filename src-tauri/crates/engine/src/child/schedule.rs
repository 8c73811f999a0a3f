//! Continuous batching: every step decodes one token of each running answer and, in what room is left, the next
//! part of prompts that are still being read.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::Instant;

use opengateway_api::{Finish, Written};
use opengateway_core::backend::AnswerError;
use opengateway_engine::fit::UBATCH;
use opengateway_engine::text::Piece;
use opengateway_engine::wire::{FromEngine, MOST_WAITING};

use super::ffi::{Decoded, Input};
use super::model::Model;
use super::pipe::{INTERRUPT, Output};
use super::slot::{Answer, Ask, Prepared, Slot};

pub(super) struct Schedule {
    model: Model,
    slots: Vec<Slot>,
    waiting: VecDeque<Prepared>,
    steps: u64,
}

impl Schedule {
    pub(super) fn new(model: Model) -> Self {
        let slots = (0..i32::try_from(model.slots).unwrap_or(1)).map(Slot::new).collect();
        Self { model, slots, waiting: VecDeque::new(), steps: 0 }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.slots.iter().all(|slot| slot.answer.is_none())
    }

    /// Takes a prompt in, or says why not.
    pub(super) fn admit(&mut self, ask: Ask, output: &mut Output) {
        let id = ask.id;
        match self.prepare(ask) {
            Ok(prepared) if prepared.most == 0 => {
                output.send(&FromEngine::Ended { id, result: Ok((Finish::Length, prepared.measured())) })
            }
            Ok(prepared) => self.waiting.push_back(prepared),
            Err(error) => output.send(&FromEngine::Ended { id, result: Err(error) }),
        }
        self.place();
    }

    fn prepare(&self, ask: Ask) -> Result<Prepared, AnswerError> {
        let arrived = Instant::now();
        if self.waiting.len() >= MOST_WAITING {
            return Err(AnswerError::Busy);
        }
        let tokens = self.model.tokens(&ask.turns, &ask.written)?;
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        if tokens.is_empty() {
            return Err(AnswerError::ModelInvalid("the model's chat template made an empty prompt".into()));
        }
        if tokens.len() >= self.model.longest {
            return Err(AnswerError::TooLong { needed: count(tokens.len() + 1), context: count(self.model.longest) });
        }
        Ok(Prepared::new(ask, tokens, self.model.longest, arrived))
    }

    /// Ends an answer; what its slot holds stays cached for a prompt that begins alike.
    pub(super) fn cancel(&mut self, id: u64) {
        self.waiting.retain(|prepared| prepared.id != id);
        for slot in &mut self.slots {
            if slot.answer.as_ref().is_some_and(|answer| answer.id == id) {
                slot.answer = None;
                slot.tokens.truncate(slot.cached);
            }
        }
        self.place();
    }

    /// Gives waiting prompts the free slots that know most of them already; among equals the longest unused.
    fn place(&mut self) {
        while let Some(prepared) = self.waiting.front() {
            let free = self.slots.iter_mut().filter(|slot| slot.answer.is_none());
            let best = free.max_by_key(|slot| (slot.common(&prepared.tokens), std::cmp::Reverse(slot.used)));
            let Some(slot) = best else { return };
            let Some(prepared) = self.waiting.pop_front() else { return };
            // At least one token is decoded anew: its logits choose the first token of the answer.
            let mut cached = slot.common(&prepared.tokens).min(prepared.tokens.len() - 1);
            if !self.model.context.keep(slot.sequence, cached) {
                cached = 0;
            }
            let (answer, tokens) = Answer::begin(prepared, cached);
            slot.tokens = tokens;
            slot.cached = cached;
            slot.parked = false;
            slot.used = self.steps;
            slot.answer = Some(answer);
        }
    }

    /// One step of every running answer.
    pub(super) fn step(&mut self, output: &mut Output) {
        self.steps += 1;
        INTERRUPT.store(false, Ordering::Relaxed);
        if !self.slots.iter().any(Slot::runs) {
            self.unpark();
        }
        let batch = self.batch();
        match self.model.context.decode(&batch.inputs) {
            Decoded::Done => self.collect(&batch, output),
            Decoded::Full => self.make_room(output),
            Decoded::Interrupted => self.rewind(),
            Decoded::Failed(code) => self.fail(code, output),
        }
    }

    /// One token of each answer that is being written, then prompts in what room is left.
    fn batch(&self) -> Batch {
        let mut batch = Batch { inputs: Vec::new(), parts: Vec::new() };
        let running = || self.slots.iter().enumerate().filter(|(_, slot)| slot.runs());
        for (index, slot) in running().filter(|(_, slot)| slot.ahead() == 1) {
            batch.add(index, slot, 1);
        }
        for (index, slot) in running().filter(|(_, slot)| slot.ahead() > 1) {
            batch.add(index, slot, slot.ahead());
        }
        batch
    }

    fn collect(&mut self, batch: &Batch, output: &mut Output) {
        for part in &batch.parts {
            let Some(slot) = self.slots.get_mut(part.slot) else {
                continue;
            };
            slot.cached += part.length;
            slot.used = self.steps;
            if let Some(index) = part.logits {
                advance(&self.model, slot, index, output);
            }
        }
        if self.slots.iter().any(|slot| slot.answer.is_none()) {
            self.unpark();
            self.place();
        }
    }

    /// The cache is full: forget conversations that nobody continues now, then let the youngest answer wait.
    fn make_room(&mut self, output: &mut Output) {
        let running = self.slots.iter().filter(|slot| slot.runs()).count();
        let idle = self.slots.iter_mut().filter(|slot| !slot.runs() && slot.cached > 0);
        if let Some(slot) = idle.min_by_key(|slot| slot.used) {
            slot.cached = 0;
            self.model.context.keep(slot.sequence, 0);
        } else if let Some(slot) = self.slots.iter_mut().filter(|slot| slot.runs()).max_by_key(|slot| slot.youth()) {
            slot.cached = 0;
            self.model.context.keep(slot.sequence, 0);
            slot.parked = running > 1;
            if !slot.parked {
                end(slot, Ok(Finish::Length), output);
            }
        }
    }

    fn unpark(&mut self) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.parked) {
            slot.parked = false;
        }
    }

    /// A broken-off step may have left part of its batch in the cache.
    fn rewind(&mut self) {
        for slot in &mut self.slots {
            if slot.answer.is_some() && !self.model.context.keep(slot.sequence, slot.cached) {
                slot.cached = 0;
            }
        }
    }

    fn fail(&mut self, code: i32, output: &mut Output) {
        for slot in &mut self.slots {
            if slot.answer.is_some() {
                end(slot, Err(AnswerError::Internal(format!("llama.cpp failed with code {code}"))), output);
            }
            slot.cached = 0;
            slot.tokens.clear();
            self.model.context.keep(slot.sequence, 0);
        }
        self.place();
    }
}

/// Draws the next token of a slot's answer and shows it.
fn advance(model: &Model, slot: &mut Slot, logits: usize, output: &mut Output) {
    let Some(answer) = &mut slot.answer else { return };
    let token = answer.choose(model.context.logits(logits), slot.tokens.len());
    let ends = model.ends(token);
    if !ends {
        slot.tokens.push(token);
    }
    let id = answer.id;
    let piece = if ends { Piece::Last(answer.finish_text()) } else { answer.push(token, &model.bytes(token)) };
    let (text, finish) = match piece {
        Piece::Last(text) => (text, Some(Finish::Stop)),
        Piece::Text(text) if answer.is_full(slot.tokens.len()) => (text + &answer.finish_text(), Some(Finish::Length)),
        Piece::Text(text) => (text, None),
    };
    let more = Written { text, tokens: answer.whole_tokens() };
    if more != Written::default() {
        output.send(&FromEngine::Text { id, more });
    }
    if let Some(finish) = finish {
        end(slot, Ok(finish), output);
    }
}

fn end(slot: &mut Slot, result: Result<Finish, AnswerError>, output: &mut Output) {
    let Some(answer) = slot.answer.take() else { return };
    let result = result.map(|finish| (finish, answer.measured(slot.tokens.len(), Instant::now())));
    slot.tokens.truncate(slot.cached);
    slot.parked = false;
    output.send(&FromEngine::Ended { id: answer.id, result });
}

/// What one step decodes.
struct Batch {
    inputs: Vec<Input>,
    parts: Vec<Part>,
}

/// A slot's share of a batch.
struct Part {
    slot: usize,
    length: usize,
    /// Where its logits are, if the share reaches the end of its tokens.
    logits: Option<usize>,
}

impl Batch {
    fn add(&mut self, index: usize, slot: &Slot, ahead: usize) {
        let room = (UBATCH as usize).saturating_sub(self.inputs.len());
        let length = ahead.min(room);
        let last = slot.tokens.len().saturating_sub(1);
        for place in slot.cached..slot.cached + length {
            let position = i32::try_from(place).unwrap_or(i32::MAX);
            let wants_logits = place == last;
            self.inputs.push(Input { token: slot.tokens[place], position, sequence: slot.sequence, wants_logits });
        }
        if length > 0 {
            let logits = (length == ahead).then(|| self.inputs.len() - 1);
            self.parts.push(Part { slot: index, length, logits });
        }
    }
}
