//! The list of chats: search, open, rename in place, delete with a way back.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use opengateway_api::{Call, Conversation, ConversationId};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::icon::{Draw, Icon};
use crate::browser;
use crate::state::State;
use crate::state::describe::groups;
use crate::text;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Heading(&'static str),
    Chat(Conversation),
}

/// The list.
#[component]
pub(crate) fn Conversations() -> impl IntoView {
    let state = State::get();
    let search = RwSignal::new(String::new());
    let renaming = RwSignal::new(None::<ConversationId>);
    let lines = Memo::new(move |_| {
        state
            .conversations
            .with(|list| search.with(|search| lines(list, search, browser::now_ms(), browser::local_offset_ms())))
    });
    let empty = move || match (lines.with(Vec::is_empty), state.conversations.with(Vec::is_empty)) {
        (true, true) => state.status.with(Option::is_some).then(|| text::NO_CHATS.to_owned()),
        (true, false) => Some(text::no_match(search.get().trim())),
        _ => None,
    };
    view! {
        <aside class="list" aria-label=text::CONVERSATIONS on:keydown=move_in_list>
            <button type="button" class="new-chat" data-test="new-chat" on:click=move |_| state.new_chat()>
                <Draw icon=Icon::Plus />
                <span>{text::NEW_CHAT}</span>
                <kbd>{browser::key_name("Ctrl")}</kbd>
                <kbd>"N"</kbd>
            </button>
            <label class="search">
                <Draw icon=Icon::Search />
                <input
                    id="search"
                    type="search"
                    placeholder=text::SEARCH
                    aria-label=text::SEARCH
                    prop:value=search
                    on:input=move |event| search.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            search.set(String::new());
                            browser::focus("[data-test=composer]");
                            event.stop_propagation();
                        }
                    }
                />
            </label>
            <div class="list-lines">
                <For each=move || lines.get() key=line_key let:line>
                    {match line {
                        Line::Heading(title) => view! { <h3 class="list-day">{title}</h3> }.into_any(),
                        Line::Chat(conversation) => view! { <Item conversation renaming /> }.into_any(),
                    }}
                </For>
                {move || empty().map(|words| view! { <p class="list-empty">{words}</p> })}
            </div>
        </aside>
    }
}

fn lines(list: &[Conversation], search: &str, now_ms: f64, local_offset_ms: f64) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in groups(list, search, now_ms, local_offset_ms) {
        lines.push(Line::Heading(group.title));
        lines.extend(group.conversations.into_iter().map(Line::Chat));
    }
    lines
}

fn line_key(line: &Line) -> (Option<ConversationId>, String) {
    match line {
        Line::Heading(title) => (None, (*title).to_owned()),
        Line::Chat(conversation) => (Some(conversation.id), conversation.title.clone()),
    }
}

fn move_in_list(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    if let Some(root) = event.current_target().and_then(|root| root.dyn_into::<Element>().ok()) {
        browser::step_focus(&root, "#search, .item", step);
        event.prevent_default();
    }
}

#[component]
fn Item(conversation: Conversation, renaming: RwSignal<Option<ConversationId>>) -> impl IntoView {
    let id = conversation.id;
    let is_renamed = Memo::new(move |_| renaming.get() == Some(id));
    view! {
        <div class="item-line">
            {move || {
                let conversation = conversation.clone();
                if is_renamed.get() {
                    view! { <Rename conversation renaming /> }.into_any()
                } else {
                    view! { <Title conversation renaming /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Title(conversation: Conversation, renaming: RwSignal<Option<ConversationId>>) -> impl IntoView {
    let state = State::get();
    let id = conversation.id;
    let title = conversation.title.clone();
    let conversation = StoredValue::new(conversation);
    let delete = move || state.delete(&conversation.get_value());
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "F2" => renaming.set(Some(id)),
            "Delete" => {
                step_aside();
                delete();
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <button
            type="button"
            class="item"
            data-test="conversation"
            data-id=id.0
            title=title.clone()
            aria-current=move || (state.chat.open.get() == Some(id)).then_some("true")
            on:click=move |_| state.open(id)
            on:dblclick=move |_| renaming.set(Some(id))
            on:keydown=on_key
        >
            <span dir="auto">{title.clone()}</span>
        </button>
        <span class="item-acts">
            <button
                type="button"
                class="ghost"
                tabindex="-1"
                aria-label=text::RENAME
                title=text::RENAME
                data-test="rename"
                on:click=move |_| renaming.set(Some(id))
            >
                <Draw icon=Icon::Edit />
            </button>
            <button
                type="button"
                class="ghost"
                tabindex="-1"
                aria-label=text::DELETE
                title=text::DELETE
                data-test="delete"
                on:click=move |_| delete()
            >
                <Draw icon=Icon::Delete />
            </button>
        </span>
    }
}

/// Moves the focus off an item that is about to go.
fn step_aside() {
    let Some(root) = browser::find(".list-lines") else {
        return;
    };
    let before = browser::document().active_element();
    browser::step_focus(&root, ".item", 1);
    if browser::document().active_element() == before {
        browser::step_focus(&root, ".item", -1);
    }
}

#[component]
fn Rename(conversation: Conversation, renaming: RwSignal<Option<ConversationId>>) -> impl IntoView {
    let state = State::get();
    let id = conversation.id;
    let old = conversation.title.clone();
    let save = move |typed: String| {
        let title = typed.trim().to_owned();
        if renaming.get_untracked() != Some(id) {
            return;
        }
        renaming.set(None);
        if title.is_empty() || title == old {
            return;
        }
        state.conversations.update(|list| {
            list.iter_mut().filter(|other| other.id == id).for_each(|other| other.title.clone_from(&title));
        });
        state.order(Call::Rename { conversation: id, title });
    };
    let (on_enter, on_leave) = (save.clone(), save);
    browser::focus(".item-field");
    view! {
        <input
            class="item-field"
            type="text"
            dir="auto"
            aria-label=text::NEW_TITLE
            data-test="rename-field"
            prop:value=conversation.title
            on:focus=|event| select_all(&event)
            on:keydown=move |event: KeyboardEvent| {
                match event.key().as_str() {
                    "Enter" if !event.is_composing() => on_enter(event_target_value(&event)),
                    "Escape" => renaming.set(None),
                    _ => {}
                }
                event.stop_propagation();
            }
            on:blur=move |event| on_leave(event_target_value(&event))
        />
    }
}

fn select_all(event: &FocusEvent) {
    event_target::<HtmlInputElement>(event).select();
}
