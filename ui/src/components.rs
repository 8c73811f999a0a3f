//! Pieces that views are composed of.

pub(crate) mod answer;
pub(crate) mod composer;
pub(crate) mod conversations;
pub(crate) mod drop;
pub(crate) mod icon;
pub(crate) mod notices;
pub(crate) mod picker;
pub(crate) mod prose;
pub(crate) mod question;
pub(crate) mod rail;
pub(crate) mod shortcuts;
pub(crate) mod strip;
pub(crate) mod thread;
pub(crate) mod toasts;
pub(crate) mod versions;
