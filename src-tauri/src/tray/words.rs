//! What the menu says: in its first line what the node does and why, and further down the balance.

use opengateway_api::{Activity, Contribution, Credits, Mode, Reason, SignalKind, Unpayable, Wallet};

/// What is said of this; without an activity there is no node.
pub(super) fn header(activity: Option<&Activity>, contribution: &Contribution) -> String {
    match activity {
        None => "OpenGateway could not start".into(),
        Some(Activity::Broken { .. }) => "The engine cannot run".into(),
        Some(Activity::Loading { model, .. }) => format!("Loading {model}…"),
        Some(Activity::Answering { model, answers: 1 }) => format!("Answering — {model}"),
        Some(Activity::Answering { model, answers }) => format!("Answering {answers} prompts — {model}"),
        Some(Activity::Restarting) => "The engine is starting…".into(),
        Some(Activity::Idle | Activity::Ready { .. }) => lending(contribution),
    }
}

fn lending(contribution: &Contribution) -> String {
    match contribution.mode {
        Mode::Off => "Ready".into(),
        Mode::Contributing if contribution.jobs.is_empty() => "Contributing — waiting for work".into(),
        Mode::Contributing => format!("Contributing — {}", jobs(contribution.jobs.len())),
        Mode::Finishing => format!("Finishing {}", jobs(contribution.jobs.len())),
        Mode::Paused => paused(contribution.until_ms),
        Mode::Waiting => format!("Waiting — {}", why(&contribution.reason)),
    }
}

fn jobs(count: usize) -> String {
    if count == 1 { "one job".into() } else { format!("{count} jobs") }
}

fn paused(until_ms: Option<i64>) -> String {
    let time = until_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let Some(time) = time else { return "Paused until you resume".into() };
    format!("Paused until {}", time.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M"))
}

/// Why this PC is not lent now.
fn why(reason: &Reason) -> String {
    let why = match reason {
        Reason::App(name) => return format!("{name} is running"),
        Reason::Clear | Reason::Owner => "you said so",
        Reason::Yielded => "it has just yielded to you",
        Reason::Woke => "this PC has just woken up",
        Reason::NoSensors => "this PC's sensors do not answer",
        Reason::Signal(kind) => match kind {
            SignalKind::OwnChat => "your own chat comes first",
            SignalKind::Apps => "a listed program is running",
            SignalKind::FullScreen => "a program covers the screen",
            SignalKind::Input => "you are here",
            SignalKind::Gamepad => "you are playing",
            SignalKind::Vram => "the graphics memory is in use",
            SignalKind::Heat => "the graphics card is hot",
            SignalKind::Power => "on battery",
            SignalKind::Cpu => "other programs are not quiet yet",
            SignalKind::Gpu => "the graphics card is not quiet yet",
            SignalKind::Hours => "outside your hours",
            SignalKind::Disk => "the disk is nearly full",
            SignalKind::Network => "the network is metered",
        },
    };
    why.into()
}

/// What can be spent; nothing before it is known, or while this PC has no name to be paid by.
pub(super) fn balance(wallet: &Wallet) -> Option<String> {
    let is_read = wallet.unpayable.is_some() || wallet.least != Credits::ZERO;
    let is_known = is_read && wallet.unpayable != Some(Unpayable::NoIdentity);
    is_known.then(|| format!("Token balance: {}", grouped(wallet.spendable.floor())))
}

/// A whole number with groups of three.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut groups: Vec<&str> = Vec::new();
    let mut rest = digits.as_str();
    while let Some((head, tail)) =
        rest.split_at_checked(rest.len().saturating_sub(3)).filter(|(head, _)| !head.is_empty())
    {
        groups.push(tail);
        rest = head;
    }
    groups.push(rest);
    groups.reverse();
    format!("{}{}", if number < 0 { "−" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    use opengateway_api::ModelId;

    use super::*;

    #[test]
    fn the_owners_own_answers_are_named_first() {
        let answering = Activity::Answering { model: ModelId::starter(), answers: 3 };
        let lent = Contribution { mode: Mode::Contributing, ..Contribution::default() };

        assert_eq!(header(Some(&answering), &lent), "Answering 3 prompts — starter");
        assert_eq!(header(Some(&Activity::Idle), &lent), "Contributing — waiting for work");
    }

    #[test]
    fn a_pause_says_how_long() {
        let paused = |until_ms| Contribution { mode: Mode::Paused, until_ms, ..Contribution::default() };

        assert_eq!(header(Some(&Activity::Idle), &paused(None)), "Paused until you resume");
        assert!(header(Some(&Activity::Idle), &paused(Some(0))).starts_with("Paused until "));
    }

    #[test]
    fn waiting_names_the_game() {
        let reason = Reason::App("Hades".into());
        let waiting = Contribution { mode: Mode::Waiting, reason, ..Contribution::default() };

        assert_eq!(header(Some(&Activity::Idle), &waiting), "Waiting — Hades is running");
    }

    #[test]
    fn the_balance_is_whole_grouped_and_known() {
        let wallet = |micro| Wallet { spendable: Credits(micro), least: Credits::whole(1_000), ..Wallet::default() };
        let nameless = Wallet { unpayable: Some(Unpayable::NoIdentity), ..wallet(0) };

        assert_eq!(balance(&wallet(1_234_567_900_000)).as_deref(), Some("Token balance: 1,234,567"));
        assert_eq!(balance(&wallet(-1_000_500_000)).as_deref(), Some("Token balance: −1,001"));
        assert_eq!(balance(&wallet(640_000_000)).as_deref(), Some("Token balance: 640"));
        assert_eq!([balance(&nameless), balance(&Wallet::default())], [None, None]);
    }
}
