//! Short messages at the lower edge, some with a way back.

use leptos::prelude::*;
use opengateway_api::Call;

use super::dismiss::Dismiss;
use crate::state::{State, Toast};
use crate::text;

/// All toasts, the latest lowest.
#[component]
pub(crate) fn Toasts() -> impl IntoView {
    let state = State::get();
    view! {
        <div class="toasts" role="status">
            <For each=move || state.toasts.get() key=|toast| toast.id let:toast>
                <One toast />
            </For>
        </div>
    }
}

#[component]
fn One(toast: Toast) -> impl IntoView {
    let state = State::get();
    let id = toast.id;
    let undo = toast.undo.map(|conversation| {
        let bring_back = move |_| {
            state.order(Call::Restore(conversation));
            state.end_toast(id);
        };
        view! {
            <button type="button" class="button small" data-test="undo" on:click=bring_back>
                {text::UNDO}
            </button>
        }
    });
    view! {
        <div class="toast" class:problem=toast.is_problem data-test="toast">
            <p>{toast.text}</p>
            {undo}
            <Dismiss on_press=move || state.end_toast(id) />
        </div>
    }
}
