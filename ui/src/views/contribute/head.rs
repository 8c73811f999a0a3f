//! What this PC does about lending and why, and what the owner can say to that.

use leptos::prelude::*;
use opengateway_api::{Call, Mode, Order};

use crate::browser;
use crate::components::icon::{Draw, Icon};
use crate::components::pause::PauseMenu;
use crate::components::refusal::Refusal;
use crate::components::signals::Why;
use crate::components::switch::Switch;
use crate::format::Clock;
use crate::state::lending::{Act, acts, headline};
use crate::state::{Attempt, State};
use crate::text::lending as words;

/// The head.
#[component]
pub(super) fn Head(orders: Attempt, clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let is_on = Memo::new(move |_| state.contribution.with(|lent| lent.as_ref().is_some_and(|lent| lent.on)));
    let mode = Memo::new(move |_| state.contribution.with(|lent| lent.as_ref().map_or(Mode::Off, |lent| lent.mode)));
    let offered = Memo::new(move |_| state.contribution.with(|lent| lent.as_ref().map(acts).unwrap_or_default()));
    let is_pressed = StoredValue::new(false);
    // A button that goes with its order leaves the focus to the next.
    Effect::new(move |_| {
        offered.track();
        if is_pressed.get_value() {
            is_pressed.set_value(false);
            browser::rescue_focus(".lend-acts .button");
        }
    });
    let switch = move |on| orders.press(Call::Contribute(if on { Order::On } else { Order::Off }));
    view! {
        <section class="card lend-head" data-test="lend-head">
            <div class="lend-line">
                <Says clock />
                <div class="lend-switch">
                    <span aria-hidden="true">{words::SWITCH}</span>
                    <Switch is_on label=words::SWITCH test="lend-switch" on_change=switch />
                </div>
            </div>
            <div class="lend-acts">
                <For each=move || offered.get() key=|act| (act.label, act.hint) let:act>
                    <Button act orders is_pressed />
                </For>
                <Show when=move || mode.get() != Mode::Off>
                    <PauseMenu attempt=orders />
                </Show>
                <button type="button" class="link rules-link" on:click=move |_| state.go_to_settings("#lending")>
                    {words::RULES_LINK}
                    <Draw icon=Icon::Forward />
                </button>
            </div>
            <Refusal attempt=orders />
            <Why />
        </section>
    }
}

/// The state in one sentence, and what comes next. Only a change of the state is spoken, not each second.
#[component]
fn Says(clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let said = Memo::new(move |_| {
        state.contribution.with(|lent| {
            let lent = lent.as_ref()?;
            Some(state.settings.with(|settings| headline(lent, &settings.rules, clock.get())))
        })
    });
    let what = Memo::new(move |_| said.with(|said| said.as_ref().map(|said| said.what.clone())));
    let mode = Memo::new(move |_| state.contribution.with(|lent| lent.as_ref().map(|lent| lent.mode)));
    let tone = move || said.with(|said| said.as_ref().map_or("quiet", |said| said.tone.class()));
    view! {
        <span class=move || format!("emblem {}", tone()) aria-hidden="true">
            {move || view! { <Draw icon=emblem(mode.get()) /> }}
        </span>
        <div class="lend-words">
            <h2>
                <span role="status" data-test="lend-what">
                    {what}
                </span>
            </h2>
            <p class="soft">{move || said.with(|said| said.as_ref().map(|said| said.then.clone()))}</p>
        </div>
    }
}

fn emblem(mode: Option<Mode>) -> Icon {
    match mode {
        None | Some(Mode::Off) => Icon::Power,
        Some(Mode::Waiting) => Icon::Moon,
        Some(Mode::Contributing | Mode::Finishing) => Icon::Contribute,
        Some(Mode::Paused) => Icon::Pause,
    }
}

#[component]
fn Button(act: Act, orders: Attempt, is_pressed: StoredValue<bool>) -> impl IntoView {
    let press = move |_| {
        is_pressed.set_value(true);
        orders.press(Call::Contribute(act.order));
    };
    let icon = if act.order == Order::Finish { Icon::Check } else { Icon::Play };
    view! {
        <button
            type="button"
            class="button"
            title=(!act.hint.is_empty()).then_some(act.hint)
            data-test="order"
            on:click=press
        >
            <Draw icon />
            {act.label}
        </button>
    }
}
