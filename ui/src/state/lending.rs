//! Modes, reasons and signals of lending in words, as plain functions: what the strip, the head of the Contribute view,
//! the timeline and the list of signals say.

use opengateway_api::{Contribution, Finding, Mode, Order, Pause, Reason, Rules, SignalKind, Span};

use super::describe::Tone;
use crate::format::{self, Clock};
use crate::text;
use crate::text::lending as words;

/// What is said of lending at the head of its view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Headline {
    pub(crate) tone: Tone,
    /// What this PC does and why.
    pub(crate) what: String,
    /// What comes next.
    pub(crate) then: String,
}

/// The head of the Contribute view.
pub(crate) fn headline(lent: &Contribution, rules: &Rules, clock: Clock) -> Headline {
    let what = match (lent.mode, &lent.reason) {
        (Mode::Off, _) => words::HEAD_OFF.to_owned(),
        (Mode::Waiting, Reason::Clear | Reason::Owner) => words::HEAD_BEGINS.to_owned(),
        (Mode::Contributing, Reason::Owner) => words::HEAD_NOW.to_owned(),
        (Mode::Contributing, _) => words::HEAD_CONTRIBUTING.to_owned(),
        (Mode::Finishing, Reason::Owner | Reason::Clear) => words::HEAD_FINISHING.to_owned(),
        (Mode::Paused, Reason::Owner | Reason::Clear) => words::HEAD_PAUSED.to_owned(),
        (mode, why) => words::because(name(mode), &reason(why)),
    };
    Headline { tone: tone(lent.mode), what, then: then(lent, rules, clock) }
}

fn then(lent: &Contribution, rules: &Rules, clock: Clock) -> String {
    match (lent.mode, lent.until_ms) {
        (Mode::Off, _) => words::THEN_OFF.to_owned(),
        (Mode::Finishing, _) => words::jobs_end_first(lent.jobs.len()),
        (Mode::Waiting | Mode::Paused, Some(until)) if until > clock.now_ms => {
            words::resumes_in(&clock.left(until), &clock.moment(until))
        }
        (Mode::Paused, _) => words::THEN_RESUME.to_owned(),
        (Mode::Waiting, _) => then_begins(&lent.reason, rules),
        (Mode::Contributing, _) => {
            let stops = if lent.reason == Reason::Owner { words::THEN_STOPS_FOR_GAMES } else { words::THEN_STOPS };
            format!("{} {stops}", words::since(&clock.moment(lent.since_ms)))
        }
    }
}

/// When lending begins if what stands against it goes away.
fn then_begins(reason: &Reason, rules: &Rules) -> String {
    match reason {
        Reason::Signal(SignalKind::Input | SignalKind::Gamepad) => words::begins_after(rules.idle_minutes),
        Reason::Signal(SignalKind::Cpu | SignalKind::Gpu) => words::begins_calm(rules.calm_seconds),
        Reason::Signal(SignalKind::Hours) => words::THEN_HOURS.to_owned(),
        Reason::Signal(SignalKind::Disk) => words::THEN_DISK.to_owned(),
        Reason::NoSensors => words::THEN_SENSORS.to_owned(),
        Reason::Clear | Reason::Owner => words::THEN_CLEAR.to_owned(),
        Reason::App(_)
        | Reason::Signal(
            SignalKind::Apps | SignalKind::FullScreen | SignalKind::Vram | SignalKind::Heat | SignalKind::Power,
        ) => words::resumes_after(rules.resume_minutes),
        Reason::Signal(SignalKind::OwnChat | SignalKind::Network) | Reason::Yielded | Reason::Woke => {
            words::THEN_MOMENT.to_owned()
        }
    }
}

/// What the strip says of lending; nothing while it is off.
pub(crate) fn strip_line(lent: &Contribution, clock: Clock) -> Option<(Tone, String)> {
    let words = match (lent.mode, lent.until_ms) {
        (Mode::Off, _) => return None,
        (Mode::Contributing | Mode::Finishing, _) => words::strip_jobs(name(lent.mode), lent.jobs.len()),
        (Mode::Waiting | Mode::Paused, Some(until)) if until > clock.now_ms => {
            words::strip_until(name(lent.mode), &clock.moment(until))
        }
        (Mode::Paused, _) => words::STRIP_PAUSED.to_owned(),
        (Mode::Waiting, _) if matches!(lent.reason, Reason::Clear | Reason::Owner) => words::STRIP_BEGINS.to_owned(),
        (Mode::Waiting, _) => format!("{}: {}", name(lent.mode), reason(&lent.reason)),
    };
    Some((tone(lent.mode), words))
}

/// A stretch of the timeline in one line.
pub(crate) fn stretch_words(span: &Span, clock: Clock) -> String {
    let until = span.until_ms.map_or_else(|| words::UNTIL_NOW.to_owned(), |until| clock.time(until));
    let mode = name(span.mode).to_lowercase();
    let what = match (&span.reason, span.mode) {
        (Reason::Clear | Reason::Owner, _) | (_, Mode::Off) => mode,
        (why, _) => format!("{mode}: {}", reason(why)),
    };
    words::stretch(&clock.time(span.from_ms), &until, &what)
}

/// The colour of a mode.
pub(crate) fn tone(mode: Mode) -> Tone {
    match mode {
        Mode::Off => Tone::Quiet,
        Mode::Contributing | Mode::Finishing => Tone::Alive,
        Mode::Waiting | Mode::Paused => Tone::Waiting,
    }
}

