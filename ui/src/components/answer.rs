//! An answer: its text, how it ended, and the quiet line under it.

use leptos::prelude::*;
use opengateway_api::{Activity, Error, Finish, Message, MessageId, MessageState};

use super::copy::Copy;
use super::icon::{Draw, Icon};
use super::prose::Prose;
use super::versions::Versions;
use crate::state::describe::{measured, model_name};
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
    let waits = row.loading.clone();
    view! {
        <article class="message answer">
            <Show when=move || how.with(|(state, _, empty)| *state == MessageState::Streaming && *empty)>
                <Waiting progress=waits.clone() />
            </Show>
            <Prose message=message.clone() />
            {move || how.with(|(state, finish, empty)| note(&noted, state, *finish, *empty))}
            // An answer that failed before its first word has nothing to copy or to measure.
            <Show when=move || how.with(|(state, _, empty)| *state != MessageState::Streaming && !*empty)>
                <Foot message=message.clone() />
            </Show>
        </article>
    }
}

/// Before the first text token.
#[component]
fn Waiting(progress: ArcRwSignal<Option<f32>>) -> impl IntoView {
    let state = State::get();
    // An answer that another window began tells of loading only through the status.
    let loading = move || match state.status.get().map(|status| status.activity) {
        Some(Activity::Loading { model, progress: known }) => Some((model, progress.get().unwrap_or(known))),
        _ => progress
            .get()
            .zip(state.models.with(|models| models.in_use.clone()))
            .map(|(progress, model)| (model, progress)),
    };
    let words = move || match loading() {
        None => text::THINKING.to_owned(),
        Some((model, progress)) => {
            let name = state.models.with(|models| model_name(models, &model));
            text::loading_model(&name, &format::percent(progress))
        }
    };
    view! {
        <p class="waiting">
            <span class="pulse"></span>
            {words}
        </p>
    }
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
fn Foot(message: ArcRwSignal<Message>) -> impl IntoView {
    let state = State::get();
    let id = message.with_untracked(|message| message.id);
    let facts = {
        let message = message.clone();
        move || message.with(|message| state.models.with(|models| measured(message, models).join(" · ")))
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
