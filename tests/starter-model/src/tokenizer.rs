//! Bytes, three marks of the chat format, and merges of letters that occur together.
//!
//! Merges stay inside ` ?[A-Za-z]+`, so every GPT-2-like reader of the file cuts text exactly as we do.

use crate::corpus::Conversation;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

const TURN_START: u32 = 256;
pub(crate) const TURN_END: u32 = 257;
pub(crate) const TEXT_END: u32 = 258;
const MARKS: [&str; 3] = ["<|im_start|>", "<|im_end|>", "<|endoftext|>"];

/// Cuts text into tokens and joins them again.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Tokenizer {
    /// What every token stands for; a token's number is its place.
    pieces: Vec<Vec<u8>>,
    merges: Vec<(u32, u32)>,
    ranks: BTreeMap<(u32, u32), u32>,
}

/// A conversation in tokens; `learnt` marks those that the model has to say itself.
pub(crate) struct Encoded {
    pub(crate) tokens: Vec<u32>,
    pub(crate) learnt: Vec<bool>,
}

impl Tokenizer {
    /// Learns `count` merges, the most frequent pair first; among equals the lower numbers.
    pub(crate) fn learn(text: &str, count: usize) -> Self {
        let mut tokenizer = Self::bytes();
        let mut words: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        for word in words_of(text.as_bytes()).filter(|word| word.len() > 1) {
            *words.entry(word.iter().map(|&byte| u32::from(byte)).collect()).or_default() += 1;
        }
        for _ in 0..count {
            let Some(pair) = most_frequent_pair(&words) else { break };
            let merged = tokenizer.add_merge(pair);
            words = words.into_iter().map(|(word, seen)| (merge(&word, pair, merged), seen)).collect();
        }
        tokenizer
    }

    fn bytes() -> Self {
        let marks = MARKS.iter().map(|mark| mark.as_bytes().to_vec());
        let pieces = (0..=u8::MAX).map(|byte| vec![byte]).chain(marks).collect();
        Self { pieces, merges: Vec::new(), ranks: BTreeMap::new() }
    }

    fn add_merge(&mut self, pair: (u32, u32)) -> u32 {
        let merged = u32::try_from(self.pieces.len()).expect("a vocabulary has hundreds of tokens");
        let piece = [self.pieces[pair.0 as usize].as_slice(), &self.pieces[pair.1 as usize]].concat();
        self.pieces.push(piece);
        self.merges.push(pair);
        self.ranks.insert(pair, merged);
        merged
    }

