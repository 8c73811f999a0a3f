//! A switch: it shows what holds, and asks for the opposite.

use leptos::prelude::*;

/// The switch.
#[component]
pub(crate) fn Switch(
    #[prop(into)] is_on: Signal<bool>,
    label: &'static str,
    on_change: impl Fn(bool) + 'static,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] test: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="switch"
            role="switch"
            aria-checked=move || is_on.get().to_string()
            aria-label=label
            data-test=test
            disabled=disabled
            on:click=move |_| on_change(!is_on.get_untracked())
        >
            <span></span>
        </button>
    }
}
