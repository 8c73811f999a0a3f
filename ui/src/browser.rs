//! The small door to the browser: storage, time, clipboard, focus.

use std::time::Duration;

use js_sys::{Date, Promise};
use leptos::prelude::{RwSignal, Set, on_cleanup, request_animation_frame, set_interval_with_handle, set_timeout};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, FocusEvent, HtmlElement, Node, Storage, Window};

use crate::format::Clock;

/// The window this runs in.
pub(crate) fn window() -> Window {
    web_sys::window().expect("the ui runs in a window")
}

/// The page.
pub(crate) fn document() -> Document {
    window().document().expect("a window has a document")
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What was stored under this name, if anything.
pub(crate) fn stored(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Stores a value; an empty one is removed. A full or forbidden storage loses it, which costs a draft at most.
pub(crate) fn store(name: &str, value: &str) {
    let Some(storage) = storage() else { return };
    let _ = if value.is_empty() { storage.remove_item(name) } else { storage.set_item(name, value) };
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now_ms() -> f64 {
    Date::now()
}

/// What is to be added to UTC to get local time, in milliseconds.
pub(crate) fn local_offset_ms() -> f64 {
    -Date::new_0().get_timezone_offset() * 60_000.0
}

/// The local clock as it stands.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for a long time")]
pub(crate) fn clock() -> Clock {
    Clock { now_ms: now_ms() as i64, offset_ms: local_offset_ms() as i64 }
}

/// The local clock, told anew each second for as long as the component that asks for it lives.
pub(crate) fn ticking() -> RwSignal<Clock> {
    let now = RwSignal::new(clock());
    every(1_000, move || now.set(clock()));
    now
}

/// Runs `action` again and again for as long as the component that asks for it lives.
pub(crate) fn every(ms: u64, action: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(action, Duration::from_millis(ms)) {
        on_cleanup(move || handle.clear());
    }
}

/// Runs `action` later.
pub(crate) fn after(ms: u64, action: impl FnOnce() + 'static) {
    set_timeout(action, Duration::from_millis(ms));
}

/// Runs `action` before the next frame is painted.
pub(crate) fn next_frame(action: impl FnOnce() + 'static) {
    request_animation_frame(action);
}

/// Waits.
pub(crate) async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(promise).await;
}

/// Puts text on the clipboard; tells whether it got there.
pub(crate) async fn copy(text: String) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok()
}

/// The first element that matches.
pub(crate) fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Moves the focus to the first element that matches, once it is there.
pub(crate) fn focus(selector: &'static str) {
    next_frame(move || {
        if let Some(element) = find(selector).and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Brings the first element that matches to the top of what scrolls, once it is there.
pub(crate) fn scroll_to(selector: &'static str) {
    next_frame(move || {
        if let Some(element) = find(selector) {
            element.scroll_into_view();
        }
    });
}

/// Gives the focus to the first element that matches if what had it is gone.
pub(crate) fn rescue_focus(selector: &'static str) {
    next_frame(move || {
        let is_lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        if is_lost {
            focus(selector);
        }
    });
}

/// Whether the focus goes out of the element that listens.
pub(crate) fn has_left(event: &FocusEvent) -> bool {
    let inside = event.current_target().and_then(|root| root.dyn_into::<Node>().ok());
    let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
    !inside.is_some_and(|inside| inside.contains(next.as_ref()))
}

/// Moves the focus by `step` among the elements that match inside `root`; stays at the ends.
pub(crate) fn step_focus(root: &Element, selector: &str, step: i32) {
    let Ok(list) = root.query_selector_all(selector) else {
        return;
    };
    let active = document().active_element();
    let items: Vec<HtmlElement> =
        (0..list.length()).filter_map(|at| list.item(at)).filter_map(|node| node.dyn_into().ok()).collect();
    let at = items.iter().position(|item| active.as_ref().is_some_and(|focused| focused.is_same_node(Some(item))));
    let last = items.len().saturating_sub(1);
    let next = match (at, step) {
        (None, _) => 0,
        (Some(at), step) if step < 0 => at.saturating_sub(1),
        (Some(at), _) => (at + 1).min(last),
    };
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}

/// A property of a JavaScript object; `undefined` when there is none.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Whether this is an Apple machine, where ⌘ takes the place of Ctrl.
pub(crate) fn is_apple() -> bool {
    window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"))
}

/// How this machine calls a key.
pub(crate) fn key_name(key: &'static str) -> &'static str {
    match key {
        "Ctrl" if is_apple() => "⌘",
        other => other,
    }
}

/// Whether the window is so narrow that the style sheet lays the list of chats over the chat.
pub(crate) fn is_narrow() -> bool {
    window().match_media("(max-width: 760px)").ok().flatten().is_some_and(|query| query.matches())
}
