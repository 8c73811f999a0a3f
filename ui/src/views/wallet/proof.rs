//! The books: their check, and all records to take away.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Call, Credits};

use crate::components::copy::Copy;
use crate::components::figure::Figure;
use crate::components::icon::{Draw, Icon};
use crate::components::refusal::Refusal;
use crate::state::describe::Tone;
use crate::state::wallet::proof::{Verdict, verdict};
use crate::state::{Attempt, State};
use crate::text::wallet as words;
use crate::{browser, format};

/// The section.
#[component]
pub(super) fn Proof() -> impl IntoView {
    let checking = Attempt::new();
    let exporting = Attempt::new();
    let is_copied = RwSignal::new(false);
    view! {
        <section aria-labelledby="books">
            <h2 class="section-title" id="books">{words::BOOKS}</h2>
            <div class="card pad books">
                <p class="soft">{words::BOOKS_LEAD}</p>
                <div class="wallet-acts">
                    <button
                        type="button"
                        class="button"
                        data-test="check-books"
                        on:click=move |_| checking.press(Call::VerifyWallet)
                    >
                        <Draw icon=Icon::Check />
                        {words::CHECK}
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-test="export-books"
                        on:click=move |_| export(exporting, is_copied)
                    >
                        <Draw icon=Icon::Download />
                        {words::EXPORT}
                    </button>
                </div>
                <Checked checking />
                <Refusal attempt=checking kept=words::KEPT_BOOKS />
                <Exported is_copied />
                <Refusal attempt=exporting kept=words::KEPT_BOOKS />
            </div>
        </section>
    }
}

/// Asks for all records and puts them on the clipboard. Where that is refused, the button beside them does it.
fn export(attempt: Attempt, is_copied: RwSignal<bool>) {
    if attempt.is_busy.get_untracked() {
        return;
    }
    let state = State::get();
    attempt.ask_then(Call::ExportWallet, move || {
        let records = state.books.export.get_untracked().unwrap_or_default();
        spawn_local(async move {
            let is_there = browser::copy(records).await;
            // The view may be gone by now.
            let _ = is_copied.try_set(is_there);
        });
    });
}

#[component]
fn Checked(checking: Attempt) -> impl IntoView {
    let state = State::get();
    let told = Memo::new(move |_| {
        let net = state.books.wallet.with(|wallet| wallet.as_ref().map_or(Credits::ZERO, |wallet| wallet.net));
        state.books.proof.with(|proof| proof.as_ref().map(|proof| verdict(proof, net)))
    });
    view! {
        <div role="status">
            {move || match (checking.is_busy.get(), told.get()) {
                (true, _) => view! { <p class="books-said soft">{words::CHECKING}</p> }.into_any(),
                (false, Some(verdict)) => view! { <Told verdict /> }.into_any(),
                (false, None) => ().into_any(),
            }}
        </div>
    }
}

/// What the check came to.
#[component]
fn Told(verdict: Verdict) -> impl IntoView {
    let Verdict { figures, problems } = verdict;
    let is_right = problems.is_empty();
    let (tone, icon, says) = if is_right {
        (Tone::Alive, Icon::Check, words::BOOKS_RIGHT)
    } else {
        (Tone::Loss, Icon::Problem, words::BOOKS_WRONG)
    };
    view! {
        <div class="books-said" data-test="books">
            <div class="lend-line">
                <span class=format!("emblem small {}", tone.class()) aria-hidden="true">
                    <Draw icon />
                </span>
                <div class="lend-words">
                    <h3>{says}</h3>
                    {(!is_right).then(|| view! { <p class="soft">{words::BOOKS_WRONG_DO}</p> })}
                </div>
            </div>
            <ul class="books-problems">
                {problems.into_iter().map(|problem| view! { <li class="loss-text">{problem}</li> }).collect_view()}
            </ul>
            <div class="figures">
                {figures
                    .map(|one| view! { <Figure name=one.name value=one.value note=one.note /> })
                    .collect_view()}
            </div>
        </div>
    }
}

#[component]
fn Exported(is_copied: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let size = Memo::new(move |_| state.books.export.with(|records| records.as_ref().map(String::len)));
    let said = move || size.get().map(|size| words::exported(&format::bytes(size as u64), is_copied.get()));
    view! {
        <Show when=move || size.get().is_some()>
            <div class="invite-line" data-test="export">
                <p role="status">{said} <span class="under">{words::EXPORT_FILE}</span></p>
                <Copy
                    text=move || state.books.export.get_untracked().unwrap_or_default()
                    label=words::EXPORT_COPY
                />
            </div>
        </Show>
    }
}
