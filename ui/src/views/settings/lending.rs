//! The section about lending: the switch, and every rule in groups.

use leptos::prelude::*;
use opengateway_api::{Call, Order};

use super::field::{AmountRow, Note, ToggleRow, save};
use super::list::ListRow;
use super::region::RegionChoice;
use super::rules::{APPS, AROUND, AWAY, FIRST, LOADS, MUCH, SPARE_DISK};
use crate::components::hours::{HoursGrid, Presets};
use crate::components::refusal::Refusal;
use crate::components::switch::Switch;
use crate::state::{Attempt, State};
use crate::text::rules as words;

/// The section.
#[component]
pub(super) fn Lending() -> impl IntoView {
    view! {
        <h2 class="section-title" id="lending" tabindex="-1">{words::LENDING}</h2>
        <p class="section-lead soft">{words::LENDING_LEAD}</p>
        <div class="card rows">
            <TheSwitch />
        </div>
        <h3 class="group-title">{words::WHEN}</h3>
        <div class="card rows">
            <HoursRow />
        </div>
        <h3 class="group-title">{words::AWAY}</h3>
        <div class="card rows">{AWAY.map(|amount| view! { <AmountRow amount /> }).collect_view()}</div>
        <h3 class="group-title">{words::FIRST}</h3>
        <div class="card rows">
            {FIRST.map(|toggle| view! { <ToggleRow toggle /> }).collect_view()} <ListRow list=APPS />
            {LOADS.map(|amount| view! { <AmountRow amount /> }).collect_view()}
        </div>
        <h3 class="group-title">{words::MUCH}</h3>
        <div class="card rows">{MUCH.map(|amount| view! { <AmountRow amount /> }).collect_view()}</div>
        <h3 class="group-title">{words::AROUND}</h3>
        <div class="card rows">
            {AROUND.map(|toggle| view! { <ToggleRow toggle /> }).collect_view()} <AmountRow amount=SPARE_DISK />
        </div>
        <h3 class="group-title">{words::WHERE}</h3>
        <div class="card rows">
            <RegionChoice />
        </div>
    }
}

/// Whether this PC is lent at all; the same switch as in the Contribute view.
#[component]
fn TheSwitch() -> impl IntoView {
    let state = State::get();
    let orders = Attempt::new();
    let is_on = Memo::new(move |_| state.contribution.with(|lent| lent.as_ref().is_some_and(|lent| lent.on)));
    view! {
        <div class="row">
            <div class="row-text">
                <h3>{words::SWITCH}</h3>
                <p class="soft">{words::SWITCH_WHY}</p>
            </div>
            <Switch
                is_on
                label=words::SWITCH
                on_change=move |on| orders.press(Call::Contribute(if on { Order::On } else { Order::Off }))
            />
        </div>
        <Refusal attempt=orders />
    }
}

#[component]
fn HoursRow() -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let hours = Memo::new(move |_| state.settings.with(|settings| settings.rules.hours));
    let change = move |hours| save(state, note, move |settings| settings.rules.hours = hours);
    view! {
        <div class="row tall">
            <div class="row-text">
                <h3>{words::HOURS} <Note note /></h3>
                <p class="soft">{words::HOURS_WHY}</p>
            </div>
            <Presets hours on_change=change name="hours" />
            <HoursGrid hours on_change=change />
        </div>
    }
}
