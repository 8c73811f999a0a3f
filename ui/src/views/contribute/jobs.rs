//! The jobs that are being served, and how many wait. What they ask is never shown.

use leptos::prelude::*;
use opengateway_api::{Job, JobKind, Mode};

use crate::components::icon::{Draw, Icon};
use crate::format::{self, Clock};
use crate::state::State;
use crate::state::describe::model_name;
use crate::text::lending as words;

/// The jobs.
#[component]
pub(super) fn Jobs(clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let ids = Memo::new(move |_| {
        state.contribution.with(|lent| {
            lent.as_ref().map(|lent| lent.jobs.iter().map(|job| job.id).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let waiting =
        move || words::waiting_jobs(state.contribution.with(|lent| lent.as_ref().map_or(0, |lent| lent.waiting)));
    let empty = move || {
        let works = state.contribution.with(|lent| lent.as_ref().is_some_and(|lent| lent.mode == Mode::Contributing));
        if works { words::NO_JOBS_WORKING } else { words::NO_JOBS }
    };
    view! {
        <section aria-labelledby="jobs">
            <h2 class="section-title" id="jobs">{words::SERVED}</h2>
            <div class="card jobs">
                <Show
                    when=move || ids.with(|ids| !ids.is_empty())
                    fallback=move || view! { <p class="jobs-empty soft">{empty}</p> }
                >
                    <ul class="rows" data-test="jobs">
                        <For each=move || ids.get() key=|id| *id let:id>
                            <One id clock />
                        </For>
                    </ul>
                </Show>
                <p class="jobs-foot soft">{waiting}</p>
            </div>
        </section>
    }
}

/// A job. It keeps its place while its text tokens grow.
#[component]
fn One(id: i64, clock: RwSignal<Clock>) -> impl IntoView {
    let state = State::get();
    let job = Memo::new(move |_| {
        state
            .contribution
            .with(|lent| lent.as_ref().and_then(|lent| lent.jobs.iter().find(|job| job.id == id).cloned()))
    });
    let kind = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.kind)));
    let facts = move || {
        let clock = clock.get_untracked();
        job.with(|job| {
            job.as_ref().map(|job| state.models.with(|models| facts(job, &model_name(models, &job.model), clock)))
        })
    };
    view! {
        <li class="row job" data-test="job">
            {move || kind.get().map(|kind| {
                let (icon, label) = match kind {
                    JobKind::Benchmark => (Icon::Gauge, words::BENCHMARK),
                    JobKind::Batch => (Icon::Chat, words::BATCH),
                };
                view! {
                    <span class="emblem small alive" aria-hidden="true">
                        <Draw icon />
                    </span>
                    <div class="row-text">
                        <h3>{label}</h3>
                        <p class="soft">{facts}</p>
                    </div>
                }
            })}
        </li>
    }
}

fn facts(job: &Job, model: &str, clock: Clock) -> String {
    let tokens = format!("{} {}", format::whole(job.text_tokens.into()), crate::text::TEXT_TOKENS);
    [model.to_owned(), tokens, words::job_since(&clock.time(job.started_ms))].join(" · ")
}
