//! Models that are being fetched.

use leptos::prelude::*;
use opengateway_api::{Call, Download, DownloadState, ModelId};

use crate::components::icon::{Draw, Icon};
use crate::state::State;
use crate::state::describe::{download_facts, file_name};
use crate::{format, text};

/// The downloads, while there are any.
#[component]
pub(crate) fn Downloads() -> impl IntoView {
    let state = State::get();
    let ids = Memo::new(move |_| {
        state.models.with(|models| models.downloads.iter().map(|download| download.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || ids.with(|ids| !ids.is_empty())>
            <h2 class="section-title">{text::DOWNLOADS}</h2>
            <ul class="card rows" data-test="downloads">
                <For each=move || ids.get() key=|id| id.clone() let:id>
                    <One id />
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn One(id: ModelId) -> impl IntoView {
    let state = State::get();
    let id = StoredValue::new(id);
    let download = Memo::new(move |_| {
        state.models.with(|models| id.with_value(|id| models.downloads.iter().find(|one| one.id == *id).cloned()))
    });
    move || download.get().map(|download| view! { <Progress download id /> })
}

#[component]
fn Progress(download: Download, id: StoredValue<ModelId>) -> impl IntoView {
    let state = State::get();
    let (tone, facts) = download_facts(&download);
    let name = file_name(&download.url);
    let cancel = text::cancel_download(&name);
    let goes_on = match download.state {
        DownloadState::Running | DownloadState::Verifying => None,
        DownloadState::Paused => Some(text::RESUME),
        DownloadState::Failed(_) => Some(text::TRY_AGAIN),
    };
    view! {
        <li class="row download" data-test="download">
            <div class="row-text">
                <h3 dir="auto">{name}</h3>
                {bar(&download, tone.class())}
                <p class=format!("facts {}-text", tone.class())>{facts.join(" · ")}</p>
            </div>
            {if let Some(label) = goes_on {
                view! {
                    <button
                        type="button"
                        class="button small"
                        data-test="resume"
                        on:click=move |_| state.order(Call::ResumeDownload(id.get_value()))
                    >
                        {label}
                    </button>
                }
                .into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="button small"
                        data-test="pause"
                        disabled=download.state == DownloadState::Verifying
                        on:click=move |_| state.order(Call::PauseDownload(id.get_value()))
                    >
                        {text::PAUSE}
                    </button>
                }
                .into_any()
            }}
            <button
                type="button"
                class="ghost"
                aria-label=cancel.clone()
                title=cancel
                data-test="cancel"
                on:click=move |_| state.order(Call::RemoveModel(id.get_value()))
            >
                <Draw icon=Icon::Close />
            </button>
        </li>
    }
}

fn bar(download: &Download, tone: &'static str) -> impl IntoView + use<> {
    let share = format::share(download.done_bytes, download.total_bytes);
    let width = share.map_or_else(|| "100%".to_owned(), |share| format!("{:.2}%", share * 100.0));
    view! {
        <div
            class=format!("bar {tone}")
            class:unknown=share.is_none()
            role="progressbar"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=share.map(|share| format!("{:.0}", share * 100.0))
            aria-label=text::DOWNLOADS
        >
            <span style:inline-size=width></span>
        </div>
    }
}
