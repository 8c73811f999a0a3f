//! Where one writes. Enter sends, but never in the middle of an IME composition.

use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;

use super::dismiss::Dismiss;
use super::icon::{Draw, Icon};
use crate::state::State;
use crate::state::origin::{Answerer, answerer, before_sending};
use crate::text;

/// What a browser reports for keys that an input method takes.
const IME_KEY: u32 = 229;

/// Whether this key press sends what is typed.
pub(crate) fn is_send(event: &KeyboardEvent) -> bool {
    event.key() == "Enter" && !event.shift_key() && !event.is_composing() && event.key_code() != IME_KEY
}

/// Makes a field as high as its text; the style sheet bounds it.
pub(crate) fn fit(field: NodeRef<Textarea>) {
    let Some(field) = field.get_untracked() else { return };
    crate::browser::next_frame(move || {
        let style = web_sys::HtmlElement::style(&field);
        // The height must be free before the text's own height can be read.
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &format!("{}px", field.scroll_height()));
    });
}

/// The composer.
#[component]
pub(crate) fn Composer() -> impl IntoView {
    let state = State::get();
    let chat = state.chat;
    let field = NodeRef::<Textarea>::new();
    let on_key = move |event: KeyboardEvent| {
        if is_send(&event) {
            event.prevent_default();
            state.send();
        }
    };
    Effect::new(move |_| {
        chat.draft.track();
        if field.get().is_some() {
            fit(field);
        }
    });
    view! {
        <div class="composer-place">
            <Refused />
            <form class="composer" on:submit=|event| event.prevent_default()>
                <textarea
                    node_ref=field
                    rows="1"
                    dir="auto"
                    placeholder=text::ASK
                    aria-label=text::ASK
                    title=text::SEND_HINT
                    data-test="composer"
                    prop:value=chat.draft
                    on:input=move |event| chat.write_draft(event_target_value(&event))
                    on:keydown=on_key
                ></textarea>
                <div class="composer-foot">
                    <Hint />
                    <SendOrStop />
                </div>
            </form>
        </div>
    }
}

/// Where the prompt goes, and who can read it there.
#[component]
fn Hint() -> impl IntoView {
    let state = State::get();
    let answers = Memo::new(move |_| state.names(answerer));
    let said = Memo::new(move |_| {
        state.settings.with(|settings| answers.with(|answers| before_sending(answers, &settings.network)))
    });
    let icon = move || {
        let leaves = answers.with(|answers| matches!(answers, Answerer::Peers(..) | Answerer::Gone(_)));
        view! { <Draw icon=if leaves { Icon::Readers } else { Icon::Place } /> }
    };
    view! {
        <span class=move || format!("composer-hint {}-text", said.get().0.class()) data-test="composer-hint">
            {icon}
            <span>{move || said.get().1}</span>
        </span>
    }
}

/// One button: it stops what is being written, or else sends what is typed.
#[component]
fn SendOrStop() -> impl IntoView {
    let state = State::get();
    let is_blank = Memo::new(move |_| state.chat.draft.with(|draft| draft.trim().is_empty()));
    let send = move || {
        view! {
            <button
                type="button"
                class="send"
                aria-label=text::SEND
                title=text::SEND
                data-test="send"
                disabled=is_blank
                on:click=move |_| state.send()
            >
                <Draw icon=Icon::Send />
            </button>
        }
    };
    view! {
        <Show when=move || state.chat.busy.get() fallback=send>
            <button
                type="button"
                class="send stop"
                aria-label=text::STOP
                title=text::STOP
                data-test="stop"
                on:click=move |_| state.stop()
            >
                <Draw icon=Icon::Stop />
            </button>
        </Show>
    }
}

/// Why the last question was not taken.
#[component]
fn Refused() -> impl IntoView {
    let state = State::get();
    move || {
        state.chat.refused.get().map(|error| {
            view! {
                <div class="failure" role="alert" data-test="refused">
                    <Draw icon=Icon::Problem />
                    <div>
                        <p>{error.message}</p>
                        <p class="soft">{text::NOT_SENT}</p>
                    </div>
                    <Dismiss on_press=move || state.chat.refused.set(None) />
                </div>
            }
        })
    }
}
