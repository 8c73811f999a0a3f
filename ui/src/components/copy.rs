//! A button that copies a text as it was written.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Draw, Icon};
use crate::{browser, text};

const SHOWN_MS: u64 = 1_500;

/// The button.
#[component]
pub(crate) fn Copy(
    text: impl Fn() -> String + 'static,
    #[prop(default = text::COPY)] label: &'static str,
) -> impl IntoView {
    let done = RwSignal::new(false);
    let copy = move |_| {
        let text = text();
        spawn_local(async move {
            if browser::copy(text).await {
                // The button may be gone by now.
                let _ = done.try_set(true);
                browser::after(SHOWN_MS, move || {
                    let _ = done.try_set(false);
                });
            }
        });
    };
    let label = move || if done.get() { text::COPIED } else { label };
    view! {
        <button type="button" class="ghost" aria-label=label title=label data-test="copy" on:click=copy>
            {move || view! { <Draw icon=if done.get() { Icon::Check } else { Icon::Copy } /> }}
        </button>
    }
}
