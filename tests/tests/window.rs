//! The real window, from typing to the text on screen.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::process::{Child, Command, Stdio};

use anyhow::Result;
use opengateway_api::{Add, Call, Contribution, MessageState, Mode, ModelId, Reply};
use opengateway_node::Client;
use opengateway_tests::desktop::{Desktop, on_a_desktop, until};
use opengateway_tests::gguf::{self, Shape, Weights};
use opengateway_tests::programs::program;
use opengateway_tests::tray::{Line, Tray};

#[test]
fn a_question_typed_into_the_window_is_answered_in_it() {
    on_a_desktop(|desktop| async move {
        let window = desktop.open().await?;
        window.picture("empty").await?;

        window.ask("What is 2+2?").await?;

        window.shows("answer", "4").await?;
        window.picture("answered").await?;
        window.shows("measured", "Starter").await?;
        window.shows("conversation", "What is 2+2?").await?;
        window.quit().await
    });
}

#[test]
fn an_answer_can_be_regenerated_and_a_question_edited() {
    on_a_desktop(|desktop| async move {
        let window = desktop.open().await?;
        window.ask("What is 2+2?").await?;
        window.shows("measured", "Starter").await?;

        window.click("regenerate").await?;
        window.shows("answer", "4").await?;
        window.find("[data-test='versions']").await?;
        window.click("edit").await?;
        let editor = window.part("edit-field").await?;
        editor.clear().await?;
        editor.send_keys("What is the capital of France?").await?;
        editor.send_keys("\u{E007}").await?;

        window.shows("answer", "Paris").await?;
        window.quit().await
    });
}

#[test]
fn a_conversation_from_the_last_start_is_there_and_can_be_deleted_and_restored() {
    on_a_desktop(|desktop| async move {
        let window = desktop.open().await?;
        window.ask("What is the capital of Italy?").await?;
        window.shows("measured", "Starter").await?;
        window.quit().await?;

        let window = desktop.open().await?;
        window.click("conversation").await?;
        window.shows("answer", "Rome").await?;
        window.click("delete").await?;
        until("an empty list", || async { window.texts("conversation").await.ok().filter(Vec::is_empty) }).await?;
        window.click("undo").await?;

        window.shows("conversation", "Italy").await?;
        window.quit().await
    });
}

#[test]
fn an_engine_killed_in_mid_answer_is_explained_what_came_is_kept_and_the_next_question_is_answered() {
    on_a_desktop(|desktop| async move {
        let window = desktop.open().await?;
        use_slow_model(&desktop).await?;
        window.ask("Tell me a story").await?;
        until("some text", || async { window.texts("answer").await.ok()?.into_iter().find(|text| !text.is_empty()) })
            .await?;

        kill(engine_of(&desktop).await?);

        window.shows("failure", "engine").await?;
        let kept = window.texts("answer").await?;
        assert!(kept.iter().any(|text| !text.is_empty()), "{kept:?}");
        window.picture("failed").await?;
        use_model(&desktop, "starter").await?;
        window.ask("What is 2+2?").await?;
        window.shows("answer", "4").await?;
        window.quit().await
    });
}

#[test]
fn a_long_answer_can_be_stopped_and_keeps_what_came() {
    on_a_desktop(|desktop| async move {
        let window = desktop.open().await?;
        use_slow_model(&desktop).await?;
        window.ask("Tell me a story").await?;
        until("some text", || async { window.texts("answer").await.ok()?.into_iter().find(|text| !text.is_empty()) })
            .await?;

        window.click("stop").await?;

        let stopped = || async {
            let Ok(Reply::Snapshot(snapshot)) = node(&desktop).call(Call::Snapshot).await else { return None };
            let id = snapshot.conversations.first()?.id;
            let Ok(Reply::Thread(thread)) = node(&desktop).call(Call::Conversation(id)).await else { return None };
            thread.messages.into_iter().find(|message| message.state == MessageState::Stopped)
        };
        let message = until("the end of the answer", stopped).await?;
        assert!(!message.text.is_empty());
        window.quit().await
    });
}

#[test]
fn closing_the_window_leaves_the_node_in_the_tray_which_opens_it_again_and_quits() {
    on_a_desktop(|desktop| async move {
        let tray = Tray::on(&desktop.bus).await?;
        let mut command = Command::new(program("opengateway-desktop"));
        let mut app =
            desktop.dress(&mut command).env_remove("TAURI_WEBVIEW_AUTOMATION").stderr(Stdio::null()).spawn()?;
        let labels = until("the menu", || async {
            let menu = tray.menu().await.ok()?;
            (menu.len() > 2).then(|| menu.into_iter().map(|line| line.label).collect::<Vec<_>>())
        });
        assert!(labels.await?.contains(&"Open OpenGateway".to_owned()));
        let node = Client::new(&desktop.home());
        until("the node", || async { node.call(Call::Status).await.ok() }).await?;

        close_window(&desktop)?;
        until("the webview to be gone", || async { (webviews(app.id()) == 0).then_some(()) }).await?;
        assert!(matches!(node.call(Call::Status).await?, Reply::Status(_)));
        let mut second = Command::new(program("opengateway-desktop"));
        assert!(desktop.dress(&mut second).status()?.success());
        until("the webview to be back", || async { (webviews(app.id()) > 0).then_some(()) }).await?;
        tray.click("Quit").await?;

        let status = until("the end of the app", || std::future::ready(app.try_wait().ok().flatten())).await?;
        assert!(status.success());
        Ok(())
    });
}

