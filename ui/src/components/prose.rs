//! Text in Markdown that may still be growing: only its last block is drawn again.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Message, MessageState};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::markdown::{Block, Colour, Growing, may_open, to_html};
use crate::state::State;
use crate::{browser, text};

/// The text of a message.
#[component]
pub(crate) fn Prose(message: ArcRwSignal<Message>) -> impl IntoView {
    let page = State::get();
    let growing = StoredValue::new(Growing::default());
    let state = message.clone();
    let blocks = Memo::new(move |_| {
        message.with(|message| {
            let whole = message.state != MessageState::Streaming;
            growing.try_update_value(|growing| growing.feed(&message.text, whole)).unwrap_or_default()
        })
    });
    let name = Memo::new(move |_| state.with(|message| state_name(&message.state)));
    view! {
        <div
            class="prose"
            class:live=move || name.get() == "streaming"
            dir="auto"
            data-test="answer"
            data-state=name
            aria-busy=move || (name.get() == "streaming").then_some("true")
            on:click=move |event| on_click(page, &event)
        >
            <For each=move || blocks.get() key=block_key let:block>
                <div class="block" inner_html=block.html.to_string()></div>
            </For>
        </div>
    }
}

/// Markdown that no longer grows.
#[component]
pub(crate) fn Written(text: String) -> impl IntoView {
    let page = State::get();
    let html = to_html(&text, Colour::Yes);
    view! { <div class="prose" dir="auto" inner_html=html on:click=move |event| on_click(page, &event)></div> }
}

fn state_name(state: &MessageState) -> &'static str {
    match state {
        MessageState::Streaming => "streaming",
        MessageState::Whole => "whole",
        MessageState::Stopped => "stopped",
        MessageState::Cut => "cut",
        MessageState::Failed(_) => "failed",
    }
}

/// A block is drawn again only when its HTML differs.
fn block_key(block: &Block) -> (usize, u64) {
    let mut hasher = DefaultHasher::new();
    block.html.hash(&mut hasher);
    (block.at, hasher.finish())
}

/// Links open outside; a code block's button copies its code.
fn on_click(page: State, event: &MouseEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    if let Ok(Some(link)) = target.closest("a[href]") {
        event.prevent_default();
        if let Some(url) = link.get_attribute("href").filter(|url| may_open(url)) {
            page.link().open_url(&url);
        }
    } else if let Ok(Some(button)) = target.closest("[data-copy]") {
        copy_code(button);
    }
}

fn copy_code(button: Element) {
    let code = button.closest("figure").ok().flatten().and_then(|figure| figure.query_selector("code").ok().flatten());
    let Some(code) = code.and_then(|code| code.text_content()) else {
        return;
    };
    spawn_local(async move {
        if browser::copy(code).await {
            button.set_text_content(Some(text::COPIED));
            browser::after(1500, move || button.set_text_content(Some(text::COPY)));
        }
    });
}
