//! What the login manager knows: whether somebody sits at a graphical session, and what keeps the screen awake.

use std::time::{Duration, SystemTime};

use zbus::zvariant::OwnedObjectPath;

use crate::bus::{Bus, Object};

const LOGIN: Object<'_> = Object {
    service: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
};
const GNOME: Object<'_> = Object {
    service: "org.gnome.SessionManager",
    path: "/org/gnome/SessionManager",
    interface: "org.gnome.SessionManager",
};
const KDE: Object<'_> = Object {
    service: "org.freedesktop.PowerManagement",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
};
/// GNOME's flag for "the session may not become idle".
const GNOME_IDLE: u32 = 8;

/// Whether somebody has logged in at a screen of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Session {
    /// Nobody, or nothing here knows of such sessions.
    None,
    /// Somebody. Their desktop says since when they have been away, if they are.
    Graphical { idle_since: Option<SystemTime> },
}

/// Who has what, for what, why, in which mode, of which user and process.
type Inhibitor = (String, String, String, String, u32, u32);
type Listed = (String, u32, String, String, OwnedObjectPath);

pub(super) fn graphical_session() -> impl FnMut() -> Session {
    let mut bus = Bus::system();
    move || {
        let sessions: Vec<Listed> = bus.call(LOGIN, "ListSessions", &()).unwrap_or_default();
        let graphical: Vec<_> = sessions.iter().filter_map(|(.., path)| idle_since(&mut bus, path.as_str())).collect();
        if graphical.is_empty() {
            return Session::None;
        }
        // All have to be away, and the one who was here last counts.
        let away: Option<Vec<SystemTime>> = graphical.into_iter().collect();
        Session::Graphical { idle_since: away.and_then(|since| since.into_iter().max()) }
    }
}

/// `None` if the session is not an active one of a person at a screen; in it, since when that person has been away.
fn idle_since(bus: &mut Bus, path: &str) -> Option<Option<SystemTime>> {
    let session = Object { path, interface: "org.freedesktop.login1.Session", ..LOGIN };
    let kind: String = bus.property(session, "Type")?;
    let class: String = bus.property(session, "Class")?;
    let active: bool = bus.property(session, "Active")?;
    if !(active && class == "user" && matches!(kind.as_str(), "x11" | "wayland" | "mir")) {
        return None;
    }
    if bus.property(session, "IdleHint") != Some(true) {
        return Some(None);
    }
    let since = bus.property(session, "IdleSinceHint").map(Duration::from_micros);
    Some(since.map(|since| SystemTime::UNIX_EPOCH + since))
}

/// Whether a program other than this one keeps the screen awake, as films and games do; `None` if nobody tells.
pub(super) fn screen_kept_awake() -> impl FnMut() -> Option<bool> {
    let (mut system, mut session) = (Bus::system(), Bus::session());
    move || {
        let inhibitors: Option<Vec<Inhibitor>> = system.call(LOGIN, "ListInhibitors", &());
        let told = [
            inhibitors.map(|inhibitors| inhibitors.iter().any(|one| keeps_awake(one, std::process::id()))),
            session.call(GNOME, "IsInhibited", &GNOME_IDLE),
            session.call(KDE, "HasInhibit", &()),
        ];
        told.into_iter().flatten().reduce(|one, other| one || other)
    }
}

fn keeps_awake((what, _, _, mode, _, process): &Inhibitor, own: u32) -> bool {
    what.split(':').any(|what| what == "idle") && mode == "block" && *process != own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_keeps_the_screen_awake() {
        assert!(keeps_awake(&inhibitor("idle", "block", 7), 1));
        assert!(keeps_awake(&inhibitor("sleep:idle", "block", 7), 1));
    }

    #[test]
    fn a_delay_another_wish_or_our_own_does_not_keep_the_screen_awake() {
        assert!(!keeps_awake(&inhibitor("idle", "delay", 7), 1));
        assert!(!keeps_awake(&inhibitor("sleep:handle-lid-switch", "block", 7), 1));
        assert!(!keeps_awake(&inhibitor("idle", "block", 1), 1));
    }

    fn inhibitor(what: &str, mode: &str, process: u32) -> Inhibitor {
        (what.into(), "player".into(), "film".into(), mode.into(), 1000, process)
    }
}
