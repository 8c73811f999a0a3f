//! A text that grows at its end, as finished blocks and one that may still change.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, Parser};

use super::{Colour, options, to_html};

/// A top-level piece of a text, as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its place among the blocks.
    pub(crate) at: usize,
    /// Safe to put on the page.
    pub(crate) html: Arc<str>,
}

/// The blocks of a growing text. Feeding it costs only as much as the last block is long.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// The source of all finished blocks.
    finished: String,
    blocks: Vec<Block>,
}

impl Growing {
    /// The blocks of `text`. When it does not begin with what came before, everything is done again.
    pub(crate) fn feed(&mut self, text: &str, whole: bool) -> Vec<Block> {
        if !text.starts_with(&self.finished) {
            *self = Self::default();
        }
        let rest = text.get(self.finished.len()..).unwrap_or_default();
        let ranges = top_level(rest);
        let settled = if whole { ranges.len() } else { ranges.len().saturating_sub(1) };
        let mut end = 0;
        for range in ranges.iter().take(settled) {
            self.push(rest.get(end..range.end).unwrap_or_default());
            end = range.end;
        }
        self.finished.push_str(rest.get(..end).unwrap_or_default());

        let mut all = self.blocks.clone();
        let tail = rest.get(end..).unwrap_or_default();
        if !tail.trim().is_empty() {
            all.push(Block { at: all.len(), html: to_html(tail, Colour::No).into() });
        }
        all
    }

    fn push(&mut self, source: &str) {
        self.blocks.push(Block { at: self.blocks.len(), html: to_html(source, Colour::Yes).into() });
    }
}

/// Where each top-level block lies.
fn top_level(source: &str) -> Vec<Range<usize>> {
    let mut depth = 0_usize;
    let mut ranges = Vec::new();
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        match event {
            Event::Start(_) => {
                if depth == 0 {
                    ranges.push(range);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => ranges.push(range),
            _ => {}
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\nA paragraph\nof two lines.\n\n- one\n- two\n\n  still two\n\n```rust\nfn a() {}\n\nfn b() {}\n```\n\nEnd";

    #[test]
    fn a_text_falls_into_its_top_level_blocks() {
        let parts: Vec<&str> = top_level(TEXT).into_iter().map(|range| TEXT[range].trim()).collect();

        assert_eq!(parts.len(), 5);
        assert_eq!(parts[0], "# Title");
        assert_eq!(parts[3], "```rust\nfn a() {}\n\nfn b() {}\n```");
        assert_eq!(parts[4], "End");
    }

    #[test]
    fn growing_letter_by_letter_ends_like_the_whole() {
        let mut growing = Growing::default();
        for end in (0..TEXT.len()).filter(|at| TEXT.is_char_boundary(*at)) {
            growing.feed(&TEXT[..end], false);
        }

        let grown = growing.feed(TEXT, true);

        assert_eq!(grown, Growing::default().feed(TEXT, true));
        assert_eq!(grown.len(), 5);
    }

    #[test]
    fn finished_blocks_are_not_made_again() {
        let mut growing = Growing::default();
        let before = growing.feed("First.\n\nSecond.\n\nThi", false);

        let after = growing.feed("First.\n\nSecond.\n\nThird.", false);

        assert!(Arc::ptr_eq(&before[0].html, &after[0].html));
        assert!(Arc::ptr_eq(&before[1].html, &after[1].html));
        assert_ne!(before[2], after[2]);
    }

    #[test]
    fn another_text_starts_over() {
        let mut growing = Growing::default();
        growing.feed("First.\n\nSecond.\n\n", true);

        let blocks = growing.feed("Other.", true);

        assert_eq!(blocks.len(), 1);
        assert!(blocks[0].html.contains("Other."));
    }
}
