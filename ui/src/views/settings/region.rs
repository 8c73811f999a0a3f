//! Where this PC is: found out, one of seven regions, or a cloud region's code. The node says what it refuses.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::Region;

use super::field::Note;
use crate::browser;
use crate::state::State;
use crate::state::machine::{place, region};
use crate::text;
use crate::text::rules as words;

const NOTE_MS: u64 = 2_000;
/// The choice that opens the field for a code.
const CODE: &str = "code";

/// Whether settings hold something else than a region of the list.
fn is_code(value: &str) -> bool {
    !value.is_empty() && Region::ALL.iter().all(|known| known.to_string() != value)
}

#[derive(Clone, Copy)]
struct Form {
    state: State,
    note: RwSignal<&'static str>,
    refused: RwSignal<Option<String>>,
    /// Whether a code is typed, although settings may not hold one yet.
    types: RwSignal<bool>,
    /// The code, also when it was refused.
    code: RwSignal<String>,
}

impl Form {
    fn choose(self, choice: &str) {
        self.refused.set(None);
        self.types.set(choice == CODE);
        if choice == CODE {
            browser::focus("#region-code");
        } else {
            self.save(choice.to_owned());
        }
    }

    fn save(self, value: String) {
        spawn_local(async move {
            let refused = self.state.change(move |settings| settings.region = value).await.err();
            // The view may be gone by now; then there is nowhere to say it.
            let _ = self.note.try_set(if refused.is_none() { text::SAVED } else { text::NOT_SAVED });
            let _ = self.refused.try_set(refused.map(|error| error.message));
            browser::after(NOTE_MS, move || {
                let _ = self.note.try_set("");
            });
        });
    }
}

/// The row.
#[component]
pub(super) fn RegionChoice() -> impl IntoView {
    let state = State::get();
    let kept = state.settings.with_untracked(|settings| settings.region.clone());
    let form = Form {
        state,
        note: RwSignal::new(""),
        refused: RwSignal::new(None),
        types: RwSignal::new(is_code(&kept)),
        code: RwSignal::new(if is_code(&kept) { kept } else { String::new() }),
    };
    let value = Memo::new(move |_| state.settings.with(|settings| settings.region.clone()));
    let chosen = move || if form.types.get() { CODE.to_owned() } else { value.get() };
    let now = move || {
        let (name, source) = state.hardware.with(|hardware| place(hardware.region));
        (!source.is_empty()).then(|| words::region_now(name, source))
    };
    view! {
        <div class="row tall">
            <div class="row-line">
                <div class="row-text">
                    <h3>
                        <label for="region">{words::REGION}</label>
                        <Note note=form.note />
                    </h3>
                    <p class="soft" id="region-why">{words::REGION_WHY} " " {now}</p>
                </div>
                <select
                    class="field select"
                    id="region"
                    aria-describedby="region-why"
                    data-test="region"
                    prop:value=chosen
                    on:change=move |event| form.choose(&event_target_value(&event))
                >
                    <option value="">{words::REGION_AUTO}</option>
                    {Region::ALL
                        .map(|known| {
                            view! { <option value=known.to_string()>{region(known)}</option> }
                        })
                        .collect_view()}
                    <option value=CODE>{words::REGION_CODE}</option>
                </select>
            </div>
            <Show when=move || form.types.get()>
                <input
                    class="field mono"
                    id="region-code"
                    type="text"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=words::REGION_EXAMPLE
                    aria-label=words::REGION_FIELD
                    aria-invalid=move || form.refused.with(Option::is_some).to_string()
                    prop:value=form.code
                    on:input=move |event| form.code.set(event_target_value(&event))
                    on:change=move |event| form.save(event_target_value(&event).trim().to_owned())
                />
            </Show>
            {move || form.refused.get().map(|why| view! { <p class="loss-text" role="alert">{why}</p> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_written_as_the_node_reads_them() {
        for known in Region::ALL {
            assert_eq!(serde_json::to_value(known).unwrap(), known.to_string());
        }
    }

    #[test]
    fn only_what_is_not_in_the_list_is_a_code() {
        assert!(!is_code("") && !is_code("europe"));
        assert!(is_code("us-east-1"));
    }
}
