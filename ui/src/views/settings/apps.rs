//! The owner's list of programs that must not be disturbed.

use leptos::prelude::*;

use super::field::{Note, save};
use crate::components::icon::{Draw, Icon};
use crate::state::State;
use crate::text::rules as words;

/// The list, and a field that adds to it.
#[component]
pub(super) fn Apps() -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let typed = RwSignal::new(String::new());
    let apps = Memo::new(move |_| state.settings.with(|settings| settings.rules.apps.clone()));
    let is_nothing = Memo::new(move |_| typed.with(|typed| typed.trim().is_empty()));
    let add = move || {
        let app = typed.with_untracked(|typed| clean(typed));
        typed.set(String::new());
        if !app.is_empty() {
            save(state, note, move |settings| with(&mut settings.rules.apps, app));
        }
    };
    let remove =
        move |app: String| save(state, note, move |settings| settings.rules.apps.retain(|other| *other != app));
    view! {
        <div class="row tall">
            <div class="row-text">
                <h3>{words::APPS} <Note note /></h3>
                <p class="soft">{words::APPS_WHY}</p>
            </div>
            <Show when=move || apps.with(|apps| !apps.is_empty())>
                <ul class="chips" data-test="apps">
                    <For each=move || apps.get() key=String::clone let:app>
                        <Chip app on_remove=remove />
                    </For>
                </ul>
            </Show>
            <form
                class="app-form"
                on:submit=move |event| {
                    event.prevent_default();
                    add();
                }
            >
                <input
                    class="field"
                    type="text"
                    dir="auto"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=words::APPS_EXAMPLE
                    aria-label=words::APPS_FIELD
                    data-test="app-field"
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" class="button" disabled=is_nothing>
                    {words::ADD}
                </button>
            </form>
        </div>
    }
}

#[component]
fn Chip(app: String, on_remove: impl Fn(String) + 'static) -> impl IntoView {
    let label = words::remove(&app);
    let name = app.clone();
    view! {
        <li class="chip">
            <span dir="auto">{name}</span>
            <button
                type="button"
                class="ghost"
                aria-label=label.clone()
                title=label
                on:click=move |_| on_remove(app.clone())
            >
                <Draw icon=Icon::Close />
            </button>
        </li>
    }
}

/// A program as it is listed: systems copy paths with quotes around them.
fn clean(typed: &str) -> String {
    typed.trim().trim_matches('"').trim().to_owned()
}

/// Adds a program that is not listed yet.
fn with(apps: &mut Vec<String>, app: String) {
    if !apps.iter().any(|other| other.eq_ignore_ascii_case(&app)) {
        apps.push(app);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_listed_once() {
        let mut apps = vec!["Blender".to_owned()];

        with(&mut apps, clean(" \"blender\" "));
        with(&mut apps, clean("obs64.exe"));

        assert_eq!(apps, ["Blender", "obs64.exe"]);
    }
}
