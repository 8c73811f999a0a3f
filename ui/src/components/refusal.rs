//! Why something that was asked here was refused, in the place where it was asked.

use leptos::prelude::*;

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
                    <button
                        type="button"
                        class="ghost"
                        aria-label=text::DISMISS
                        title=text::DISMISS
                        on:click=move |_| attempt.refused.set(None)
                    >
                        <Draw icon=Icon::Close />
                    </button>
                </div>
            }
        })
    }
}
