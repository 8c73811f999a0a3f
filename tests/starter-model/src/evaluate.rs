//! The examination: an answer counts only when every token of it is right.

use crate::batch::Packing;
use crate::corpus::{Conversation, Kind, Question};
use crate::model::{CONTEXT, Model};
use crate::tokenizer::{Encoded, TURN_END, Tokenizer};
use anyhow::Result;
use candle_core::D;
use std::collections::BTreeMap;
use std::fmt;

const ROWS: usize = 4;
/// Takes neighbours in a conversation from far apart in the examination.
const STRIDE: usize = 37;
const LONGEST_ANSWER: usize = 120;

/// How many questions of each kind were answered exactly, and which were not.
pub(crate) struct Figures {
    counts: BTreeMap<Kind, (usize, usize)>,
    pub(crate) wrong: Vec<Question>,
}

/// Asks every question after at most `earlier` others, as many as the context has room for.
///
/// The model reads the right answer and must guess each next token of it first: that holds exactly when it would write
/// this answer by itself, and one pass does for many questions.
pub(crate) fn examine(model: &Model, tokenizer: &Tokenizer, questions: &[Question], earlier: usize) -> Result<Figures> {
    let mut packing = Packing::new(CONTEXT);
    for at in 0..questions.len() {
        packing.add_whole(&after(tokenizer, questions, at, earlier));
    }
    let mut right = vec![true; questions.len()];
    for batch in packing.batches(ROWS) {
        let batch = batch?;
        let guesses = model.scores(&batch)?.argmax(D::Minus1)?.to_vec1::<u32>()?;
        for ((guess, target), &owner) in guesses.iter().zip(&batch.targets).zip(&batch.owners) {
            right[owner] &= guess == target;
        }
    }
    Ok(Figures::new(questions, &right))
}

/// Encodes a question after others from all over the examination, of which only the last answer counts.
fn after(tokenizer: &Tokenizer, questions: &[Question], at: usize, earlier: usize) -> Encoded {
    let encode = |turns| tokenizer.conversation(&Conversation { system: None, turns });
    let mut last = encode(vec![questions[at].clone()]);
    for turn in 1..=earlier {
        let mut longer = encode(vec![questions[(at + STRIDE * turn) % questions.len()].clone()]);
        if longer.tokens.len() + last.tokens.len() > CONTEXT {
            break;
        }
        longer.learnt.fill(false);
        longer.tokens.append(&mut last.tokens);
        longer.learnt.append(&mut last.learnt);
        last = longer;
    }
    last
}

/// Writes the most likely answer to a first question, token by token.
pub(crate) fn answer(model: &Model, tokenizer: &Tokenizer, question: &str) -> Result<String> {
    let mut tokens = tokenizer.prompt(question);
    let prompt = tokens.len();
    while tokens.len() < prompt + LONGEST_ANSWER {
        let mut packing = Packing::new(tokens.len() + 1);
        let mut learnt = vec![false; tokens.len()];
        learnt.push(true);
        let unsaid = tokens.iter().copied().chain([TURN_END]).collect();
        packing.add_whole(&Encoded { tokens: unsaid, learnt });
        let batch = packing.batches(1).next().expect("there is one row")?;
        let next = model.scores(&batch)?.argmax(D::Minus1)?.to_vec1::<u32>()?[0];
        if next == TURN_END {
            break;
        }
        tokens.push(next);
    }
    Ok(tokenizer.decode(&tokens[prompt..]))
}

impl Figures {
    fn new(questions: &[Question], right: &[bool]) -> Self {
        let mut figures = Self { counts: BTreeMap::new(), wrong: Vec::new() };
        for (question, &right) in questions.iter().zip(right) {
            let (good, all) = figures.counts.entry(question.kind).or_default();
            *all += 1;
            *good += usize::from(right);
            if !right {
                figures.wrong.push(question.clone());
            }
        }
        figures
    }

    /// Returns the share of exact answers among `kinds` together, in tenths of a percent.
    pub(crate) fn per_mille(&self, kinds: &[Kind]) -> usize {
        let counts = || kinds.iter().filter_map(|kind| self.counts.get(kind));
        let (good, all): (usize, usize) = (counts().map(|count| count.0).sum(), counts().map(|count| count.1).sum());
        good * 1000 / all.max(1)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in Kind::ALL {
            let (good, all) = self.counts.get(&kind).copied().unwrap_or_default();
            write!(f, "{} {good}/{all}  ", kind.name())?;
        }
        Ok(())
    }
}
