//! The messages of a chat. The page follows new text only while the reader is at its end, and only the last
//! messages are drawn until the reader goes further up.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use opengateway_api::Role;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, ResizeObserver};

use super::answer::Answer;
use super::icon::{Draw, Icon};
use super::question::Question;
use crate::browser;
use crate::state::{Row, State};
use crate::text;

/// So many messages are drawn at first, and so many more each time.
const PAGE: usize = 40;
/// Closer to the end than this is at the end, in pixels.
const NEAR: i32 = 48;
/// Closer to the top than this asks for earlier messages.
const EARLY: i32 = 600;

/// The messages, in a box that scrolls.
#[component]
pub(crate) fn Thread() -> impl IntoView {
    let state = State::get();
    let outer = NodeRef::<Div>::new();
    let inner = NodeRef::<Div>::new();
    let limit = RwSignal::new(PAGE);
    let sticks = RwSignal::new(true);
    let last_top = StoredValue::new(0);

    let on_scroll = move |_| {
        let Some(outer) = outer.get_untracked() else { return };
        let top = outer.scroll_top();
        let to_end = outer.scroll_height() - outer.client_height() - top;
        if to_end < NEAR {
            sticks.set(true);
        } else if top < last_top.get_value() {
            sticks.set(false);
        }
        last_top.set_value(top);
        if top < EARLY && limit.get_untracked() < state.chat.rows.with_untracked(Vec::len) {
            draw_earlier(&outer, limit);
        }
    };
    Effect::new(move |_| {
        if let (Some(outer), Some(inner)) = (outer.get(), inner.get()) {
            follow_growth(outer.into(), &inner, sticks);
        }
    });
    // What the owner asks is always shown.
    Effect::new(move |_| {
        if state.chat.pending.with(Option::is_some) {
            sticks.set(true);
            to_end(outer);
        }
    });
    view! {
        <div class="thread" node_ref=outer on:scroll=on_scroll tabindex="-1">
            <div class="thread-column" node_ref=inner role="log" aria-live="off" aria-label=text::THREAD>
                <For each=move || drawn(&state.chat.rows.get(), limit.get()) key=|row| row.id let:row>
                    {match row.role {
                        Role::Assistant => view! { <Answer row /> }.into_any(),
                        Role::User | Role::System => view! { <Question row /> }.into_any(),
                    }}
                </For>
                <Pending />
            </div>
        </div>
        <Show when=move || !sticks.get()>
            <Latest sticks outer />
        </Show>
    }
}

/// Goes to the end, and follows again.
#[component]
fn Latest(sticks: RwSignal<bool>, outer: NodeRef<Div>) -> impl IntoView {
    let jump = move |_| {
        sticks.set(true);
        to_end(outer);
    };
    view! {
        <button
            type="button"
            class="latest"
            aria-label=text::LATEST
            title=text::LATEST
            data-test="latest"
            on:click=jump
        >
            <Draw icon=Icon::Latest />
        </button>
    }
}

/// The last `limit` rows.
fn drawn(rows: &[Row], limit: usize) -> Vec<Row> {
    rows.get(rows.len().saturating_sub(limit)..).unwrap_or_default().to_vec()
}

fn to_end(outer: NodeRef<Div>) {
    browser::next_frame(move || {
        if let Some(outer) = outer.get_untracked() {
            outer.set_scroll_top(outer.scroll_height());
        }
    });
}

/// Draws more above and keeps what is read where it is.
fn draw_earlier(outer: &HtmlElement, limit: RwSignal<usize>) {
    let outer = outer.clone();
    let below = outer.scroll_height() - outer.scroll_top();
    limit.update(|limit| *limit += PAGE);
    browser::next_frame(move || outer.set_scroll_top(outer.scroll_height() - below));
}

/// Goes to the end each time the text grows, while the reader is there.
fn follow_growth(outer: HtmlElement, inner: &HtmlElement, sticks: RwSignal<bool>) {
    let box_that_scrolls = outer.clone();
    let grown = Closure::<dyn FnMut()>::new(move || {
        // Whoever edits a question looks at that.
        if sticks.try_get_untracked().unwrap_or(false) && browser::find(".edit").is_none() {
            outer.set_scroll_top(outer.scroll_height());
        }
    });
    let Ok(observer) = ResizeObserver::new(grown.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(inner);
    observer.observe(&box_that_scrolls);
    let kept = Rc::new(RefCell::new(Some((observer, grown))));
    let kept = StoredValue::new_local(kept);
    on_cleanup(move || {
        if let Some((observer, _)) = kept.try_get_value().and_then(|kept| kept.borrow_mut().take()) {
            observer.disconnect();
        }
    });
}

/// The question that is on its way.
#[component]
fn Pending() -> impl IntoView {
    let state = State::get();
    move || {
        state.chat.pending.get().map(|said| {
            let question = (!said.is_empty()).then(
                || view! { <article class="message question"><div class="bubble" dir="auto">{said}</div></article> },
            );
            view! {
                {question}
                <article class="message answer">
                    <p class="waiting">
                        <span class="pulse"></span>
                        {text::THINKING}
                    </p>
                </article>
            }
        })
    }
}
