//! The section about the network: how far it reaches, who may read prompts, and how it is joined.

use leptos::prelude::*;
use opengateway_api::{Privacy, Settings};

use super::field::{Amount, AmountRow, Control, Note, Toggle, ToggleRow, save};
use super::friends::Friends;
use super::list::{List, ListRow};
use crate::components::segments::Segments;
use crate::state::State;
use crate::state::network::{privacy, scope, scopes};
use crate::text::network as words;

const OTHER_MODELS: Toggle = Toggle {
    name: words::OTHER_MODELS,
    why: words::OTHER_MODELS_WHY,
    get: |settings| settings.network.other_models,
    set: |settings, on| settings.network.other_models = on,
};

const SERVE: Toggle = Toggle {
    name: words::SERVE,
    why: words::SERVE_WHY,
    get: |settings| settings.network.serve_bootstrap,
    set: |settings, on| settings.network.serve_bootstrap = on,
};

const PORT: Amount = Amount {
    id: "port",
    name: words::PORT,
    why: words::PORT_WHY,
    unit: "",
    range: (0, 65_535),
    zero: Some(words::PORT_ZERO),
    control: Control::Field,
    get: |settings| settings.network.port.into(),
    set: |settings, value| settings.network.port = u16::try_from(value).unwrap_or(u16::MAX),
};

const BOOTSTRAP: List = List {
    test: "bootstrap",
    name: words::BOOTSTRAP,
    why: words::BOOTSTRAP_WHY,
    field: words::BOOTSTRAP_FIELD,
    example: words::BOOTSTRAP_EXAMPLE,
    get: |settings| &settings.network.bootstrap,
    edit: |settings| &mut settings.network.bootstrap,
};

/// The section.
#[component]
pub(super) fn Network() -> impl IntoView {
    view! {
        <h2 class="section-title" id="network" tabindex="-1">{words::NETWORK}</h2>
        <p class="section-lead soft">{words::SECTION_LEAD}</p>
        <div class="card rows">
            <ScopeChoice />
            <PrivacyChoice />
            <Friends />
            <ToggleRow toggle=OTHER_MODELS />
        </div>
        <h3 class="group-title">{words::JOINING}</h3>
        <div class="card rows">
            <ListRow list=BOOTSTRAP />
            <ToggleRow toggle=SERVE />
            <AmountRow amount=PORT />
        </div>
    }
}

#[component]
fn ScopeChoice() -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let set = Memo::new(move |_| state.settings.with(|settings| settings.network.scope));
    let now = Memo::new(move |_| state.network.with(|network| network.scope));
    let choices = Memo::new(move |_| scopes(set.get()));
    let differs = move || (set.get() != now.get()).then(|| words::scope_now(scope(now.get())));
    let choose = move |scope| save(state, note, move |settings: &mut Settings| settings.network.scope = scope);
    view! {
        <div class="row wrap">
            <div class="row-text">
                <h3>{words::SCOPE} <Note note /></h3>
                <p class="soft">{words::SCOPE_WHY} " " {differs}</p>
            </div>
            <Segments
                choices
                chosen=Signal::derive(move || Some(set.get()))
                on_choose=choose
                name="scope"
                label=words::SCOPE
            />
        </div>
    }
}

#[component]
fn PrivacyChoice() -> impl IntoView {
    let state = State::get();
    let note = RwSignal::new("");
    let set = Memo::new(move |_| state.settings.with(|settings| settings.network.privacy));
    let choose = move |class| save(state, note, move |settings: &mut Settings| settings.network.privacy = class);
    let choice = move |class: Privacy| {
        let (name, means) = privacy(class);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="privacy"
                    prop:checked=move || set.get() == class
                    on:change=move |_| choose(class)
                />
                <span>{name} " " <span class="soft">{means}</span></span>
            </label>
        }
    };
    view! {
        <div class="row tall">
            <div class="row-text">
                <h3 id="privacy">{words::PRIVACY} <Note note /></h3>
                <p class="soft">{words::PRIVACY_WHY}</p>
            </div>
            <div class="choices" role="radiogroup" aria-labelledby="privacy">
                {Privacy::ALL.map(choice).into_iter().collect_view()}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_sets_what_it_shows() {
        let mut settings = Settings::default();

        (PORT.set)(&mut settings, 4_001);
        (SERVE.set)(&mut settings, true);
        (OTHER_MODELS.set)(&mut settings, true);
        (BOOTSTRAP.edit)(&mut settings).push("/ip4/10.0.0.2/udp/4001/quic-v1".to_owned());

        assert_eq!((PORT.get)(&settings), 4_001);
        assert!((SERVE.get)(&settings) && (OTHER_MODELS.get)(&settings));
        assert_eq!((BOOTSTRAP.get)(&settings).len(), 1);
    }

    #[test]
    fn nothing_about_the_network_is_left_out() {
        // Two switches, a number and a list; three have controls of their own: reach, privacy and friends.
        let network = serde_json::to_value(Settings::default().network).unwrap();

        assert_eq!(network.as_object().unwrap().len(), 4 + 3);
    }
}
