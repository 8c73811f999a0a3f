//! The bars of the last seven days. The drawing has a text in its place; each day can be pointed at or focused, and the
//! line above it then says all that is known of that day.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use opengateway_api::Day;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::browser;
use crate::state::State;
use crate::state::week::{Bar, Measure, bars, spoken};
use crate::text::lending as words;

/// The chart of one measure.
#[component]
pub(crate) fn WeekChart(measure: RwSignal<Measure>) -> impl IntoView {
    let state = State::get();
    let days = Memo::new(move |_| {
        state.contribution.with(|lent| lent.as_ref().map_or_else(Vec::<Day>::new, |lent| lent.days.clone()))
    });
    let all = Memo::new(move |_| days.with(|days| bars(days, measure.get())));
    let count = Memo::new(move |_| all.with(Vec::len));
    let chosen = RwSignal::new(None::<usize>);
    let shown = Memo::new(move |_| chosen.get().unwrap_or_else(|| count.get().saturating_sub(1)));
    let readout = move || all.with(|all| all.get(shown.get()).map(|bar| bar.words.clone()));
    let bar = move |at: usize| Memo::new(move |_| all.with(|all| all.get(at).cloned()));
    view! {
        <figure class="chart">
            <figcaption class="readout">{readout}</figcaption>
            <div class="chart-field">
                <svg class="chart-bars" role="img" aria-label=move || days.with(|days| spoken(days, measure.get()))>
                    <For each=move || 0..count.get() key=|at| *at let:at>
                        {draw(at, count, bar(at), shown)}
                    </For>
                </svg>
                <div class="chart-days" role="group" aria-label=words::DAYS on:keydown=move_along>
                    <For each=move || 0..count.get() key=|at| *at let:at>
                        <Point at bar=bar(at) shown chosen />
                    </For>
                </div>
            </div>
        </figure>
    }
}

/// A bar in its track; places are in per cent, so that the drawing is as wide as its place.
fn draw(at: usize, count: Memo<usize>, bar: Memo<Option<Bar>>, shown: Memo<usize>) -> impl IntoView {
    let height = move || bar.with(|bar| bar.as_ref().map_or(0.0, |bar| bar.height));
    let (place, width) =
        (move || format!("{:.2}%", left(at, count.get())), move || format!("{:.2}%", WIDTH * column(count.get())));
    view! {
        <rect class="track" x=place y="0" width=width height="100%" rx="4"></rect>
        <rect
            class="value"
            class:shown=move || shown.get() == at
            x=place
            width=width
            y=move || format!("{:.2}%", 100.0 - height())
            height=move || format!("{:.2}%", height())
            rx="4"
        ></rect>
    }
}

/// How much of its column a bar fills.
const WIDTH: f32 = 0.56;

#[expect(clippy::cast_precision_loss, reason = "there are seven days")]
fn column(count: usize) -> f32 {
    100.0 / count.max(1) as f32
}

#[expect(clippy::cast_precision_loss, reason = "there are seven days")]
fn left(at: usize, count: usize) -> f32 {
    (at as f32 + (1.0 - WIDTH) / 2.0) * column(count)
}

/// A day to point at: its column, with the value above the bar and the weekday below.
#[component]
fn Point(at: usize, bar: Memo<Option<Bar>>, shown: Memo<usize>, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let text = move |get: fn(&Bar) -> String| move || bar.with(|bar| bar.as_ref().map(get).unwrap_or_default());
    let height = move || bar.with(|bar| bar.as_ref().map_or(0.0, |bar| bar.height));
    view! {
        <button
            type="button"
            class="chart-day"
            class:shown=move || shown.get() == at
            tabindex=move || if shown.get() == at { "0" } else { "-1" }
            on:focus=move |_| chosen.set(Some(at))
            on:blur=move |_| chosen.set(None)
            on:mouseenter=move |_| chosen.set(Some(at))
            on:mouseleave=move |_| chosen.set(None)
        >
            <span class="unseen">{text(|bar| bar.words.clone())}</span>
            <span class="chart-value" aria-hidden="true" style:--height=move || format!("{:.4}", height() / 100.0)>
                {text(|bar| bar.brief.clone())}
            </span>
            <span class="chart-label" aria-hidden="true">{text(|bar| bar.label.to_owned())}</span>
        </button>
    }
}

/// Arrow keys go from point to point.
pub(super) fn move_along(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return,
    };
    if let Some(root) = event.current_target().and_then(|root| root.dyn_into::<Element>().ok()) {
        browser::step_focus(&root, "button", step);
        event.prevent_default();
    }
}
