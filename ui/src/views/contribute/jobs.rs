//! The jobs that are being served while this PC is lent.

use leptos::prelude::*;
use opengateway_api::{Job, JobKind, Mode};

use crate::browser;
use crate::components::icon::Icon;
use crate::components::served::{self, Served};
use crate::format::Clock;
use crate::state::State;
use crate::state::lending::job_facts;
use crate::text::lending as words;

/// The jobs.
#[component]
pub(super) fn Jobs() -> impl IntoView {
    let state = State::get();
    let jobs = Memo::new(move |_| {
        let clock = browser::clock();
        state.contribution.with(|lent| {
            let jobs = lent.iter().flat_map(|lent| &lent.jobs);
            jobs.map(|job| line(state, job, clock)).collect::<Vec<_>>()
        })
    });
    let waiting = Signal::derive(move || {
        words::waiting_jobs(state.contribution.with(|lent| lent.as_ref().map_or(0, |lent| lent.waiting)))
    });
    let empty = Signal::derive(move || {
        let works = state.contribution.with(|lent| lent.as_ref().is_some_and(|lent| lent.mode == Mode::Contributing));
        if works { words::NO_JOBS_WORKING } else { words::NO_JOBS }
    });
    view! {
        <section aria-labelledby="jobs">
            <h2 class="section-title" id="jobs">{words::SERVED}</h2>
            <Served jobs test="jobs" empty waiting />
        </section>
    }
}

fn line(state: State, job: &Job, clock: Clock) -> served::Job {
    let (icon, title) = match (job.kind, job.peer) {
        (JobKind::Benchmark, _) => (Icon::Gauge, words::BENCHMARK.to_owned()),
        (JobKind::Batch, _) => (Icon::Chat, words::BATCH.to_owned()),
        (JobKind::Peer, Some(peer)) => (Icon::Readers, words::prompt_of(&state.peer_name(peer))),
        (JobKind::Peer, None) => (Icon::Readers, words::PEER.to_owned()),
    };
    let facts = job_facts(&state.model_name(&job.model), job.text_tokens, &clock.time(job.started_ms));
    served::Job { key: job.id.to_string(), icon, title, facts }
}
