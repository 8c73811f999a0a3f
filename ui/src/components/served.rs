//! Jobs that are being served, and how many wait. What they ask is never shown.

use leptos::prelude::*;

use super::icon::{Draw, Icon};

/// A job. It keeps its place while its text tokens grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    /// Distinguishes it from the others.
    pub(crate) key: String,
    pub(crate) icon: Icon,
    pub(crate) title: String,
    pub(crate) facts: String,
}

/// The jobs in a card.
#[component]
pub(crate) fn Served(
    jobs: Memo<Vec<Job>>,
    /// Names the list for tests.
    test: &'static str,
    /// What is said while there are none.
    #[prop(into)]
    empty: Signal<&'static str>,
    /// How many wait.
    #[prop(into)]
    waiting: Signal<String>,
) -> impl IntoView {
    let keys = Memo::new(move |_| jobs.with(|jobs| jobs.iter().map(|job| job.key.clone()).collect::<Vec<_>>()));
    view! {
        <div class="card jobs">
            <Show
                when=move || keys.with(|keys| !keys.is_empty())
                fallback=move || view! { <p class="jobs-empty soft">{empty}</p> }
            >
                <ul class="rows" data-test=test>
                    <For each=move || keys.get() key=String::clone let:key>
                        <One jobs key />
                    </For>
                </ul>
            </Show>
            <p class="jobs-foot soft">{waiting}</p>
        </div>
    }
}

#[component]
fn One(jobs: Memo<Vec<Job>>, key: String) -> impl IntoView {
    let job = Memo::new(move |_| jobs.with(|jobs| jobs.iter().find(|job| job.key == key).cloned()));
    let icon = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.icon)));
    let text = move |get: fn(&Job) -> String| move || job.with(|job| job.as_ref().map(get).unwrap_or_default());
    view! {
        <li class="row job" data-test="job">
            <span class="emblem small alive" aria-hidden="true">
                {move || icon.get().map(|icon| view! { <Draw icon /> })}
            </span>
            <div class="row-text">
                <h3>{text(|job| job.title.clone())}</h3>
                <p class="soft">{text(|job| job.facts.clone())}</p>
            </div>
        </li>
    }
}
