//! Bars over time, above an axis and below it. The drawing has a text in its place; each bar can be pointed at or focused,
//! and the line above the chart then says all that is known of it.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::browser;
use crate::state::chart::{self, Bar, Part};

/// The chart, with its last bar chosen until another one is.
#[component]
pub(crate) fn BarChart(
    chart: Memo<chart::Chart>,
    /// What the bars are, for those who go through them.
    #[prop(into)]
    label: Signal<&'static str>,
) -> impl IntoView {
    let count = Memo::new(move |_| chart.with(|chart| chart.bars.len()));
    let axis = Memo::new(move |_| chart.with(|chart| chart.axis));
    let has_values_below = move || chart.with(|chart| chart.bars.iter().any(|bar| !bar.below.brief.is_empty()));
    let chosen = RwSignal::new(None::<usize>);
    let shown = Memo::new(move |_| chosen.get().unwrap_or_else(|| count.get().saturating_sub(1)));
    let readout = move || chart.with(|chart| chart.bars.get(shown.get()).map(|bar| bar.words.clone()));
    let bar = move |at: usize| Memo::new(move |_| chart.with(|chart| chart.bars.get(at).cloned().unwrap_or_default()));
    view! {
        <figure class="chart">
            <figcaption class="readout">{readout}</figcaption>
            <div class="chart-field" class:two=has_values_below style:--axis=move || format!("{:.4}", axis.get() / 100.0)>
                <svg class="chart-bars above" role="img" aria-label=move || chart.with(|chart| chart.spoken.clone())>
                    <For each=move || 0..count.get() key=|at| *at let:at>
                        {draw(Side::Above, at, count, bar(at), shown)}
                    </For>
                </svg>
                <Show when=move || axis.get() < 100.0>
                    <svg class="chart-bars below" aria-hidden="true">
                        <For each=move || 0..count.get() key=|at| *at let:at>
                            {draw(Side::Below, at, count, bar(at), shown)}
                        </For>
                    </svg>
                </Show>
                <div class="chart-days" role="group" aria-label=label on:keydown=move_along>
                    <For each=move || 0..count.get() key=|at| *at let:at>
                        <Point at bar=bar(at) shown chosen />
                    </For>
                </div>
            </div>
        </figure>
    }
}

/// Which side of the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

impl Side {
    fn of(self, bar: &Bar) -> &Part {
        match self {
            Self::Above => &bar.above,
            Self::Below => &bar.below,
        }
    }
}

/// A bar in its track; places are in per cent, so that the drawing is as wide as its place.
fn draw(side: Side, at: usize, count: Memo<usize>, bar: Memo<Bar>, shown: Memo<usize>) -> impl IntoView {
    let height = Memo::new(move |_| bar.with(|bar| side.of(bar).height));
    let (place, width) =
        (move || format!("{:.2}%", left(at, count.get())), move || format!("{:.2}%", WIDTH * column(count.get())));
    let top = move || match side {
        Side::Above => format!("{:.2}%", 100.0 - height.get()),
        Side::Below => "0".to_owned(),
    };
    view! {
        <rect class="track" x=place y="0" width=width height="100%" rx="4"></rect>
        <rect
            class="value"
            class:shown=move || shown.get() == at
            x=place
            width=width
            y=top
            height=move || format!("{:.2}%", height.get())
            rx="4"
        ></rect>
    }
}

/// How much of its column a bar fills.
const WIDTH: f32 = 0.56;

#[expect(clippy::cast_precision_loss, reason = "there are a few dozen at most")]
fn column(count: usize) -> f32 {
    100.0 / count.max(1) as f32
}

#[expect(clippy::cast_precision_loss, reason = "there are a few dozen at most")]
fn left(at: usize, count: usize) -> f32 {
    (at as f32 + (1.0 - WIDTH) / 2.0) * column(count)
}

/// A bar to point at: its column, with values at its ends and its label below.
#[component]
fn Point(at: usize, bar: Memo<Bar>, shown: Memo<usize>, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let text = move |get: fn(&Bar) -> &String| move || bar.with(|bar| get(bar).clone());
    let height = move |side: Side| move || format!("{:.4}", bar.with(|bar| side.of(bar).height) / 100.0);
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
            <span class="unseen">{text(|bar| &bar.words)}</span>
            <span class="chart-value above" aria-hidden="true" style:--height=height(Side::Above)>
                {text(|bar| &bar.above.brief)}
            </span>
            <span class="chart-value below" aria-hidden="true" style:--height=height(Side::Below)>
                {text(|bar| &bar.below.brief)}
            </span>
            <span class="chart-label" aria-hidden="true">{text(|bar| &bar.label)}</span>
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
