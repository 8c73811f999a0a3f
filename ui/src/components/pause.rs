//! The button that pauses lending, and its menu of how long.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use opengateway_api::{Call, Order};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::icon::{Draw, Icon};
use crate::browser;
use crate::state::Attempt;
use crate::state::lending::PAUSES;
use crate::text::lending as words;

/// The button with its menu.
#[component]
pub(crate) fn PauseMenu(attempt: Attempt) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        if is_open.get_untracked() {
            browser::focus(".pause-menu [role=menuitem]");
        }
    };
    view! {
        <div
            class="pause"
            on:focusout=move |event| {
                if browser::has_left(&event) {
                    is_open.set(false);
                }
            }
            on:keydown=move |event| on_key(&event, is_open)
        >
            <button
                type="button"
                class="button"
                data-test="pause-lending"
                aria-haspopup="menu"
                aria-expanded=move || is_open.get().to_string()
                on:click=toggle
            >
                <Draw icon=Icon::Pause />
                {words::PAUSE}
                <Draw icon=Icon::Down />
            </button>
            <Show when=move || is_open.get()>
                <div class="popover pause-menu" role="menu" aria-label=words::PAUSE>
                    <div class="options" role="presentation">
                        {PAUSES
                            .map(|(label, length)| {
                                let choose = move |_| {
                                    is_open.set(false);
                                    browser::focus(".pause .button");
                                    attempt.press(Call::Contribute(Order::Pause(length)));
                                };
                                view! {
                                    <button type="button" class="option plain" role="menuitem" tabindex="-1" on:click=choose>
                                        {label}
                                    </button>
                                }
                            })
                            .collect_view()}
                    </div>
                </div>
            </Show>
        </div>
    }
}

fn on_key(event: &KeyboardEvent, is_open: RwSignal<bool>) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Escape" if is_open.get_untracked() => {
            is_open.set(false);
            browser::focus(".pause .button");
            event.stop_propagation();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if !is_open.get_untracked() {
        is_open.set(true);
        browser::focus(".pause-menu [role=menuitem]");
    } else if let Some(root) = event.current_target().and_then(|root| root.dyn_into::<Element>().ok()) {
        browser::step_focus(&root, "[role=menuitem]", step);
    }
}