#[test]
fn the_tray_lends_and_pauses_and_everyone_sees_the_same() {
    on_a_desktop(|desktop| async move {
        let tray = Tray::on(&desktop.bus).await?;
        let window = desktop.open().await?;
        let node = Client::new(&desktop.home());
        shows(&tray, |menu| ticked(menu) == Some(false) && header(menu) == "Ready").await?;
        let steps = [
            ("Contribute while idle", Mode::Waiting, None),
            ("30 minutes", Mode::Paused, Some(30)),
            ("Resume", Mode::Waiting, None),
            ("2 hours", Mode::Paused, Some(120)),
            ("Resume", Mode::Waiting, None),
            ("Until tomorrow", Mode::Paused, Some(25 * 60)),
            ("Resume", Mode::Waiting, None),
            ("Until I resume", Mode::Paused, None),
            ("Contribute while idle", Mode::Off, None),
        ];

        for (label, mode, most_minutes) in steps {
            click(&tray, label).await?;

            let seen = until(label, || async { contribution(&node).await.filter(|seen| seen.mode == mode) }).await?;
            let left = seen.until_ms.map(|until| (until - now_ms()) / 60_000);
            assert_eq!(left.is_some(), most_minutes.is_some(), "{label}: {seen:?}");
            assert!(left.is_none_or(|left| left <= most_minutes.unwrap_or(0) && left >= 0), "{label}: {seen:?}");
            let on = seen.on;
            shows(&tray, |menu| ticked(menu) == Some(on)).await?;
            let told = terminal(&desktop, &["contribute", "--json"])?;
            assert_eq!(told["mode"], serde_json::to_value(mode)?, "{label}");
            assert_eq!(told["on"], on, "{label}");
            if mode != Mode::Off {
                window.shows("lending", &format!("{mode:?}")).await?;
            }
        }
        window.quit().await
    });
}

#[test]
fn a_tray_that_starts_again_gets_the_icon_back() {
    on_a_desktop(|desktop| async move {
        let (tray, mut app) = (Tray::on(&desktop.bus).await?, background(&desktop)?);
        shows(&tray, |menu| header(menu) == "Ready").await?;

        tray.restart().await?;

        shows(&tray, |menu| header(menu) == "Ready").await?;
        tray.click("Quit").await?;
        until("the end of the app", || std::future::ready(app.try_wait().ok().flatten())).await?;
        Ok(())
    });
}

/// The app with its window closed.
fn background(desktop: &Desktop) -> Result<Child> {
    let mut command = Command::new(program("opengateway-desktop"));
    desktop.dress(&mut command).arg("--hidden").env_remove("TAURI_WEBVIEW_AUTOMATION").stderr(Stdio::null());
    Ok(command.spawn()?)
}

/// Waits until the menu is as wanted.
async fn shows(tray: &Tray, wanted: impl Fn(&[Line]) -> bool) -> Result<()> {
    until("the menu", || async { tray.menu().await.ok().filter(|menu| wanted(menu)).map(drop) }).await
}

/// Clicks as soon as the line is there: a changed menu takes a moment.
async fn click(tray: &Tray, label: &str) -> Result<()> {
    until(label, || async { tray.click(label).await.ok() }).await
}

fn header(menu: &[Line]) -> &str {
    menu.first().map_or("", |line| &line.label)
}

fn ticked(menu: &[Line]) -> Option<bool> {
    Line::find(menu, "Contribute while idle")?.ticked
}

async fn contribution(node: &Client) -> Option<Contribution> {
    match node.call(Call::Contribution).await {
        Ok(Reply::Contribution(contribution)) => Some(contribution),
        _ => None,
    }
}

