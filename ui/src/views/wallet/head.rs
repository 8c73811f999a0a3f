//! The balance, whether a peer can be asked with it, and what it is made of.

use leptos::prelude::*;

use crate::components::icon::{Draw, Icon};
use crate::state::describe::Tone;
use crate::state::wallet::{Ingredient, Standing, Way, balance, in_all, makeup, reached, standing};
use crate::state::{State, View};
use crate::text::wallet as words;

/// The head.
#[component]
pub(super) fn Head() -> impl IntoView {
    let state = State::get();
    let shown = move || state.books.wallet.with(|wallet| wallet.as_ref().map(balance));
    let all = move || state.books.wallet.with(|wallet| wallet.as_ref().and_then(in_all));
    view! {
        <section class="card wallet-head" aria-label=words::BALANCE>
            <div class="wallet-top">
                <div class="wallet-balance">
                    <h2>{words::BALANCE}</h2>
                    <strong data-test="wallet-balance">{shown}</strong>
                    <p class="soft">{all}</p>
                </div>
                <Makeup />
            </div>
            <Meter />
            <Says />
        </section>
    }
}

/// `net + line − set aside`. Each says what it means once it is pressed.
#[component]
fn Makeup() -> impl IntoView {
    let state = State::get();
    let all = Memo::new(move |_| state.books.wallet.with(|wallet| wallet.as_ref().map(makeup)));
    let chosen = RwSignal::new(None::<usize>);
    let one = move |at: usize| all.with(|all| all.as_ref().and_then(|all| all.get(at).cloned()));
    let meaning = move || chosen.get().and_then(one).map_or_else(|| words::MAKEUP_HINT.to_owned(), |one| one.meaning);
    view! {
        <div class="wallet-makeup">
            <div class="makeup" role="group" aria-label=words::MAKEUP>
                {(0..3).map(|at| view! { <Part at one=Signal::derive(move || one(at)) chosen /> }).collect_view()}
            </div>
            <p class="wallet-meaning soft" id="meaning" role="status">{meaning}</p>
        </div>
    }
}

#[component]
fn Part(at: usize, one: Signal<Option<Ingredient>>, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let is_chosen = move || chosen.get() == Some(at);
    let text = move |get: fn(Ingredient) -> String| move || one.get().map(get);
    view! {
        <span class="makeup-sign soft">{text(|one| one.sign.to_owned())}</span>
        <button
            type="button"
            class="makeup-part figure"
            aria-expanded=move || is_chosen().to_string()
            aria-controls="meaning"
            data-test="makeup"
            on:click=move |_| chosen.set(if untrack(is_chosen) { None } else { Some(at) })
        >
            <span class="figure-name">{text(|one| one.name.to_owned())} <Draw icon=Icon::Info /></span>
            <strong>{text(|one| one.value)}</strong>
        </button>
    }
}

/// How far it is to the next paid question.
#[component]
fn Meter() -> impl IntoView {
    let state = State::get();
    let share = Memo::new(move |_| state.books.wallet.with(|wallet| wallet.as_ref().and_then(reached)));
    move || {
        share.get().map(|share| {
            view! {
                <div
                    class="bar waiting wallet-meter"
                    role="meter"
                    aria-label=words::METER
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=share.to_string()
                >
                    <span style:inline-size=format!("{share}%")></span>
                </div>
            }
        })
    }
}

/// Whether a peer can be asked, why not, and what to do about that.
#[component]
fn Says() -> impl IntoView {
    let state = State::get();
    let said = Memo::new(move |_| state.books.wallet.with(|wallet| wallet.as_ref().map(standing)));
    let tone = Memo::new(move |_| said.with(|said| said.as_ref().map_or(Tone::Quiet, |said| said.tone)));
    let way = Memo::new(move |_| said.with(|said| said.as_ref().and_then(|said| said.way)));
    let text =
        move |get: fn(&Standing) -> &String| move || said.with(|said| said.as_ref().map(|said| get(said).clone()));
    view! {
        <div class="lend-line wallet-says">
            <span class=move || format!("emblem {}", tone.get().class()) aria-hidden="true">
                {move || view! { <Draw icon=emblem(tone.get()) /> }}
            </span>
            <div class="lend-words">
                <h2>
                    <span role="status" data-test="wallet-says">
                        {text(|said| &said.says)}
                    </span>
                </h2>
                <p class="soft">{text(|said| &said.then)}</p>
            </div>
            {move || way.get().map(|way| view! { <Go way is_urgent=tone.get() == Tone::Waiting /> })}
        </div>
    }
}

fn emblem(tone: Tone) -> Icon {
    match tone {
        Tone::Alive => Icon::Check,
        Tone::Waiting | Tone::Loss => Icon::Problem,
        Tone::Quiet => Icon::Wallet,
    }
}

/// The way to where something can be done.
#[component]
pub(super) fn Go(way: Way, #[prop(optional)] is_urgent: bool) -> impl IntoView {
    let state = State::get();
    let (label, icon, view) = match way {
        Way::Lend => (words::LEND, Icon::Contribute, View::Contribute),
        Way::Network => (words::TO_NETWORK, Icon::Network, View::Network),
        Way::Ask => (words::TO_CHAT, Icon::Chat, View::Chat),
    };
    view! {
        <button type="button" class="button" class:primary=is_urgent data-test="way" on:click=move |_| state.go(view)>
            <Draw icon />
            {label}
        </button>
    }
}
