//! Nodes that the owner trusts: each can be renamed and taken off the list.

use leptos::prelude::*;
use opengateway_api::{Friend, NodeId};

use super::field::{Note, save};
use crate::components::dismiss::Dismiss;
use crate::state::State;
use crate::state::peers::{rename, set_friend};
use crate::text::network as words;
use crate::text::rules::remove;

/// The row.
#[component]
pub(super) fn Friends() -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let all = Memo::new(move |_| state.settings.with(|settings| settings.network.friends.clone()));
    view! {
        <div class="row tall">
            <div class="row-text">
                <h3>{words::FRIENDS} <Note note /></h3>
                <p class="soft">{words::FRIENDS_WHY}</p>
            </div>
            <Show
                when=move || all.with(|all| !all.is_empty())
                fallback=|| view! { <p class="soft">{words::NO_FRIENDS}</p> }
            >
                <ul class="friends" data-test="friends">
                    <For each=move || all.get() key=|friend| (friend.node, friend.name.clone()) let:friend>
                        <One friend note />
                    </For>
                </ul>
            </Show>
        </div>
    }
}

#[component]
fn One(friend: Friend, note: RwSignal<&'static str>) -> impl IntoView {
    let state = State::get();
    let Friend { node, name } = friend;
    let on_change = move |event| {
        let typed = event_target_value(&event);
        save(state, note, move |settings| rename(&mut settings.network.friends, node, &typed));
    };
    let end = move |node: NodeId| {
        save(state, note, move |settings| set_friend(&mut settings.network.friends, node, false));
    };
    view! {
        <li>
            <input
                class="field"
                type="text"
                dir="auto"
                autocomplete="off"
                aria-label=words::FRIEND_NAME
                prop:value=name.clone()
                on:change=on_change
            />
            <span class="mono soft" title=node.to_string()>{node.short()}</span>
            <Dismiss label=remove(&name) on_press=move || end(node) />
        </li>
    }
}
