//! The sheet of keyboard shortcuts.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::dismiss::Dismiss;
use crate::browser;
use crate::state::State;
use crate::text;

/// The sheet, while it is wanted.
#[component]
pub(crate) fn Shortcuts() -> impl IntoView {
    let state = State::get();
    view! {
        <Show when=move || state.shortcuts_shown.get()>
            <Sheet />
        </Show>
    }
}

#[component]
fn Sheet() -> impl IntoView {
    let state = State::get();
    let close = move || state.shortcuts_shown.set(false);
    let on_key = move |event: KeyboardEvent| {
        // The close button is all that can have the focus here.
        match event.key().as_str() {
            "Escape" => close(),
            "Tab" => event.prevent_default(),
            _ => return,
        }
        event.stop_propagation();
    };
    browser::focus(".sheet .ghost");
    view! {
        <div class="veil" on:click=move |_| close()>
            <div
                class="sheet"
                role="dialog"
                aria-modal="true"
                aria-labelledby="shortcuts-title"
                on:keydown=on_key
                on:click=|event| event.stop_propagation()
            >
                <header>
                    <h2 id="shortcuts-title">{text::SHORTCUTS}</h2>
                    <Dismiss label=text::CLOSE on_press=close />
                </header>
                <dl>
                    {text::SHORTCUT_LIST
                        .map(|(what, keys)| {
                            view! {
                                <div>
                                    <dt>{what}</dt>
                                    <dd>{key_caps(keys)}</dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </div>
        </div>
    }
}

fn key_caps(keys: &'static str) -> impl IntoView {
    keys.split(' ').map(|key| view! { <kbd>{browser::key_name(key)}</kbd> }).collect_view()
}
