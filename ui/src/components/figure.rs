//! A number with its name above and what it means below.

use leptos::prelude::*;

/// The number.
#[component]
pub(crate) fn Figure(
    name: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] note: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="figure">
            <span class="figure-name">{name}</span>
            <strong>{value}</strong>
            <span class="figure-note" title=note>{note}</span>
        </span>
    }
}
