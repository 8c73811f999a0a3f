//! What lending gives and costs, for an owner who has never switched it on.

use leptos::prelude::*;
use opengateway_api::{Call, Order};

use crate::browser;
use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::state::{Attempt, State};
use crate::text::lending as words;

/// The invitation. Nothing is switched on by reading it.
#[component]
pub(super) fn Invite(orders: Attempt) -> impl IntoView {
    let state = State::get();
    // The button that was pressed goes with the invitation.
    on_cleanup(|| browser::rescue_focus("[data-test=lend-switch]"));
    let idle = move || state.settings.with(|settings| words::invite_text(settings.rules.idle_minutes));
    view! {
        <section class="card invite" data-test="invite">
            <div class="invite-head">
                <span class="emblem quiet" aria-hidden="true">
                    <Draw icon=Icon::Contribute />
                </span>
                <div>
                    <h2>{words::INVITE}</h2>
                    <p class="soft">{idle}</p>
                </div>
            </div>
            <div class="invite-lists">
                {list(words::GIVES, words::GIVES_LIST)} {list(words::COSTS, words::COSTS_LIST)}
                {list(words::PROMISES, words::PROMISES_LIST)}
            </div>
            <div class="lend-acts">
                <button
                    type="button"
                    class="button primary"
                    data-test="lend-begin"
                    on:click=move |_| orders.press(Call::Contribute(Order::On))
                >
                    {words::SWITCH}
                </button>
                <button type="button" class="button" on:click=move |_| state.go_to_settings("#lending")>
                    {words::RULES_LINK}
                </button>
                <span class="soft">{words::INVITE_NOTE}</span>
            </div>
            <Refusal attempt=orders />
        </section>
    }
}

fn list(title: &'static str, lines: [&'static str; 3]) -> impl IntoView {
    view! {
        <div>
            <h3>{title}</h3>
            <ul>{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </div>
    }
}
