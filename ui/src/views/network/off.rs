//! What the network is, for an owner who has not joined it.

use leptos::prelude::*;
use opengateway_api::Scope;

use crate::browser;
use crate::components::consent::Consent;
use crate::components::icon::{Draw, Icon};
use crate::state::{State, View};
use crate::text::network as words;

/// The offer. Nothing is switched on by reading it.
#[component]
pub(super) fn Off() -> impl IntoView {
    let state = State::get();
    // The button that was pressed goes with the offer.
    on_cleanup(|| browser::rescue_focus("[data-test=join-field]"));
    let is_held = Memo::new(move |_| state.settings.with(|settings| settings.network.scope != Scope::Off));
    view! {
        <section class="card invite" data-test="network-off">
            <div class="invite-head">
                <span class="emblem quiet" aria-hidden="true">
                    <Draw icon=Icon::Network />
                </span>
                <div>
                    <h2>{words::CONSENT}</h2>
                    <p class="soft">{words::CONSENT_TEXT}</p>
                </div>
            </div>
            <Consent on_chosen=|| {} on_kept_off=move || state.go(View::Chat) />
            <Show when=move || is_held.get()>
                <p class="waiting-text consent-note" role="status">{words::HELD_OFF}</p>
            </Show>
        </section>
    }
}
