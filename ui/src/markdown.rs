//! Markdown to HTML that is safe to put on the page: raw HTML becomes text, links lead to the web or to mail
//! only, pictures become links, and a text that is still growing is parsed again in its last block only.

mod blocks;
mod code;
mod highlight;
mod languages;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

pub(crate) use blocks::{Block, Growing};

use crate::text;

/// Whether code is coloured: not while it is still being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Yes,
    No,
}

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Safe HTML for some Markdown.
pub(crate) fn to_html(source: &str, colour: Colour) -> String {
    let mut safe = Safe { colour, code: None, links: Vec::new(), picture: None };
    let mut events = Vec::new();
    for event in Parser::new_ext(source, options()) {
        safe.take(event, &mut events);
    }
    let mut out = String::with_capacity(source.len() * 2);
    html::push_html(&mut out, events.into_iter());
    out
}

/// Text as HTML shows it.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// Whether an address may be opened: the web and mail, nothing that runs or reads files.
pub(crate) fn may_open(url: &str) -> bool {
    let start: String = url.chars().take(8).collect::<String>().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|allowed| start.starts_with(allowed))
}

/// Turns parser events into events that cannot do harm.
struct Safe {
    colour: Colour,
    /// Language and text of the code block that is open.
    code: Option<(String, String)>,
    /// For each open link, whether it was written out.
    links: Vec<bool>,
    /// Address and text of the picture that is open.
    picture: Option<(String, String)>,
}

impl Safe {
    fn take<'a>(&mut self, event: Event<'a>, out: &mut Vec<Event<'a>>) {
        if self.inside_code(&event, out) || self.inside_picture(&event, out) {
            return;
        }
        match event {
            Event::Start(Tag::CodeBlock(kind)) => self.code = Some((language(&kind), String::new())),
            Event::Start(Tag::Image { dest_url, .. }) => self.picture = Some((dest_url.into_string(), String::new())),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let allowed = may_open(&dest_url) && !self.links.contains(&true);
                self.links.push(allowed);
                if allowed {
                    out.push(markup(open_link(&dest_url)));
                }
            }
            Event::End(TagEnd::Link) => {
                if self.links.pop() == Some(true) {
                    out.push(markup("</a>".to_owned()));
                }
            }
            Event::Start(Tag::Table(columns)) => {
                out.push(markup("<div class=\"table\" tabindex=\"0\">".to_owned()));
                out.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                out.push(Event::End(TagEnd::Table));
                out.push(markup("</div>".to_owned()));
            }
            Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
            Event::TaskListMarker(is_done) => out.push(markup(task(is_done))),
            other => out.push(other),
        }
    }

    fn inside_code(&mut self, event: &Event<'_>, out: &mut Vec<Event<'_>>) -> bool {
        let Some((_, text)) = &mut self.code else { return false };
        match event {
            Event::End(TagEnd::CodeBlock) => {
                if let Some((language, text)) = self.code.take() {
                    out.push(markup(code::block(&language, &text, self.colour)));
                }
            }
            Event::Text(more) => text.push_str(more),
            _ => {}
        }
        true
    }

    /// A picture is never fetched: its text stays, as a link to it where that is allowed.
    fn inside_picture(&mut self, event: &Event<'_>, out: &mut Vec<Event<'_>>) -> bool {
        let Some((_, alt)) = &mut self.picture else {
            return false;
        };
        match event {
            Event::End(TagEnd::Image) => {
                if let Some((url, alt)) = self.picture.take() {
                    let alt = if alt.is_empty() { "picture" } else { &alt };
                    let linked = may_open(&url) && !self.links.contains(&true);
                    out.push(markup(if linked {
                        format!("{}{}</a>", open_link(&url), escape(alt))
                    } else {
                        escape(alt)
                    }));
                }
            }
            Event::Text(more) | Event::Code(more) => alt.push_str(more),
            _ => {}
        }
        true
    }
}

fn markup<'a>(text: String) -> Event<'a> {
    Event::InlineHtml(CowStr::from(text))
}

fn open_link(url: &str) -> String {
    let url = escape(url);
    format!("<a href=\"{url}\" title=\"{url}\" rel=\"noopener noreferrer\">")
}

fn task(is_done: bool) -> String {
    let (class, label) = if is_done { ("task done", text::TASK_DONE) } else { ("task", text::TASK_OPEN) };
    format!("<span class=\"{class}\" role=\"img\" aria-label=\"{label}\"></span>")
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or_default().to_owned(),
        CodeBlockKind::Indented => String::new(),
    }
}

#[cfg(test)]
mod tests;
