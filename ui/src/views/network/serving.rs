//! Peers' jobs that are answered here, and how many wait.

use leptos::prelude::*;
use opengateway_api::Mode;

use crate::browser;
use crate::components::icon::Icon;
use crate::components::served::{Job, Served};
use crate::state::State;
use crate::state::lending::job_facts;
use crate::text::lending::{prompt_of, waiting_jobs};
use crate::text::network as words;

/// The jobs.
#[component]
pub(super) fn Serving() -> impl IntoView {
    let state = State::get();
    let jobs = Memo::new(move |_| {
        let clock = browser::clock();
        state.network.with(|network| {
            let jobs = network.serving.iter().map(|job| Job {
                key: format!("{} {}", job.node, job.started_ms),
                icon: Icon::Readers,
                title: prompt_of(&state.peer_name(job.node)),
                facts: job_facts(&state.model_name(&job.model), job.text_tokens, &clock.time(job.started_ms)),
            });
            jobs.collect::<Vec<_>>()
        })
    });
    let waiting = Signal::derive(move || waiting_jobs(state.network.with(|network| network.waiting)));
    let empty = Signal::derive(move || {
        let lends = state.contribution.with(|lent| lent.as_ref().is_some_and(|lent| lent.mode == Mode::Contributing));
        if lends { words::NONE_SERVED } else { words::NOT_LENT }
    });
    view! {
        <section aria-labelledby="serving">
            <h2 class="section-title" id="serving">{words::SERVED}</h2>
            <Served jobs test="serving" empty waiting />
        </section>
    }
}
