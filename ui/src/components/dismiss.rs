//! The cross that takes something off the page.

use leptos::prelude::*;

use super::icon::{Draw, Icon};
use crate::text;

/// The cross.
#[component]
pub(crate) fn Dismiss(
    /// What it does, where that is more than to dismiss.
    #[prop(into, default = text::DISMISS.to_owned())]
    label: String,
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="ghost" aria-label=label.clone() title=label on:click=move |_| on_press()>
            <Draw icon=Icon::Close />
        </button>
    }
}
