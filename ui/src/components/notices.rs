//! Bars above a view: what the owner should read, and a lost connection.

use leptos::prelude::*;
use opengateway_api::{Call, ErrorCode, Notice, NoticeKind};

use super::dismiss::Dismiss;
use super::icon::{Draw, Icon};
use crate::state::{Stage, State};
use crate::text;

/// The notice that is about the identity; it has buttons of its own.
const KEYCHAIN: &str = "keychain";

/// All notices, the latest last.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let state = State::get();
    let lost = Memo::new(move |_| match state.stage.get() {
        // The node that answered is gone; any other error says by itself why there is none.
        Stage::Lost(error) if error.code == ErrorCode::NotRunning => {
            Some((text::LOST_TITLE, text::LOST_TEXT.to_owned()))
        }
        Stage::Lost(error) => Some((text::NOT_STARTED, error.message)),
        Stage::Connecting | Stage::Ready => None,
    });
    view! {
        <section class="notices" aria-label=text::NOTICES>
            <Show when=move || lost.with(Option::is_some)>
                <div class="notice problem" role="alert" data-test="lost">
                    <Draw icon=Icon::Problem />
                    <p>
                        <strong>{move || lost.get().map(|(title, _)| title)}</strong>
                        " "
                        {move || lost.get().map(|(_, why)| why)}
                    </p>
                </div>
            </Show>
            <For each=move || state.notices.get() key=|notice| (notice.id.clone(), notice.text.clone()) let:notice>
                <Bar notice />
            </For>
        </section>
    }
}

#[component]
fn Bar(notice: Notice) -> impl IntoView {
    let state = State::get();
    let is_problem = notice.kind == NoticeKind::Problem;
    let is_keychain = notice.id == KEYCHAIN;
    let id = notice.id.clone();
    let dismiss = move || {
        state.notices.update(|notices| notices.retain(|other| other.id != id));
        state.order(Call::Dismiss(id.clone()));
    };
    view! {
        <div class="notice" class:problem=is_problem role="alert" data-test="notice" data-id=notice.id>
            <Draw icon=if is_problem { Icon::Problem } else { Icon::Info } />
            <p>{notice.text}</p>
            <Show when=move || is_keychain>
                <span class="notice-acts">
                    <button type="button" class="button small" on:click=move |_| state.order(Call::RetryKeychain)>
                        {text::TRY_AGAIN}
                    </button>
                    <button type="button" class="button small" on:click=move |_| state.order(Call::UseKeyFile)>
                        {text::USE_KEY_FILE}
                    </button>
                </span>
            </Show>
            <Dismiss on_press=dismiss />
        </div>
    }
}
