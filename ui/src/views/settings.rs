//! What the owner can set. Every change is saved as it is made.

mod field;
mod friends;
mod lending;
mod list;
mod login;
mod network;
mod region;
mod rules;

use leptos::prelude::*;
use opengateway_api::Theme;

use super::about::About;
use crate::browser;
use crate::components::segments::Segments;
use crate::state::State;
use crate::text;
use field::{Amount, AmountRow, Control, Note, save};
use lending::Lending;
use login::StartAtLogin;
use network::Network;

/// How long we wait for the next letter before a text is saved.
const TYPING_MS: u64 = 500;

/// A title is read when it is closer to the top than this, in pixels.
const NEAR: f64 = 160.0;

/// The sections: where each is, and its name.
const SECTIONS: [(&str, &str); 7] = [
    ("appearance", text::APPEARANCE),
    ("answers", text::ANSWERS),
    ("engine", text::ENGINE),
    ("lending", text::rules::LENDING),
    ("network", text::network::NETWORK),
    ("start", text::rules::START),
    ("about", text::ABOUT),
];

const LONGEST_ANSWER: Amount = Amount {
    id: "longest-answer",
    name: text::LONGEST_ANSWER,
    why: text::LONGEST_ANSWER_HINT,
    unit: text::TEXT_TOKENS,
    range: (0, 1_048_576),
    zero: Some(text::LONGEST_ANSWER_ZERO),
    control: Control::Field,
    get: |settings| settings.max_text_tokens,
    set: |settings, value| settings.max_text_tokens = value,
};

const ENGINE: [Amount; 2] = [
    Amount {
        id: "context",
        name: text::CONTEXT,
        why: text::CONTEXT_HINT,
        unit: text::TEXT_TOKENS,
        range: (0, 1_048_576),
        zero: Some(text::CONTEXT_ZERO),
        control: Control::Field,
        get: |settings| settings.context,
        set: |settings, value| settings.context = value,
    },
    Amount {
        id: "threads",
        name: text::THREADS,
        why: text::THREADS_HINT,
        unit: text::THREADS_UNIT,
        range: (0, 1024),
        zero: Some(text::THREADS_ZERO),
        control: Control::Field,
        get: |settings| settings.threads.into(),
        set: |settings, value| settings.threads = u16::try_from(value).unwrap_or(u16::MAX),
    },
];

/// The settings view.
#[component]
pub(crate) fn SettingsView() -> impl IntoView {
    let here = RwSignal::new("appearance");
    view! {
        <section class="view page settings" aria-label=text::SETTINGS on:scroll=move |_| here.set(section_in_view())>
            <div class="settings-columns">
                <Anchors here />
                <div class="page-column">
                    <header class="page-head">
                        <h1>{text::SETTINGS}</h1>
                        <p class="soft">{text::SETTINGS_LEAD}</p>
                    </header>
                    <h2 class="section-title" id="appearance">{text::APPEARANCE}</h2>
                    <div class="card rows">
                        <ThemeChoice />
                    </div>
                    <h2 class="section-title" id="answers">{text::ANSWERS}</h2>
                    <div class="card rows">
                        <SystemPrompt />
                        <AmountRow amount=LONGEST_ANSWER />
                    </div>
                    <h2 class="section-title" id="engine">{text::ENGINE}</h2>
                    <div class="card rows">
                        {ENGINE.map(|amount| view! { <AmountRow amount /> }).collect_view()}
                    </div>
                    <Lending />
                    <Network />
                    <h2 class="section-title" id="start">{text::rules::START}</h2>
                    <div class="card rows">
                        <StartAtLogin />
                    </div>
                    <div id="about">
                        <About />
                    </div>
                </div>
            </div>
        </section>
    }
}

/// Leads to the sections, and tells which of them is read.
#[component]
fn Anchors(here: RwSignal<&'static str>) -> impl IntoView {
    view! {
        <nav class="anchors" aria-label=text::rules::SECTIONS>
            {SECTIONS
                .map(|(id, name)| {
                    view! {
                        <a href=format!("#{id}") aria-current=move || (here.get() == id).then_some("true")>
                            {name}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
}

/// The last section whose title has come near the top.
fn section_in_view() -> &'static str {
    let is_past =
        |id: &str| browser::find(&format!("#{id}")).is_some_and(|title| title.get_bounding_client_rect().top() < NEAR);
    SECTIONS.iter().map(|(id, _)| *id).rfind(|id| is_past(id)).unwrap_or("appearance")
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let state = State::get();
    let choose = move |theme| save(state, RwSignal::new(""), move |settings| settings.theme = theme);
    let choices = vec![(Theme::System, text::SYSTEM), (Theme::Dark, text::DARK), (Theme::Light, text::LIGHT)];
    let chosen = Signal::derive(move || Some(state.settings.with(|settings| settings.theme)));
    view! {
        <div class="row">
            <div class="row-text">
                <h3>{text::THEME}</h3>
                <p class="soft">{text::THEME_HINT}</p>
            </div>
            <Segments choices chosen on_choose=choose name="theme" label=text::THEME />
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
