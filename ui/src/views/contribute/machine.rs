//! What this PC is: facts, tiers, region and speed.

use leptos::prelude::*;
use opengateway_api::{Call, Hardware, JobKind, TierReport};

use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::format::Clock;
use crate::state::machine::{Fact, facts, is_known, place, speed};
use crate::state::{Attempt, State};
use crate::text;
use crate::text::machine as words;

/// The facts and what follows from them.
#[component]
pub(super) fn Machine(clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let reading = Attempt::new();
    // Temperatures and free memory are old by the time the view is opened.
    reading.ask(Call::Hardware);
    let known = Memo::new(move |_| state.hardware.with(|hardware| is_known(&hardware.facts)));
    view! {
        <section aria-labelledby="machine">
            <div class="section-line">
                <h2 class="section-title" id="machine">{words::THIS_PC}</h2>
                <button
                    type="button"
                    class="ghost"
                    aria-label=words::REFRESH
                    title=words::REFRESH
                    data-test="refresh"
                    on:click=move |_| reading.press(Call::Hardware)
                >
                    <Draw icon=Icon::Again />
                </button>
            </div>
            <div class="card machine" aria-busy=move || reading.is_busy.get().to_string()>
                <Refusal attempt=reading kept=text::lending::KEPT_FACTS />
                <Show when=move || known.get() fallback=Bones>
                    <div class="machine-parts">
                        <dl class="facts-list plain">
                            <Facts />
                            <Place />
                        </dl>
                        <Tiers />
                    </div>
                    <Measured clock />
                    <Missing />
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Bones() -> impl IntoView {
    view! {
        <div class="bones" role="status" aria-label=words::LOADING>
            <span class="bone"></span>
            <span class="bone"></span>
            <span class="bone short"></span>
        </div>
    }
}

#[component]
fn Facts() -> impl IntoView {
    let state = State::get();
    let all = Memo::new(move |_| state.hardware.with(|hardware| facts(&hardware.facts)));
    let count = Memo::new(move |_| all.with(Vec::len));
    view! {
        <For each=move || 0..count.get() key=|at| *at let:at>
            <Line fact=Memo::new(move |_| all.with(|all| all.get(at).cloned())) />
        </For>
    }
}

#[component]
fn Line(fact: Memo<Option<Fact>>) -> impl IntoView {
    let text = move |get: fn(&Fact) -> String| move || fact.with(|fact| fact.as_ref().map(get).unwrap_or_default());
    let used = Memo::new(move |_| fact.with(|fact| fact.as_ref().and_then(|fact| fact.used)));
    view! {
        <div class="row">
            <dt>{text(|fact| fact.name.to_owned())}</dt>
            <dd>
                {text(|fact| fact.value.clone())} <span class="fact-detail">{text(|fact| fact.detail.clone())}</span>
                <Show when=move || used.get().is_some()>
                    <span class="meter" aria-hidden="true">
                        <i style:inline-size=move || format!("{:.1}%", used.get().unwrap_or_default())></i>
                    </span>
                </Show>
            </dd>
        </div>
    }
}

#[component]
fn Place() -> impl IntoView {
    let state = State::get();
    let found = Memo::new(move |_| state.hardware.with(|hardware| place(hardware.region)));
    view! {
        <div class="row">
            <dt>{words::REGION}</dt>
            <dd>
                {move || found.get().0} <span class="fact-detail">{move || found.get().1}</span>
            </dd>
        </div>
    }
}

#[component]
fn Tiers() -> impl IntoView {
    let state = State::get();
    let tiers = Memo::new(move |_| state.hardware.with(|hardware| hardware.tiers.clone()));
    view! {
        <div class="tiers">
            <h3>{words::TIERS}</h3>
            <ul>{move || tiers.get().into_iter().map(tier).collect_view()}</ul>
        </div>
    }
}

fn tier(report: TierReport) -> impl IntoView {
    let is_reached = report.lacks.is_empty();
    let letter = report.tier.to_string();
    let label = words::tier_label(&letter, &report.serves);
    let lacks = if is_reached { words::REACHED.to_owned() } else { words::lacks(&report.lacks.join(", ")) };
    let spoken = format!("{label}: {lacks}");
    view! {
        <li class="tier" class:reached=is_reached aria-label=spoken>
            <span class="tier-letter" aria-hidden="true">{letter}</span>
            <div aria-hidden="true">
                <p>{report.serves}</p>
                <p class="soft">{lacks}</p>
            </div>
            {is_reached.then(|| view! { <Draw icon=Icon::Check /> })}
        </li>
    }
}

/// How fast it answers, and measuring that.
#[component]
fn Measured(clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let measuring = Attempt::new();
    let is_queued = RwSignal::new(false);
    let runs = Memo::new(move |_| {
        state
            .contribution
            .with(|lent| lent.as_ref().is_some_and(|lent| lent.jobs.iter().any(|job| job.kind == JobKind::Benchmark)))
    });
    let measured = Memo::new(move |_| state.hardware.with(|hardware| hardware.speed.clone()));
    // What was queued has come once there is another result.
    Effect::new(move |before: Option<()>| {
        measured.track();
        if before.is_some() {
            is_queued.set(false);
        }
    });
    let said = move || match measured.get() {
        Some(measured) => {
            let model = state.model_name(&measured.model);
            speed(&measured, &model, clock.get_untracked())
        }
        None => (words::NOT_MEASURED.to_owned(), words::MEASURE_HINT.to_owned()),
    };
    let measure = move |_| {
        measuring.ask_then(Call::MeasureSpeed, move || {
            // The view may be gone by now.
            let _ = is_queued.try_set(true);
        });
    };
    let hint = move || if is_queued.get() && !runs.get() { words::MEASURE_QUEUED.to_owned() } else { said().1 };
    view! {
        <div class="speed">
            <span class="emblem small quiet" aria-hidden="true">
                <Draw icon=Icon::Gauge />
            </span>
            <div class="row-text">
                <h3>{words::SPEED} ": " {move || said().0}</h3>
                <p class="soft" role="status">{hint}</p>
            </div>
            <button
                type="button"
                class="button small"
                data-test="measure"
                disabled=runs
                on:click=measure
            >
                {move || if runs.get() { words::MEASURING } else { words::MEASURE }}
            </button>
        </div>
        <Refusal attempt=measuring />
    }
}

/// What this system does not tell.
#[component]
fn Missing() -> impl IntoView {
    let state = State::get();
    let missing = Memo::new(move |_| state.hardware.with(|Hardware { facts, .. }| facts.missing.clone()));
    move || {
        let missing = missing.get();
        (!missing.is_empty()).then(|| {
            view! {
                <div class="machine-missing soft">
                    <h3>{words::MISSING}</h3>
                    <ul>{missing.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                </div>
            }
        })
    }
}
