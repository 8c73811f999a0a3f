//! OpenGateway on the command line: talks to the running node, or starts one for the occasion.

mod args;
mod background;
mod batch;
mod exit;
mod hardware;
mod lending;
mod models;
mod network;
mod print;
mod prompt;
mod wallet;

use std::process::ExitCode;

use args::{Args, Command};
use clap::Parser;
use exit::Failure;
use opengateway_api::{Call, Reply};
use opengateway_node::{Client, Computer, Config, Keychain, Node, keep_logs};
use print::Printer;

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(&Failure::system("the runtime cannot be started", &error), args.json),
    };
    let json = args.json;
    match runtime.block_on(run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => exit::report(&failure, json),
    }
}

async fn run(args: Args) -> Result<(), Failure> {
    let home = args.home.map_or_else(opengateway_node::default_home, Ok)?;
    let home = std::path::absolute(&home).unwrap_or(home);
    let printer = Printer { json: args.json };
    let client = Client::new(&home);
    match args.command {
        Command::Start { foreground: true, bootstrap } => serve(&home, bootstrap, printer).await,
        Command::Start { foreground: false, bootstrap } => background::start(&home, bootstrap, printer).await,
        Command::Status => printer.status(&client.call(Call::Status).await?),
        Command::Prompt(ask) => prompt::run(&home, ask, printer).await,
        Command::Models(command) => models::run(&client, command, printer).await,
        Command::Hardware { measure } => hardware::run(&client, measure, printer).await,
        Command::Contribute { order } => lending::contribute(&client, order, printer).await,
        Command::Idle { explain } => lending::idle(&client, explain, printer).await,
        Command::Batch(command) => batch::run(&client, command, printer).await,
        Command::Clusters => network::clusters(&client, printer).await,
        Command::Peers { cluster } => network::peers(&client, cluster.as_deref(), printer).await,
        Command::Invite => network::invite(&client, printer).await,
        Command::Join { invite } => network::join(&client, invite, printer).await,
        Command::Explain(ask) => network::explain(&client, ask, printer).await,
        Command::Wallet { question } => wallet::run(&client, question, printer).await,
        Command::Login { state } => login(&client, state, printer).await,
        Command::Stop => background::stop(&home, printer).await,
        Command::Restart => {
            background::stop(&home, Printer { json: false }).await.or_else(exit::not_running_is_fine)?;
            background::start(&home, false, printer).await
        }
        Command::Logs { lines } => printer.lines(&opengateway_node::last_lines(&home, lines)?),
        Command::Completions { shell } => {
            args::completions(shell);
            Ok(())
        }
    }
}

/// Whether the app starts at login, changed first if wanted.
async fn login(client: &Client, state: Option<args::Switch>, printer: Printer) -> Result<(), Failure> {
    let call = state.map_or(Call::Status, |state| Call::StartAtLogin(matches!(state, args::Switch::On)));
    let Reply::Status(status) = client.call(call).await? else {
        return Ok(());
    };
    let text = match status.start_at_login {
        Some(true) => "OpenGateway starts when you log in",
        Some(false) => "OpenGateway does not start when you log in",
        None => "This system does not tell what starts when you log in",
    };
    printer.fact(&serde_json::json!({ "start_at_login": status.start_at_login }), text)
}

/// Runs a node until it is asked to stop.
async fn serve(home: &std::path::Path, bootstrap: bool, printer: Printer) -> Result<(), Failure> {
    let node = start_node(home, bootstrap).await?;
    let Reply::Status(status) = node.call(Call::Status).await? else {
        return Ok(());
    };
    let _who_started_it_may_be_gone = printer.started(&status);
    tokio::select! {
        () = node.stop_asked() => {}
        () = exit::interrupted() => {}
    }
    node.shutdown().await;
    Ok(())
}

/// Starts a node in this process, with its logs.
async fn start_node(home: &std::path::Path, bootstrap: bool) -> Result<Node, Failure> {
    let config = Config { bootstrap, ..Config::headless(Some(home.to_owned()))? };
    let node = Node::start(config, Keychain::new(), Computer::new()).await?;
    if let Err(error) = keep_logs(home) {
        eprintln!("{error}");
    }
    Ok(node)
}