/// What a mode is called.
pub(crate) fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Off => words::OFF,
        Mode::Waiting => words::WAITING,
        Mode::Contributing => words::CONTRIBUTING,
        Mode::Finishing => words::FINISHING,
        Mode::Paused => words::PAUSED,
    }
}

/// How the style sheet calls a mode.
pub(crate) fn class(mode: Mode) -> &'static str {
    match mode {
        Mode::Off => "off",
        Mode::Waiting => "held",
        Mode::Contributing => "lent",
        Mode::Finishing => "ending",
        Mode::Paused => "paused",
    }
}

/// A reason as the end of a sentence.
pub(crate) fn reason(reason: &Reason) -> String {
    let words = match reason {
        Reason::App(name) => return words::app(name),
        Reason::Clear => words::CLEAR,
        Reason::Owner => words::OWNER,
        Reason::Yielded => words::YIELDED,
        Reason::Woke => words::WOKE,
        Reason::NoSensors => words::NO_SENSORS,
        Reason::Signal(kind) => against(*kind),
    };
    words.to_owned()
}

/// A signal that stands against lending.
fn against(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::OwnChat => words::OWN_CHAT,
        SignalKind::Apps => words::APPS,
        SignalKind::FullScreen => words::FULL_SCREEN,
        SignalKind::Input => words::INPUT,
        SignalKind::Gamepad => words::GAMEPAD,
        SignalKind::Vram => words::VRAM,
        SignalKind::Heat => words::HEAT,
        SignalKind::Power => words::POWER,
        SignalKind::Cpu => words::CPU,
        SignalKind::Gpu => words::GPU,
        SignalKind::Hours => words::HOURS,
        SignalKind::Disk => words::DISK,
        SignalKind::Network => words::NETWORK,
    }
}

/// What a signal is called.
pub(crate) fn signal(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::OwnChat => words::SIGNAL_OWN_CHAT,
        SignalKind::Apps => words::SIGNAL_APPS,
        SignalKind::FullScreen => words::SIGNAL_FULL_SCREEN,
        SignalKind::Input => words::SIGNAL_INPUT,
        SignalKind::Gamepad => words::SIGNAL_GAMEPAD,
        SignalKind::Vram => words::SIGNAL_VRAM,
        SignalKind::Heat => words::SIGNAL_HEAT,
        SignalKind::Power => words::SIGNAL_POWER,
        SignalKind::Cpu => words::SIGNAL_CPU,
        SignalKind::Gpu => words::SIGNAL_GPU,
        SignalKind::Hours => words::SIGNAL_HOURS,
        SignalKind::Disk => words::SIGNAL_DISK,
        SignalKind::Network => words::SIGNAL_NETWORK,
    }
}

/// What a finding means, and its colour.
pub(crate) fn finding(finding: Finding) -> (Tone, &'static str) {
    match finding {
        Finding::Allows => (Tone::Alive, words::ALLOWS),
        Finding::Forbids => (Tone::Waiting, words::FORBIDS),
        Finding::Missing => (Tone::Quiet, words::MISSING),
        Finding::MissingForbids => (Tone::Waiting, words::MISSING_FORBIDS),
        Finding::Ignored => (Tone::Quiet, words::IGNORED),
    }
}

/// How far a job has come: model, text tokens, since when.
pub(crate) fn job_facts(model: &str, text_tokens: u32, since: &str) -> String {
    let tokens = format!("{} {}", format::whole(text_tokens.into()), text::TEXT_TOKENS);
    [model, &tokens, &words::job_since(since)].join(" · ")
}

/// An order as a button, and what else it explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) order: Order,
}

/// The orders that make sense now, the likeliest first; pausing has a menu of its own.
pub(crate) fn acts(lent: &Contribution) -> Vec<Act> {
    let act = |label, order| Act { label, hint: "", order };
    let now = Act { hint: words::NOW_HINT, ..act(words::NOW, Order::Now) };
    let resume = act(words::RESUME, Order::Resume);
    let finish = act(words::FINISH, Order::Finish);
    match (lent.mode, &lent.reason) {
        (Mode::Off, _) => Vec::new(),
        (Mode::Waiting, _) => vec![now],
        (Mode::Contributing, Reason::Owner) => vec![act(words::TO_THE_RULES, Order::Resume), finish],
        (Mode::Contributing, _) => vec![finish],
        (Mode::Finishing, Reason::Owner) => vec![resume],
        (Mode::Finishing, _) => Vec::new(),
        (Mode::Paused, _) => vec![resume],
    }
}

/// How long a pause may be chosen to last.
pub(crate) const PAUSES: [(&str, Pause); 4] = [
    (words::HALF_HOUR, Pause::Minutes(30)),
    (words::TWO_HOURS, Pause::Minutes(120)),
    (words::UNTIL_TOMORROW, Pause::Tomorrow),
    (words::UNTIL_RESUMED, Pause::Forever),
];

/// Whether lending was never tried: then the view invites.
pub(crate) fn is_untried(lent: &Contribution) -> bool {
    !lent.on
        && lent.days.iter().all(|day| day.seconds == 0 && day.jobs == 0)
        && lent.timeline.iter().all(|span| span.mode == Mode::Off)
}

#[cfg(test)]
mod tests;
