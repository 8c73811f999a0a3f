//! Which model answers: a button with its name, and a list of the models on this PC and those on peers.

use leptos::prelude::*;
use opengateway_api::{Model, ModelId, PeerModel};

use super::icon::{Draw, Icon};
use super::popup::{Opens, Popup};
use crate::browser;
use crate::state::describe::{model_key, peer_model_hint};
use crate::state::{State, View};
use crate::{format, text};

/// The picker.
#[component]
pub(crate) fn Picker() -> impl IntoView {
    let state = State::get();
    let is_open = RwSignal::new(false);
    let name = Memo::new(move |_| {
        state.names(|names| names.models.in_use.as_ref().map_or_else(|| text::NO_MODEL.to_owned(), |id| names.of(id)))
    });
    let add = move |_| {
        is_open.set(false);
        state.go(View::Models);
    };
    let face = move || {
        view! {
            <span class="picker-name">{name}</span>
            <Draw icon=Icon::Down />
        }
    };
    view! {
        <Popup
            is_open
            opens=Opens::List
            class=("picker", "picker-button")
            test="model-picker"
            title=text::CHOOSE_MODEL
            face
        >
            <div class="options" role="listbox" aria-label=text::CHOOSE_MODEL>
                <For each=move || state.models.get().models key=model_key let:model>
                    <Own model is_open />
                </For>
                <Show when=move || state.peer_models.with(|models| !models.is_empty())>
                    <div role="group" aria-labelledby="on-peers">
                        <p class="option-heading" id="on-peers">{text::ON_PEERS}</p>
                        <For each=move || state.peer_models.get() key=|model| (model.id.clone(), peer_model_hint(model)) let:model>
                            <OnPeers model is_open />
                        </For>
                    </div>
                </Show>
            </div>
            <div class="options popover-foot">
                <button type="button" class="option" on:click=add>
                    <Draw icon=Icon::Plus />
                    <span class="option-name">{text::ADD_MODEL}</span>
                </button>
            </div>
        </Popup>
    }
}

#[component]
fn Own(model: Model, is_open: RwSignal<bool>) -> impl IntoView {
    let problem = model.problem.map(|problem| problem.message);
    let is_usable = problem.is_none();
    let hint = problem.unwrap_or_else(|| format::bytes(model.size_bytes));
    view! { <Choice id=model.id name=model.name hint is_usable is_open /> }
}

#[component]
fn OnPeers(model: PeerModel, is_open: RwSignal<bool>) -> impl IntoView {
    let hint = peer_model_hint(&model);
    view! { <Choice id=model.id name=model.name hint is_usable=true is_open /> }
}

#[component]
fn Choice(id: ModelId, name: String, hint: String, is_usable: bool, is_open: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let id = StoredValue::new(id);
    let in_use = Memo::new(move |_| state.models.with(|models| models.in_use == Some(id.get_value())));
    let choose = move |_| {
        is_open.set(false);
        if !in_use.get_untracked() {
            state.use_model(id.get_value());
        }
        browser::focus("[data-test=composer]");
    };
    view! {
        <button
            type="button"
            class="option"
            role="option"
            aria-selected=move || in_use.get().to_string()
            disabled=!is_usable
            data-id=id.get_value().0
            on:click=choose
        >
            <span class="option-check">{move || in_use.get().then(|| view! { <Draw icon=Icon::Check /> })}</span>
            <span class="option-name">{name}</span>
            <span class="option-hint">{hint}</span>
        </button>
    }
}
