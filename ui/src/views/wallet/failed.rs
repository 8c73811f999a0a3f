//! Accounts that cannot be used: what happened, what is not touched by it, and what can be done.

use leptos::prelude::*;
use opengateway_api::Call;

use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::state::Attempt;
use crate::text::{self, wallet as words};

/// The card.
#[component]
pub(super) fn Failed() -> impl IntoView {
    let attempt = Attempt::new();
    view! {
        <section class="card pad" data-test="wallet-failed">
            <div class="lend-line">
                <span class="emblem loss" aria-hidden="true">
                    <Draw icon=Icon::Problem />
                </span>
                <div class="lend-words" role="alert">
                    <h2>{words::FAILED}</h2>
                    <p>{words::FAILED_WHY}</p>
                    <p class="soft">{words::FAILED_DO}</p>
                </div>
                <button type="button" class="button" on:click=move |_| attempt.press(Call::Wallet)>
                    {text::TRY_AGAIN}
                </button>
            </div>
            <Refusal attempt kept=words::KEPT_BOOKS />
        </section>
    }
}
