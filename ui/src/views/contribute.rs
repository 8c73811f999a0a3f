//! Lending this PC: what it does about it and why, what came of it, and what this PC is.

mod head;
mod invite;
mod jobs;
mod machine;
mod queue;
mod totals;

use leptos::prelude::*;

use crate::browser;
use crate::components::timeline::Timeline;
use crate::state::lending::is_untried;
use crate::state::{Attempt, State};
use crate::text;
use crate::text::lending as words;
use head::Head;
use invite::Invite;
use jobs::Jobs;
use machine::Machine;
use queue::Queue;
use totals::Totals;

/// How far the view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Untried,
    All,
}

/// The Contribute view.
#[component]
pub(crate) fn ContributeView() -> impl IntoView {
    let state = State::get();
    let clock = browser::ticking();
    let orders = Attempt::new();
    let known = Memo::new(move |_| {
        state.contribution.with(|lent| match lent {
            None => Known::Nothing,
            Some(lent) if is_untried(lent) => Known::Untried,
            Some(_) => Known::All,
        })
    });
    view! {
        <section class="view page" aria-label=text::CONTRIBUTE>
            <div class="page-column wide">
                <header class="page-head">
                    <h1>{text::CONTRIBUTE}</h1>
                    <p class="soft">{words::LEAD}</p>
                </header>
                {move || match known.get() {
                    Known::Nothing => view! { <p class="card empty-card soft" role="status">{words::LOADING}</p> }.into_any(),
                    Known::Untried => view! {
                        <Invite orders />
                        <Machine clock />
                    }
                    .into_any(),
                    Known::All => view! {
                        <Head orders clock />
                        <div class="board">
                            <Totals />
                            <Jobs />
                        </div>
                        <section aria-labelledby="timeline">
                            <h2 class="section-title" id="timeline">{words::TIMELINE}</h2>
                            <div class="card pad">
                                <Timeline clock />
                            </div>
                        </section>
                        <Machine clock />
                        <Queue />
                    }
                    .into_any(),
                }}
            </div>
        </section>
    }
}
