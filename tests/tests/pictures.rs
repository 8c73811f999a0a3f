//! Pictures of every state of the window, for the documentation and for the eye. `OPENGATEWAY_SCREENSHOTS` names the
//! directory they are kept in; without it the views are only opened.
#![cfg(target_os = "linux")]

use anyhow::Result;
use opengateway_api::{Add, Call, ModelId, Order, Pause, Reply, Rules, Settings, Theme};
use opengateway_node::Client;
use opengateway_tests::desktop::{self, Desktop, Window};
use opengateway_tests::programs::starter;

const QUESTIONS: [&str; 6] = [
    "Hello",
    "What is the capital of Japan?",
    "What is 7 + 12?",
    "What can you do?",
    "How do I get a better model?",
    "Where are my conversations kept?",
];

#[test]
fn every_state_of_the_window_can_be_seen() {
    desktop::on_a_desktop(take_pictures);
}

async fn take_pictures(desktop: Desktop) -> Result<()> {
    let window = desktop.open().await?;
    window.resize(1180, 780).await?;
    let node = Client::new(&desktop.home());
    // This desktop has no keychain; a picture should not be about that.
    node.call(Call::UseKeyFile).await?;
    both(&window, &node, "first-run").await?;
    set(&node, |settings| settings.welcomed = true).await?;
    both(&window, &node, "empty").await?;
    window.ask("What is 2+2?").await?;
    window.shows("measured", "Starter").await?;
    window.ask("How do I get a better model?").await?;
    answered(&window, 2).await?;
    both(&window, &node, "chat").await?;
    for (asked, question) in (3..).zip(QUESTIONS) {
        window.ask(question).await?;
        answered(&window, asked).await?;
    }
    both(&window, &node, "long").await?;
    fail(&desktop, &window, &node).await?;
    both(&window, &node, "failed").await?;
    press(&window, "{key: 'M', ctrlKey: true, shiftKey: true}").await?;
    window.part("model").await?;
    lend(&window, &node).await?;
    press(&window, "{key: ',', ctrlKey: true}").await?;
    window.find("#lending").await?;
    both(&window, &node, "settings").await?;
    window.run("document.querySelector('#lending').scrollIntoView()").await?;
    both(&window, &node, "settings-lending").await?;
    wallet(&window).await?;
    window.quit().await
}

/// The dashboard before lending, while jobs are served, and paused.
async fn lend(window: &Window, node: &Client) -> Result<()> {
    press(window, "{key: 'C', ctrlKey: true, shiftKey: true}").await?;
    both(window, node, "contribute-new").await?;
    let rules =
        Rules { other_cpu_percent: 100, calm_seconds: 0, spare_disk_gb: 0, on_battery: true, ..Rules::default() };
    set(node, |settings| settings.rules = rules).await?;
    node.call(Call::UseModel(ModelId::starter())).await?;
    let prompts = QUESTIONS.map(String::from).to_vec();
    node.call(Call::QueueBatch { prompts, model: None }).await?;
    node.call(Call::Contribute(Order::On)).await?;
    node.call(Call::Contribute(Order::Now)).await?;
    let answered = || async {
        let Ok(Reply::Batch(items)) = node.call(Call::Batch).await else { return None };
        items.iter().all(|item| item.answer.is_some()).then_some(())
    };
    desktop::until("the answers", answered).await?;
    both(window, node, "contribute").await?;
    node.call(Call::Contribute(Order::Pause(Pause::Minutes(30)))).await?;
    both(window, node, "contribute-paused").await
}

/// The wallet in states that take a new node weeks to get into: the window's own demonstration shows them.
async fn wallet(window: &Window) -> Result<()> {
    window.resize(1280, 800).await?;
    for scene in ["wallet-new", "wallet-earning", "wallet-debt", "wallet-blocked"] {
        for theme in ["dark", "light"] {
            let address = format!("?demo={scene}&theme={theme}");
            window.run(&format!("location.search = '{address}'")).await?;
            let ready = format!("return location.search === '{address}' && document.documentElement.dataset.ready");
            let shown = || async { window.run(&ready).await.ok().filter(|ready| ready == "true") };
            desktop::until(scene, shown).await?;
            window.settle().await?;
            window.picture(&format!("{scene}-{theme}")).await?;
        }
    }
    Ok(())
}

async fn press(window: &Window, key: &str) -> Result<()> {
    window.run(&format!("window.dispatchEvent(new KeyboardEvent('keydown', {key}))")).await.map(drop)
}

async fn set(node: &Client, change: impl FnOnce(&mut Settings)) -> Result<()> {
    if let Reply::Settings(mut settings) = node.call(Call::Settings).await? {
        change(&mut settings);
        node.call(Call::SaveSettings(settings)).await?;
    }
    Ok(())
}

/// A model whose file was cut off after it was added.
async fn fail(desktop: &Desktop, window: &Window, node: &Client) -> Result<()> {
    let path = desktop.home().join("qwen3-4b-q4_k_m.gguf");
    std::fs::copy(starter(), &path)?;
    node.call(Call::AddModel(Add::File { path: path.to_string_lossy().into_owned() })).await?;
    node.call(Call::UseModel(ModelId("qwen3-4b-q4_k_m".into()))).await?;
    std::fs::OpenOptions::new().write(true).open(&path)?.set_len(100_000)?;
    window.click("new-chat").await?;
    window.ask("Explain how a refrigerator works").await?;
    window.shows("failure", "cut off").await
}

async fn answered(window: &Window, count: usize) -> Result<()> {
    let done = || async { window.texts("measured").await.ok().filter(|measured| measured.len() >= count) };
    desktop::until("an answer", done).await.map(drop)
}

async fn both(window: &Window, node: &Client, name: &str) -> Result<()> {
    for (theme, suffix) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        set(node, |settings| settings.theme = theme).await?;
        window.find(&format!("html[data-theme='{suffix}']")).await?;
        window.settle().await?;
        window.picture(&format!("{name}-{suffix}")).await?;
    }
    Ok(())
}
