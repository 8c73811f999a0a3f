//! An answer: its text, how it ended, and the quiet line under it.

use leptos::prelude::*;
use opengateway_api::{Activity, Error, Finish, Message, MessageId, MessageState, Place};

use super::copy::Copy;
use super::icon::{Draw, Icon};
use super::prose::Prose;
use super::versions::Versions;
use crate::state::origin::{Wait, carried_on, measured, queued, who};
use crate::state::{Row, State};
use crate::{format, text};

/// One answer.
#[component]
pub(crate) fn Answer(row: Row) -> impl IntoView {
    let message = row.message.clone();
    let how = {
        let message = message.clone();
        Memo::new(move |_| message.with(|message| (message.state.clone(), message.finish, message.text.is_empty())))
    };
    let noted = message.clone();
    let waits = row.wait.clone();
    let (streamed, ended) = (row.clone(), row.clone());
    view! {
        <article class="message answer">
            <Show when=move || how.with(|(state, _, empty)| *state == MessageState::Streaming && *empty)>
                <Waiting wait=waits.clone() />
            </Show>
            <Prose message=message.clone() />
            <Show when=move || how.with(|(state, _, empty)| *state == MessageState::Streaming && !*empty)>
                <Writes row=streamed.clone() />
            </Show>
            {move || how.with(|(state, finish, empty)| note(&noted, state, *finish, *empty))}
            // An answer that failed before its first word has nothing to copy or to measure.
            <Show when=move || how.with(|(state, _, empty)| *state != MessageState::Streaming && !*empty)>
                <Foot row=ended.clone() />
            </Show>
        </article>
    }
}

/// Before the first text token.
#[component]
fn Waiting(wait: ArcRwSignal<Wait>) -> impl IntoView {
    let state = State::get();
    // An answer that another window began tells of loading only through the status.
    let loading = move |wait| match (wait, state.status.get().map(|status| status.activity)) {
        (Wait::Loading(progress), Some(Activity::Loading { model, .. })) => Some((model, progress)),
        (_, Some(Activity::Loading { model, progress })) => Some((model, progress)),
        (Wait::Loading(progress), _) => {
            state.models.with(|models| models.in_use.clone()).map(|model| (model, progress))
        }
        _ => None,
    };
    let known = wait.clone();
    let words = move || match known.get() {
        Wait::Queued { position, expected_ms } => queued(position, expected_ms),
        wait => match loading(wait) {
            None => text::THINKING.to_owned(),
            Some((model, progress)) => text::loading_model(&state.model_name(&model), &format::percent(progress)),
        },
    };
    view! {
        <p class="waiting" data-test="waiting">
            <span class="pulse" class:held=move || matches!(wait.get(), Wait::Queued { .. })></span>
            {words}
        </p>
    }
}

/// Who writes, while that is not this PC, and whether another one had begun.
#[component]
fn Writes(row: Row) -> impl IntoView {
    let state = State::get();
    let said = Memo::new(move |_| {
        let is_carried = row.is_carried.get();
        row.message.with(|message| {
            let origin = message.origin.as_ref().filter(|origin| is_carried || origin.place != Place::ThisPc)?;
            let who = state.settings.with(|settings| who(origin, &settings.network.friends));
            let carried = is_carried.then(|| carried_on(Some(origin)).to_owned());
            Some([Some(who), carried].into_iter().flatten().collect::<Vec<_>>().join(" · "))
        })
    });
    move || said.get().map(|said| view! { <p class="foot" data-test="writes">{said}</p> })
}

/// How the answer ended, when it did not end by itself.
fn note(message: &ArcRwSignal<Message>, state: &MessageState, finish: Option<Finish>, is_empty: bool) -> AnyView {
    let id = message.with_untracked(|message| message.id);
    match state {
        MessageState::Stopped => view! { <p class="ended">{text::STOPPED}</p> }.into_any(),
        MessageState::Cut => view! {
            <div class="ended waiting-tone">
                <p>{text::CUT}</p>
                <Again id label=text::REGENERATE />
            </div>
        }
        .into_any(),
        MessageState::Failed(error) => failure(error, is_empty, id).into_any(),
        MessageState::Whole if finish == Some(Finish::Length) => view! { <p class="ended">{text::FULL}</p> }.into_any(),
        MessageState::Whole | MessageState::Streaming => ().into_any(),
    }
}

fn failure(error: &Error, is_empty: bool, id: MessageId) -> impl IntoView {
    let kept = if is_empty { text::KEPT_QUESTION } else { text::KEPT_PART };
    view! {
        <div class="failure" role="alert" data-test="failure">
            <Draw icon=Icon::Problem />
            <div>
                <p>{error.message.clone()}</p>
                <p class="soft">{kept}</p>
            </div>
            <Again id label=text::TRY_AGAIN />
        </div>
    }
}

#[component]
fn Again(id: MessageId, label: &'static str) -> impl IntoView {
    let state = State::get();
    view! {
        <button
            type="button"
            class="button small"
            data-test="try-again"
            disabled=state.chat.busy
            on:click=move |_| state.regenerate(id)
        >
            {label}
        </button>
    }
}

#[component]
fn Foot(row: Row) -> impl IntoView {
    let state = State::get();
    let Row { id, message, is_carried, .. } = row;
    let facts = {
        let message = message.clone();
        move || {
            let facts = state.settings.with(|settings| {
                let friends = &settings.network.friends;
                message.with(|message| state.names(|names| measured(message, names, friends, is_carried.get())))
            });
            facts.join(" · ")
        }
    };
    let copied = message.clone();
    view! {
        <footer class="foot">
            <span class="measured" data-test="measured" title=text::MEASURED_HINT>
                {facts}
            </span>
            <Versions message=message.clone() />
            <span class="acts">
                <Copy text=move || copied.with_untracked(|message| message.text.clone()) />
                <button
                    type="button"
                    class="ghost"
                    aria-label=text::REGENERATE
                    title=text::REGENERATE
                    data-test="regenerate"
                    disabled=state.chat.busy
                    on:click=move |_| state.regenerate(id)
                >
                    <Draw icon=Icon::Again />
                </button>
            </span>
        </footer>
    }
}
