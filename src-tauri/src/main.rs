//! The window and the tray. The only code that knows Tauri; everything it shows comes from a node's three verbs.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod args;
mod commands;
mod gate;
mod shell;
mod tray;

use std::process::ExitCode;

use gate::Gate;
use tokio::sync::mpsc;

/// Requests to bring the window to the front that may wait; more would ask for the same.
const WINDOW_REQUESTS: usize = 4;

fn main() -> ExitCode {
    let args = match args::parse(std::env::args_os().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    if !args::has_display() {
        eprintln!("There is no display for a window. In a terminal, `opengateway prompt` chats with the same node.");
        return ExitCode::FAILURE;
    }
    args::prepare_webview();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The system gives no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    tauri::async_runtime::set(runtime.handle().clone());
    let (window, asked) = mpsc::channel(WINDOW_REQUESTS);
    let gate = Gate::new(args.home, window);
    if runtime.block_on(gate.is_shown_elsewhere()) {
        return ExitCode::SUCCESS;
    }
    shell::run(gate, asked, args.hidden)
}
