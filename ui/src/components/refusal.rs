//! Why something that was asked here was refused, in the place where it was asked.

use leptos::prelude::*;

use super::dismiss::Dismiss;
use super::icon::{Draw, Icon};
use crate::state::Attempt;
use crate::text;

/// The refusal, while there is one.
#[component]
pub(crate) fn Refusal(
    attempt: Attempt,
    /// What was not lost by it.
    #[prop(default = text::lending::KEPT)]
    kept: &'static str,
) -> impl IntoView {
    // The same refusal again is not announced again.
    let refused = Memo::new(move |_| attempt.refused.get());
    move || {
        refused.get().map(|error| {
            view! {
                <div class="failure" role="alert" data-test="refusal">
                    <Draw icon=Icon::Problem />
                    <div>
                        <p>{error.message}</p>
                        <p class="soft">{kept}</p>
                    </div>
                    <button
                        type="button"
                        class="button small"
                        on:click=move |_| attempt.again()
                    >
                        {text::TRY_AGAIN}
                    </button>
                    <Dismiss on_press=move || attempt.refused.set(None) />
                </div>
            }
        })
    }
}