/// What a command prints as JSON.
fn terminal(desktop: &Desktop, words: &[&str]) -> Result<serde_json::Value> {
    let mut command = Command::new(program("opengateway"));
    let output = desktop.dress(&mut command).args(words).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[test]
fn without_a_tray_the_window_stays_when_closed() {
    on_a_desktop(|desktop| async move {
        let mut command = Command::new(program("opengateway-desktop"));
        let mut app =
            desktop.dress(&mut command).env_remove("TAURI_WEBVIEW_AUTOMATION").stderr(Stdio::null()).spawn()?;
        until("the webview", || async { (webviews(app.id()) > 0).then_some(()) }).await?;
        let node = Client::new(&desktop.home());
        until("the node", || async { node.call(Call::Status).await.ok() }).await?;

        close_window(&desktop)?;

        let noticed = || async {
            let Ok(Reply::Snapshot(snapshot)) = node.call(Call::Snapshot).await else { return None };
            snapshot.notices.into_iter().find(|notice| notice.id == "no-tray")
        };
        until("the notice", noticed).await?;
        assert!(webviews(app.id()) > 0);
        close_window(&desktop)?;
        until("the end of the app", || std::future::ready(app.try_wait().ok().flatten())).await?;
        Ok(())
    });
}

#[test]
fn the_window_joins_a_node_that_was_started_in_the_terminal() {
    on_a_desktop(|desktop| async move {
        let mut start = Command::new(program("opengateway"));
        assert!(desktop.dress(&mut start).arg("start").stdout(Stdio::null()).status()?.success());
        let window = desktop.open().await?;

        window.ask("What is 2+2?").await?;
        window.shows("answer", "4").await?;
        window.quit().await?;

        let mut stop = Command::new(program("opengateway"));
        assert!(desktop.dress(&mut stop).arg("stop").stdout(Stdio::null()).status()?.success());
        Ok(())
    });
}

#[test]
fn a_home_that_cannot_be_written_is_explained_in_the_window() {
    on_a_desktop(|desktop| async move {
        std::fs::write(desktop.home(), "a file where the data directory should be")?;

        let window = desktop.open_failed().await?;

        window.shows("lost", "data directory").await?;
        std::fs::remove_file(desktop.home())?;
        window.find("[data-ready=true]").await?;
        window.quit().await
    });
}

#[test]
fn without_a_keychain_the_window_asks_before_it_keeps_a_key_in_a_file() {
    on_a_desktop(|desktop| async move {
        let window = desktop.open().await?;
        window.shows("notice", "keychain").await?;
        let key = desktop.home().join("identity.key");
        assert!(!key.exists());

        window.run("document.querySelector(\"[data-id='keychain'] button:nth-of-type(2)\").click()").await?;

        until("the key file", || async { key.exists().then_some(()) }).await?;
        until("no notice", || async { window.texts("notice").await.ok().filter(Vec::is_empty) }).await?;
        window.quit().await
    });
}

#[test]
fn without_a_display_the_app_says_what_works_instead() {
    let home = tempfile::tempdir().unwrap();
    let mut app = Command::new(program("opengateway-desktop"));
    app.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env("OPENGATEWAY_HOME", home.path());

    let output = app.output().unwrap();

    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("opengateway prompt"));
}

/// Lets a model of random weights answer: it babbles without end, and slowly enough to be interrupted.
async fn use_slow_model(desktop: &Desktop) -> Result<()> {
    let path = desktop.home().join("babbler.gguf");
    gguf::write(&path, &Shape { context: 4096, ..Shape::SMALL }, Weights::Q8)?;
    let path = path.to_string_lossy().into_owned();
    let Reply::Added(id) = node(desktop).call(Call::AddModel(Add::File { path })).await? else {
        anyhow::bail!("not added")
    };
    use_model(desktop, &id.0).await
}

async fn use_model(desktop: &Desktop, name: &str) -> Result<()> {
    node(desktop).call(Call::UseModel(ModelId(name.into()))).await?;
    Ok(())
}

fn node(desktop: &Desktop) -> Client {
    Client::new(&desktop.home())
}

/// The process of the engine: the node's child of that name.
async fn engine_of(desktop: &Desktop) -> Result<u32> {
    let Reply::Status(status) = Client::new(&desktop.home()).call(Call::Status).await? else {
        anyhow::bail!("no status")
    };
    until("the engine", || async { children(status.pid, "opengateway-eng").first().copied() }).await
}

fn webviews(app: u32) -> usize {
    children(app, "WebKitWebProces").len()
}

/// Processes below `parent` whose names begin so; the system cuts names at 15 letters.
fn children(parent: u32, name: &str) -> Vec<u32> {
    let mut system = sysinfo::System::new().expect("processes can be listed");
    system.refresh_processes(sysinfo::ProcessesToUpdate::All, true);
    let below = |mut id: sysinfo::Pid| {
        while let Some(above) = system.process(id).and_then(sysinfo::Process::parent) {
            if above.as_u32() == parent {
                return true;
            }
            id = above;
        }
        false
    };
    let named = system.processes().values().filter(|process| process.name().to_string_lossy().starts_with(name));
    named
        .filter(|process| process.thread_kind().is_none() && below(process.pid()))
        .map(|found| found.pid().as_u32())
        .collect()
}

fn kill(process: u32) {
    let status = Command::new("kill").args(["-9", &process.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Asks the window to close, as its title bar would.
fn close_window(desktop: &Desktop) -> Result<()> {
    let script =
        "xdotool search --sync --onlyvisible --name '^OpenGateway$' windowactivate --sync && xdotool key alt+F4";
    let mut command = Command::new("sh");
    let status = desktop.dress(&mut command).args(["-c", script]).stdout(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "xdotool finds no window");
    Ok(())
}
