//! Peers, the nearest first. Thousands may be known: the first are drawn, and a filter finds the others.

use leptos::prelude::*;
use opengateway_api::NodeId;

use crate::components::icon::{Draw, Icon};
use crate::state::State;
use crate::state::describe::Tone;
use crate::state::peers::{PeerRow, pick, set_friend};
use crate::text::network as words;

/// The filter and the table.
#[component]
pub(super) fn Peers() -> impl IntoView {
    let state = State::get();
    let search = RwSignal::new(String::new());
    let picked = Memo::new(move |_| {
        state.network.with(|network| {
            state
                .settings
                .with(|settings| search.with(|search| pick(&network.peers, &settings.network.friends, search)))
        })
    });
    let nodes = Memo::new(move |_| picked.with(|picked| picked.rows.iter().map(|row| row.node).collect::<Vec<_>>()));
    let more = Memo::new(move |_| picked.with(|picked| picked.more));
    view! {
        <section aria-labelledby="peers">
            <div class="section-line">
                <h2 class="section-title" id="peers">{words::PEERS}</h2>
                <Filter search />
            </div>
            <div class="card" data-test="peers">
                <Show
                    when=move || nodes.with(|nodes| !nodes.is_empty())
                    fallback=move || view! { <p class="empty-card soft" role="status">{move || search.with(|search| words::no_peer(search.trim()))}</p> }
                >
                    <table class="table peers" aria-labelledby="peers">
                        <Head />
                        <tbody>
                            <For each=move || nodes.get() key=|node| *node let:node>
                                <Row node row=Memo::new(move |_| picked.with(|picked| picked.rows.iter().find(|row| row.node == node).cloned())) />
                            </For>
                        </tbody>
                    </table>
                </Show>
                <Show when=move || more.get() != 0>
                    <p class="table-foot soft" role="status">{move || words::more_peers(more.get())}</p>
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Filter(search: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="filter">
            <Draw icon=Icon::Search />
            <input
                type="search"
                spellcheck="false"
                autocomplete="off"
                placeholder=words::FILTER
                aria-label=words::FILTER
                data-test="peer-filter"
                prop:value=search
                on:input=move |event| search.set(event_target_value(&event))
            />
        </label>
    }
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col">{words::PEER}</th>
                <th scope="col">{words::PLACE}</th>
                <th scope="col">{words::ROUND_TRIP}</th>
                <th scope="col">{words::MODELS}</th>
                <th scope="col" class="amount">{words::SPEED}</th>
                <th scope="col">{words::LOAD}</th>
                <th scope="col">{words::STANDING}</th>
                <th scope="col">
                    <span class="unseen">{words::FRIEND}</span>
                </th>
            </tr>
        </thead>
    }
}

#[component]
fn Row(node: NodeId, row: Memo<Option<PeerRow>>) -> impl IntoView {
    let text = move |get: fn(&PeerRow) -> &str| {
        move || row.with(|row| row.as_ref().map(|row| get(row).to_owned()).unwrap_or_default())
    };
    let load = Memo::new(move |_| row.with(|row| row.as_ref().map_or(0, |row| row.load)));
    let tone = Memo::new(move |_| row.with(|row| row.as_ref().map_or(Tone::Quiet, |row| row.standing.tone)));
    let is_friend = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.is_friend)));
    view! {
        <tr data-test="peer">
            <th scope="row" title=text(|row| &row.title)>
                <span class:mono=move || !is_friend.get()>{text(|row| &row.name)}</span>
                <span class="under">{text(|row| &row.hardware)}</span>
            </th>
            <td>
                {text(|row| &row.place)} <span class="under">{text(|row| row.region)}</span>
            </td>
            <td>
                {text(|row| &row.latency)} <span class="under">{text(|row| row.way)}</span>
            </td>
            <td class="wide-cell" title=text(|row| &row.all_models)>
                {text(|row| &row.models[0])} " " <span class="under">{text(|row| &row.models[1])}</span>
            </td>
            <td class="amount" data-name=words::SPEED>{text(|row| &row.text_per_second)}</td>
            <td data-name=words::LOAD>
                {move || format!("{} %", load.get())}
                <span class="meter" class:full=move || { load.get() >= FULL } aria-hidden="true">
                    <i style:inline-size=move || format!("{}%", load.get().min(FULL))></i>
                </span>
            </td>
            <td data-name=words::STANDING>
                <span class=move || format!("standing {}", tone.get().class())>{text(|row| row.standing.name)}</span>
                <span class="under">{text(|row| &row.standing.detail)}</span>
            </td>
            <td class="act-cell">
                <Star node is_friend row />
            </td>
        </tr>
    }
}

/// Per cent at which a peer has no room for another job.
const FULL: u32 = 100;

/// Makes a peer a friend, or ends that.
#[component]
fn Star(node: NodeId, is_friend: Memo<bool>, row: Memo<Option<PeerRow>>) -> impl IntoView {
    let state = State::get();
    let label = move || {
        let name = row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default());
        if is_friend.get() { words::unfriend(&name) } else { words::befriend(&name) }
    };
    let press = move |_| {
        let wanted = !is_friend.get_untracked();
        state.alter(move |settings| set_friend(&mut settings.network.friends, node, wanted));
    };
    view! {
        <button
            type="button"
            class="ghost star"
            aria-pressed=move || is_friend.get().to_string()
            aria-label=label
            title=label
            data-test="friend"
            on:click=press
        >
            <Draw icon=Icon::Star />
        </button>
    }
}
