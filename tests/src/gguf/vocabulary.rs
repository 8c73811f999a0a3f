//! A byte-level vocabulary of the GPT-2 kind: every byte, four control tokens, then words of small letters.

/// Ends each turn with the name of who said it, so two prompts that begin differently have no token in common.
pub(super) const TEMPLATE: &str = "{% for message in messages %}{{ message.content }}<|{{ message.role }}|>{% endfor %}\
                                   {% if add_generation_prompt %}<|answer|>{% endif %}";
const CONTROLS: [&str; 5] = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|answer|>"];
const NORMAL: i32 = 1;
const CONTROL: i32 = 3;

/// The first token after bytes and control tokens.
pub(super) const FIRST_WORD: u32 = 256 + 5;
/// The control token after which an answer begins.
pub(super) const ANSWER: u32 = 256 + 4;

pub(super) struct Vocabulary {
    pub(super) tokens: Vec<String>,
    pub(super) kinds: Vec<i32>,
    pub(super) merges: Vec<String>,
    /// The token that ends an answer.
    pub(super) end: u32,
}

impl Vocabulary {
    /// `size` must leave room for at least one word.
    pub(super) fn new(size: u32) -> Self {
        let words: Vec<String> = words().take((size - FIRST_WORD) as usize).collect();
        let merges = words.iter().map(|word| format!("{} {}", &word[..word.len() - 1], &word[word.len() - 1..]));
        let merges = merges.collect();
        let controls = CONTROLS.map(str::to_owned);
        let kinds = [vec![NORMAL; 256], vec![CONTROL; CONTROLS.len()], vec![NORMAL; words.len()]].concat();
        let tokens = bytes().map(String::from).chain(controls).chain(words).collect();
        Self { tokens, kinds, merges, end: 256 }
    }
}

/// GPT-2 writes each byte as a visible letter: itself where it is one, else one from U+0100 on.
fn bytes() -> impl Iterator<Item = char> {
    let visible = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut spare = '\u{100}'..;
    (0..=255_u8).filter_map(move |byte| if visible(&byte) { Some(char::from(byte)) } else { spare.next() })
}

/// Words of two letters, then of three, and so on: each is one before it and a letter more.
fn words() -> impl Iterator<Item = String> {
    let longer = |words: &Vec<String>| {
        let letters = |word: &String| ('a'..='z').map(|letter| format!("{word}{letter}")).collect::<Vec<_>>();
        Some(words.iter().flat_map(letters).collect())
    };
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    std::iter::successors(Some(letters), longer).skip(1).flatten()
}
