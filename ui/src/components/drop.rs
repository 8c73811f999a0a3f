//! The whole window takes model files that are dropped on it.

use leptos::prelude::*;

use super::icon::{Draw, Icon};
use crate::link::FileDrag;
use crate::state::State;
use crate::text;

/// What is shown while a file is over the window.
#[component]
pub(crate) fn DropZone() -> impl IntoView {
    let state = State::get();
    let is_over = RwSignal::new(false);
    state.link().on_file_drag(Box::new(move |drag| {
        is_over.set(drag == FileDrag::Over);
        state.dropped(&drag);
    }));
    view! {
        <Show when=move || is_over.get()>
            <div class="drop" data-test="drop">
                <div>
                    <Draw icon=Icon::Download />
                    <h2>{text::DROP_HERE}</h2>
                    <p>{text::DROP_HINT}</p>
                </div>
            </div>
        </Show>
    }
}
