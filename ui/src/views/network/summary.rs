//! How the network stands, in four figures.

use leptos::prelude::*;

use super::alone::SettingsLink;
use crate::components::figure::Figure;
use crate::state::State;
use crate::state::network::summary;
use crate::text::network as words;

/// The figures.
#[component]
pub(super) fn Summary() -> impl IntoView {
    let state = State::get();
    let all = Memo::new(move |_| state.network.with(summary));
    let figure = move |at: usize| {
        let one = move || all.with(|all| all.get(at).cloned());
        let name = untrack(one).map_or("", |figure| figure.name);
        let value = Signal::derive(move || one().map(|figure| figure.value).unwrap_or_default());
        let note = Signal::derive(move || one().map(|figure| figure.note).unwrap_or_default());
        view! { <Figure name value note /> }
    };
    view! {
        <section class="network-summary" aria-labelledby="summary">
            <div class="section-line">
                <h2 class="section-title" id="summary">{words::SUMMARY}</h2>
                <SettingsLink />
            </div>
            <div class="card figures" data-test="network-summary">
                {(0..all.with_untracked(|all| all.len())).map(figure).collect_view()}
            </div>
        </section>
    }
}
