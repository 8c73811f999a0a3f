//! The window on a display of its own: how soon it shows something, what it takes of memory when it is open, and what the
//! tray takes of everything when it is closed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use opengateway_api::{Call, Order};
use opengateway_core::backend::Bytes;
use opengateway_node::Client;

use super::table::{Table, judged, median};
use super::usage;
use crate::desktop::{self, Desktop};
use crate::programs::program;

/// Until caches are filled and start-up work is done.
const SETTLED: Duration = Duration::from_secs(8);
/// How long a resting app is watched.
const RESTED: Duration = Duration::from_secs(30);
const MOST_MEMORY: f64 = 80e6;
const MOST_PROCESSOR: f64 = 0.3;
const MOST_WAKE_UPS: f64 = 6.0;

/// Measures the window, or says why it cannot be done here.
///
/// # Errors
/// When the app does not come up.
pub async fn shell(starts: usize) -> Result<std::result::Result<Table, String>> {
    if let Some(missing) = desktop::missing() {
        return Ok(Err(missing));
    }
    let mut table = Table::new("The window", &["what", "measured", "must"]);
    let (mut paints, mut open) = (Vec::new(), Vec::new());
    for _ in 0..starts {
        let (paint, memory) = opened().await?;
        paints.push(paint);
        open.push(memory);
    }
    table.row(["start of the program → first paint".into(), format!("{:.0} ms", median(paints)), String::new()]);
    table.row(["memory with the window open (PSS, webview included)".into(), bytes(median(open)), String::new()]);
    closed(&mut table).await?;
    Ok(Ok(table))
}

/// Milliseconds until the first paint, and memory once all is settled.
async fn opened() -> Result<(f64, f64)> {
    let desktop = Desktop::new()?;
    let window = desktop.open().await?;
    let app = app(&desktop.home())?;
    let script = "return performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime";
    let painted = window.run(script).await?.as_f64().context("the page says nothing of its first paint")?;
    let paint = painted - started(app)?;
    tokio::time::sleep(SETTLED).await;
    let memory = memory(app)?;
    window.quit().await?;
    Ok((paint, memory))
}

/// What an app takes that was started with its window closed: lending switched off, and on while the owner is here.
async fn closed(table: &mut Table) -> Result<()> {
    let desktop = Desktop::new()?;
    let mut command = Command::new(program("opengateway-desktop"));
    let command = desktop.dress(&mut command).arg("--hidden").stdout(Stdio::null()).stderr(Stdio::null());
    let app = App(command.env_remove("TAURI_WEBVIEW_AUTOMATION").spawn()?);
    let node = Client::new(&desktop.home());
    desktop::until("the node", || async { node.call(Call::Status).await.ok() }).await?;
    for (order, state) in [(Order::Off, "lending off"), (Order::On, "waiting to lend")] {
        node.call(Call::Contribute(order)).await?;
        tokio::time::sleep(SETTLED).await;
        let (processor, wake_ups) = resting(app.0.id()).await?;
        let memory = memory(app.0.id())?;
        let row = |what: &str, shown: String, kept: bool, must: &str| {
            [format!("window closed, {state}: {what}"), judged(shown, kept), must.into()]
        };
        table.row(row("memory (PSS)", bytes(memory), memory <= MOST_MEMORY, "≤ 80 MB"));
        table.row(row("share of one core", format!("{processor:.2} %"), processor <= MOST_PROCESSOR, "≤ 0.3 %"));
        table.row(row("wake-ups a second", format!("{wake_ups:.1}"), wake_ups <= MOST_WAKE_UPS, "≤ 6"));
    }
    Ok(())
}

/// Share of one core in per cent, and wake-ups a second, of a process that rests.
async fn resting(id: u32) -> Result<(f64, f64)> {
    let (processor, before) = (usage::running(id)?.processor, wake_ups(id)?);
    tokio::time::sleep(RESTED).await;
    let busy = usage::running(id)?.processor - processor;
    let after = wake_ups(id)?;
    let woken: f64 = after.iter().map(|(thread, count)| count - before.get(thread).unwrap_or(&0.0)).sum();
    Ok((busy.as_secs_f64() / RESTED.as_secs_f64() * 100.0, woken / RESTED.as_secs_f64()))
}

/// How often each of its threads has waited for something and gone on.
fn wake_ups(id: u32) -> Result<BTreeMap<PathBuf, f64>> {
    let threads = fs::read_dir(format!("/proc/{id}/task"))?.filter_map(std::result::Result::ok);
    let count = |path: PathBuf| -> Option<(PathBuf, f64)> {
        let status = fs::read_to_string(path.join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        Some((path, line.trim().parse().ok()?))
    };
    Ok(threads.filter_map(|thread| count(thread.path())).collect())
}

struct App(Child);

impl Drop for App {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

/// The app that lives in this data directory; the driver started it, not we.
fn app(home: &Path) -> Result<u32> {
    let here = format!("OPENGATEWAY_HOME={}", home.display());
    let lives_here = |id: &u32| {
        let named =
            fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.starts_with("opengateway-des"));
        let words = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        named && words.split(|byte| *byte == 0).any(|word| word == here.as_bytes())
    };
    processes()?.into_iter().find(lives_here).context("the app does not run")
}

/// When a process was started, in milliseconds since 1970, to a hundredth of a second.
fn started(id: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("stat has no name")?;
    let ticks: f64 = fields.split_whitespace().nth(19).context("stat has no start")?.parse()?;
    let uptime = fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split_whitespace().next().context("no uptime")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    Ok((now - uptime + ticks / 100.0) * 1000.0)
}

/// Bytes of a process and all below it, each shared page divided among those who share it; the engine has its own
/// table.
fn memory(id: u32) -> Result<f64> {
    let is_engine = fs::read_to_string(format!("/proc/{id}/comm"))?.starts_with("opengateway-eng");
    if is_engine {
        return Ok(0.0);
    }
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no PSS")?;
    let own: f64 = line.trim().trim_end_matches(" kB").parse()?;
    let children = processes()?.into_iter().filter(|child| parent(*child) == Some(id));
    children.map(memory).try_fold(own * 1024.0, |sum, child| Ok(sum + child?))
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn processes() -> Result<Vec<u32>> {
    let entries = fs::read_dir("/proc")?.filter_map(std::result::Result::ok);
    Ok(entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
}

fn bytes(count: f64) -> String {
    Bytes(Duration::from_secs_f64(count).as_secs()).to_string()
}
