//! A tray for tests: owns the name that icons look for, and reads and clicks their menus as a desktop does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, connection::Builder, interface, message::Header};

use crate::desktop::until;

/// The icons that have registered: their bus names.
#[derive(Default, Clone)]
struct Watcher(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let path = if service.starts_with('/') { service } else { "/StatusNotifierItem" };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{sender}{path}"));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// A line of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What a click names.
    pub id: i32,
    /// What is written on it; empty for a separator.
    pub label: String,
    /// Whether it has a tick; `None` if it is no switch.
    pub ticked: Option<bool>,
    /// The lines below it.
    pub lines: Vec<Line>,
}

impl Line {
    fn read(layout: Layout) -> Result<Self> {
        let (id, properties, children) = layout;
        let text = |name| properties.get(name).and_then(|value: &OwnedValue| String::try_from(value.clone()).ok());
        let number = |name| properties.get(name).and_then(|value: &OwnedValue| i32::try_from(value.clone()).ok());
        let ticked = text("toggle-type").and(number("toggle-state")).map(|state| state == 1);
        let lines = children.into_iter().map(|child| Self::read(Value::from(child).downcast()?));
        Ok(Self { id, label: text("label").unwrap_or_default(), ticked, lines: lines.collect::<Result<_>>()? })
    }

    /// The line that is written so, here or below.
    pub fn find<'a>(lines: &'a [Self], label: &str) -> Option<&'a Self> {
        lines.iter().find_map(|line| if line.label == label { Some(line) } else { Self::find(&line.lines, label) })
    }
}

/// A tray on a session bus.
pub struct Tray {
    bus: Connection,
    watcher: Watcher,
}

/// A menu's node as `com.canonical.dbusmenu` sends it: id, properties, children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Tray {
    /// # Errors
    /// When the bus does not answer.
    pub async fn on(address: &str) -> Result<Self> {
        let watcher = Watcher::default();
        let bus = Builder::address(address)?
            .serve_at("/StatusNotifierWatcher", watcher.clone())?
            .name(WATCHER)?
            .build()
            .await?;
        Ok(Self { bus, watcher })
    }

    /// The menu of the first icon, as soon as there is one.
    ///
    /// # Errors
    /// When no icon comes, or its menu cannot be read.
    pub async fn menu(&self) -> Result<Vec<Line>> {
        let (owner, path) = self.icon().await?;
        let arguments = (0_i32, -1_i32, Vec::<String>::new());
        let reply = self.bus.call_method(Some(owner), path, Some(MENU), "GetLayout", &arguments).await?;
        let (_revision, root): (u32, Layout) = reply.body().deserialize()?;
        Ok(Line::read(root)?.lines)
    }

    /// Clicks on the line that is written so.
    ///
    /// # Errors
    /// When there is none, or the icon does not answer.
    pub async fn click(&self, label: &str) -> Result<()> {
        let menu = self.menu().await?;
        let line = Line::find(&menu, label).with_context(|| format!("the menu has no {label}"))?;
        let (owner, path) = self.icon().await?;
        let arguments = (line.id, "clicked", Value::from(0_i32), 0_u32);
        self.bus.call_method(Some(owner), path, Some(MENU), "Event", &arguments).await?;
        Ok(())
    }

    /// The icons are forgotten, as by a desktop whose panel starts again; they register anew when they notice.
    ///
    /// # Errors
    /// When the bus does not answer.
    pub async fn restart(&self) -> Result<()> {
        self.bus.release_name(WATCHER).await?;
        self.watcher.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.bus.request_name(WATCHER).await?;
        Ok(())
    }

    /// The bus name of the last icon and the path of its menu.
    async fn icon(&self) -> Result<(String, String)> {
        let icons = || async { self.watcher.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned() };
        let icon = until("an icon in the tray", icons).await?;
        let (owner, path) = icon.split_once('/').context("an icon has a path")?;
        Ok((owner.to_owned(), format!("/{path}/Menu")))
    }
}

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const MENU: &str = "com.canonical.dbusmenu";
