//! Words of the first run.

pub(crate) const TITLE: &str = "Getting started";
pub(crate) const SKIP: &str = "Skip";
pub(crate) const SKIP_ALL: &str = "Skip all";
pub(crate) const DONE: &str = "Done";

pub(crate) const MODEL: &str = "Get a real model";
pub(crate) const MODEL_TEXT: &str =
    "Starter is a toy that is here so that you can begin at once. A real model is one file of a few gigabytes.";
pub(crate) const MODEL_GO: &str = "Choose a model";

pub(crate) const LEND: &str = "Contribute while idle";
pub(crate) const LEND_TEXT: &str = "While you are away, this PC works through prompts that you queue, and through peers’ once you join the \
                                    network. That costs electricity and some warmth. It stops the moment you are back, \
                                    and always for games.";
pub(crate) const LEND_GO: &str = "Switch on";
pub(crate) const LEND_HOURS: &str = "Hours";
pub(crate) const LEND_CORES: &str = "Processor, at most";
pub(crate) const LEND_MEMORY: &str = "Memory, at most";
pub(crate) const LEND_DISK: &str = "Disk that stays free";
pub(crate) const LEND_OFF: &str = "It stays off unless you switch it on. You can change all of this in Settings.";

pub(crate) const LOGIN: &str = "Start when I log in";
pub(crate) const LOGIN_TEXT: &str =
    "OpenGateway then waits in the tray, with its window closed, and answers at once when you open it.";
pub(crate) const LOGIN_GO: &str = "Start at login";
pub(crate) const LOGIN_ON: &str = "It starts when you log in.";
pub(crate) const LOGIN_UNKNOWN: &str = "This system does not say how; its own settings do.";

pub(crate) fn step_of(at: usize, count: usize) -> String {
    format!("Step {at} of {count}")
}
