//! The whole window: rail, list, view, strip, and what lies above them.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use opengateway_api::Theme;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::components::conversations::Conversations;
use crate::components::drop::DropZone;
use crate::components::notices::Notices;
use crate::components::rail::{MARK, Rail};
use crate::components::shortcuts::Shortcuts;
use crate::components::strip::Strip;
use crate::components::toasts::Toasts;
use crate::state::{Stage, State, View};
use crate::views::chat::ChatView;
use crate::views::contribute::ContributeView;
use crate::views::models::ModelsView;
use crate::views::network::NetworkView;
use crate::views::settings::SettingsView;
use crate::views::wallet::WalletView;
use crate::{browser, demo, link, text};

/// The whole window.
#[component]
pub(crate) fn App() -> impl IntoView {
    let state = State::new(link::connect());
    provide_context(state);
    if let Some(view) = demo::first_view() {
        state.view.set(view);
    }
    state.attach();
    show_theme(state);
    mark_ready(state);
    let keys = window_event_listener(ev::keydown, move |event| on_key(state, &event));
    on_cleanup(move || keys.remove());
    follow_address(state);
    let turns = window_event_listener(ev::hashchange, move |_| follow_address(state));
    on_cleanup(move || turns.remove());

    let has_begun = Memo::new(move |_| state.status.with(Option::is_some));
    let has_list = Memo::new(move |_| state.view.get() == View::Chat && state.list_shown.get());
    view! {
        <div class="app">
            <Rail />
            <Show when=move || has_list.get()>
                <Conversations />
            </Show>
            <main>
                <Notices />
                {move || match (has_begun.get(), state.view.get()) {
                    (false, _) => view! { <Starting /> }.into_any(),
                    (true, View::Chat) => view! { <ChatView /> }.into_any(),
                    (true, View::Models) => view! { <ModelsView /> }.into_any(),
                    (true, View::Contribute) => view! { <ContributeView /> }.into_any(),
                    (true, View::Network) => view! { <NetworkView /> }.into_any(),
                    (true, View::Wallet) => view! { <WalletView /> }.into_any(),
                    (true, View::Settings) => view! { <SettingsView /> }.into_any(),
                }}
            </main>
            <Strip />
        </div>
        <Toasts />
        <Shortcuts />
        <DropZone />
        <div class="unseen" role="status" aria-live="polite">
            {state.spoken}
        </div>
    }
}

/// Before anything is known of the node; seen only when that takes a moment.
#[component]
fn Starting() -> impl IntoView {
    view! {
        <div class="starting" role="status">
            <div class="mark large" aria-hidden="true" inner_html=MARK></div>
            <p class="soft">{text::CONNECTING}</p>
        </div>
    }
}

/// Shows the view that the address names: so the tray opens it. The name goes, or it could not be asked for twice.
fn follow_address(state: State) {
    let location = browser::window().location();
    let view = match location.hash().unwrap_or_default().as_str() {
        "#settings" => View::Settings,
        "#wallet" => View::Wallet,
        _ => return,
    };
    state.go(view);
    let _ = location.set_hash("");
}

/// Sets the colours, and remembers them so that the next window opens in them.
fn show_theme(state: State) {
    let theme = Memo::new(move |_| state.settings.with(|settings| settings.theme));
    Effect::new(move |_| {
        if state.stage.get() == Stage::Connecting {
            return;
        }
        let name = match theme.get() {
            Theme::System => "",
            Theme::Dark => "dark",
            Theme::Light => "light",
        };
        browser::store("theme", name);
        let Some(root) = browser::document().document_element() else {
            return;
        };
        let _ =
            if name.is_empty() { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", name) };
    });
}

/// Tells the page, and tests, that the first snapshot is shown.
fn mark_ready(state: State) {
    let is_ready = Memo::new(move |_| state.stage.get() == Stage::Ready);
    Effect::new(move |_| {
        if is_ready.get()
            && let Some(root) = browser::document().document_element()
        {
            let _ = root.set_attribute("data-ready", "true");
        }
    });
}

fn on_key(state: State, event: &KeyboardEvent) {
    let control = event.ctrl_key() || event.meta_key();
    let key = event.key().to_lowercase();
    match (control, event.shift_key(), key.as_str()) {
        (true, false, "n") => state.new_chat(),
        (true, false, "k") => {
            state.view.set(View::Chat);
            state.list_shown.set(true);
            browser::focus("#search");
        }
        (true, false, "b") => state.list_shown.update(|shown| *shown = !*shown),
        (true, false, ",") => state.go(View::Settings),
        (true, true, "c") => state.go(View::Contribute),
        (true, true, "n") => state.go(View::Network),
        (true, true, "b") => state.go(View::Wallet),
        (true, true, "m") => state.go(View::Models),
        (false, _, "?") if !is_typing(event) => state.shortcuts_shown.set(true),
        (false, false, "escape") if state.shortcuts_shown.get_untracked() => state.shortcuts_shown.set(false),
        (false, false, "escape") if state.view.get_untracked() == View::Chat => state.stop(),
        (false, false, "escape") => state.go(View::Chat),
        _ => return,
    }
    event.prevent_default();
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.matches("input, textarea, select").unwrap_or(false))
}
