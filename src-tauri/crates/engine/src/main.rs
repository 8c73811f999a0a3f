//! The child process: llama.cpp behind frames on standard input and output.
//!
//! It ends when its standard input is closed, so it never outlives the app, even if the app is killed.

mod bandwidth;
mod child;
mod priority;

fn main() -> std::process::ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("--devices") => child::print_devices(),
        Some("--bandwidth") => bandwidth::print(),
        Some("--guest") => {
            priority::lower();
            child::run()
        }
        Some(other) => {
            eprintln!("opengateway-engine is started by OpenGateway and takes no argument {other}");
            std::process::ExitCode::FAILURE
        }
        None => child::run(),
    }
}
