//! The hours of the week: ready-made ones, and a grid that is painted with the mouse or the keyboard.

use leptos::ev::{self, KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use opengateway_api::Hours;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::segments::Segments;
use crate::state::hours::{DAYS, HOURS, Preset, is_whole_day, neighbour, way};
use crate::text::rules as words;

/// Column labels; the others would touch.
const LABELLED: u8 = 3;

/// The ready-made hours to choose from.
#[component]
pub(crate) fn Presets(
    #[prop(into)] hours: Signal<Hours>,
    on_change: impl Fn(Hours) + Copy + Send + Sync + 'static,
    /// Distinguishes the choice from others on the page.
    name: &'static str,
) -> impl IntoView {
    let choices = Preset::ALL.map(|preset| (preset, preset.name())).to_vec();
    let chosen = Signal::derive(move || Preset::of(hours.get()));
    view! {
        <Segments choices chosen on_choose=move |preset: Preset| on_change(preset.hours()) name label=words::PRESETS />
    }
}

/// What is being painted.
#[derive(Clone, Copy)]
struct Easel {
    kept: Signal<Hours>,
    /// What the hours will be when the mouse is let go.
    draft: RwSignal<Option<Hours>>,
    /// Whether hours are being added or taken away.
    brush: StoredValue<Option<bool>>,
    /// The hour that the keyboard is at.
    at: RwSignal<(u8, u8)>,
}

impl Easel {
    fn hours(self) -> Hours {
        self.draft.get().unwrap_or_else(|| self.kept.get())
    }

    fn paint(self, (day, hour): (u8, u8), wanted: bool) {
        let mut hours = untrack(|| self.hours());
        if hours.contains(day, hour) != wanted {
            hours.set(day, hour, wanted);
            self.draft.set(Some(hours));
        }
    }

    fn begin(self, cell: (u8, u8)) {
        let wanted = !untrack(|| self.hours()).contains(cell.0, cell.1);
        self.brush.set_value(Some(wanted));
        self.at.set(cell);
        self.paint(cell, wanted);
    }

    fn over(self, cell: (u8, u8)) {
        if let Some(wanted) = self.brush.get_value() {
            way(self.at.get_untracked(), cell).into_iter().for_each(|passed| self.paint(passed, wanted));
            self.at.set(cell);
        }
    }

    /// Puts the brush down; what was painted, if anything.
    fn end(self) -> Option<Hours> {
        self.brush.set_value(None);
        let painted = self.draft.get_untracked()?;
        self.draft.set(None);
        Some(painted)
    }
}

/// Seven rows of 24 hours.
#[component]
pub(crate) fn HoursGrid(
    #[prop(into)] hours: Signal<Hours>,
    on_change: impl Fn(Hours) + Copy + 'static,
) -> impl IntoView {
    let root = NodeRef::<Div>::new();
    let easel =
        Easel { kept: hours, draft: RwSignal::new(None), brush: StoredValue::new(None), at: RwSignal::new((0, 0)) };
    let finish = move || {
        if let Some(painted) = easel.end() {
            on_change(painted);
        }
    };
    let release = window_event_listener(ev::mouseup, move |_| finish());
    on_cleanup(move || release.remove());
    let on_down = move |event: MouseEvent| {
        if let Some(cell) = cell_of(&event).filter(|_| event.button() == 0) {
            easel.begin(cell);
        }
    };
    let on_over = move |event: MouseEvent| {
        if let Some(cell) = cell_of(&event) {
            easel.over(cell);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if press(easel, &event) {
            event.prevent_default();
            finish();
            focus(root, easel.at.get_untracked());
        }
    };
    let switch_day = move |day: u8| {
        let mut hours = hours.get_untracked();
        let wanted = !is_whole_day(hours, day);
        (0..HOURS).for_each(|hour| hours.set(day, hour, wanted));
        on_change(hours);
    };
    view! {
        <div
            node_ref=root
            class="hours"
            role="grid"
            aria-label=words::HOURS_GRID
            aria-multiselectable="true"
            data-test="hours"
            on:mousedown=on_down
            on:mouseover=on_over
            on:keydown=on_key
        >
            <div class="hours-row head" role="row">
                <span role="columnheader" class="hours-day">
                    <span class="unseen">{words::DAY}</span>
                </span>
                {(0..HOURS).map(column).collect_view()}
            </div>
            {(0..DAYS).map(|day| row(easel, day, switch_day)).collect_view()}
        </div>
    }
}

fn column(hour: u8) -> impl IntoView {
    let label = hour.is_multiple_of(LABELLED).then_some(hour);
    view! {
        <span role="columnheader">
            <span class="unseen">{format!("{hour}:00")}</span>
            <span aria-hidden="true">{label}</span>
        </span>
    }
}

fn row(easel: Easel, day: u8, switch_day: impl Fn(u8) + Copy + 'static) -> impl IntoView {
    let at = usize::from(day);
    let (name, short) =
        (words::DAY_NAMES.get(at).copied().unwrap_or_default(), words::SHORT_DAYS.get(at).copied().unwrap_or_default());
    view! {
        <div class="hours-row" role="row">
            <span role="rowheader" class="hours-day">
                <button
                    type="button"
                    title=words::whole_day(name)
                    aria-label=words::whole_day(name)
                    on:click=move |_| switch_day(day)
                >
                    {short}
                </button>
            </span>
            {(0..HOURS).map(|hour| cell(easel, (day, hour), name)).collect_view()}
        </div>
    }
}

fn cell(easel: Easel, own: (u8, u8), day: &'static str) -> impl IntoView {
    let is_welcome = move || easel.hours().contains(own.0, own.1);
    view! {
        <span
            role="gridcell"
            class="hour"
            class:wanted=is_welcome
            title=words::hour_cell(day, own.1)
            aria-label=words::hour_cell(day, own.1)
            aria-selected=move || is_welcome().to_string()
            tabindex=move || if easel.at.get() == own { "0" } else { "-1" }
            data-day=own.0
            data-hour=own.1
        ></span>
    }
}

/// Does what a key in the grid asks for; tells whether it asked for anything.
fn press(easel: Easel, event: &KeyboardEvent) -> bool {
    // The name of a day is a button of its own.
    if event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.tag_name() == "BUTTON")
    {
        return false;
    }
    let at = easel.at.get_untracked();
    let is_welcome = untrack(|| easel.hours()).contains(at.0, at.1);
    let key = event.key();
    if key == " " || key == "Enter" {
        easel.paint(at, !is_welcome);
        return true;
    }
    let Some(next) = neighbour(at, &key) else { return false };
    if event.shift_key() {
        easel.paint(next, is_welcome);
    }
    easel.at.set(next);
    true
}

fn cell_of(event: &MouseEvent) -> Option<(u8, u8)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let number = |name: &str| target.get_attribute(name)?.parse().ok();
    Some((number("data-day")?, number("data-hour")?))
}

fn focus(root: NodeRef<Div>, (day, hour): (u8, u8)) {
    let Some(root) = root.get_untracked() else { return };
    let found = root.query_selector(&format!("[data-day='{day}'][data-hour='{hour}']")).ok().flatten();
    if let Some(cell) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // A cell that cannot be focused is not drawn; nothing is lost.
        let _ = cell.focus();
    }
}
