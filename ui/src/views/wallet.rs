//! Tokens: what can be spent and why that is so, what was earned and spent, with whom, and the proof of it.

mod charts;
mod failed;
mod first;
mod head;
mod movement;
mod movements;
mod proof;

use leptos::prelude::*;

use crate::browser;
use crate::format::Clock;
use crate::state::State;
use crate::state::wallet::{Extent, extent};
use crate::text::wallet as words;
use charts::Charts;
use failed::Failed;
use first::First;
use head::Head;
use movements::Movements;
use proof::Proof;

/// The Wallet view.
#[component]
pub(crate) fn WalletView() -> impl IntoView {
    let state = State::get();
    let known = Memo::new(move |_| state.books.wallet.with(|wallet| extent(wallet.as_ref())));
    view! {
        <section class="view page" aria-label=words::WALLET>
            <div class="page-column wide">
                <header class="page-head">
                    <h1>{words::WALLET}</h1>
                    <p class="soft">{words::LEAD}</p>
                </header>
                {move || match known.get() {
                    Extent::Nothing => view! { <p class="card empty-card soft" role="status">{words::LOADING}</p> }.into_any(),
                    Extent::Failed => view! {
                        <Failed />
                        <Proof />
                    }
                    .into_any(),
                    Extent::New => view! {
                        <Head />
                        <First />
                    }
                    .into_any(),
                    Extent::All => view! {
                        <Head />
                        <Charts />
                        <Movements />
                        <Proof />
                    }
                    .into_any(),
                }}
            </div>
        </section>
    }
}

/// The clock as far as a list needs it. It stands before the next quarter begins, so that no movement lies ahead of it.
fn quarter_hours() -> Memo<Clock> {
    const QUARTER_MS: i64 = 15 * 60_000;
    let clock = browser::ticking();
    Memo::new(move |_| {
        let Clock { now_ms, offset_ms } = clock.get();
        Clock { now_ms: now_ms - now_ms.rem_euclid(QUARTER_MS), offset_ms }
    })
}
