//! The network: off with an offer to join, looking for peers, failed, or all that is known of it.

mod alone;
mod clusters;
mod invite;
mod map;
mod off;
mod peers;
mod serving;
mod summary;

use leptos::prelude::*;
use opengateway_api::Link;

use crate::state::State;
use crate::text::network as words;
use alone::{Alone, Failed};
use clusters::Clusters;
use invite::Invite;
use map::Map;
use off::Off;
use peers::Peers;
use serving::Serving;
use summary::Summary;

/// The network view.
#[component]
pub(crate) fn NetworkView() -> impl IntoView {
    let state = State::get();
    let link = Memo::new(move |_| state.network.with(|network| network.link.clone()));
    view! {
        <section class="view page" aria-label=words::NETWORK>
            <div class="page-column wide">
                <header class="page-head">
                    <h1>{words::NETWORK}</h1>
                    <p class="soft">{words::LEAD}</p>
                </header>
                {move || match link.get() {
                    Link::Off => view! { <Off /> }.into_any(),
                    Link::Failed(why) => view! { <Failed why /> }.into_any(),
                    Link::Alone => view! { <Alone /> }.into_any(),
                    Link::Joined => view! {
                        <Summary />
                        <Map />
                        <Serving />
                        <Clusters />
                    }
                    .into_any(),
                }}
                // What is typed here stays when somebody is found.
                <Show when=move || link.with(|link| matches!(link, Link::Alone | Link::Joined))>
                    <Invite />
                </Show>
                <Show when=move || link.with(|link| *link == Link::Joined)>
                    <Peers />
                </Show>
            </div>
        </section>
    }
}
