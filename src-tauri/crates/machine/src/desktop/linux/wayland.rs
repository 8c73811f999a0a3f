//! What a Wayland compositor tells: idle time by ext-idle-notify, full-screen windows by wlr-foreign-toplevel.
//!
//! The compositor writes events into our socket; a reading takes what has come and never waits.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wayland_client::backend::{ObjectId, WaylandError};
use wayland_client::protocol::{wl_callback, wl_registry, wl_seat};
use wayland_client::{
    Connection, Dispatch, DispatchError, EventQueue, Proxy, QueueHandle, delegate_noop, event_created_child,
};
use wayland_protocols::ext::idle_notify::v1::client::{ext_idle_notification_v1, ext_idle_notifier_v1};
use wayland_protocols_wlr::foreign_toplevel::v1::client::{
    zwlr_foreign_toplevel_handle_v1, zwlr_foreign_toplevel_manager_v1,
};

/// The owner is here until this long after the last input. Below it we cannot tell and need not.
const SHORTEST_IDLE_MS: u32 = 1000;
const RETRY: Duration = Duration::from_secs(5);
const FIRST: Duration = Duration::from_millis(50);
/// A compositor does not say to which process a window belongs, only to which application.
const OUR_APPLICATION: &str = "opengateway";

/// An answer that a compositor may never give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told<T> {
    Known(T),
    NotYet,
    Never,
}

/// The compositor that `WAYLAND_DISPLAY` names, connected while it is there.
pub(super) struct Wayland {
    link: Option<(EventQueue<Seen>, Seen)>,
    tried: Option<Instant>,
}

impl Wayland {
    pub(super) fn new() -> Self {
        Self { link: None, tried: None }
    }

    pub(super) fn input_ago(&mut self) -> Told<Duration> {
        match self.seen() {
            Some(seen) if seen.idle.is_empty() => {
                if seen.complete {
                    Told::Never
                } else {
                    Told::NotYet
                }
            }
            Some(seen) => Told::Known(seen.input_ago(Instant::now())),
            None => Told::NotYet,
        }
    }

    /// `None` where the compositor does not tell.
    pub(super) fn full_screen(&mut self) -> Option<bool> {
        let seen = self.seen()?;
        seen.lists_windows.then(|| seen.windows.values().any(Toplevel::covers))
    }

    fn seen(&mut self) -> Option<&Seen> {
        if self.link.is_none() && self.tried.is_none_or(|tried| tried.elapsed() >= RETRY) {
            self.tried = Some(Instant::now());
            self.link = connect();
        }
        let (queue, seen) = self.link.as_mut()?;
        let taken = if seen.complete { take_events(queue, seen, Duration::ZERO) } else { take_first(queue, seen) };
        if let Err(error) = taken {
            tracing::debug!(%error, "lost the Wayland compositor");
            self.link = None;
        }
        self.link.as_ref().map(|(_, seen)| seen)
    }
}

fn connect() -> Option<(EventQueue<Seen>, Seen)> {
    let connection = Connection::connect_to_env().ok()?;
    let queue = connection.new_event_queue();
    let display = connection.display();
    display.get_registry(&queue.handle(), ());
    // Answered after all that is in the registry.
    display.sync(&queue.handle(), ());
    Some((queue, Seen::default()))
}

/// What a compositor can tell comes within a millisecond; only one that hangs makes us wait as long as this.
fn take_first(queue: &mut EventQueue<Seen>, seen: &mut Seen) -> Result<(), DispatchError> {
    let begun = Instant::now();
    while !seen.complete && begun.elapsed() < FIRST {
        take_events(queue, seen, FIRST.saturating_sub(begun.elapsed()))?;
    }
    Ok(())
}

