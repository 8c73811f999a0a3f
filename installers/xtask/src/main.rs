//! `cargo xtask <command>`: everything one does with this repository, on a machine that has only Rust.
//!
//! Each command first installs what it needs and is missing, so none has to be remembered before another.
#![expect(clippy::print_stdout, reason = "a command-line program for developers")]

use std::ffi::OsString;
use std::process::{ExitCode, ExitStatus};

use anyhow::{Result, bail};
use pico_args::Arguments;

mod deny;
mod lab;
mod needs;
mod product;
mod project;
mod region;
mod report;
mod setup;
mod shell;
mod soak;
mod steps;
mod system;
mod test;
mod types;
mod ui;
mod wasm;

use product::Profile;
use project::Project;
use setup::{Purpose, setup};

const HELP: &str = "\
Set up, build, run, test and measure OpenGateway.

Usage: cargo xtask <command>

  run [-- words]       build and start the window; without a display, a chat in the terminal
  test [names]         every check there is, or the steps with these names; --list names them
  build [--release]    the command line, the engine and the window
  ui [--debug]         only what the window shows, into ui/dist; --debug is quick to build and slow to load
  bench [-- words]     measure a release build
  soak [filters]       run the long tests, each thousands of times; --list names them
  lab [--nodes N]      start nodes on this machine that lend to each other, to play with; 8 if nothing is said
  types                type-check the sources for Windows and macOS
  region               build the table of where addresses are anew, from the newest data
  setup [--test]       install what a build (or also the tests) needs; the other commands do it by themselves
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let (own, passed_on) = split(std::env::args_os().skip(1).collect());
    let mut args = Arguments::from_vec(own);
    if args.contains(["-h", "--help"]) {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some(command) = args.subcommand()? else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    perform(&command, args, &passed_on)
}

fn perform(command: &str, mut args: Arguments, passed_on: &[OsString]) -> Result<ExitCode> {
    let project = Project::find()?;
    match command {
        "setup" => {
            let purpose = if args.contains("--test") { Purpose::Test } else { Purpose::Build };
            nothing_left(args)?;
            setup(purpose)?;
        }
        "ui" => {
            let mode = ui::Mode::from_flag(args.contains("--debug"));
            nothing_left(args)?;
            ui::build(&project, mode)?;
        }
        "build" => {
            let profile = Profile::from_flag(args.contains("--release"));
            nothing_left(args)?;
            setup(Purpose::Build)?;
            product::build(&project, profile)?;
        }
        "run" => {
            nothing_left(args)?;
            setup(Purpose::Build)?;
            product::build(&project, Profile::Debug)?;
            return Ok(code_of(product::start(&project, passed_on)?));
        }
        "bench" => {
            nothing_left(args)?;
            setup(Purpose::Build)?;
            return Ok(code_of(product::bench(&project, passed_on)?));
        }
        "soak" => return soak(&project, args),
        "lab" => {
            let nodes = args.opt_value_from_str("--nodes")?.unwrap_or(8);
            nothing_left(args)?;
            setup(Purpose::Build)?;
            product::build(&project, Profile::Debug)?;
            lab::run(&project, nodes)?;
        }
        "types" => {
            nothing_left(args)?;
            types::run(&project)?;
        }
        "region" => {
            nothing_left(args)?;
            region::build(&project)?;
        }
        "test" => return test(&project, args),
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn test(project: &Project, mut args: Arguments) -> Result<ExitCode> {
    if args.contains("--list") {
        test::list();
        return Ok(ExitCode::SUCCESS);
    }
    test::run(project, &words(args))
}

fn words(args: Arguments) -> Vec<String> {
    args.finish().iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

fn soak(project: &Project, mut args: Arguments) -> Result<ExitCode> {
    if args.contains("--list") {
        soak::list();
        return Ok(ExitCode::SUCCESS);
    }
    setup(Purpose::Test)?;
    product::build(project, Profile::Debug)?;
    soak::run(project, &words(args))
}

/// Our own words, and those after `--`.
fn split(mut words: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let Some(dashes) = words.iter().position(|word| word == "--") else {
        return (words, Vec::new());
    };
    let passed_on = words.split_off(dashes).into_iter().skip(1).collect();
    (words, passed_on)
}

fn nothing_left(args: Arguments) -> Result<()> {
    let rest = args.finish();
    if !rest.is_empty() {
        bail!("cannot understand {rest:?}; see cargo xtask --help");
    }
    Ok(())
}

fn code_of(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
