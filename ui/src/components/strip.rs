//! The strip at the lower edge: what the node is doing, in one line.

use leptos::prelude::*;

use super::icon::{Draw, Icon};
use crate::state::describe::{download_hint, status_line};
use crate::state::lending::strip_line;
use crate::state::{Stage, State, View};
use crate::{browser, text};

/// The status strip.
#[component]
pub(crate) fn Strip() -> impl IntoView {
    let state = State::get();
    let line = Memo::new(move |_| {
        state.stage.with(|stage| {
            state.status.with(|status| state.models.with(|models| status_line(stage, status.as_ref(), models)))
        })
    });
    let download = Memo::new(move |_| state.models.with(download_hint));
    let lending = Memo::new(move |_| {
        // What a lost node did last says nothing of now.
        let is_lost = state.stage.with(|stage| matches!(stage, Stage::Lost(_)));
        state
            .contribution
            .with(|lent| lent.as_ref().filter(|_| !is_lost).and_then(|lent| strip_line(lent, browser::clock())))
    });
    view! {
        <footer class="strip">
            <div class="strip-line" role="status" aria-label=text::STATUS data-test="status">
                <span class=move || format!("dot {}", line.with(|(tone, _)| tone.class()))></span>
                <span class="strip-text">{move || line.with(|(_, line)| line.clone())}</span>
            </div>
            {move || {
                lending
                    .get()
                    .map(|(tone, words)| {
                        view! {
                            <button
                                type="button"
                                class="strip-button"
                                title=text::CONTRIBUTE
                                data-test="lending"
                                on:click=move |_| state.go(View::Contribute)
                            >
                                <span class=format!("dot {}", tone.class())></span>
                                <span class="strip-text">{words}</span>
                            </button>
                        }
                    })
            }}
            {move || {
                download
                    .get()
                    .map(|hint| {
                        view! {
                            <button type="button" class="strip-button" on:click=move |_| state.go(View::Models)>
                                <Draw icon=Icon::Download />
                                <span>{hint}</span>
                            </button>
                        }
                    })
            }}
        </footer>
    }
}
