//! The last 24 hours as a line: colour and height say what this PC did, and the line below says why.

use leptos::prelude::*;
use opengateway_api::{Mode, Span};

use super::chart::move_along;
use crate::format::Clock;
use crate::state::State;
use crate::state::lending::{class, name};
use crate::state::stretches::{Stretch, spoken, stretches, ticks};
use crate::text::lending as words;

/// The modes of the legend, the tallest first.
const LEGEND: [Mode; 5] = [Mode::Contributing, Mode::Finishing, Mode::Waiting, Mode::Paused, Mode::Off];

/// The line with its hours and legend.
#[component]
pub(crate) fn Timeline(clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let spans = Memo::new(move |_| {
        state.contribution.with(|lent| lent.as_ref().map_or_else(Vec::<Span>::new, |lent| lent.timeline.clone()))
    });
    // A line as wide as a screen does not show seconds.
    let minute = Memo::new(move |_| {
        let clock = clock.get();
        Clock { now_ms: clock.now_ms / 60_000 * 60_000 + 60_000, ..clock }
    });
    let all = Memo::new(move |_| spans.with(|spans| stretches(spans, minute.get())));
    let chosen = RwSignal::new(None::<i64>);
    let shown = Memo::new(move |_| chosen.get().or_else(|| all.with(|all| all.last().map(|last| last.from_ms))));
    let readout = move || {
        all.with(|all| all.iter().find(|one| Some(one.from_ms) == shown.get()).map(|one| one.words.clone()))
            .unwrap_or_else(|| words::NO_TIMELINE.to_owned())
    };
    view! {
        <figure class="timeline">
            <figcaption class="readout">{readout}</figcaption>
            <div
                class="timeline-line"
                role="group"
                aria-label=move || spans.with(|spans| spoken(spans, minute.get()))
                on:keydown=move_along
            >
                <For each=move || all.get() key=|one| one.from_ms let:one>
                    <Piece from=one.from_ms all shown chosen />
                </For>
            </div>
            <div class="timeline-hours" aria-hidden="true">
                {move || {
                    ticks(minute.get())
                        .into_iter()
                        .map(|(at, hour)| view! { <span style:inset-inline-start=format!("{at:.2}%")>{hour}</span> })
                        .collect_view()
                }}
            </div>
            <ul class="legend">
                {LEGEND
                    .map(|mode| {
                        view! {
                            <li>
                                <i class=class(mode)></i>
                                {name(mode)}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </figure>
    }
}

/// A stretch. It keeps its place on the page, and the focus, while it grows.
#[component]
fn Piece(from: i64, all: Memo<Vec<Stretch>>, shown: Memo<Option<i64>>, chosen: RwSignal<Option<i64>>) -> impl IntoView {
    let own = Memo::new(move |_| all.with(|all| all.iter().find(|one| one.from_ms == from).cloned()));
    view! {
        <button
            type="button"
            class=move || format!("piece {}", own.with(|own| own.as_ref().map_or("", |own| class(own.mode))))
            class:shown=move || chosen.get() == Some(from)
            style:inset-inline-start=move || format!("{:.3}%", own.with(|own| own.as_ref().map_or(0.0, |own| own.start)))
            style:inline-size=move || format!("{:.3}%", own.with(|own| own.as_ref().map_or(0.0, |own| own.length)))
            tabindex=move || if shown.get() == Some(from) { "0" } else { "-1" }
            aria-label=move || own.with(|own| own.as_ref().map(|own| own.words.clone()))
            on:focus=move |_| chosen.set(Some(from))
            on:blur=move |_| chosen.set(None)
            on:mouseenter=move |_| chosen.set(Some(from))
            on:mouseleave=move |_| chosen.set(None)
        >
            <span></span>
        </button>
    }
}
