//! Whether the app starts at login: the switch shows what the system says, never what was wished.

use leptos::prelude::*;
use opengateway_api::Call;

use crate::components::refusal::Refusal;
use crate::components::switch::Switch;
use crate::state::{Attempt, State};
use crate::text::rules as words;

/// The row.
#[component]
pub(super) fn StartAtLogin() -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let told = Memo::new(move |_| state.status.with(|status| status.as_ref().and_then(|status| status.start_at_login)));
    let is_on = Signal::derive(move || told.get() == Some(true));
    let disabled = Signal::derive(move || told.get().is_none());
    view! {
        <div class="row">
            <div class="row-text">
                <h3>{words::LOGIN}</h3>
                <p class="soft">
                    {move || if told.get().is_some() { words::LOGIN_WHY } else { words::LOGIN_UNKNOWN }}
                </p>
            </div>
            <Switch
                is_on
                disabled
                label=words::LOGIN
                test="start-at-login"
                on_change=move |on| attempt.press(Call::StartAtLogin(on))
            />
        </div>
        <Refusal attempt />
    }
}
