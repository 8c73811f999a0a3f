//! Facts about this node, to read and to copy.

use leptos::prelude::*;
use opengateway_api::Status;

use crate::state::State;
use crate::text;

/// The facts.
#[component]
pub(crate) fn About() -> impl IntoView {
    let state = State::get();
    let fact = move |get: fn(&Status) -> String| {
        move || state.status.with(|status| status.as_ref().map(get).unwrap_or_default())
    };
    view! {
        <h2 class="section-title">{text::ABOUT}</h2>
        <dl class="card rows facts-list">
            <div class="row">
                <dt>{text::VERSION}</dt>
                <dd>{text::APP} " " {fact(|status| status.version.clone())}</dd>
            </div>
            <div class="row">
                <dt>{text::DATA}</dt>
                <dd class="mono">{fact(|status| status.home.clone())}</dd>
            </div>
            <div class="row">
                <dt>{text::NODE_ID}</dt>
                <dd class="mono" data-test="node-id">
                    {fact(|status| status.node_id.clone().unwrap_or_else(|| text::NO_NODE_ID.to_owned()))}
                </dd>
            </div>
            <div class="row">
                <dt>{text::IDENTITY}</dt>
                <dd>{fact(|status| status.identity.clone())}</dd>
            </div>
        </dl>
    }
}
