//! The real window on a display, a session bus and a data directory of its own, driven by WebDriver.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tempfile::TempDir;

use crate::programs::program;

/// A machine this slow is taken to hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why the window cannot be tested here; `None` if it can.
pub fn missing() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("the window is driven by WebKitWebDriver, which is for Linux".into());
    }
    let needed = ["Xvfb", "WebKitWebDriver", "dbus-daemon", "openbox", "xdotool"];
    let absent = needed.into_iter().find(|name| !is_installed(name))?;
    Some(format!("{absent} is not installed; `cargo xtask setup` installs it"))
}

/// Runs a test on a desktop of its own, or says why it cannot.
///
/// # Panics
/// When the test fails.
pub fn on_a_desktop<F: Future<Output = Result<()>>>(test: impl FnOnce(Desktop) -> F) {
    if let Some(reason) = missing() {
        eprintln!("skipped: {reason}");
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("the system gives threads");
    runtime
        .block_on(async { test(Desktop::new().expect("what a desktop needs is installed")).await })
        .expect("the test passes");
}

fn is_installed(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(name).is_file())
}

/// A program of the test's own, ended with it.
pub struct Running(Child);

impl Running {
    /// Starts a program that says on standard output when it is ready; gives that first line.
    fn ready(command: &mut Command) -> Result<(Self, String)> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("cannot start")?;
        let mut line = String::new();
        let output = child.stdout.take().context("no output")?;
        let running = Self(child);
        BufReader::new(output).read_line(&mut line)?;
        Ok((running, line.trim().to_owned()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

/// A display, a session bus and a data directory.
pub struct Desktop {
    directory: TempDir,
    display: String,
    /// The session bus, for a test that plays the tray.
    pub bus: String,
    programs: Vec<Running>,
}

impl Desktop {
    /// # Errors
    /// When a program it needs does not start.
    pub fn new() -> Result<Self> {
        let directory = tempfile::tempdir()?;
        std::fs::create_dir_all(directory.path().join("run"))?;
        let screen = ["-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset", "-displayfd", "1"];
        let (xvfb, number) = Running::ready(Command::new("Xvfb").args(screen))?;
        let config = directory.path().join("bus.conf");
        std::fs::write(&config, BUS_WITHOUT_SERVICES)?;
        let mut bus = Command::new("dbus-daemon");
        let (bus, address) =
            Running::ready(bus.arg("--config-file").arg(config).args(["--nofork", "--print-address=1"]))?;
        let mut desktop = Self { directory, display: format!(":{number}"), bus: address, programs: vec![xvfb, bus] };
        let mut manager = Command::new("openbox");
        let manager = desktop.dress(&mut manager).arg("--sm-disable").stdout(Stdio::null()).stderr(Stdio::null());
        desktop.programs.push(Running(manager.spawn()?));
        Ok(desktop)
    }

    /// The display's name.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The data directory of the app.
    pub fn home(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    /// Lets a program live in this desktop.
    pub fn dress<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let here = self.directory.path();
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env(name, here.join(name));
        }
        command
            .env("HOME", here)
            .env("XDG_RUNTIME_DIR", here.join("run"))
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("OPENGATEWAY_HOME", self.home())
    }

    /// Starts the app through WebDriver and waits for its first view.
    ///
    /// # Errors
    /// When the app or the driver does not come up.
    pub async fn open(&self) -> Result<Window> {
        let window = self.start().await?;
        window.find("[data-ready=true]").await?;
        Ok(window)
    }

    /// Starts the app where its node cannot start, and waits for the view that says so.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_failed(&self) -> Result<Window> {
        let window = self.start().await?;
        window.part("lost").await?;
        Ok(window)
    }

    async fn start(&self) -> Result<Window> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("WebKitWebDriver");
        let command =
            self.dress(&mut command).arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Running(command.spawn()?);
        let options = json!({ "webkitgtk:browserOptions": { "binary": program("opengateway-desktop"), "args": [] } });
        let serde_json::Value::Object(capabilities) = options else { bail!("capabilities are an object") };
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{port}");
        let client = until("a WebDriver session", || async { builder.connect(&address).await.ok() }).await?;
        Ok(Window { client, _driver: driver })
    }
}

