//! The tray: a plain function from the node's state to what is shown, and something dumb that draws it.

mod words;

use std::borrow::Cow;

use opengateway_api::{Activity, Contribution, Mode, Order, Pause, Wallet};
use tauri::image::Image;
use tauri::menu::{CheckMenuItemBuilder, IsMenuItem, Menu, MenuItemBuilder, PredefinedMenuItem, SubmenuBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

/// What a click on an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Shows the window.
    Open,
    /// Shows the window's settings.
    Settings,
    /// Shows the window's wallet.
    Wallet,
    /// Tells the node what its owner wants.
    Order(Order),
    /// Ends the app.
    Quit,
}

/// Names every act for the window system, which knows texts only.
const ACTS: [(&str, Act); 13] = [
    ("open", Act::Open),
    ("settings", Act::Settings),
    ("wallet", Act::Wallet),
    ("quit", Act::Quit),
    ("on", Act::Order(Order::On)),
    ("off", Act::Order(Order::Off)),
    ("now", Act::Order(Order::Now)),
    ("resume", Act::Order(Order::Resume)),
    ("finish", Act::Order(Order::Finish)),
    ("pause-30", Act::Order(Order::Pause(Pause::Minutes(30)))),
    ("pause-120", Act::Order(Order::Pause(Pause::Minutes(120)))),
    ("pause-tomorrow", Act::Order(Order::Pause(Pause::Tomorrow))),
    ("pause-forever", Act::Order(Order::Pause(Pause::Forever))),
];

/// What the entry of that name does.
pub(crate) fn act(name: &str) -> Option<Act> {
    ACTS.iter().find(|(known, _)| *known == name).map(|(_, act)| *act)
}

/// What the node tells the tray.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shown {
    /// `None` is no node.
    pub(crate) activity: Option<Activity>,
    pub(crate) contribution: Contribution,
    pub(crate) wallet: Wallet,
}

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) icon: Icon,
    pub(crate) menu: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Off,
    Waiting,
    Contributing,
    Paused,
    Answering,
    Problem,
}

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Words that do nothing.
    Words(String),
    Line(Act, Cow<'static, str>),
    Check(Act, &'static str, bool),
    Menu(&'static str, Vec<Entry>),
    Separator,
}

/// What the tray shows of this.
pub(crate) fn picture(shown: &Shown) -> Picture {
    let Shown { activity, contribution, wallet } = shown;
    let mut menu = vec![Entry::Words(words::header(activity.as_ref(), contribution)), Entry::Separator];
    menu.push(line(Act::Open, "Open OpenGateway"));
    let balance = activity.as_ref().and_then(|_| words::balance(wallet));
    menu.extend(balance.map(|balance| Entry::Line(Act::Wallet, balance.into())));
    if activity.is_some() {
        menu.push(Entry::Separator);
        menu.extend(lending(contribution));
        menu.extend([Entry::Separator, line(Act::Settings, "Settings")]);
    }
    menu.push(line(Act::Quit, "Quit"));
    Picture { icon: icon(activity.as_ref(), contribution.mode), menu }
}

fn line(act: Act, label: &'static str) -> Entry {
    Entry::Line(act, label.into())
}

fn lending(contribution: &Contribution) -> Vec<Entry> {
    let Contribution { on, mode, .. } = contribution;
    let switch = if *on { Order::Off } else { Order::On };
    let mut menu = vec![Entry::Check(Act::Order(switch), "Contribute while idle", *on)];
    if *mode == Mode::Paused {
        menu.push(line(Act::Order(Order::Resume), "Resume"));
        return menu;
    }
    if !matches!(mode, Mode::Contributing | Mode::Finishing) {
        menu.push(line(Act::Order(Order::Now), "Contribute now"));
    }
    if *mode != Mode::Off {
        menu.push(Entry::Menu("Pause", pauses()));
    }
    if *mode == Mode::Contributing {
        menu.push(line(Act::Order(Order::Finish), "Finish current, then pause"));
    }
    menu
}

fn pauses() -> Vec<Entry> {
    let pause = |pause, label| line(Act::Order(Order::Pause(pause)), label);
    vec![
        pause(Pause::Minutes(30), "30 minutes"),
        pause(Pause::Minutes(120), "2 hours"),
        pause(Pause::Tomorrow, "Until tomorrow"),
        pause(Pause::Forever, "Until I resume"),
    ]
}

fn icon(activity: Option<&Activity>, mode: Mode) -> Icon {
    match (activity, mode) {
        (None | Some(Activity::Broken { .. }), _) => Icon::Problem,
        (Some(Activity::Answering { .. } | Activity::Loading { .. }), _) => Icon::Answering,
        (_, Mode::Off) => Icon::Off,
        (_, Mode::Waiting) => Icon::Waiting,
        (_, Mode::Contributing | Mode::Finishing) => Icon::Contributing,
        (_, Mode::Paused) => Icon::Paused,
    }
}

/// Puts the icon into the tray. Without a tray host it is invisible and harmless.
pub(crate) fn show(app: &AppHandle, picture: &Picture) -> tauri::Result<TrayIcon<Wry>> {
    let tray = TrayIconBuilder::with_id("main").tooltip("OpenGateway").icon(image(picture.icon)?);
    tray.menu(&menu(app, &picture.menu)?).show_menu_on_left_click(true).build(app)
}

/// Draws a changed picture.
pub(crate) fn redraw(app: &AppHandle, tray: &TrayIcon<Wry>, picture: &Picture) -> tauri::Result<()> {
    tray.set_icon(Some(image(picture.icon)?))?;
    tray.set_menu(Some(menu(app, &picture.menu)?))
}

fn menu(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for entry in entries {
        menu.append(item(app, entry)?.as_ref())?;
    }
    Ok(menu)
}

fn item(app: &AppHandle, entry: &Entry) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
    Ok(match entry {
        Entry::Words(words) => Box::new(MenuItemBuilder::with_id("words", words).enabled(false).build(app)?),
        Entry::Line(act, label) => Box::new(MenuItemBuilder::with_id(name(*act), label).build(app)?),
        Entry::Check(act, label, on) => {
            Box::new(CheckMenuItemBuilder::with_id(name(*act), label).checked(*on).build(app)?)
        }
        Entry::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        Entry::Menu(label, entries) => {
            let menu = SubmenuBuilder::new(app, label).build()?;
            for entry in entries {
                menu.append(item(app, entry)?.as_ref())?;
            }
            Box::new(menu)
        }
    })
}

fn name(act: Act) -> &'static str {
    ACTS.iter().find(|(_, known)| *known == act).map_or("open", |(name, _)| name)
}

