//! How tokens come and go, for an owner who has neither earned nor spent any.

use leptos::prelude::*;
use opengateway_api::Link;

use super::head::Go;
use crate::state::State;
use crate::state::wallet::Way;
use crate::text::wallet as words;

/// What will be listed here, and the two ways to begin.
#[component]
pub(super) fn First() -> impl IntoView {
    let state = State::get();
    let is_joined = Memo::new(move |_| state.network.with(|network| network.link == Link::Joined));
    view! {
        <section aria-labelledby="movements">
            <h2 class="section-title" id="movements">{words::MOVEMENTS}</h2>
            <div class="card wallet-first" data-test="wallet-new">
                <h3>{words::NO_MOVEMENTS}</h3>
                <p class="soft">{words::NO_MOVEMENTS_DO}</p>
                <dl class="consent">
                    {words::HOW
                        .map(|(what, how)| {
                            view! {
                                <div>
                                    <dt>{what}</dt>
                                    <dd>{how}</dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
                <div class="wallet-acts">
                    {move || view! { <Go way=if is_joined.get() { Way::Ask } else { Way::Network } /> }}
                </div>
            </div>
        </section>
    }
}