/// The app's window.
pub struct Window {
    client: Client,
    _driver: Running,
}

impl Window {
    /// The first element that matches, as soon as there is one.
    ///
    /// # Errors
    /// When there is none for a long time.
    pub async fn find(&self, css: &str) -> Result<Element> {
        until(css, || async { self.client.find(Locator::Css(css)).await.ok() }).await
    }

    /// Finds by the hook that the window gives to tests.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub async fn part(&self, name: &str) -> Result<Element> {
        self.find(&format!("[data-test='{name}']")).await
    }

    /// Clicks on a part.
    ///
    /// # Errors
    /// As [`Self::find`], or when it cannot be clicked.
    pub async fn click(&self, name: &str) -> Result<()> {
        self.part(name).await?.click().await.with_context(|| format!("clicking {name}"))
    }

    /// Types a question and sends it with Enter.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub async fn ask(&self, question: &str) -> Result<()> {
        let composer = self.part("composer").await?;
        composer.send_keys(question).await?;
        composer.send_keys("\u{E007}").await.context("pressing Enter")
    }

    /// The texts of all parts of that name.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>> {
        let found = self.client.find_all(Locator::Css(&format!("[data-test='{name}']"))).await?;
        let mut texts = Vec::new();
        for element in found {
            // `text()` is empty where an ellipsis may cut the line.
            texts.push(element.prop("textContent").await?.unwrap_or_default());
        }
        Ok(texts)
    }

    /// Waits until some part of that name shows `text`.
    ///
    /// # Errors
    /// With what is shown instead, after a long time.
    pub async fn shows(&self, name: &str, text: &str) -> Result<()> {
        let shown = until(text, || async {
            let texts = self.texts(name).await.ok()?;
            texts.iter().any(|shown| shown.contains(text)).then_some(())
        });
        match shown.await {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error}; {name} shows {:?}", self.texts(name).await?),
        }
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// The script's own.
    pub async fn run(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Waits until running animations have ended and the page was drawn.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn settle(&self) -> Result<()> {
        let script = "const done = arguments[0]; \
                      const ends = a => a.effect.getComputedTiming().endTime !== Infinity; \
                      Promise.all(document.getAnimations().filter(ends).map(a => a.finished.catch(() => 0))) \
                      .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(1))));";
        self.client.execute_async(script, Vec::new()).await?;
        Ok(())
    }

    /// Keeps a picture, if `OPENGATEWAY_SCREENSHOTS` names a directory for them.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn picture(&self, name: &str) -> Result<()> {
        let Some(directory) = std::env::var_os("OPENGATEWAY_SCREENSHOTS") else { return Ok(()) };
        self.run(KEEP_DRAWING).await?;
        std::fs::write(Path::new(&directory).join(format!("{name}.png")), self.client.screenshot().await?)?;
        Ok(())
    }

    /// Changes the size of the view, in CSS pixels.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        Ok(self.client.set_window_size(width, height).await?)
    }

    /// Ends the session, and the app with it.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn quit(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

/// Waits for something, asking again and again.
///
/// # Errors
/// When it does not come for a long time.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> Result<T> {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.with_context(|| format!("waited in vain for {what}"))
}

/// WebKit's driver waits for the next frame, for ever on a page where nothing moves: a point that nobody sees changes.
const KEEP_DRAWING: &str = "
    if (document.getElementById('point')) return;
    const point = document.createElement('i');
    point.id = 'point';
    point.style.cssText = 'position: fixed; inset: auto auto 0 0; inline-size: 1px; block-size: 1px';
    document.body.append(point);
    let frame = 0;
    setInterval(() => { point.style.background = `rgb(128 128 128 / ${(frame++ % 2 + 1) / 100})`; }, 30);";

/// A session bus that starts no keyring by itself.
const BUS_WITHOUT_SERVICES: &str = "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"
 \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy>
</busconfig>
";
