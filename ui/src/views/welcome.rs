//! The first run: four cards, one at a time, each of which can be skipped. Nothing is ticked beforehand.

mod lend;

use leptos::prelude::*;
use opengateway_api::Call;

use crate::browser;
use crate::components::consent::Consent;
use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::state::{Attempt, State, View};
use crate::text::network;
use crate::text::welcome as words;
use lend::Lend;

const CARDS: usize = 4;

/// Whether the cards are still to be gone through.
pub(crate) fn is_wanted(state: State) -> Memo<bool> {
    Memo::new(move |_| state.settings.with(|settings| !settings.welcomed))
}

/// Goes to the next card; after the last the owner has been welcomed.
fn next(state: State) {
    let at = state.welcome_step.get_untracked() + 1;
    if at < CARDS {
        state.welcome_step.set(at);
        browser::rescue_focus(".welcome .button");
    } else {
        end(state);
    }
}

fn end(state: State) {
    browser::rescue_focus("[data-test=composer]");
    state.alter(|settings| settings.welcomed = true);
}

/// The card whose turn it is.
#[component]
pub(crate) fn Welcome() -> impl IntoView {
    let state = State::get();
    let at = state.welcome_step;
    view! {
        <section class="card welcome" aria-label=words::TITLE data-test="welcome">
            {move || match at.get() {
                0 => view! { <GetModel /> }.into_any(),
                1 => view! { <Lend /> }.into_any(),
                2 => view! { <Join /> }.into_any(),
                _ => view! { <StartAtLogin /> }.into_any(),
            }}
            <footer class="welcome-foot">
                <span class="steps" role="img" aria-label=move || words::step_of(at.get() + 1, CARDS)>
                    {(0..CARDS).map(|step| view! { <i class:done=move || step <= at.get()></i> }).collect_view()}
                </span>
                <button type="button" class="link quiet" data-test="skip-all" on:click=move |_| end(state)>
                    {words::SKIP_ALL}
                </button>
            </footer>
        </section>
    }
}

/// A card: what it is about, what is done, and a way past it.
#[component]
pub(super) fn Card(icon: Icon, title: &'static str, text: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="welcome-head">
            <span class="emblem quiet" aria-hidden="true">
                <Draw icon />
            </span>
            <div>
                <h3>{title}</h3>
                <p class="soft">{text}</p>
            </div>
        </div>
        {children()}
    }
}

#[component]
fn Skip() -> impl IntoView {
    let state = State::get();
    view! {
        <button type="button" class="button" data-test="skip" on:click=move |_| next(state)>
            {words::SKIP}
        </button>
    }
}

#[component]
fn GetModel() -> impl IntoView {
    let state = State::get();
    let go = move |_| {
        next(state);
        state.go(View::Models);
    };
    view! {
        <Card icon=Icon::Models title=words::MODEL text=words::MODEL_TEXT>
            <div class="welcome-acts">
                <button type="button" class="button primary" data-test="welcome-model" on:click=go>
                    {words::MODEL_GO}
                </button>
                <Skip />
            </div>
        </Card>
    }
}

/// The same words as in the network's own view.
#[component]
fn Join() -> impl IntoView {
    let state = State::get();
    let go = move || next(state);
    view! {
        <Card icon=Icon::Network title=network::CONSENT text=network::CONSENT_TEXT>
            <Consent on_chosen=go on_kept_off=go />
        </Card>
    }
}

/// What the system says is shown; where it says nothing, there is nothing to switch.
#[component]
fn StartAtLogin() -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let told = Memo::new(move |_| state.status.with(|status| status.as_ref().and_then(|status| status.start_at_login)));
    let said = move || match told.get() {
        Some(true) => Some(words::LOGIN_ON),
        Some(false) => None,
        None => Some(words::LOGIN_UNKNOWN),
    };
    let acts = move || match told.get() {
        Some(false) => view! {
            <button
                type="button"
                class="button primary"
                data-test="welcome-login"
                disabled=attempt.is_busy
                on:click=move |_| attempt.ask_then(Call::StartAtLogin(true), move || end(state))
            >
                {words::LOGIN_GO}
            </button>
            <Skip />
        }
        .into_any(),
        Some(true) | None => view! {
            <button type="button" class="button primary" data-test="welcome-done" on:click=move |_| end(state)>
                {words::DONE}
            </button>
        }
        .into_any(),
    };
    view! {
        <Card icon=Icon::Power title=words::LOGIN text=words::LOGIN_TEXT>
            {move || said().map(|words| view! { <p class="soft welcome-note">{words}</p> })}
            <div class="welcome-acts">{acts}</div>
            <Refusal attempt />
        </Card>
    }
}
