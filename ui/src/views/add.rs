//! Adding a model: a link or a path in one field, or a file that is chosen.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Add, Error, ModelSource};

use crate::components::icon::{Draw, Icon};
use crate::state::{State, parse_add};
use crate::text;

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    state: State,
    typed: RwSignal<String>,
    checksum: RwSignal<String>,
    problem: RwSignal<Option<String>>,
    is_busy: RwSignal<bool>,
}

impl Form {
    fn submit(self) {
        let parsed = self.typed.with_untracked(|typed| self.checksum.with_untracked(|sum| parse_add(typed, sum)));
        match parsed {
            Ok(add) => self.add(add),
            Err(error) => self.problem.set(Some(error.message)),
        }
    }

    fn choose(self) {
        spawn_local(async move {
            match self.state.link().choose_file().await {
                Ok(Some(path)) => self.add(Add::File { path }),
                Ok(None) => {}
                Err(error) => self.problem.set(Some(error.message)),
            }
        });
    }

    fn add(self, add: Add) {
        self.problem.set(None);
        self.is_busy.set(true);
        spawn_local(async move {
            let added = self.state.add(add).await;
            self.is_busy.set(false);
            self.show(added);
        });
    }

    fn show(self, added: Result<(), Error>) {
        match added {
            Ok(()) => {
                self.typed.set(String::new());
                self.checksum.set(String::new());
            }
            Err(error) => self.problem.set(Some(error.message)),
        }
    }
}

/// The form.
#[component]
pub(crate) fn AddModel() -> impl IntoView {
    let form = Form {
        state: State::get(),
        typed: RwSignal::new(String::new()),
        checksum: RwSignal::new(String::new()),
        problem: RwSignal::new(None),
        is_busy: RwSignal::new(false),
    };
    let is_link =
        Memo::new(move |_| form.typed.with(|typed| typed.trim_start().to_ascii_lowercase().starts_with("http")));
    let has_starter = Memo::new(move |_| {
        form.state.models.with(|models| models.models.iter().any(|model| model.source == ModelSource::BuiltIn))
    });
    let is_idle = Memo::new(move |_| form.is_busy.get() || form.typed.with(|typed| typed.trim().is_empty()));
    view! {
        <form
            class="card add"
            on:submit=move |event| {
                event.prevent_default();
                form.submit();
            }
        >
            <h2>{text::ADD_TITLE}</h2>
            <p class="soft">{text::ADD_LEAD}</p>
            <div class="add-line">
                <input
                    class="field"
                    type="text"
                    dir="auto"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=text::ADD_PLACEHOLDER
                    aria-label=text::ADD_FIELD
                    data-test="add-field"
                    prop:value=form.typed
                    on:input=move |event| {
                        form.problem.set(None);
                        form.typed.set(event_target_value(&event));
                    }
                />
                <button type="submit" class="button primary" data-test="add" disabled=is_idle>
                    {text::ADD}
                </button>
                <button type="button" class="button" data-test="choose-file" on:click=move |_| form.choose()>
                    <Draw icon=Icon::File />
                    {text::CHOOSE_FILE}
                </button>
            </div>
            <Show when=move || is_link.get()>
                <Checksum typed=form.checksum />
            </Show>
            {move || form.problem.get().map(|problem| view! { <p class="loss-text" role="alert">{problem}</p> })}
            <Show when=move || !has_starter.get()>
                <button
                    type="button"
                    class="link"
                    data-test="add-starter"
                    on:click=move |_| form.add(Add::Starter)
                >
                    {text::ADD_STARTER}
                </button>
            </Show>
            <button type="button" class="link" on:click=move |_| form.state.link().open_url(text::BROWSE_URL)>
                {text::BROWSE}
                <Draw icon=Icon::Outside />
            </button>
        </form>
    }
}

#[component]
fn Checksum(typed: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="checksum">
            <input
                class="field mono"
                type="text"
                spellcheck="false"
                autocomplete="off"
                placeholder=text::CHECKSUM
                aria-label=text::CHECKSUM
                data-test="checksum"
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <span class="soft">{text::CHECKSUM_HINT}</span>
        </label>
    }
}
