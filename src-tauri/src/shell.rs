//! Window, tray and their life: closing the window destroys the webview and leaves the node in the tray.

use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures::StreamExt;
use opengateway_api::{Activity, Call, Notice, NoticeKind, Order, Update};
use tauri::webview::WebviewWindowBuilder;
use tauri::{AppHandle, CloseRequestApi, Manager, RunEvent, WebviewUrl, WindowEvent, Wry};
use tokio::sync::mpsc;

use crate::commands::{self, Subscription};
use crate::gate::Gate;
use crate::tray::{self, Shown};

const WINDOW: &str = "main";
/// Where no tray shows the icon, closing a second time within this quits.
const CLOSE_AGAIN: Duration = Duration::from_secs(10);
/// Until start-up, or a window that closes, has done its last work.
const SETTLED: Duration = Duration::from_secs(5);

/// When the window was last asked to close although no tray shows the icon.
#[derive(Default)]
struct Closing(Mutex<Option<Instant>>);

/// Runs until quit.
pub(crate) fn run(gate: Gate, asked: mpsc::Receiver<()>, hidden: bool) -> ExitCode {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .manage(gate)
        .manage(Subscription::default())
        .manage(Closing::default())
        .invoke_handler(tauri::generate_handler![commands::call, commands::answer, commands::updates])
        .on_menu_event(|app, event| match tray::act(event.id().as_ref()) {
            Some(tray::Act::Open) => open_window(app, View::Last),
            Some(tray::Act::Settings) => open_window(app, View::Settings),
            Some(tray::Act::Wallet) => open_window(app, View::Wallet),
            Some(tray::Act::Order(order)) => say(app, order),
            Some(tray::Act::Quit) => quit(app),
            None => {}
        })
        .setup(move |app| {
            begin(app.handle(), asked, hidden);
            Ok(())
        })
        .build(context());
    match app {
        Ok(app) => {
            app.run(react);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The window system cannot be used: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the macro ends the program when the files it embeds are damaged")]
fn context() -> tauri::Context<Wry> {
    tauri::generate_context!()
}

fn begin(app: &AppHandle, mut asked: mpsc::Receiver<()>, hidden: bool) {
    if hidden {
        rest(app);
    } else {
        open_window(app, View::Last);
    }
    let handle = app.clone();
    tauri::async_runtime::spawn(async move { keep_tray(handle).await });
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        while asked.recv().await.is_some() {
            open_window(&handle, View::Last);
        }
    });
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        stopped(&handle).await;
        quit(&handle);
    });
}

/// What the window opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// What it showed last, or the chat.
    Last,
    Settings,
    Wallet,
}

impl View {
    /// What the address names it by: see the window's own program.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Last => None,
            Self::Settings => Some("settings"),
            Self::Wallet => Some("wallet"),
        }
    }
}

/// Opens the window, or brings it to the front.
fn open_window(app: &AppHandle, view: View) {
    let page = view.name().map_or_else(|| "index.html".to_owned(), |name| format!("index.html#{name}"));
    let shown = match app.get_webview_window(WINDOW) {
        Some(window) => {
            let turned = view.name().map_or(Ok(()), |name| window.eval(format!("location.hash = '{name}'")));
            turned.and_then(|()| window.unminimize()).and_then(|()| window.show()).and_then(|()| window.set_focus())
        }
        None => WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App(page.into()))
            .title("OpenGateway")
            .inner_size(1100.0, 760.0)
            .min_inner_size(480.0, 420.0)
            .build()
            .map(drop),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "window cannot be opened");
    }
}

/// Tells the node what its owner wants, and the owner if that cannot be kept.
fn say(app: &AppHandle, order: Order) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let gate = app.state::<Gate>();
        let outcome = match gate.door().await {
            Ok(door) => door.call(Call::Contribute(order)).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            gate.notify(Notice { id: "lending".into(), kind: NoticeKind::Problem, text: error.message }).await;
        }
    });
}

/// Ends the node in order, then the app.
fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Gate>().close().await;
        app.exit(0);
    });
}