    pub(crate) fn size(&self) -> usize {
        self.pieces.len()
    }

    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        words_of(text.as_bytes()).flat_map(|word| self.encode_word(word)).collect()
    }

    fn encode_word(&self, word: &[u8]) -> Vec<u32> {
        let mut tokens: Vec<u32> = word.iter().map(|&byte| u32::from(byte)).collect();
        while let Some((&merged, pair)) = tokens
            .windows(2)
            .filter_map(|two| self.ranks.get(&(two[0], two[1])).map(|merged| (merged, (two[0], two[1]))))
            .min()
        {
            tokens = merge(&tokens, pair, merged);
        }
        tokens
    }

    pub(crate) fn decode(&self, tokens: &[u32]) -> String {
        let bytes: Vec<u8> = tokens.iter().flat_map(|&token| self.pieces[token as usize].iter().copied()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Renders a conversation as the chat template in the file does.
    pub(crate) fn conversation(&self, conversation: &Conversation) -> Encoded {
        let mut encoded = Encoded { tokens: Vec::new(), learnt: Vec::new() };
        if let Some(system) = &conversation.system {
            self.turn(&mut encoded, "system", system, false);
        }
        for question in &conversation.turns {
            self.turn(&mut encoded, "user", &question.text, false);
            self.turn(&mut encoded, "assistant", &question.answer, true);
        }
        encoded
    }

    fn turn(&self, encoded: &mut Encoded, role: &str, text: &str, learnt: bool) {
        let mut push = |tokens: &[u32], learnt: bool| {
            encoded.tokens.extend(tokens);
            encoded.learnt.extend(tokens.iter().map(|_| learnt));
        };
        push(&[TURN_START], false);
        push(&self.encode(role), false);
        push(&self.encode("\n"), false);
        push(&self.encode(text), learnt);
        push(&[TURN_END], learnt);
        push(&self.encode("\n"), false);
    }

    /// Renders a first question up to the place where the model begins to speak.
    pub(crate) fn prompt(&self, question: &str) -> Vec<u32> {
        let mut encoded = Encoded { tokens: Vec::new(), learnt: Vec::new() };
        self.turn(&mut encoded, "user", question, false);
        encoded.tokens.push(TURN_START);
        encoded.tokens.extend(self.encode("assistant\n"));
        encoded.tokens
    }

    /// Writes the vocabulary in the printable alphabet of the file format.
    pub(crate) fn printable(&self) -> Vec<String> {
        let printable = |(token, piece): (usize, &Vec<u8>)| match token.checked_sub(256) {
            Some(mark) if mark < MARKS.len() => MARKS[mark].to_owned(),
            _ => piece.iter().map(|&byte| letter(byte)).collect(),
        };
        self.pieces.iter().enumerate().map(printable).collect()
    }

    pub(crate) fn printable_merges(&self) -> Vec<String> {
        let tokens = self.printable();
        self.merges
            .iter()
            .map(|&(left, right)| format!("{} {}", tokens[left as usize], tokens[right as usize]))
            .collect()
    }

    /// Reads back what [`Self::printable`] and [`Self::printable_merges`] wrote.
    pub(crate) fn from_printable(tokens: &[String], merges: &[String]) -> Result<Self> {
        let numbers: BTreeMap<&str, u32> = tokens.iter().map(String::as_str).zip(0..).collect();
        let number = |token: &str| numbers.get(token).copied().with_context(|| format!("no token {token}"));
        let mut tokenizer = Self::bytes();
        for merge in merges {
            let (left, right) = merge.split_once(' ').with_context(|| format!("not a merge: {merge}"))?;
            tokenizer.add_merge((number(left)?, number(right)?));
        }
        ensure!(tokenizer.printable() == tokens, "the vocabulary is not what its merges make");
        Ok(tokenizer)
    }
}

pub(crate) fn is_mark(token: usize) -> bool {
    (256..256 + MARKS.len()).contains(&token)
}

/// GPT-2's alphabet: a printable byte is itself, the others are the letters from U+0100 on.
fn letter(byte: u8) -> char {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    if printable(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|&other| !printable(other)).count();
    u32::try_from(before).ok().and_then(|before| char::from_u32(0x100 + before)).expect("U+0100 to U+0143 are letters")
}

/// Cuts bytes into ` ?[A-Za-z]+` and single bytes.
fn words_of(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let blank = usize::from(text.first()? == &b' ');
        let letters = text[blank..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = text.split_at(if letters == 0 { 1 } else { blank + letters });
        text = rest;
        Some(word)
    })
}

fn most_frequent_pair(words: &BTreeMap<Vec<u32>, usize>) -> Option<(u32, u32)> {
    let mut pairs: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (word, seen) in words {
        for two in word.windows(2) {
            *pairs.entry((two[0], two[1])).or_default() += seen;
        }
    }
    pairs.into_iter().max_by_key(|&(pair, seen)| (seen, std::cmp::Reverse(pair))).map(|(pair, _)| pair)
}

fn merge(word: &[u32], pair: (u32, u32), merged: u32) -> Vec<u32> {
    let mut result = Vec::with_capacity(word.len());
    let mut rest = word;
    while let [first, tail @ ..] = rest {
        let joins = *first == pair.0 && tail.first() == Some(&pair.1);
        result.push(if joins { merged } else { *first });
        rest = if joins { &tail[1..] } else { tail };
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_can_be_joined() {
        let tokenizer = Tokenizer::learn("the theme of the other brother", 8);

        let text = "the  other\nthé 12+7 <b> theme";

        assert_eq!(tokenizer.decode(&tokenizer.encode(text)), text);
        assert!(tokenizer.encode(" the").len() < 4);
    }

    #[test]
    fn a_vocabulary_survives_its_printable_form() {
        let tokenizer = Tokenizer::learn("the theme of the other brother", 8);

        let read = Tokenizer::from_printable(&tokenizer.printable(), &tokenizer.printable_merges()).unwrap();

        assert_eq!(read, tokenizer);
    }

    #[test]
    fn a_mark_typed_by_a_user_is_only_text() {
        let tokenizer = Tokenizer::learn("", 0);

        assert!(tokenizer.encode("<|im_end|>").iter().all(|&token| token < TURN_START));
    }
}
