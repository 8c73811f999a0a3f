//! Finding a friend's node: a text to send, and a field for what was sent.

use leptos::prelude::*;
use opengateway_api::Call;

use crate::browser;
use crate::components::copy::Copy;
use crate::components::refusal::Refusal;
use crate::state::{Attempt, State};
use crate::text::network as words;

/// Both ways.
#[component]
pub(super) fn Invite() -> impl IntoView {
    view! {
        <section class="meet" aria-label=words::INVITING>
            <Send />
            <Take />
        </section>
    }
}

/// Makes a text that lets a friend's node find this one.
#[component]
fn Send() -> impl IntoView {
    let state = State::get();
    let attempt = Attempt::new();
    let is_made = Memo::new(move |_| state.invite.with(Option::is_some));
    let invite = move || state.invite.get().unwrap_or_default();
    view! {
        <div class="card pad">
            <h2>{words::INVITE}</h2>
            <p class="soft">{words::INVITE_TEXT}</p>
            <Show when=move || is_made.get()>
                <div class="invite-line">
                    <output class="mono" aria-label=words::INVITE_FIELD data-test="invite">{invite}</output>
                    <Copy text=move || untrack(invite) label=words::INVITE_COPY />
                </div>
            </Show>
            <button
                type="button"
                class="button"
                data-test="make-invite"
                on:click=move |_| attempt.press(Call::Invite)
            >
                {move || if is_made.get() { words::INVITE_AGAIN } else { words::INVITE_GO }}
            </button>
            <Refusal attempt />
        </div>
    }
}

/// Takes what a friend has sent.
#[component]
fn Take() -> impl IntoView {
    let attempt = Attempt::new();
    let typed = RwSignal::new(String::new());
    let is_taken = RwSignal::new(false);
    let is_blank = Memo::new(move |_| typed.with(|typed| typed.trim().is_empty()));
    let submit = move || {
        let invite = typed.with_untracked(|typed| typed.trim().to_owned());
        if invite.is_empty() || attempt.is_busy.get_untracked() {
            return;
        }
        attempt.ask_then(Call::Join(invite), move || {
            // The view may be gone by now.
            let _ = typed.try_set(String::new());
            let _ = is_taken.try_set(true);
            browser::rescue_focus("[data-test=join-field]");
        });
    };
    view! {
        <form
            class="card pad"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <h2>{words::JOIN}</h2>
            <p class="soft">{words::JOIN_TEXT}</p>
            <div class="add-line">
                <input
                    class="field mono"
                    type="text"
                    dir="ltr"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=words::JOIN_EXAMPLE
                    aria-label=words::JOIN_FIELD
                    data-test="join-field"
                    prop:value=typed
                    on:input=move |event| {
                        is_taken.set(false);
                        typed.set(event_target_value(&event));
                    }
                />
                <button type="submit" class="button" data-test="join" disabled=is_blank>
                    {words::JOIN_GO}
                </button>
            </div>
            <p class="join-said soft" role="status">{move || is_taken.get().then_some(words::JOINED)}</p>
            <Refusal attempt kept=words::KEPT_INVITE />
        </form>
    }
}