fn take_events(queue: &mut EventQueue<Seen>, seen: &mut Seen, wait: Duration) -> Result<(), DispatchError> {
    queue.dispatch_pending(seen)?;
    flush(queue)?;
    if let Some(guard) = queue.prepare_read() {
        if !wait.is_zero() {
            let socket = PollFd::from_borrowed_fd(guard.connection_fd(), PollFlags::IN);
            // If it fails, there is nothing to read below.
            let _ = poll(&mut [socket], Timespec::try_from(wait).ok().as_ref());
        }
        match guard.read() {
            Err(WaylandError::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            read => drop(read?),
        }
    }
    queue.dispatch_pending(seen)?;
    flush(queue)
}

fn flush(queue: &EventQueue<Seen>) -> Result<(), DispatchError> {
    match queue.flush() {
        Err(WaylandError::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
        flushed => Ok(flushed?),
    }
}

/// What the compositor has said so far.
#[derive(Default)]
struct Seen {
    /// Whether all of the registry has come.
    complete: bool,
    notifier: Option<ext_idle_notifier_v1::ExtIdleNotifierV1>,
    /// Seats that are not watched yet, by their name in the registry.
    seats: Vec<(u32, wl_seat::WlSeat)>,
    /// For each watched seat, since when it has been idle.
    idle: HashMap<u32, Option<Instant>>,
    lists_windows: bool,
    windows: HashMap<ObjectId, Toplevel>,
}

#[derive(Default)]
struct Toplevel {
    application: String,
    full_screen: bool,
    active: bool,
}

impl Seen {
    fn input_ago(&self, now: Instant) -> Duration {
        let ago = |idle: &Option<Instant>| idle.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        self.idle.values().map(ago).min().unwrap_or_default()
    }

    /// Seats and the notifier come in any order.
    fn watch_seats(&mut self, queue: &QueueHandle<Self>) {
        let Some(notifier) = &self.notifier else { return };
        for (name, seat) in self.seats.drain(..) {
            if notifier.version() >= 2 {
                // Where it can be had, what keeps the screen awake does not count as input.
                notifier.get_input_idle_notification(SHORTEST_IDLE_MS, &seat, queue, name);
            } else {
                notifier.get_idle_notification(SHORTEST_IDLE_MS, &seat, queue, name);
            }
            self.idle.insert(name, None);
        }
    }
}

impl Toplevel {
    fn covers(&self) -> bool {
        self.full_screen && self.active && !self.application.to_lowercase().contains(OUR_APPLICATION)
    }

    fn states(&mut self, states: &[u8]) {
        let has = |wanted: zwlr_foreign_toplevel_handle_v1::State| {
            states.chunks_exact(4).any(|state| state == (wanted as u32).to_ne_bytes())
        };
        self.full_screen = has(zwlr_foreign_toplevel_handle_v1::State::Fullscreen);
        self.active = has(zwlr_foreign_toplevel_handle_v1::State::Activated);
    }
}

impl Dispatch<wl_registry::WlRegistry, ()> for Seen {
    fn event(
        seen: &mut Self,
        registry: &wl_registry::WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        let (name, interface, version) = match event {
            wl_registry::Event::Global { name, interface, version } => (name, interface, version),
            wl_registry::Event::GlobalRemove { name } => {
                seen.idle.remove(&name);
                return;
            }
            _ => return,
        };
        if interface == ext_idle_notifier_v1::ExtIdleNotifierV1::interface().name {
            seen.notifier = Some(registry.bind(name, version.min(2), queue, ()));
        } else if interface == wl_seat::WlSeat::interface().name {
            seen.seats.push((name, registry.bind(name, 1, queue, ())));
        } else if interface == zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1::interface().name {
            // Full screen is told since version 2.
            if version >= 2 {
                let _: zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1 =
                    registry.bind(name, 2, queue, ());
                seen.lists_windows = true;
            }
        }
        seen.watch_seats(queue);
    }
}

impl Dispatch<wl_callback::WlCallback, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &wl_callback::WlCallback,
        _: wl_callback::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        seen.complete = true;
    }
}

impl Dispatch<ext_idle_notification_v1::ExtIdleNotificationV1, u32> for Seen {
    fn event(
        seen: &mut Self,
        _: &ext_idle_notification_v1::ExtIdleNotificationV1,
        event: ext_idle_notification_v1::Event,
        seat: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let shortest = Duration::from_millis(SHORTEST_IDLE_MS.into());
        let now = Instant::now();
        let idle = matches!(event, ext_idle_notification_v1::Event::Idled);
        // A seat that is gone no longer counts.
        if let Some(since) = seen.idle.get_mut(seat) {
            *since = idle.then(|| now.checked_sub(shortest).unwrap_or(now));
        }
    }
}

impl Dispatch<zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1, ()> for Seen {
    fn event(
        seen: &mut Self,
        _: &zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1,
        event: zwlr_foreign_toplevel_manager_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            zwlr_foreign_toplevel_manager_v1::Event::Toplevel { toplevel } => {
                seen.windows.insert(toplevel.id(), Toplevel::default());
            }
            // The compositor has ended the list: from now on it does not tell.
            _ => seen.lists_windows = false,
        }
    }

    event_created_child!(Seen, zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1, [
        zwlr_foreign_toplevel_manager_v1::EVT_TOPLEVEL_OPCODE =>
            (zwlr_foreign_toplevel_handle_v1::ZwlrForeignToplevelHandleV1, ())
    ]);
}

impl Dispatch<zwlr_foreign_toplevel_handle_v1::ZwlrForeignToplevelHandleV1, ()> for Seen {
    fn event(
        seen: &mut Self,
        handle: &zwlr_foreign_toplevel_handle_v1::ZwlrForeignToplevelHandleV1,
        event: zwlr_foreign_toplevel_handle_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use zwlr_foreign_toplevel_handle_v1::Event;
        let window = seen.windows.entry(handle.id()).or_default();
        match event {
            Event::AppId { app_id } => window.application = app_id,
            Event::State { state } => window.states(&state),
            Event::Closed => {
                seen.windows.remove(&handle.id());
                handle.destroy();
            }
            _ => {}
        }
    }
}

delegate_noop!(Seen: ext_idle_notifier_v1::ExtIdleNotifierV1);
delegate_noop!(Seen: ignore wl_seat::WlSeat);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_covers_the_screen_while_it_is_full_screen_and_active() {
        let mut window = Toplevel { application: "game".into(), ..Toplevel::default() };

        let covers = [vec![3, 2], vec![3], vec![0, 2]].map(|states: Vec<u32>| {
            window.states(&states.iter().flat_map(|state| state.to_ne_bytes()).collect::<Vec<_>>());
            window.covers()
        });

        assert_eq!(covers, [true, false, false]);
    }

    #[test]
    fn our_own_window_does_not_count() {
        let window = Toplevel { application: "OpenGateway-desktop".into(), full_screen: true, active: true };

        assert!(!window.covers());
    }

    #[test]
    fn a_seat_in_use_means_that_the_owner_is_here() {
        let now = Instant::now();
        let since = now.checked_sub(Duration::from_secs(60));
        let seats =
            |seats: &[Option<Instant>]| Seen { idle: (0..).zip(seats.iter().copied()).collect(), ..Seen::default() };

        let ago = [seats(&[since]), seats(&[since, None])].map(|seen| seen.input_ago(now));

        assert_eq!(ago, [Duration::from_secs(60), Duration::ZERO]);
    }
}
