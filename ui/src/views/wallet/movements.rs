//! The movements, the latest first, and as far back as one asks.

use leptos::prelude::*;
use opengateway_api::Call;

use super::movement::Entry;
use super::quarter_hours;
use crate::components::refusal::Refusal;
use crate::state::wallet::history::{PAGE, before_ms, key};
use crate::state::{Attempt, State};
use crate::text::wallet as words;

/// The table.
#[component]
pub(super) fn Movements() -> impl IntoView {
    let state = State::get();
    let clock = quarter_hours();
    let keys = Memo::new(move |_| state.books.movements.with(|all| all.iter().map(key).collect::<Vec<_>>()));
    view! {
        <section aria-labelledby="movements">
            <h2 class="section-title" id="movements">{words::MOVEMENTS}</h2>
            <div class="card">
                <Show
                    when=move || keys.with(|keys| !keys.is_empty())
                    fallback=|| view! { <p class="empty-card soft">{words::NO_MOVEMENTS_DO}</p> }
                >
                    <table class="table movements" aria-labelledby="movements">
                        <Head />
                        <tbody data-test="movements">
                            <For each=move || keys.get() key=Clone::clone let:key>
                                <Entry key clock />
                            </For>
                        </tbody>
                    </table>
                    <More />
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col">{words::WHAT}</th>
                <th scope="col">{words::WHEN}</th>
                <th scope="col">{words::MODEL}</th>
                <th scope="col" class="amount">{words::TEXT_TOKENS}</th>
                <th scope="col" class="amount">{words::PRICE}</th>
                <th scope="col" class="amount">{words::AMOUNT}</th>
                <th scope="col">
                    <span class="unseen">{words::GIVE_BACK}</span>
                </th>
            </tr>
        </thead>
    }
}

/// The way to earlier ones, until there are none.
#[component]
fn More() -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let ask = move |_| {
        let before_ms = state.books.movements.with_untracked(|all| before_ms(all));
        attempt.press(Call::Movements { before_ms, most: PAGE });
    };
    view! {
        <div class="table-foot">
            <Show
                when=move || !state.books.is_whole.get()
                fallback=|| view! { <p class="soft" role="status">{words::ALL_SHOWN}</p> }
            >
                <button type="button" class="link" data-test="more-movements" on:click=ask>
                    {move || if attempt.is_busy.get() { words::MORE_COMING } else { words::MORE }}
                </button>
            </Show>
            <Refusal attempt kept=words::KEPT_MOVEMENTS />
        </div>
    }
}
