//! What the owner said, and saying it differently.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use opengateway_api::Message;

use super::composer::{fit, is_send};
use super::copy::Copy;
use super::icon::{Draw, Icon};
use super::versions::Versions;
use crate::browser;
use crate::state::{Row, State};
use crate::text;

/// One question.
#[component]
pub(crate) fn Question(row: Row) -> impl IntoView {
    let is_edited = RwSignal::new(false);
    let message = row.message;
    view! {
        <article class="message question" aria-label=text::QUESTION>
            {move || {
                let message = message.clone();
                if is_edited.get() {
                    view! { <Edit message is_edited /> }.into_any()
                } else {
                    view! { <Said message is_edited /> }.into_any()
                }
            }}
        </article>
    }
}

#[component]
fn Said(message: ArcRwSignal<Message>, is_edited: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let (words, copied) = (message.clone(), message.clone());
    view! {
        <div class="bubble" dir="auto" data-test="question">
            {move || words.with(|message| message.text.clone())}
        </div>
        <footer class="foot">
            <Versions message=message.clone() />
            <span class="acts">
                <Copy text=move || copied.with_untracked(|message| message.text.clone()) />
                <button
                    type="button"
                    class="ghost"
                    aria-label=text::EDIT
                    title=text::EDIT
                    data-test="edit"
                    disabled=state.chat.busy
                    on:click=move |_| is_edited.set(true)
                >
                    <Draw icon=Icon::Edit />
                </button>
            </span>
        </footer>
    }
}

#[component]
fn Edit(message: ArcRwSignal<Message>, is_edited: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let field = NodeRef::<leptos::html::Textarea>::new();
    let typed = RwSignal::new(message.with_untracked(|message| message.text.clone()));
    let question = StoredValue::new(message.get_untracked());
    let send = move || {
        let said = typed.with_untracked(|typed| typed.trim().to_owned());
        if !said.is_empty() && !state.chat.busy.get_untracked() {
            state.say_instead(&question.get_value(), said);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if is_send(&event) {
            event.prevent_default();
            send();
        } else if event.key() == "Escape" {
            event.stop_propagation();
            is_edited.set(false);
        }
    };
    browser::focus(".edit textarea");
    Effect::new(move |_| {
        typed.track();
        fit(field);
    });
    view! {
        <div class="edit">
            <textarea
                node_ref=field
                dir="auto"
                rows="1"
                aria-label=text::EDIT
                data-test="edit-field"
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=on_key
            ></textarea>
            <div class="edit-acts">
                <span class="soft">{text::EDIT_HINT}</span>
                <button type="button" class="button small" on:click=move |_| is_edited.set(false)>
                    {text::CANCEL}
                </button>
                <button type="button" class="button small primary" data-test="edit-send" on:click=move |_| send()>
                    {text::SEND}
                </button>
            </div>
        </div>
    }
}
