//! Why this PC is lent or not: every signal with its reading, its rule and what follows. Read anew while it is open.

use leptos::ev::Event;
use leptos::prelude::*;
use opengateway_api::{Call, Explanation, Finding, Signal as Told, SignalKind};
use web_sys::Element;

use super::icon::{Draw, Icon};
use super::refusal::Refusal;
use crate::browser;
use crate::state::lending::{finding, signal};
use crate::state::{Attempt, State};
use crate::text::lending as words;

const EVERY_MS: u64 = 2_000;

/// The section that opens.
#[component]
pub(crate) fn Why() -> impl IntoView {
    let is_open = RwSignal::new(false);
    let on_toggle = move |event: Event| is_open.set(event_target::<Element>(&event).has_attribute("open"));
    view! {
        <details class="why" data-test="why" on:toggle=on_toggle>
            <summary>
                <Draw icon=Icon::Forward />
                <strong>{words::WHY}</strong>
                <span class="soft">{words::WHY_HINT}</span>
            </summary>
            <Show when=move || is_open.get()>
                <Signals />
            </Show>
        </details>
    }
}

/// The signals; they live only while they are seen.
#[component]
fn Signals() -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let ask = move || {
        if !attempt.is_busy.get_untracked() {
            attempt.ask(Call::Explain);
        }
    };
    ask();
    browser::every(EVERY_MS, ask);
    let kinds = Memo::new(move |_| state.explanation.with(|known| known.as_ref().map(kinds)));
    let not_before = move || {
        let at = state.explanation.with(|known| known.as_ref().and_then(|known| known.not_before_ms))?;
        let clock = browser::clock();
        (at > clock.now_ms).then(|| view! { <p class="soft why-note">{words::not_before(&clock.moment(at))}</p> })
    };
    view! {
        <Refusal attempt kept=words::KEPT_SIGNALS />
        {move || match kinds.get() {
            None => {
                let is_refused = attempt.refused.with(Option::is_some);
                (!is_refused).then(|| view! { <p class="soft why-note" role="status">{words::WHY_LOADING}</p> }).into_any()
            }
            Some(kinds) if kinds.is_empty() => view! { <p class="soft why-note">{words::WHY_NOTHING}</p> }.into_any(),
            Some(_) => view! { <Table kinds /> }.into_any(),
        }}
        {not_before}
    }
}

fn kinds(explanation: &Explanation) -> Vec<SignalKind> {
    explanation.signals.iter().map(|signal| signal.kind).collect()
}

#[component]
fn Table(kinds: Memo<Option<Vec<SignalKind>>>) -> impl IntoView {
    view! {
        <table class="table signals" aria-label=words::WHY_TABLE>
            <thead>
                <tr>
                    <th scope="col">{words::SIGNAL}</th>
                    <th scope="col">{words::READING}</th>
                    <th scope="col">{words::RULE}</th>
                    <th scope="col">{words::FINDING}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || kinds.get().unwrap_or_default() key=|kind| *kind let:kind>
                    <Row kind />
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn Row(kind: SignalKind) -> impl IntoView {
    let state = State::get();
    let told = Memo::new(move |_| {
        state
            .explanation
            .with(|known| known.as_ref().and_then(|known| known.signals.iter().find(|one| one.kind == kind).cloned()))
    });
    let text = move |get: fn(&Told) -> String| move || told.with(|told| told.as_ref().map(get).unwrap_or_default());
    let found = Memo::new(move |_| told.with(|told| told.as_ref().map_or(Finding::Missing, |told| told.finding)));
    view! {
        <tr data-test="signal">
            <th scope="row">{signal(kind)}</th>
            <td>{text(|told| told.reading.clone())}</td>
            <td class="soft">{text(|told| told.rule.clone())}</td>
            <td>{move || mark(found.get())}</td>
        </tr>
    }
}

fn mark(found: Finding) -> impl IntoView {
    let (tone, label) = finding(found);
    let icon = match found {
        Finding::Allows => Icon::Check,
        Finding::Forbids | Finding::MissingForbids => Icon::Pause,
        Finding::Missing => Icon::Info,
        Finding::Ignored => Icon::Minus,
    };
    view! {
        <span class=format!("finding {}", tone.class())>
            <Draw icon />
            {label}
        </span>
    }
}
