//! Something that is asked of the node from one place on the page: whether it is under way, and why it was refused.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Call, Error};

use super::State;

/// One place's question. It ends with its place; a reply that comes later is still learned from.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    state: State,
    last: StoredValue<Option<Call>>,
    pub(crate) is_busy: RwSignal<bool>,
    pub(crate) refused: RwSignal<Option<Error>>,
}

impl Attempt {
    pub(crate) fn new() -> Self {
        Self {
            state: State::get(),
            last: StoredValue::new(None),
            is_busy: RwSignal::new(false),
            refused: RwSignal::new(None),
        }
    }

    /// Asks; what is learned goes to the state, a refusal stays here.
    pub(crate) fn ask(self, call: Call) {
        self.ask_then(call, || {});
    }

    /// Asks unless an answer is still on its way: what a button does. A button that is switched off meanwhile would lose
    /// the focus.
    pub(crate) fn press(self, call: Call) {
        if !self.is_busy.get_untracked() {
            self.ask(call);
        }
    }

    /// Asks, and does something more when it was done.
    pub(crate) fn ask_then(self, call: Call, done: impl FnOnce() + 'static) {
        self.last.set_value(Some(call.clone()));
        self.is_busy.set(true);
        spawn_local(async move {
            let replied = self.state.call(call).await;
            // The place may be gone by now; then nobody waits for either.
            let _ = self.is_busy.try_set(false);
            let _ = self.refused.try_set(replied.as_ref().err().cloned());
            if let Ok(reply) = replied {
                self.state.learn(reply);
                done();
            }
        });
    }

    /// Asks the same once more.
    pub(crate) fn again(self) {
        if let Some(call) = self.last.get_value() {
            self.ask(call);
        }
    }
}
