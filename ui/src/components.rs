//! Pieces that views are composed of.

pub(crate) mod answer;
pub(crate) mod chart;
pub(crate) mod composer;
pub(crate) mod conversations;
pub(crate) mod copy;
pub(crate) mod drop;
pub(crate) mod hours;
pub(crate) mod icon;
pub(crate) mod notices;
pub(crate) mod pause;
pub(crate) mod picker;
pub(crate) mod prose;
pub(crate) mod question;
pub(crate) mod rail;
pub(crate) mod refusal;
pub(crate) mod shortcuts;
pub(crate) mod signals;
pub(crate) mod strip;
pub(crate) mod switch;
pub(crate) mod thread;
pub(crate) mod timeline;
pub(crate) mod toasts;
pub(crate) mod versions;
