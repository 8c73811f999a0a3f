//! What was earned and spent: the last days and the last hours.

use leptos::prelude::*;
use opengateway_api::WalletDay;

use super::quarter_hours;
use crate::components::chart::BarChart;
use crate::state::State;
use crate::state::wallet::spans::{Span, chart, name, totals};
use crate::text::wallet as words;

/// Both charts.
#[component]
pub(super) fn Charts() -> impl IntoView {
    view! {
        <div class="board wallet-board">
            <Section span=Span::Day id="wallet-week" />
            <Section span=Span::Hour id="wallet-day" />
        </div>
    }
}

#[component]
fn Section(span: Span, id: &'static str) -> impl IntoView {
    let state = State::get();
    let days = Memo::new(move |_| {
        state.books.wallet.with(|wallet| {
            let of = wallet.as_ref().map(|wallet| if span == Span::Day { &wallet.days } else { &wallet.hours });
            of.cloned().unwrap_or_default()
        })
    });
    let clock = quarter_hours();
    let drawn = Memo::new(move |_| days.with(|days| chart(days, span, clock.get())));
    let is_empty = Memo::new(move |_| days.with(Vec::is_empty));
    view! {
        <section aria-labelledby=id>
            <div class="section-line">
                <h2 class="section-title" id=id>{name(span)}</h2>
                <Legend days />
            </div>
            <div class="card pad">
                <Show
                    when=move || !is_empty.get()
                    fallback=|| view! { <p class="wallet-no-chart soft">{words::NO_CHART}</p> }
                >
                    <BarChart chart=drawn label=name(span) />
                </Show>
            </div>
        </section>
    }
}

/// What both colours stand for, and what they sum up to.
#[component]
fn Legend(days: Memo<Vec<WalletDay>>) -> impl IntoView {
    let sums = Memo::new(move |_| days.with(|days| totals(days)));
    let line = |((what, sum), class): ((&'static str, String), &'static str)| {
        view! {
            <li>
                <i class=class></i>
                {what}
                <strong>{sum}</strong>
            </li>
        }
    };
    view! {
        <ul class="legend wallet-legend">
            {move || sums.get().into_iter().zip(["earned", "spent"]).map(line).collect_view()}
        </ul>
    }
}
