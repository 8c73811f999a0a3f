//! Rows of the settings: a number or a switch with its name, why it is there, and what it is by default.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::Settings;

use crate::browser;
use crate::components::switch::Switch;
use crate::state::State;
use crate::text;
use crate::text::rules as words;

/// How long "Saved" is shown.
const NOTE_MS: i32 = 2_000;

/// A unit shorter than this takes little room beside its field.
const BRIEF: usize = 6;

/// How a number is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Field,
    Slider,
}

/// A number that can be set.
#[derive(Clone, Copy)]
pub(super) struct Amount {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) why: &'static str,
    pub(super) unit: &'static str,
    /// The least and the most.
    pub(super) range: (u32, u32),
    /// What 0 means, where it means something else than none.
    pub(super) zero: Option<&'static str>,
    pub(super) control: Control,
    pub(super) get: fn(&Settings) -> u32,
    pub(super) set: fn(&mut Settings, u32),
}

impl Amount {
    /// A value for people.
    fn words(&self, value: u32) -> String {
        match self.zero {
            Some(zero) if value == 0 => format!("{zero} (0)"),
            _ => words::amount(value, self.unit),
        }
    }

    fn default(&self) -> u32 {
        (self.get)(&Settings::default())
    }

    fn parse(&self, typed: &str) -> u32 {
        typed.trim().parse().unwrap_or_else(|_| self.default()).clamp(self.range.0, self.range.1)
    }
}

/// Something that is on or off.
#[derive(Clone, Copy)]
pub(super) struct Toggle {
    pub(super) name: &'static str,
    pub(super) why: &'static str,
    pub(super) get: fn(&Settings) -> bool,
    pub(super) set: fn(&mut Settings, bool),
}

/// The row of a number.
#[component]
pub(super) fn AmountRow(amount: Amount) -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let value = Memo::new(move |_| state.settings.with(amount.get));
    let change = move |value| save(state, note, move |settings| (amount.set)(settings, value));
    let hint = format!("{}-why", amount.id);
    let is_default = Memo::new(move |_| value.get() == amount.default());
    view! {
        <div class="row">
            <div class="row-text">
                <h3>
                    <label for=amount.id>{amount.name}</label>
                    <Note note />
                </h3>
                <p class="soft" id=hint.clone()>
                    {amount.why} " " {words::default_of(&amount.words(amount.default()))}
                    <button
                        type="button"
                        class="link restore"
                        class:invisible=is_default
                        aria-label=words::restore(amount.name)
                        on:click=move |_| change(amount.default())
                    >
                        {words::RESTORE}
                    </button>
                </p>
            </div>
            <Input amount value hint change />
        </div>
    }
}

#[component]
fn Input(amount: Amount, value: Memo<u32>, hint: String, change: impl Fn(u32) + Copy + 'static) -> impl IntoView {
    // What the field shows is set again after each change, also when the number stays what it was.
    let shown = RwSignal::new(value.get_untracked().to_string());
    Effect::new(move |_| shown.set(value.get().to_string()));
    let on_change = move |event| {
        let parsed = amount.parse(&event_target_value(&event));
        shown.set(parsed.to_string());
        change(parsed);
    };
    let (least, most) = amount.range;
    let is_brief = amount.unit.len() < BRIEF;
    match amount.control {
        Control::Field => view! {
            <span class="number" class:brief=is_brief>
                <input
                    class="field"
                    type="number"
                    id=amount.id
                    min=least
                    max=most
                    step="1"
                    aria-describedby=hint
                    prop:value=shown
                    on:change=on_change
                />
                <span class="soft">{amount.unit}</span>
            </span>
        }
        .into_any(),
        Control::Slider => view! {
            <span class="number" class:brief=is_brief>
                <input
                    class="slider"
                    type="range"
                    id=amount.id
                    min=least
                    max=most
                    step="5"
                    aria-describedby=hint
                    prop:value=shown
                    on:input=move |event| shown.set(event_target_value(&event))
                    on:change=on_change
                />
                <span class="soft">{shown} " " {amount.unit}</span>
            </span>
        }
        .into_any(),
    }
}

/// The row of a switch.
#[component]
pub(super) fn ToggleRow(toggle: Toggle) -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let is_on = Memo::new(move |_| state.settings.with(toggle.get));
    let usual = if (toggle.get)(&Settings::default()) { words::ON } else { words::OFF };
    view! {
        <div class="row">
            <div class="row-text">
                <h3>{toggle.name} <Note note /></h3>
                <p class="soft">{toggle.why} " " {words::default_of(usual)}</p>
            </div>
            <Switch
                is_on
                label=toggle.name
                on_change=move |on| save(state, note, move |settings| (toggle.set)(settings, on))
            />
        </div>
    }
}

/// "Saved", for a moment.
#[component]
pub(super) fn Note(note: RwSignal<&'static str>) -> impl IntoView {
    view! {
        <span class="note" class:loss-text=move || note.get() == text::NOT_SAVED role="status">
            {note}
        </span>
    }
}

/// Changes something, and says beside it whether that was saved.
pub(super) fn save(state: State, note: RwSignal<&'static str>, change: impl FnOnce(&mut Settings) + 'static) {
    save_then(state, note, change, || {});
}

/// Changes something, and does something more once it is saved.
pub(super) fn save_then(
    state: State,
    note: RwSignal<&'static str>,
    change: impl FnOnce(&mut Settings) + 'static,
    done: impl FnOnce() + 'static,
) {
    spawn_local(async move {
        match state.change(change).await {
            // The view may be gone by now; then there is nowhere to say it.
            Ok(()) => {
                let _ = note.try_set(text::SAVED);
                done();
            }
            Err(error) => {
                let _ = note.try_set(text::NOT_SAVED);
                state.toast_problem(error.message);
            }
        }
        browser::sleep(NOTE_MS).await;
        let _ = note.try_set("");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Amount = Amount {
        id: "limit",
        name: "Limit",
        why: "",
        unit: "MiB",
        range: (0, 100),
        zero: Some("no limit"),
        control: Control::Field,
        get: |settings| settings.rules.vram_mib,
        set: |settings, value| settings.rules.vram_mib = value,
    };

    #[test]
    fn a_default_of_zero_says_what_it_means() {
        assert_eq!(LIMIT.words(LIMIT.default()), "no limit (0)");
        assert_eq!(LIMIT.words(7), "7 MiB");
    }

    #[test]
    fn what_is_typed_stays_in_range_and_nonsense_is_the_default() {
        assert_eq!(LIMIT.parse(" 7 "), 7);
        assert_eq!(LIMIT.parse("700"), 100);
        assert_eq!(LIMIT.parse("-1"), 0);
    }
}
