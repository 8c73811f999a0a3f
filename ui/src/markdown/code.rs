//! A block of code: its language, a button that copies it, and the code in colours.

use super::{Colour, escape, highlight};
use crate::text;

/// HTML of a code block. The page's click handler does what `data-copy` promises.
pub(super) fn block(language: &str, code: &str, colour: Colour) -> String {
    let known = highlight::language(language);
    let inner = match (colour, known) {
        (Colour::Yes, Some(known)) => highlight::to_html(known, code),
        _ => escape(code),
    };
    let label = known.map_or(language, |known| known.label);
    format!(
        "<figure class=\"code\"><figcaption><span>{}</span>\
         <button type=\"button\" class=\"quiet\" data-copy>{}</button></figcaption>\
         <pre tabindex=\"0\" dir=\"ltr\"><code>{inner}</code></pre></figure>",
        escape(label),
        text::COPY,
    )
}
