//! The button that pauses lending, and its menu of how long.

use leptos::prelude::*;
use opengateway_api::{Call, Order};

use super::icon::{Draw, Icon};
use super::popup::{Opens, Popup};
use crate::browser;
use crate::state::Attempt;
use crate::state::lending::PAUSES;
use crate::text::lending as words;

/// The button with its menu.
#[component]
pub(crate) fn PauseMenu(attempt: Attempt) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let face = || {
        view! {
            <Draw icon=Icon::Pause />
            {words::PAUSE}
            <Draw icon=Icon::Down />
        }
    };
    view! {
        <Popup is_open opens=Opens::Menu class=("pause", "button") test="pause-lending" face>
            <div class="options" role="menu" aria-label=words::PAUSE>
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
        </Popup>
    }
}
