//! The rail at the edge: one button for each view.

use leptos::prelude::*;
use opengateway_api::Mode;

use super::icon::{Draw, Icon};
use crate::state::describe::Tone;
use crate::state::lending::{name, tone};
use crate::state::{State, View, network, wallet};
use crate::text;

/// The rail.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let state = State::get();
    let lent = Memo::new(move |_| {
        let mode = state.contribution.with(|lent| lent.as_ref().map(|lent| lent.mode));
        mode.filter(|mode| *mode != Mode::Off).map(|mode| (tone(mode), name(mode).to_owned()))
    });
    let linked = Memo::new(move |_| state.network.with(network::line));
    let owed = Memo::new(move |_| state.books.wallet.with(|wallet| wallet.as_ref().and_then(wallet::warning)));
    view! {
        <nav class="rail" aria-label=text::VIEWS>
            <div class="mark" aria-hidden="true" inner_html=MARK></div>
            <Item view=View::Chat icon=Icon::Chat label=text::CHAT />
            <Item view=View::Models icon=Icon::Models label=text::MODELS />
            <Item view=View::Contribute icon=Icon::Contribute label=text::CONTRIBUTE>
                <Lamp says=lent />
            </Item>
            <Item view=View::Network icon=Icon::Network label=text::network::NETWORK>
                <Lamp says=linked />
            </Item>
            <Item view=View::Wallet icon=Icon::Wallet label=text::wallet::WALLET>
                <Lamp says=owed />
            </Item>
            <span class="rail-space"></span>
            <button
                type="button"
                class="rail-item small"
                title=text::SHORTCUTS
                aria-label=text::SHORTCUTS
                on:click=move |_| state.shortcuts_shown.set(true)
            >
                <Draw icon=Icon::Keys />
            </button>
            <Item view=View::Settings icon=Icon::Settings label=text::SETTINGS />
        </nav>
    }
}

#[component]
fn Item(view: View, icon: Icon, label: &'static str, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let state = State::get();
    let is_here = move || state.view.get() == view;
    view! {
        <button
            type="button"
            class="rail-item"
            aria-current=move || is_here().then_some("page")
            on:click=move |_| state.go(view)
        >
            <Draw icon />
            <span>{label}</span>
            {children.map(|children| children())}
        </button>
    }
}

/// How something stands: a dot in its colour, and its words for those who do not see it.
#[component]
fn Lamp(says: Memo<Option<(Tone, String)>>) -> impl IntoView {
    let tone = Memo::new(move |_| says.with(|says| says.as_ref().map(|(tone, _)| *tone)));
    let words = move || says.with(|says| says.as_ref().map(|(_, words)| words.clone()));
    move || {
        tone.get().map(|tone| {
            view! {
                <span class=format!("rail-lamp dot {}", tone.class()) aria-hidden="true"></span>
                <span class="unseen">{words}</span>
            }
        })
    }
}

/// The gate and the one who comes through it: the same drawing as `icons/mark.svg`.
pub(crate) const MARK: &str = "<svg viewBox=\"0 0 32 32\"><path class=\"gate\" d=\"M6.5 27V15.5a9.5 9.5 0 0 1 19 0V27\"/>\
                               <circle class=\"spark\" cx=\"16\" cy=\"21.5\" r=\"4.5\"/></svg>";
