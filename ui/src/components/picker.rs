//! Which model answers: a button with its name, and a list to choose from.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use opengateway_api::Model;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::icon::{Draw, Icon};
use crate::browser;
use crate::state::describe::{model_key, model_name};
use crate::state::{State, View};
use crate::{format, text};

/// The picker.
#[component]
pub(crate) fn Picker() -> impl IntoView {
    let state = State::get();
    let is_open = RwSignal::new(false);
    let name = Memo::new(move |_| {
        state.models.with(|models| {
            models.in_use.as_ref().map_or_else(|| text::NO_MODEL.to_owned(), |id| model_name(models, id))
        })
    });
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        if is_open.get_untracked() {
            focus_choice();
        }
    };
    let on_leave = move |event: FocusEvent| {
        if browser::has_left(&event) {
            is_open.set(false);
        }
    };
    view! {
        <div class="picker" on:focusout=on_leave on:keydown=move |event| on_key(&event, is_open)>
            <button
                type="button"
                class="picker-button"
                data-test="model-picker"
                aria-haspopup="listbox"
                aria-expanded=move || is_open.get().to_string()
                title=text::CHOOSE_MODEL
                on:click=toggle
            >
                <span class="picker-name">{name}</span>
                <Draw icon=Icon::Down />
            </button>
            <Show when=move || is_open.get()>
                <Options is_open />
            </Show>
        </div>
    }
}

/// The model in use has the focus first, or else the first of the list.
fn focus_choice() {
    browser::focus(".options [role=option]");
    browser::focus(".options [aria-selected=true]");
}

fn on_key(event: &KeyboardEvent, is_open: RwSignal<bool>) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Escape" if is_open.get_untracked() => {
            is_open.set(false);
            browser::focus(".picker-button");
            event.stop_propagation();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if !is_open.get_untracked() {
        is_open.set(true);
        focus_choice();
    } else if let Some(root) = event.current_target().and_then(|root| root.dyn_into::<Element>().ok()) {
        browser::step_focus(&root, ".options button", step);
    }
}

#[component]
fn Options(is_open: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let add = move |_| {
        is_open.set(false);
        state.go(View::Models);
    };
    view! {
        <div class="popover">
            <div class="options" role="listbox" aria-label=text::CHOOSE_MODEL>
                <For each=move || state.models.get().models key=model_key let:model>
                    <Choice model is_open />
                </For>
            </div>
            <div class="options popover-foot">
                <button type="button" class="option" on:click=add>
                    <Draw icon=Icon::Plus />
                    <span class="option-name">{text::ADD_MODEL}</span>
                </button>
            </div>
        </div>
    }
}

#[component]
fn Choice(model: Model, is_open: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let id = StoredValue::new(model.id.clone());
    let in_use = Memo::new(move |_| state.models.with(|models| models.in_use == Some(id.get_value())));
    let choose = move |_| {
        is_open.set(false);
        if !in_use.get_untracked() {
            state.use_model(id.get_value());
        }
        browser::focus("[data-test=composer]");
    };
    let hint =
        model.problem.as_ref().map_or_else(|| format::bytes(model.size_bytes), |problem| problem.message.clone());
    view! {
        <button
            type="button"
            class="option"
            role="option"
            aria-selected=move || in_use.get().to_string()
            disabled=model.problem.is_some()
            data-id=model.id.0
            on:click=choose
        >
            <span class="option-check">{move || in_use.get().then(|| view! { <Draw icon=Icon::Check /> })}</span>
            <span class="option-name">{model.name}</span>
            <span class="option-hint">{hint}</span>
        </button>
    }
}
