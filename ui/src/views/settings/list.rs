//! A row with a list of short texts that the owner adds to and takes from: programs, addresses of nodes.

use leptos::prelude::*;
use opengateway_api::Settings;

use super::field::{Note, save_then};
use crate::components::dismiss::Dismiss;
use crate::state::State;
use crate::text::rules as words;

/// A list that can be set.
#[derive(Clone, Copy)]
pub(super) struct List {
    /// Names it for tests.
    pub(super) test: &'static str,
    pub(super) name: &'static str,
    pub(super) why: &'static str,
    /// What the field takes, and an example of it.
    pub(super) field: &'static str,
    pub(super) example: &'static str,
    pub(super) get: fn(&Settings) -> &[String],
    pub(super) edit: fn(&mut Settings) -> &mut Vec<String>,
}

/// The list, and a field that adds to it.
#[component]
pub(super) fn ListRow(list: List) -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let typed = RwSignal::new(String::new());
    let all = Memo::new(move |_| state.settings.with(|settings| (list.get)(settings).to_vec()));
    let is_nothing = Memo::new(move |_| typed.with(|typed| typed.trim().is_empty()));
    let add = move || {
        let line = typed.with_untracked(|typed| clean(typed));
        if !line.is_empty() {
            let emptied = move || drop(typed.try_set(String::new()));
            save_then(state, note, move |settings| with((list.edit)(settings), line), emptied);
        }
    };
    let remove = move |line: String| {
        save_then(state, note, move |settings| (list.edit)(settings).retain(|other| *other != line), || {});
    };
    view! {
        <div class="row tall">
            <div class="row-text">
                <h3>{list.name} <Note note /></h3>
                <p class="soft">{list.why}</p>
            </div>
            <Show when=move || all.with(|all| !all.is_empty())>
                <ul class="chips" data-test=list.test>
                    <For each=move || all.get() key=String::clone let:line>
                        <Chip line on_remove=remove />
                    </For>
                </ul>
            </Show>
            <form
                class="list-form"
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
                    placeholder=list.example
                    aria-label=list.field
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
fn Chip(line: String, on_remove: impl Fn(String) + 'static) -> impl IntoView {
    let shown = line.clone();
    view! {
        <li class="chip">
            <span dir="auto">{shown}</span>
            <Dismiss label=words::remove(&line) on_press=move || on_remove(line.clone()) />
        </li>
    }
}

/// A line as it is listed: systems copy paths with quotes around them.
fn clean(typed: &str) -> String {
    typed.trim().trim_matches('"').trim().to_owned()
}

/// Adds a line that is not listed yet.
fn with(lines: &mut Vec<String>, line: String) {
    if !lines.iter().any(|other| other.eq_ignore_ascii_case(&line)) {
        lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_listed_once() {
        let mut apps = vec!["Blender".to_owned()];

        with(&mut apps, clean(" \"blender\" "));
        with(&mut apps, clean("\"C:\\Program Files\\obs64.exe\""));

        assert_eq!(apps, ["Blender", "C:\\Program Files\\obs64.exe"]);
    }
}
