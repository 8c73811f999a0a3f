//! A button and the options that it opens below itself. Arrow keys go through them, Escape closes.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::browser;

/// Every option that can be chosen.
const OPTIONS: &str = ".option:not(:disabled)";

/// What the options are to a screen reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    Menu,
    List,
}

impl Opens {
    fn role(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::List => "listbox",
        }
    }
}

/// The button with what it opens.
#[component]
pub(crate) fn Popup(
    is_open: RwSignal<bool>,
    opens: Opens,
    /// What the style sheet calls all of it, and its button.
    class: (&'static str, &'static str),
    test: &'static str,
    #[prop(optional)] title: &'static str,
    /// What the button shows.
    #[prop(into)]
    face: ViewFn,
    /// What it opens: elements of the class `option`, wherever they are.
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let children = StoredValue::new(children);
    let open = move || {
        is_open.set(true);
        focus_choice();
    };
    let on_key = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Escape" if is_open.get_untracked() => {
                is_open.set(false);
                button.get_untracked().map(|button| button.focus());
                event.stop_propagation();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if !is_open.get_untracked() {
            open();
        } else if let Some(root) = root.get_untracked() {
            browser::step_focus(&root, OPTIONS, step);
        }
    };
    let on_leave = move |event| {
        if browser::has_left(&event) {
            is_open.set(false);
        }
    };
    view! {
        <div class=class.0 node_ref=root on:focusout=on_leave on:keydown=on_key>
            <button
                type="button"
                class=class.1
                node_ref=button
                data-test=test
                aria-haspopup=opens.role()
                aria-expanded=move || is_open.get().to_string()
                title=(!title.is_empty()).then_some(title)
                on:click=move |_| if is_open.get_untracked() { is_open.set(false) } else { open() }
            >
                {face.run()}
            </button>
            <Show when=move || is_open.get()>
                <div class="popover">{children.with_value(|children| children())}</div>
            </Show>
        </div>
    }
}

/// What is chosen has the focus first, or else the first option.
fn focus_choice() {
    browser::focus(".popover .option:not(:disabled)");
    browser::focus(".popover [aria-selected=true]");
}