fn image(icon: Icon) -> tauri::Result<Image<'static>> {
    Image::from_bytes(match icon {
        Icon::Off => include_bytes!("../../icons/tray-idle.png"),
        Icon::Waiting => include_bytes!("../../icons/tray-waiting.png"),
        Icon::Contributing => include_bytes!("../../icons/tray-contributing.png"),
        Icon::Paused => include_bytes!("../../icons/tray-paused.png"),
        Icon::Answering => include_bytes!("../../icons/tray-busy.png"),
        Icon::Problem => include_bytes!("../../icons/tray-problem.png"),
    })
}

#[cfg(test)]
mod tests {
    use opengateway_api::Credits;

    use super::*;

    fn shown(mode: Mode) -> Shown {
        let contribution = Contribution { on: mode != Mode::Off, mode, ..Contribution::default() };
        let wallet = Wallet { spendable: Credits::whole(1_340), least: Credits::whole(1_000), ..Wallet::default() };
        Shown { activity: Some(Activity::Idle), contribution, wallet }
    }

    fn acts(entries: &[Entry]) -> Vec<Act> {
        entries
            .iter()
            .flat_map(|entry| match entry {
                Entry::Line(act, _) | Entry::Check(act, ..) => vec![*act],
                Entry::Menu(_, entries) => acts(entries),
                Entry::Words(_) | Entry::Separator => Vec::new(),
            })
            .collect()
    }

    #[test]
    fn every_entry_has_a_name_of_its_own_that_leads_back_to_its_act() {
        for mode in [Mode::Off, Mode::Waiting, Mode::Contributing, Mode::Finishing, Mode::Paused] {
            for wanted in acts(&picture(&shown(mode)).menu) {
                assert_eq!(act(name(wanted)), Some(wanted));
            }
        }
    }

    #[test]
    fn only_what_makes_sense_is_offered() {
        let offers = |mode, order| acts(&picture(&shown(mode)).menu).contains(&Act::Order(order));

        assert!(offers(Mode::Off, Order::On) && !offers(Mode::Off, Order::Pause(Pause::Forever)));
        assert!(offers(Mode::Paused, Order::Resume) && !offers(Mode::Paused, Order::Now));
        assert!(offers(Mode::Contributing, Order::Finish) && !offers(Mode::Waiting, Order::Finish));
    }

    #[test]
    fn the_balance_leads_to_the_wallet_once_it_is_known() {
        let known = picture(&shown(Mode::Off));
        let unknown = picture(&Shown { wallet: Wallet::default(), ..shown(Mode::Off) });

        assert!(known.menu.contains(&Entry::Line(Act::Wallet, "Token balance: 1,340".into())));
        assert!(!acts(&unknown.menu).contains(&Act::Wallet));
    }

    #[test]
    fn without_a_node_there_is_only_the_way_in_and_out() {
        let picture = picture(&Shown { activity: None, ..shown(Mode::Off) });

        assert_eq!(acts(&picture.menu), [Act::Open, Act::Quit]);
        assert_eq!(picture.icon, Icon::Problem);
    }
}
