//! Prompts that are answered while the owner is away: a box to write them in, and a list of what came of them.

use leptos::prelude::*;
use opengateway_api::{BatchItem, Call};

use crate::components::copy::Copy;
use crate::components::prose::Written;
use crate::components::refusal::Refusal;
use crate::state::{Attempt, State};
use crate::text::lending as words;
use crate::{browser, text};

/// The queue.
#[component]
pub(super) fn Queue() -> impl IntoView {
    let state = State::get();
    let fetching = Attempt::new();
    // What is done and what waits is told with every change; the answers are then fetched.
    let progress = Memo::new(move |_| {
        state.contribution.with(|lent| {
            let lent = lent.as_ref()?;
            Some((lent.waiting, lent.jobs.iter().map(|job| job.id).collect::<Vec<_>>()))
        })
    });
    Effect::new(move |_| {
        progress.track();
        fetching.ask(Call::Batch);
    });
    view! {
        <section aria-labelledby="queue">
            <h2 class="section-title" id="queue">{words::QUEUE}</h2>
            <div class="card pad queue">
                <Write />
                <Refusal attempt=fetching kept=words::KEPT_ANSWERS />
                <Answers fetching />
            </div>
        </section>
    }
}

/// Prompts, one per line.
fn prompts(typed: &str) -> Vec<String> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[component]
fn Write() -> impl IntoView {
    let attempt = Attempt::new();
    let typed = RwSignal::new(browser::stored(DRAFT).unwrap_or_default());
    let count = Memo::new(move |_| typed.with(|typed| prompts(typed).len()));
    let write = move |text: String| {
        browser::store(DRAFT, &text);
        let _ = typed.try_set(text);
    };
    let submit = move || {
        let prompts = typed.with_untracked(|typed| prompts(typed));
        if prompts.is_empty() || attempt.is_busy.get_untracked() {
            return;
        }
        attempt.ask_then(Call::QueueBatch { prompts, model: None }, move || {
            write(String::new());
            browser::rescue_focus("[data-test=queue-field]");
        });
    };
    view! {
        <form
            class="queue-form"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <textarea
                class="field"
                rows="3"
                dir="auto"
                placeholder=words::QUEUE_EXAMPLE
                aria-label=words::QUEUE_FIELD
                data-test="queue-field"
                prop:value=typed
                on:input=move |event| write(event_target_value(&event))
            ></textarea>
            <div class="queue-foot">
                <p class="soft">{words::QUEUE_HINT}</p>
                <button
                    type="submit"
                    class="button small primary"
                    data-test="queue"
                    disabled=move || count.get() == 0
                >
                    {move || words::queue_button(count.get())}
                </button>
            </div>
            <Refusal attempt kept=words::KEPT_PROMPTS />
        </form>
    }
}

/// What is typed survives a crash, as it does in the chat.
const DRAFT: &str = "queue-draft";

#[component]
fn Answers(fetching: Attempt) -> impl IntoView {
    let state = State::get();
    let is_asked = RwSignal::new(false);
    let count = Memo::new(move |_| state.batch.with(|batch| batch.as_ref().map(Vec::len)));
    view! {
        {move || match count.get() {
            None if fetching.refused.with(Option::is_some) => ().into_any(),
            None => view! { <p class="queue-none soft" role="status">{words::QUEUE_LOADING}</p> }.into_any(),
            Some(0) => view! { <p class="queue-none soft">{words::QUEUE_EMPTY}</p> }.into_any(),
            Some(_) => view! {
                <div class="queue-head">
                    <Show when=move || is_asked.get() fallback=move || view! { <Summary is_asked /> }>
                        <Clear is_asked />
                    </Show>
                </div>
                <ul class="queue-list" data-test="batch">
                    <For each=move || state.batch.get().unwrap_or_default() key=item_key let:item>
                        <Item item />
                    </For>
                </ul>
            }
            .into_any(),
        }}
    }
}

/// A prompt is drawn again when it is answered.
fn item_key(item: &BatchItem) -> (i64, bool) {
    (item.id, item.answer.is_some())
}

#[component]
fn Summary(is_asked: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let answered = move || {
        state.batch.with(|batch| {
            let batch = batch.as_deref().unwrap_or_default();
            words::answered_of(batch.iter().filter(|item| item.answer.is_some()).count(), batch.len())
        })
    };
    let all = move || {
        state.batch.with_untracked(|batch| {
            let done = batch.iter().flatten().filter_map(|item| match &item.answer {
                Some(Ok(answer)) => Some(words::copied(&item.prompt, answer)),
                Some(Err(_)) | None => None,
            });
            done.collect::<Vec<_>>().join("\n")
        })
    };
    view! {
        <h3>{words::ANSWERS}</h3>
        <p class="soft" role="status">{answered}</p>
        <Copy text=all label=words::COPY_ALL />
        <button type="button" class="button small" data-test="clear-batch" on:click=move |_| is_asked.set(true)>
            {words::CLEAR_QUEUE}
        </button>
    }
}

/// Says what clearing means before it is done.
#[component]
fn Clear(is_asked: RwSignal<bool>) -> impl IntoView {
    let state = State::get();
    let clearing = Attempt::new();
    browser::focus("[data-test=keep-batch]");
    let clear = move |_| {
        if clearing.is_busy.get_untracked() {
            return;
        }
        clearing.ask_then(Call::ClearBatch, move || {
            state.batch.set(Some(Vec::new()));
            let _ = is_asked.try_set(false);
            browser::rescue_focus("[data-test=queue-field]");
        });
    };
    view! {
        <p class="row-text">{words::CLEAR_QUESTION}</p>
        <button type="button" class="button small" data-test="keep-batch" on:click=move |_| is_asked.set(false)>
            {text::KEEP}
        </button>
        <button type="button" class="button small loss" on:click=clear>
            {words::CLEAR_QUEUE}
        </button>
        <Refusal attempt=clearing />
    }
}

#[component]
fn Item(item: BatchItem) -> impl IntoView {
    let state = State::get();
    let BatchItem { prompt, model, answer, .. } = item;
    let model = move || state.model_name(&model);
    match answer {
        None => view! {
            <li class="queue-item waits">
                <p dir="auto">{prompt}</p>
                <span class="soft">{words::WAITS}</span>
            </li>
        }
        .into_any(),
        Some(Ok(answer)) => {
            let text = answer.clone();
            view! {
                <li class="queue-item">
                    <details>
                        <summary>
                            <p dir="auto">{prompt}</p>
                            <span class="soft">{model}</span>
                        </summary>
                        <Written text />
                    </details>
                    <Copy text=move || answer.clone() />
                </li>
            }
            .into_any()
        }
        Some(Err(error)) => view! {
            <li class="queue-item">
                <p dir="auto">{prompt}</p>
                <span class="loss-text">{error.message}</span>
            </li>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::prompts;

    #[test]
    fn each_line_with_words_is_a_prompt() {
        assert_eq!(prompts(" one \n\n  two\r\n \n"), ["one", "two"]);
        assert!(prompts(" \n ").is_empty());
    }
}
