//! Linux has four kinds of desktop to ask: X11, Wayland with the protocols for it, GNOME, and none at all.

mod logind;
mod terminals;
mod wayland;
mod x11;

use std::collections::HashSet;
use std::env;
use std::time::Duration;

use self::logind::Session;
use self::terminals::Terminals;
use self::wayland::{Told, Wayland};
use self::x11::X11;
use crate::asked::Asked;
use crate::bus::{Bus, Object};

/// How long a reading waits for a program on the bus.
const WAIT: Duration = Duration::from_millis(50);
/// Something that keeps the screen awake does so for minutes.
const AWAKE_FOR: Duration = Duration::from_secs(2);
const SESSIONS_FOR: Duration = Duration::from_secs(10);

pub(crate) struct Desktop {
    kind: Kind,
    /// Under Wayland, most games still are X11 programs.
    x11: Option<X11>,
}

enum Kind {
    X11,
    Wayland {
        compositor: Box<Wayland>,
        mutter: Asked<Option<Duration>>,
        awake: Asked<Option<bool>>,
    },
    /// No display was given to us. Either there is none, or we run as a service beside somebody's desktop.
    Terminals {
        terminals: Terminals,
        sessions: Asked<Session>,
    },
}

impl Desktop {
    pub(crate) fn new() -> Self {
        let given = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let x11 = given("DISPLAY").then(X11::new);
        let kind = match (given("WAYLAND_DISPLAY") || given("WAYLAND_SOCKET"), &x11) {
            (true, _) => Kind::Wayland {
                compositor: Box::new(Wayland::new()),
                mutter: Asked::new("idle time", Duration::ZERO, Duration::from_secs(1), mutter_idle()),
                awake: Asked::new("kept awake", AWAKE_FOR, AWAKE_FOR * 3, logind::screen_kept_awake()),
            },
            (false, Some(_)) => Kind::X11,
            (false, None) => Kind::Terminals {
                terminals: Terminals::default(),
                sessions: Asked::new("sessions", SESSIONS_FOR, SESSIONS_FOR * 3, logind::graphical_session()),
            },
        };
        Self { kind, x11 }
    }

    pub(crate) fn input_ago(&mut self) -> Option<Duration> {
        match &mut self.kind {
            Kind::X11 => self.x11.as_mut()?.input_ago(),
            Kind::Wayland { compositor, mutter, .. } => match compositor.input_ago() {
                Told::Known(ago) => Some(ago),
                Told::NotYet => None,
                Told::Never => mutter.within(WAIT).flatten(),
            },
            Kind::Terminals { terminals, sessions } => match sessions.within(WAIT)? {
                Session::Graphical { idle_since } => {
                    Some(idle_since.map_or(Duration::ZERO, |since| since.elapsed().unwrap_or_default()))
                }
                Session::None => Some(terminals.input_ago().unwrap_or_else(uptime)),
            },
        }
    }

    pub(crate) fn full_screen(&mut self, ours: &HashSet<u32>) -> Option<bool> {
        match &mut self.kind {
            Kind::X11 => self.x11.as_mut()?.full_screen(ours),
            Kind::Wayland { compositor, awake, .. } => {
                if let Some(covered) = compositor.full_screen() {
                    return Some(covered);
                }
                let game = self.x11.as_mut().and_then(|x11| x11.full_screen(ours));
                if game == Some(true) { game } else { awake.within(WAIT).flatten() }
            }
            Kind::Terminals { sessions, .. } => (sessions.within(WAIT)? == Session::None).then_some(false),
        }
    }

    pub(crate) fn missing(&mut self, ours: &HashSet<u32>) -> Vec<String> {
        let mut missing = Vec::new();
        if self.input_ago().is_none() {
            missing.push("time since the last input: the desktop does not tell".into());
        }
        if self.full_screen(ours).is_none() {
            missing.push("full-screen programs: the desktop does not tell".into());
        }
        missing
    }
}

/// GNOME tells the idle time on the session bus only.
fn mutter_idle() -> impl FnMut() -> Option<Duration> {
    let mut bus = Bus::session();
    let monitor = Object {
        service: "org.gnome.Mutter.IdleMonitor",
        path: "/org/gnome/Mutter/IdleMonitor/Core",
        interface: "org.gnome.Mutter.IdleMonitor",
    };
    move || bus.call(monitor, "GetIdletime", &()).map(Duration::from_millis)
}

/// With no terminal at all, nobody has typed anything since the machine started.
fn uptime() -> Duration {
    Duration::from_secs(sysinfo::System::uptime().unwrap_or(0))
}
