//! A movement, and the question before it is given back.

use leptos::prelude::*;
use opengateway_api::Call;

use crate::browser;
use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::format::Clock;
use crate::state::describe::Tone;
use crate::state::wallet::history::{Key, Row, row};
use crate::state::{Attempt, State};
use crate::text::wallet as words;

/// A row of the table; it becomes a question while one is asked.
#[component]
pub(super) fn Entry(key: Key, clock: Memo<Clock>) -> impl IntoView {
    let state = State::get();
    let row = Memo::new(move |_| {
        state.books.movements.with(|all| {
            state
                .settings
                .with(|settings| state.names(|names| row(all, &key, &settings.network.friends, names, clock.get())))
        })
    });
    let is_asked = RwSignal::new(false);
    let can_ask = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.question.is_some())));
    view! {
        <tr
            data-test="movement"
            class:asked=move || is_asked.get()
            class:open=move || row.with(|row| row.as_ref().is_some_and(|row| row.is_open))
        >
            <Show when=move || is_asked.get() && can_ask.get() fallback=move || view! { <Facts row can_ask is_asked /> }>
                <Question row is_asked />
            </Show>
        </tr>
    }
}

#[component]
fn Facts(row: Memo<Option<Row>>, can_ask: Memo<bool>, is_asked: RwSignal<bool>) -> impl IntoView {
    let text = move |get: fn(&Row) -> &String| move || row.with(|row| row.as_ref().map(|row| get(row).clone()));
    let tone = move || row.with(|row| row.as_ref().map_or(Tone::Quiet, |row| row.tone)).class();
    let is_open = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.is_open)));
    let label = move || row.with(|row| row.as_ref().map(|row| words::give_back_to(&row.peer)));
    view! {
        <th scope="row" title=text(|row| &row.title)>
            <span dir="auto">{text(|row| &row.what)}</span>
            <span class="under">{text(|row| &row.place)}</span>
        </th>
        <td>
            {text(|row| &row.when)}
            <Show when=move || is_open.get()>
                <span class="under open-tag">{words::OPEN}</span>
            </Show>
        </td>
        <td class="wide-cell" title=text(|row| &row.model)>{text(|row| &row.model)}</td>
        <td class="amount" data-name=words::TEXT_TOKENS>{text(|row| &row.text_tokens)}</td>
        <td class="amount" data-name=words::PRICE>{text(|row| &row.price)}</td>
        <td class="amount sum">
            <span class=move || format!("standing {}", tone())>{text(|row| &row.amount)}</span>
        </td>
        <td class="act-cell">
            <Show when=move || can_ask.get()>
                <button
                    type="button"
                    class="ghost"
                    aria-label=label
                    title=label
                    data-test="give-back"
                    on:click=move |_| is_asked.set(true)
                >
                    <Draw icon=Icon::GiveBack />
                </button>
            </Show>
        </td>
    }
}

/// Says what giving back means before it is done.
#[component]
fn Question(row: Memo<Option<Row>>, is_asked: RwSignal<bool>) -> impl IntoView {
    let attempt = Attempt::new();
    let question = move || row.with(|row| row.as_ref().and_then(|row| row.question.clone()));
    let give = move |_| {
        let Some(job) = row.with_untracked(|row| row.as_ref().map(|row| row.job.clone())) else { return };
        if !attempt.is_busy.get_untracked() {
            attempt.ask_then(Call::Refund(job), move || {
                // The row may be gone by now.
                let _ = is_asked.try_set(false);
            });
        }
    };
    browser::focus("[data-test=keep-tokens]");
    view! {
        <td colspan="7">
            <div class="movement-question">
                <p>{question}</p>
                <button type="button" class="button small" data-test="keep-tokens" on:click=move |_| is_asked.set(false)>
                    {words::KEEP}
                </button>
                <button type="button" class="button small loss" data-test="give-back-now" on:click=give>
                    {words::GIVE_BACK}
                </button>
            </div>
            <Refusal attempt kept=words::KEPT_TOKENS />
        </td>
    }
}
