//! A few choices side by side, of which one holds.

use leptos::prelude::*;

/// The choices.
#[component]
pub(crate) fn Segments<T>(
    /// What can be chosen, and what it is called.
    #[prop(into)]
    choices: Signal<Vec<(T, &'static str)>>,
    /// What holds, if it is one of them.
    #[prop(into)]
    chosen: Signal<Option<T>>,
    on_choose: impl Fn(T) + Copy + Send + Sync + 'static,
    /// Distinguishes the choice from others on the page.
    name: &'static str,
    label: &'static str,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let choice = move |(value, words): (T, &'static str)| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=move || chosen.get() == Some(value)
                    on:change=move |_| on_choose(value)
                />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <div class="segments" role="radiogroup" aria-label=label>
            {move || choices.get().into_iter().map(choice).collect_view()}
        </div>
    }
}
