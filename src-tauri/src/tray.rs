//! The tray menu: a plain function from the node's state to what is shown, and something dumb that draws it.

use opengateway_api::Activity;
use tauri::image::Image;
use tauri::menu::{MenuBuilder, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

/// Names the entries that do something.
pub(crate) const OPEN: &str = "open";
pub(crate) const QUIT: &str = "quit";

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The first line of the menu.
    pub(crate) header: String,
    pub(crate) icon: Icon,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Idle,
    Busy,
    Problem,
}

/// What the tray shows while the node does this; `None` is no node.
pub(crate) fn picture(activity: Option<&Activity>) -> Picture {
    let (header, icon) = match activity {
        None => ("OpenGateway could not start".into(), Icon::Problem),
        Some(Activity::Idle) => ("Idle".into(), Icon::Idle),
        Some(Activity::Ready { model }) => (format!("Ready — {model}"), Icon::Idle),
        Some(Activity::Loading { model, .. }) => (format!("Loading {model}…"), Icon::Busy),
        Some(Activity::Answering { model, answers: 1 }) => (format!("Answering — {model}"), Icon::Busy),
        Some(Activity::Answering { model, answers }) => (format!("Answering {answers} prompts — {model}"), Icon::Busy),
        Some(Activity::Restarting) => ("The engine is starting…".into(), Icon::Busy),
        Some(Activity::Broken { .. }) => ("The engine cannot run".into(), Icon::Problem),
    };
    Picture { header, icon }
}

/// Puts the icon into the tray. Without a tray host it is invisible and harmless.
pub(crate) fn show(app: &AppHandle, picture: &Picture) -> tauri::Result<TrayIcon<Wry>> {
    let tray = TrayIconBuilder::with_id("main").tooltip("OpenGateway").icon(image(picture.icon)?);
    tray.menu(&menu(app, picture)?).show_menu_on_left_click(true).build(app)
}

/// Draws a changed picture.
pub(crate) fn redraw(app: &AppHandle, tray: &TrayIcon<Wry>, picture: &Picture) -> tauri::Result<()> {
    tray.set_icon(Some(image(picture.icon)?))?;
    tray.set_menu(Some(menu(app, picture)?))
}

fn menu(app: &AppHandle, picture: &Picture) -> tauri::Result<tauri::menu::Menu<Wry>> {
    let header = MenuItemBuilder::with_id("state", &picture.header).enabled(false).build(app)?;
    MenuBuilder::new(app).item(&header).separator().text(OPEN, "Open OpenGateway").text(QUIT, "Quit").build()
}

fn image(icon: Icon) -> tauri::Result<Image<'static>> {
    Image::from_bytes(match icon {
        Icon::Idle => include_bytes!("../../icons/tray-idle.png"),
        Icon::Busy => include_bytes!("../../icons/tray-busy.png"),
        Icon::Problem => include_bytes!("../../icons/tray-problem.png"),
    })
}

#[cfg(test)]
mod tests {
    use opengateway_api::ModelId;

    use super::*;

    #[test]
    fn the_header_says_what_the_node_does() {
        let answering = Activity::Answering { model: ModelId::starter(), answers: 3 };

        assert_eq!(picture(Some(&answering)).header, "Answering 3 prompts — starter");
        assert_eq!(picture(None).icon, Icon::Problem);
    }
}
