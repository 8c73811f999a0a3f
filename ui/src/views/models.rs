//! The models on this PC: choose, add, fetch, remove.

use leptos::prelude::*;
use opengateway_api::{Call, Model};

use super::add::AddModel;
use super::downloads::Downloads;
use crate::components::icon::{Draw, Icon};
use crate::state::State;
use crate::state::describe::{model_facts, model_key, remove_question};
use crate::text;

/// The models view.
#[component]
pub(crate) fn ModelsView() -> impl IntoView {
    let state = State::get();
    let is_empty = Memo::new(move |_| state.models.with(|models| models.models.is_empty()));
    view! {
        <section class="view page" aria-label=text::MODELS>
            <div class="page-column">
                <header class="page-head">
                    <h1>{text::MODELS}</h1>
                    <p class="soft">{text::MODELS_LEAD}</p>
                </header>
                <AddModel />
                <Downloads />
                <h2 class="section-title">{text::ON_THIS_PC}</h2>
                <Show
                    when=move || !is_empty.get()
                    fallback=|| view! { <p class="card empty-card soft">{text::NO_MODELS}</p> }
                >
                    <ul class="card rows" data-test="models">
                        <For each=move || state.models.get().models key=model_key let:model>
                            <Entry model />
                        </For>
                    </ul>
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Entry(model: Model) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    let model = StoredValue::new(model);
    view! {
        <li class="row" data-test="model" data-id=model.with_value(|model| model.id.0.clone())>
            <Show when=move || is_asked.get() fallback=move || view! { <Facts model is_asked /> }>
                <Removal model is_asked />
            </Show>
        </li>
    }
}

#[component]
fn Facts(model: StoredValue<Model>, is_asked: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let Model { id, name, problem, .. } = model.get_value();
    let facts = model.with_value(model_facts).join(" · ");
    let is_usable = problem.is_none();
    let id = StoredValue::new(id);
    let in_use = Memo::new(move |_| state.models.with(|models| models.in_use == Some(id.get_value())));
    let label = format!("{} {name}", text::REMOVE);
    view! {
        <div class="row-text">
            <h3 dir="auto">{name}</h3>
            <p class="soft">{facts}</p>
            {problem.map(|problem| view! { <p class="loss-text">{problem.message}</p> })}
        </div>
        {move || {
            if in_use.get() {
                view! {
                    <span class="tag">
                        <Draw icon=Icon::Check />
                        {text::IN_USE}
                    </span>
                }
                .into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="button small"
                        data-test="use"
                        disabled=!is_usable
                        on:click=move |_| state.use_model(id.get_value())
                    >
                        {text::USE}
                    </button>
                }
                .into_any()
            }
        }}
        <button
            type="button"
            class="ghost"
            aria-label=label.clone()
            title=label
            data-test="remove"
            on:click=move |_| is_asked.set(true)
        >
            <Draw icon=Icon::Delete />
        </button>
    }
}

/// Says what removing means before it is done.
#[component]
fn Removal(model: StoredValue<Model>, is_asked: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let remove = move |_| {
        is_asked.set(false);
        state.order(Call::RemoveModel(model.with_value(|model| model.id.clone())));
    };
    crate::browser::focus("[data-test=keep]");
    view! {
        <p class="row-text">{model.with_value(remove_question)}</p>
        <button type="button" class="button small" data-test="keep" on:click=move |_| is_asked.set(false)>
            {text::KEEP}
        </button>
        <button type="button" class="button small loss" data-test="remove-now" on:click=remove>
            {text::REMOVE}
        </button>
    }
}
