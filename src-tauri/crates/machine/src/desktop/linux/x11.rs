//! What an X server tells: idle time from its screen saver extension, the active window from the window manager.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::screensaver::ConnectionExt as _;
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, GetPropertyReply, Window};
use x11rb::rust_connection::RustConnection;

use crate::desktop::Area;

/// A server that is gone is looked for this often.
const RETRY: Duration = Duration::from_secs(5);
/// More atoms than any window has in a property that lists them.
const LONGEST: u32 = 64;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        _NET_ACTIVE_WINDOW,
        _NET_WM_PID,
        _NET_WM_STATE,
        _NET_WM_STATE_FULLSCREEN,
        _NET_WM_STATE_MAXIMIZED_HORZ,
        _NET_WM_STATE_MAXIMIZED_VERT,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DESKTOP,
        _NET_WM_WINDOW_TYPE_DOCK,
    }
}

/// The server that `DISPLAY` names, connected while it is there.
pub(super) struct X11 {
    server: Option<Server>,
    tried: Option<Instant>,
}

struct Server {
    connection: RustConnection,
    root: Window,
    atoms: Atoms,
}

impl X11 {
    pub(super) fn new() -> Self {
        Self { server: None, tried: None }
    }

    pub(super) fn input_ago(&mut self) -> Option<Duration> {
        self.ask(Server::input_ago)
    }

    /// `None` where no window manager says which window is active.
    pub(super) fn full_screen(&mut self, ours: &HashSet<u32>) -> Option<bool> {
        self.ask(|server| server.full_screen(ours)).flatten()
    }

    fn ask<T>(&mut self, question: impl FnOnce(&Server) -> Result<T, ReplyError>) -> Option<T> {
        if self.server.is_none() {
            if self.tried.is_some_and(|tried| tried.elapsed() < RETRY) {
                return None;
            }
            self.tried = Some(Instant::now());
            self.server = Server::connect();
        }
        let server = self.server.as_ref()?;
        match server.drop_events().and_then(|()| question(server)) {
            Ok(answer) => Some(answer),
            // A window that went away meanwhile, or a server without the extension.
            Err(ReplyError::X11Error(_) | ReplyError::ConnectionError(ConnectionError::UnsupportedExtension)) => None,
            Err(error) => {
                tracing::debug!(%error, "lost the X server");
                self.server = None;
                None
            }
        }
    }
}

impl Server {
    fn connect() -> Option<Self> {
        let (connection, screen) = x11rb::connect(None).ok()?;
        let root = connection.setup().roots.get(screen)?.root;
        let atoms = Atoms::new(&connection).ok()?.reply().ok()?;
        Some(Self { connection, root, atoms })
    }

    /// A server tells everybody of a new keyboard; nobody else would empty the queue.
    fn drop_events(&self) -> Result<(), ReplyError> {
        while self.connection.poll_for_event()?.is_some() {}
        Ok(())
    }

    fn input_ago(&self) -> Result<Duration, ReplyError> {
        let saver = self.connection.screensaver_query_info(self.root)?.reply()?;
        Ok(Duration::from_millis(saver.ms_since_user_input.into()))
    }

    fn full_screen(&self, ours: &HashSet<u32>) -> Result<Option<bool>, ReplyError> {
        let active = self.property(self.root, self.atoms._NET_ACTIVE_WINDOW, AtomEnum::WINDOW.into())?.reply()?;
        let active = active.value32().and_then(|mut windows| windows.next());
        match active {
            None => Ok(None),
            Some(x11rb::NONE) => Ok(Some(false)),
            Some(window) => match self.covers(window, ours) {
                // It was closed after it was named.
                Err(ReplyError::X11Error(_)) => Ok(Some(false)),
                covered => covered.map(Some),
            },
        }
    }

    /// All questions go out before the first answer is awaited: one round trip.
    fn covers(&self, window: Window, ours: &HashSet<u32>) -> Result<bool, ReplyError> {
        let atoms = &self.atoms;
        let state = self.property(window, atoms._NET_WM_STATE, AtomEnum::ATOM.into())?;
        let kind = self.property(window, atoms._NET_WM_WINDOW_TYPE, AtomEnum::ATOM.into())?;
        let process = self.property(window, atoms._NET_WM_PID, AtomEnum::CARDINAL.into())?;
        let size = self.connection.get_geometry(window)?;
        let corner = self.connection.translate_coordinates(window, self.root, 0, 0)?;
        let screens = self.connection.randr_get_monitors(self.root, true)?;

        let (state, kind, process) = (values(state.reply()?), values(kind.reply()?), values(process.reply()?));
        let (size, corner) = (size.reply()?, corner.reply()?);
        let screens = screens.reply().map(|reply| reply.monitors).unwrap_or_default();

        let desktop = [atoms._NET_WM_WINDOW_TYPE_DESKTOP, atoms._NET_WM_WINDOW_TYPE_DOCK];
        if kind.iter().any(|kind| desktop.contains(kind)) || process.iter().any(|process| ours.contains(process)) {
            return Ok(false);
        }
        let maximized = [atoms._NET_WM_STATE_MAXIMIZED_HORZ, atoms._NET_WM_STATE_MAXIMIZED_VERT];
        if state.contains(&atoms._NET_WM_STATE_FULLSCREEN) {
            return Ok(true);
        }
        if maximized.iter().any(|maximized| state.contains(maximized)) {
            return Ok(false);
        }
        let window = area(corner.dst_x, corner.dst_y, size.width, size.height);
        Ok(screens.iter().any(|screen| window.covers(&area(screen.x, screen.y, screen.width, screen.height))))
    }

    fn property(&self, window: Window, name: Atom, kind: Atom) -> Result<PropertyCookie<'_>, ConnectionError> {
        self.connection.get_property(false, window, name, kind, 0, LONGEST)
    }
}

type PropertyCookie<'a> = x11rb::cookie::Cookie<'a, RustConnection, GetPropertyReply>;

fn values(property: GetPropertyReply) -> Vec<u32> {
    property.value32().map(Iterator::collect).unwrap_or_default()
}

fn area(left: i16, top: i16, width: u16, height: u16) -> Area {
    Area::at(left.into(), top.into(), width.into(), height.into())
}
