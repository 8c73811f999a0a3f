//! The network while nobody has been found, and when it cannot be used.

use leptos::prelude::*;
use opengateway_api::{Call, Scope};

use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::state::network::alone;
use crate::state::{Attempt, State};
use crate::text::network as words;

/// Nobody has been found yet.
#[component]
pub(super) fn Alone() -> impl IntoView {
    let state = State::get();
    let said = Memo::new(move |_| state.network.with(|network| alone(network.scope)));
    let listening = Memo::new(move |_| state.network.with(|network| network.listening.clone()));
    view! {
        <section class="card pad" data-test="network-alone">
            <div class="lend-line">
                <span class="emblem waiting" aria-hidden="true">
                    <Draw icon=Icon::Search />
                </span>
                <div class="lend-words">
                    <h2>
                        <span role="status">{words::ALONE}</span>
                    </h2>
                    <p class="soft">{said}</p>
                </div>
                <SettingsLink />
            </div>
            <Show when=move || listening.with(|all| !all.is_empty())>
                <div class="listening">
                    <h3>{words::LISTENING}</h3>
                    <ul class="mono">
                        {move || listening.get().into_iter().map(|address| view! { <li>{address}</li> }).collect_view()}
                    </ul>
                </div>
            </Show>
        </section>
    }
}

/// What happened, what is not touched by it, and what can be done.
#[component]
pub(super) fn Failed(why: String) -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let switch_off = move |_| {
        let mut settings = state.settings.get_untracked();
        settings.network.scope = Scope::Off;
        attempt.ask_then(Call::SaveSettings(settings.clone()), move || state.settings.set(settings));
    };
    view! {
        <section class="card pad" data-test="network-failed">
            <div class="lend-line">
                <span class="emblem loss" aria-hidden="true">
                    <Draw icon=Icon::Problem />
                </span>
                <div class="lend-words" role="alert">
                    <h2>{words::FAILED}</h2>
                    <p>{why}</p>
                    <p class="soft">{words::FAILED_KEPT}</p>
                </div>
            </div>
            <div class="lend-acts">
                <button type="button" class="button" on:click=move |_| state.go_to_settings("#network")>
                    {words::SETTINGS_LINK}
                </button>
                <button type="button" class="button" on:click=switch_off>
                    {words::SWITCH_OFF}
                </button>
            </div>
            <Refusal attempt />
        </section>
    }
}

/// The way to what can be set.
#[component]
pub(super) fn SettingsLink() -> impl IntoView {
    let state = State::get();
    view! {
        <button type="button" class="link rules-link" on:click=move |_| state.go_to_settings("#network")>
            {words::SETTINGS_LINK}
            <Draw icon=Icon::Forward />
        </button>
    }
}
