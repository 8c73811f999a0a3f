//! The strip at the lower edge: what the node is doing, in one line.

use leptos::prelude::*;

use super::icon::{Draw, Icon};
use crate::state::describe::{Tone, download_hint, status_line};
use crate::state::lending::strip_line;
use crate::state::{Stage, State, View, network, wallet};
use crate::{browser, text};

/// The status strip.
#[component]
pub(crate) fn Strip() -> impl IntoView {
    let state = State::get();
    let line = Memo::new(move |_| {
        state
            .stage
            .with(|stage| state.status.with(|status| state.names(|names| status_line(stage, status.as_ref(), names))))
    });
    let download = Memo::new(move |_| state.models.with(download_hint));
    // What a lost node did last says nothing of now.
    let is_lost = Memo::new(move |_| state.stage.with(|stage| matches!(stage, Stage::Lost(_))));
    let lending = Memo::new(move |_| {
        let lost = is_lost.get();
        state
            .contribution
            .with(|lent| lent.as_ref().filter(|_| !lost).and_then(|lent| strip_line(lent, browser::clock())))
    });
    let network = Memo::new(move |_| if is_lost.get() { None } else { state.network.with(network::line) });
    let balance = Memo::new(move |_| {
        let lost = is_lost.get();
        state.books.wallet.with(|wallet| wallet.as_ref().filter(|_| !lost).and_then(wallet::line))
    });
    view! {
        <footer class="strip">
            <div class="strip-line" role="status" aria-label=text::STATUS data-test="status">
                <span class=move || format!("dot {}", line.with(|(tone, _)| tone.class()))></span>
                <span class="strip-text">{move || line.with(|(_, line)| line.clone())}</span>
            </div>
            <Part said=lending view=View::Contribute title=text::CONTRIBUTE test="lending" />
            <Part said=network view=View::Network title=text::network::NETWORK test="network" />
            <Part said=balance view=View::Wallet title=text::wallet::BALANCE test="balance" />
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

/// What is said of one view, and the way there.
#[component]
fn Part(said: Memo<Option<(Tone, String)>>, view: View, title: &'static str, test: &'static str) -> impl IntoView {
    let state = State::get();
    move || {
        said.get().map(|(tone, words)| {
            view! {
                <button type="button" class="strip-button" title=title data-test=test on:click=move |_| state.go(view)>
                    <span class=format!("dot {}", tone.class())></span>
                    <span class="strip-text">{words}</span>
                </button>
            }
        })
    }
}
