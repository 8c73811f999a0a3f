//! The chat: its header, its messages or an invitation to ask, and where one writes.

use leptos::prelude::*;
use opengateway_api::{Error, Models, STARTER};

use crate::components::composer::Composer;
use crate::components::dismiss::Dismiss;
use crate::components::icon::{Draw, Icon};
use crate::components::picker::Picker;
use crate::components::rail::MARK;
use crate::components::thread::Thread;
use crate::state::origin::{answerer, invitation};
use crate::state::{Phase, State, View};
use crate::text;
use crate::views::welcome::{self, Welcome};

/// The chat view.
#[component]
pub(crate) fn ChatView() -> impl IntoView {
    let state = State::get();
    let chat = state.chat;
    // A new chat that is being asked something already looks like one.
    let phase = Memo::new(move |_| match chat.phase.get() {
        Phase::New if chat.pending.with(Option::is_some) => Phase::Shown,
        phase => phase,
    });
    view! {
        <section class="view chat" aria-label=text::CHAT>
            <Header />
            <div class="chat-body">
                {move || match phase.get() {
                    Phase::New => view! { <Invitation /> }.into_any(),
                    Phase::Opening => view! { <Opening /> }.into_any(),
                    Phase::Failed(error) => view! { <CannotOpen error /> }.into_any(),
                    Phase::Shown => view! { <Thread /> }.into_any(),
                }}
            </div>
            <Toy />
            <Composer />
        </section>
    }
}

#[component]
fn Header() -> impl IntoView {
    let state = State::get();
    let title = Memo::new(move |_| {
        let open = state.chat.open.get();
        let title =
            state.conversations.with(|list| list.iter().find(|one| Some(one.id) == open).map(|one| one.title.clone()));
        title.unwrap_or_else(|| text::NEW_CHAT.to_owned())
    });
    view! {
        <header class="chat-head">
            <button
                type="button"
                class="ghost"
                aria-label=text::TOGGLE_LIST
                title=text::TOGGLE_LIST
                aria-expanded=move || state.list_shown.get().to_string()
                on:click=move |_| state.list_shown.update(|shown| *shown = !*shown)
            >
                <Draw icon=Icon::Panel />
            </button>
            <h1 dir="auto">{title}</h1>
            <Picker />
        </header>
    }
}

/// What one can ask, and where it will run.
#[component]
fn Invitation() -> impl IntoView {
    let state = State::get();
    let place = move || {
        let answers = state.names(answerer);
        state.settings.with(|settings| invitation(&answers, &settings.network))
    };
    let is_toy = Memo::new(move |_| state.models.with(is_toy));
    let suggestions = move || {
        if is_toy.get() { text::TOY_SUGGESTIONS } else { text::SUGGESTIONS }
    };
    let is_first = welcome::is_wanted(state);
    view! {
        <div class="invitation">
            <div class="mark large" aria-hidden="true" inner_html=MARK></div>
            <h2>{text::ASK_ME}</h2>
            <p class="soft">{place}</p>
            <Show when=move || is_first.get()>
                <Welcome />
            </Show>
            <div class="suggestions">
                {move || suggestions().map(|question| view! { <Suggestion question /> }).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn Suggestion(question: &'static str) -> impl IntoView {
    let state = State::get();
    view! {
        <button
            type="button"
            class="suggestion"
            data-test="suggestion"
            on:click=move |_| state.say(question.to_owned())
        >
            {question}
        </button>
    }
}

fn is_toy(models: &Models) -> bool {
    models.in_use.as_ref().is_some_and(|id| id.0 == STARTER)
}

/// The model is a toy: says so, and leads to better ones.
#[component]
fn Toy() -> impl IntoView {
    let state = State::get();
    let is_dismissed = RwSignal::new(false);
    let is_first = welcome::is_wanted(state);
    // The first-run cards say it, too.
    let is_said = move || is_first.get() && state.chat.phase.get() == Phase::New;
    let is_toy = Memo::new(move |_| state.models.with(is_toy));
    view! {
        <Show when=move || is_toy.get() && !is_dismissed.get() && !is_said()>
            <div class="banner-place">
                <div class="banner" data-test="banner">
                    <Draw icon=Icon::Sparkles />
                    <p>{text::TOY}</p>
                    <button type="button" class="link" on:click=move |_| state.go(View::Models)>
                        {text::GET_MODEL}
                    </button>
                    <Dismiss on_press=move || is_dismissed.set(true) />
                </div>
            </div>
        </Show>
    }
}

#[component]
fn Opening() -> impl IntoView {
    view! {
        <div class="opening" role="status" aria-label=text::OPENING>
            <span class="bone question"></span>
            <span class="bone"></span>
            <span class="bone short"></span>
        </div>
    }
}

#[component]
fn CannotOpen(error: Error) -> impl IntoView {
    let state = State::get();
    view! {
        <div class="invitation" role="alert">
            <h2>{text::CANNOT_OPEN}</h2>
            <p class="soft">{error.message}</p>
            <button type="button" class="button" on:click=move |_| state.reload()>
                {text::TRY_AGAIN}
            </button>
        </div>
    }
}
