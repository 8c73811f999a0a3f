//! What was lent today and this week: four measures, of which one is drawn.

use leptos::prelude::*;

use crate::components::chart::BarChart;
use crate::components::figure::Figure;
use crate::state::State;
use crate::state::week::{Measure, chart, totals};
use crate::text::lending as words;

/// The measures and their chart.
#[component]
pub(super) fn Totals() -> impl IntoView {
    let state = State::get();
    let measure = RwSignal::new(Measure::Time);
    let chart = Memo::new(move |_| {
        let days = state.contribution.with(|lent| lent.as_ref().map(|lent| lent.days.clone()).unwrap_or_default());
        chart(&days, measure.get())
    });
    view! {
        <section aria-labelledby="totals">
            <h2 class="section-title" id="totals">{words::TOTALS}</h2>
            <div class="card pad totals">
                <div class="tiles" role="radiogroup" aria-label=words::TOTALS_CHOICE>
                    {Measure::ALL.map(|own| view! { <Tile own measure /> }).collect_view()}
                </div>
                <BarChart chart label=words::DAYS />
            </div>
        </section>
    }
}

#[component]
fn Tile(own: Measure, measure: RwSignal<Measure>) -> impl IntoView {
    let state = State::get();
    let sums = Memo::new(move |_| {
        state.contribution.with(|lent| lent.as_ref().map(|lent| totals(&lent.days, own)).unwrap_or_default())
    });
    view! {
        <label class="tile">
            <input
                type="radio"
                name="measure"
                prop:checked=move || measure.get() == own
                on:change=move |_| measure.set(own)
            />
            <span class="tile-face">
                <Figure
                    name=own.name()
                    value=Signal::derive(move || sums.with(|(today, _)| today.clone()))
                    note=Signal::derive(move || sums.with(|(_, week)| week.clone()))
                />
            </span>
        </label>
    }
}
