//! What joining the network means, in four points, and the choice of how far to reach. Nothing is chosen beforehand.

use leptos::prelude::*;
use opengateway_api::{Call, Scope};

use super::icon::{Draw, Icon};
use super::refusal::Refusal;
use crate::state::{Attempt, State};
use crate::text::network as words;

/// The points and the choice.
#[component]
pub(crate) fn Consent(
    /// What follows once something is chosen.
    on_chosen: impl Fn() + Copy + 'static,
    /// What follows if it stays off.
    on_kept_off: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let choose = move |scope| {
        if attempt.is_busy.get_untracked() {
            return;
        }
        let mut settings = state.settings.get_untracked();
        settings.network.scope = scope;
        attempt.ask_then(Call::SaveSettings(settings.clone()), move || {
            state.settings.set(settings);
            on_chosen();
        });
    };
    view! {
        <dl class="consent">
            {words::CONSENT_POINTS
                .map(|(what, means)| {
                    view! {
                        <div>
                            <dt>{what}</dt>
                            <dd>{means}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
        <div class="consent-acts">
            <button type="button" class="button" data-test="join-lan" on:click=move |_| choose(Scope::Lan)>
                <Draw icon=Icon::Home />
                {words::CONSENT_LAN}
            </button>
            <button type="button" class="button" data-test="join-world" on:click=move |_| choose(Scope::World)>
                <Draw icon=Icon::World />
                {words::CONSENT_WORLD}
            </button>
            <button type="button" class="button plain" data-test="keep-off" on:click=move |_| on_kept_off()>
                {words::CONSENT_OFF}
            </button>
        </div>
        <p class="soft consent-note">{words::CONSENT_NOTE}</p>
        <Refusal attempt kept=words::KEPT_OFF />
    }
}