fn react(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { api, .. }, .. } if label == WINDOW => {
            closing(app, &api);
        }
        RunEvent::WindowEvent { label, event: WindowEvent::Destroyed, .. } if label == WINDOW => rest(app),
        // The last window is closed: the node lives on in the tray. `exit(0)` comes with a code.
        RunEvent::ExitRequested { api, code: None, .. } => api.prevent_exit(),
        _ => {}
    }
}

/// Gives back the memory that only a window needed, once it is clear that none is open.
fn rest(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SETTLED).await;
        if app.get_webview_window(WINDOW).is_none() {
            opengateway_node::resident::give_back();
        }
    });
}

/// Never leaves a running node that nobody can see.
fn closing(app: &AppHandle, api: &CloseRequestApi) {
    if tauri::async_runtime::block_on(has_tray_host()) {
        return;
    }
    api.prevent_close();
    let asked = app.state::<Closing>();
    let before = asked.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).replace(Instant::now());
    if before.is_some_and(|before| before.elapsed() < CLOSE_AGAIN) {
        return quit(app);
    }
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        let text = "This desktop shows no tray icons, so OpenGateway stays open instead of running unseen. \
                    Close the window again to quit.";
        let notice = Notice { id: "no-tray".into(), kind: NoticeKind::Info, text: text.into() };
        handle.state::<Gate>().notify(notice).await;
    });
}

/// Whether something shows tray icons: on Linux the session bus knows, elsewhere there always is.
#[cfg(target_os = "linux")]
async fn has_tray_host() -> bool {
    let ask = async {
        let bus = zbus::Connection::session().await.ok()?;
        let names = zbus::fdo::DBusProxy::new(&bus).await.ok()?;
        names.name_has_owner("org.kde.StatusNotifierWatcher".try_into().ok()?).await.ok()
    };
    tokio::time::timeout(Duration::from_secs(1), ask).await.ok().flatten().unwrap_or(false)
}

#[cfg(not(target_os = "linux"))]
async fn has_tray_host() -> bool {
    std::future::ready(true).await
}

/// Keeps the tray's picture true to the node's state.
async fn keep_tray(app: AppHandle) {
    let mut shown = Shown::default();
    let mut picture = tray::picture(&shown);
    let (app_for_tray, first) = (app.clone(), picture.clone());
    let (made, icon) = tokio::sync::oneshot::channel();
    let make = move || {
        let _window_system_ended = made.send(tray::show(&app_for_tray, &first));
    };
    let tray = match (app.run_on_main_thread(make), icon.await) {
        (Ok(()), Ok(Ok(tray))) => tray,
        (_, Ok(Err(error))) => return tracing::error!(%error, "tray icon cannot be shown"),
        _ => return,
    };
    let Ok(door) = app.state::<Gate>().door().await else {
        return;
    };
    let mut updates = door.updates();
    while let Some(update) = updates.next().await {
        match update {
            Update::Status(status) => shown.activity = Some(settled(status.activity)),
            Update::Contribution(contribution) => shown.contribution = contribution,
            Update::Wallet(wallet) => shown.wallet = *wallet,
            _ => continue,
        }
        let new = tray::picture(&shown);
        if new != picture {
            picture = new.clone();
            redraw(&app, &tray, new);
        }
    }
}

/// Progress is for the window: the tray would redraw a hundred times.
fn settled(activity: Activity) -> Activity {
    match activity {
        Activity::Loading { model, .. } => Activity::Loading { model, progress: 0.0 },
        activity => activity,
    }
}

fn redraw(app: &AppHandle, tray: &tauri::tray::TrayIcon<Wry>, picture: tray::Picture) {
    let (handle, tray) = (app.clone(), tray.clone());
    let drawn = app.run_on_main_thread(move || {
        if let Err(error) = tray::redraw(&handle, &tray, &picture) {
            tracing::warn!(%error, "tray cannot be redrawn");
        }
    });
    if let Err(error) = drawn {
        tracing::debug!(%error, "the window system has ended");
    }
}

/// Resolves when the node or the system asks the app to end.
async fn stopped(app: &AppHandle) {
    let node = async {
        match app.state::<Gate>().door().await {
            Ok(opengateway_node::Door::Here(node)) => node.stop_asked().await,
            _ => std::future::pending().await,
        }
    };
    tokio::select! {
        () = node => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
