//! The card about lending: what it costs and gives, which hours, and how much. Off until "Switch on" is pressed.

use leptos::prelude::*;
use opengateway_api::{Call, Order, Rules};

use super::{Card, Skip, next};
use crate::components::hours::Presets;
use crate::components::icon::Icon;
use crate::components::refusal::Refusal;
use crate::state::{Attempt, State};
use crate::text::rules::{GIGABYTES, PERCENT};
use crate::text::welcome as words;

/// A number of the card.
#[derive(Clone, Copy)]
struct Share {
    name: &'static str,
    unit: &'static str,
    least: u32,
    most: u32,
    get: fn(&Rules) -> u32,
    set: fn(&mut Rules, u32),
}

const SHARES: [Share; 3] = [
    Share {
        name: words::LEND_CORES,
        unit: PERCENT,
        least: 5,
        most: 100,
        get: |rules| rules.cores_percent.into(),
        set: |rules, value| rules.cores_percent = u8::try_from(value).unwrap_or(u8::MAX),
    },
    Share {
        name: words::LEND_MEMORY,
        unit: PERCENT,
        least: 5,
        most: 100,
        get: |rules| rules.memory_percent.into(),
        set: |rules, value| rules.memory_percent = u8::try_from(value).unwrap_or(u8::MAX),
    },
    Share {
        name: words::LEND_DISK,
        unit: GIGABYTES,
        least: 5,
        most: 500,
        get: |rules| rules.spare_disk_gb,
        set: |rules, value| rules.spare_disk_gb = value,
    },
];

/// The card. What is chosen here holds only once it is switched on.
#[component]
pub(super) fn Lend() -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let rules = RwSignal::new(state.settings.with_untracked(|settings| settings.rules.clone()));
    let hours = Memo::new(move |_| rules.with(|rules| rules.hours));
    let switch_on = move |_| {
        let mut settings = state.settings.get_untracked();
        settings.rules = rules.get_untracked();
        attempt.ask_then(Call::SaveSettings(settings.clone()), move || {
            state.settings.set(settings);
            attempt.ask_then(Call::Contribute(Order::On), move || next(state));
        });
    };
    view! {
        <Card icon=Icon::Contribute title=words::LEND text=words::LEND_TEXT>
            <div class="welcome-form">
                <div class="welcome-field">
                    <span aria-hidden="true">{words::LEND_HOURS}</span>
                    <Presets hours on_change=move |hours| rules.update(|rules| rules.hours = hours) name="welcome-hours" />
                </div>
                {SHARES.map(|share| view! { <Slider share rules /> }).collect_view()}
            </div>
            <div class="welcome-acts">
                <button
                    type="button"
                    class="button primary"
                    data-test="welcome-lend"
                    disabled=attempt.is_busy
                    on:click=switch_on
                >
                    {words::LEND_GO}
                </button>
                <Skip />
                <span class="soft">{words::LEND_OFF}</span>
            </div>
            <Refusal attempt />
        </Card>
    }
}

#[component]
fn Slider(share: Share, rules: RwSignal<Rules>) -> impl IntoView {
    let value = Memo::new(move |_| rules.with(share.get));
    let on_input = move |event| {
        if let Ok(value) = event_target_value(&event).parse() {
            rules.update(|rules| (share.set)(rules, value));
        }
    };
    view! {
        <label class="welcome-field">
            <span>{share.name}</span>
            <input
                class="slider"
                type="range"
                min=share.least
                max=share.most
                step="5"
                prop:value=move || value.get().to_string()
                on:input=on_input
            />
            <output>{value} " " {share.unit}</output>
        </label>
    }
}
