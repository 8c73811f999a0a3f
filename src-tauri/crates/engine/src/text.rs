//! Turns the bytes of text tokens into text that can be shown: cut at character borders, ended by stop strings.

/// What became of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// This much can be shown; may be empty.
    Text(String),
    /// This much can be shown, and a stop string came: the answer is over.
    Last(String),
}

/// Collects the bytes of an answer.
#[derive(Debug)]
pub struct TextStream {
    held: Vec<u8>,
    stops: Vec<String>,
}

impl TextStream {
    /// Ends before the first of `stops`; empty ones are ignored.
    pub fn new(mut stops: Vec<String>) -> Self {
        stops.retain(|stop| !stop.is_empty());
        Self { held: Vec::new(), stops }
    }

    /// Adds the bytes of a token. Bytes that may be part of a character or of a stop string are held back.
    pub fn push(&mut self, bytes: &[u8]) -> Piece {
        self.held.extend_from_slice(bytes);
        let found = self.stops.iter().filter_map(|stop| find(&self.held, stop.as_bytes())).min();
        if let Some(place) = found {
            let text = String::from_utf8_lossy(&self.held[..place]).into_owned();
            self.held.clear();
            return Piece::Last(text);
        }
        let ready = self.ready();
        let rest = self.held.split_off(ready);
        let text = String::from_utf8_lossy(&self.held).into_owned();
        self.held = rest;
        Piece::Text(text)
    }

    /// Whether some bytes are held back.
    pub fn holds_back(&self) -> bool {
        !self.held.is_empty()
    }

    /// What was held back, now that nothing follows.
    pub fn finish(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        let whole = whole_characters(&held);
        String::from_utf8_lossy(&held[..whole]).into_owned()
    }

    fn ready(&self) -> usize {
        let held_for = |stop: &String| {
            let longest = (stop.len() - 1).min(self.held.len());
            (1..=longest).rev().find(|length| self.held.ends_with(&stop.as_bytes()[..*length])).unwrap_or(0)
        };
        let held = self.stops.iter().map(held_for).max().unwrap_or(0);
        whole_characters(&self.held[..self.held.len() - held])
    }
}

/// How many of the bytes are whole characters or can never become any.
fn whole_characters(bytes: &[u8]) -> usize {
    match bytes.utf8_chunks().last() {
        Some(chunk) if is_beginning(chunk.invalid()) => bytes.len() - chunk.invalid().len(),
        _ => bytes.len(),
    }
}

/// Whether these invalid bytes at the end may be the beginning of a character.
fn is_beginning(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(0xC2..=0xDF) => bytes.len() < 2,
        Some(0xE0..=0xEF) => bytes.len() < 3,
        Some(0xF0..=0xF4) => bytes.len() < 4,
        _ => false,
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(stream: &mut TextStream, pieces: &[&[u8]]) -> String {
        let mut text = String::new();
        for bytes in pieces {
            match stream.push(bytes) {
                Piece::Text(more) => text.push_str(&more),
                Piece::Last(more) => return text + &more,
            }
        }
        text + &stream.finish()
    }

    #[test]
    fn a_stop_string_across_tokens_ends_the_answer_and_is_not_shown() {
        let mut stream = TextStream::new(vec!["</end>".into()]);

        assert_eq!(shown(&mut stream, &[b"hello <", b"/e", b"nd> never"]), "hello ");
    }

    #[test]
    fn what_only_looked_like_a_stop_string_is_shown() {
        let mut stream = TextStream::new(vec!["</end>".into()]);

        assert_eq!(shown(&mut stream, &[b"a <", b"/b> c <"]), "a </b> c <");
    }

    proptest! {
        #[test]
        fn text_survives_any_cut_between_tokens(text: String, cut in 1..5_usize) {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(cut).collect();

            prop_assert_eq!(shown(&mut TextStream::new(vec![]), &pieces), text);
        }

        #[test]
        fn bytes_that_are_no_text_never_panic_and_are_never_held_for_long(bytes: Vec<u8>) {
            let mut stream = TextStream::new(vec!["stop".into()]);
            for byte in &bytes {
                stream.push(&[*byte]);
                prop_assert!(stream.held.len() <= 8);
            }
        }
    }
}
