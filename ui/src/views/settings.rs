//! What the owner can set. Every change is saved as it is made.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Settings, Theme};

use super::about::About;
use crate::browser;
use crate::state::State;
use crate::text;

/// How long we wait for the next letter before a text is saved.
const TYPING_MS: u64 = 500;

/// The settings view.
#[component]
pub(crate) fn SettingsView() -> impl IntoView {
    view! {
        <section class="view page" aria-label=text::SETTINGS>
            <div class="page-column">
                <header class="page-head">
                    <h1>{text::SETTINGS}</h1>
                    <p class="soft">{text::SETTINGS_LEAD}</p>
                </header>
                <h2 class="section-title">{text::APPEARANCE}</h2>
                <div class="card rows">
                    <ThemeChoice />
                </div>
                <h2 class="section-title">{text::ANSWERS}</h2>
                <div class="card rows">
                    <SystemPrompt />
                    <Number
                        name=text::LONGEST_ANSWER
                        hint=text::LONGEST_ANSWER_HINT
                        unit=text::TEXT_TOKENS
                        most=1_048_576
                        get=|settings| settings.max_text_tokens
                        set=|settings, value| settings.max_text_tokens = value
                    />
                </div>
                <h2 class="section-title">{text::ENGINE}</h2>
                <div class="card rows">
                    <Number
                        name=text::CONTEXT
                        hint=text::CONTEXT_HINT
                        unit=text::TEXT_TOKENS
                        most=1_048_576
                        get=|settings| settings.context
                        set=|settings, value| settings.context = value
                    />
                    <Number
                        name=text::THREADS
                        hint=text::THREADS_HINT
                        unit=text::THREADS_UNIT
                        most=1024
                        get=|settings| settings.threads.into()
                        set=|settings, value| settings.threads = u16::try_from(value).unwrap_or(u16::MAX)
                    />
                </div>
                <About />
            </div>
        </section>
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let state = State::get();
    let choose = move |theme| save(state, RwSignal::new(""), move |settings| settings.theme = theme);
    let choices = [(Theme::System, text::SYSTEM), (Theme::Dark, text::DARK), (Theme::Light, text::LIGHT)];
    view! {
        <div class="row">
            <div class="row-text">
                <h3 id="theme">{text::THEME}</h3>
                <p class="soft">{text::THEME_HINT}</p>
            </div>
            <div class="segments" role="radiogroup" aria-labelledby="theme">
                {choices
                    .map(|(theme, label)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="theme"
                                    prop:checked=move || state.settings.with(|settings| settings.theme == theme)
                                    on:change=move |_| choose(theme)
                                />
                                <span>{label}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
}

#[component]
fn SystemPrompt() -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let typed = RwSignal::new(state.settings.with_untracked(|settings| settings.system_prompt.clone()));
    let on_input = move |event| {
        let value = event_target_value(&event);
        typed.set(value.clone());
        note.set("");
        browser::after(TYPING_MS, move || {
            // Only the last letter typed saves.
            if typed.try_get_untracked().is_none_or(|typed| typed == value) {
                save(state, note, move |settings| settings.system_prompt = value);
            }
        });
    };
    view! {
        <label class="row tall">
            <div class="row-text">
                <h3>{text::SYSTEM_PROMPT} <Note note /></h3>
                <p class="soft">{text::SYSTEM_PROMPT_HINT}</p>
            </div>
            <textarea
                class="field"
                rows="3"
                dir="auto"
                placeholder=text::SYSTEM_PROMPT_EXAMPLE
                data-test="system-prompt"
                prop:value=typed
                on:input=on_input
            ></textarea>
        </label>
    }
}

#[component]
fn Number(
    name: &'static str,
    hint: &'static str,
    unit: &'static str,
    most: u32,
    get: fn(&Settings) -> u32,
    set: fn(&mut Settings, u32),
) -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let value = Memo::new(move |_| state.settings.with(get).to_string());
    let on_change = move |event| {
        let typed: String = event_target_value(&event);
        let parsed = typed.trim().parse::<u32>().unwrap_or_default().min(most);
        save(state, note, move |settings| set(settings, parsed));
    };
    view! {
        <label class="row">
            <div class="row-text">
                <h3>{name} <Note note /></h3>
                <p class="soft">{hint}</p>
            </div>
            <span class="number">
                <input class="field" type="number" min="0" max=most step="1" prop:value=value on:change=on_change />
                <span class="soft">{unit}</span>
            </span>
        </label>
    }
}

/// "Saved", for a moment.
#[component]
fn Note(note: RwSignal<&'static str>) -> impl IntoView {
    view! {
        <span class="note" role="status">
            {note}
        </span>
    }
}

fn save(state: State, note: RwSignal<&'static str>, change: impl FnOnce(&mut Settings) + 'static) {
    spawn_local(async move {
        match state.change(change).await {
            // The view may be gone by now; then there is nowhere to say it.
            Ok(()) => {
                let _ = note.try_set(text::SAVED);
            }
            Err(error) => {
                let _ = note.try_set(text::NOT_SAVED);
                state.toast_problem(error.message);
            }
        }
        browser::sleep(2000).await;
        let _ = note.try_set("");
    });
}
