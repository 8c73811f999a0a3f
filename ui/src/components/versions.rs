//! Which version of a message is shown, and the way to the others.

use leptos::prelude::*;
use opengateway_api::{Message, MessageId};

use super::icon::{Draw, Icon};
use crate::state::State;
use crate::text;

/// `‹ 2/3 ›`, when there is more than one.
#[component]
pub(crate) fn Versions(message: ArcRwSignal<Message>) -> impl IntoView {
    let known = Memo::new(move |_| message.with(|message| (message.id, message.versions.clone())));
    view! {
        <Show when=move || known.with(|(_, versions)| versions.len() > 1)>
            <Switch known />
        </Show>
    }
}

#[component]
fn Switch(known: Memo<(MessageId, Vec<MessageId>)>) -> impl IntoView {
    let state = State::get();
    let at = move || known.with(|(id, versions)| versions.iter().position(|other| other == id).unwrap_or_default());
    let count = move || known.with(|(_, versions)| versions.len());
    let is_last = move || at() + 1 == count();
    let show = move |at: Option<usize>| {
        let wanted = at.and_then(|at| known.with_untracked(|(_, versions)| versions.get(at).copied()));
        if let Some(wanted) = wanted {
            state.show_version(wanted);
        }
    };
    view! {
        <span class="versions" role="group" aria-label=text::VERSIONS data-test="versions">
            <button
                type="button"
                class="ghost"
                aria-label=text::EARLIER_VERSION
                title=text::EARLIER_VERSION
                disabled=move || at() == 0
                on:click=move |_| show(untrack(at).checked_sub(1))
            >
                <Draw icon=Icon::Back />
            </button>
            <span>{move || text::version_of(at() + 1, count())}</span>
            <button
                type="button"
                class="ghost"
                aria-label=text::LATER_VERSION
                title=text::LATER_VERSION
                disabled=is_last
                on:click=move |_| show(Some(untrack(at) + 1))
            >
                <Draw icon=Icon::Forward />
            </button>
        </span>
    }
}
