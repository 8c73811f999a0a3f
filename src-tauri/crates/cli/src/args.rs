//! What can be typed.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it failed, and the message says why
  2  the command line is wrong
  3  OpenGateway is not running
  4  what was named does not exist
  5  the programs are of different versions
  130  interrupted";

/// Chat with a model on this PC.
#[derive(Debug, Parser)]
#[command(name = "opengateway", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Args {
    /// Keep all data in this directory, apart from any other OpenGateway
    #[arg(long, global = true, env = "OPENGATEWAY_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print facts as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start OpenGateway in the background
    Start {
        /// Stay in this terminal until interrupted
        #[arg(long)]
        foreground: bool,
    },
    /// Show what OpenGateway is doing
    Status,
    /// Ask one question, or chat when no question is given
    Prompt(Ask),
    /// List, add, remove and choose models
    #[command(subcommand)]
    Models(Models),
    /// Stop and start again
    Restart,
    /// Stop OpenGateway; running answers get three seconds
    Stop,
    /// Show the latest log lines
    Logs {
        /// How many lines
        #[arg(short = 'n', long, default_value_t = 50)]
        lines: usize,
    },
    /// Print a completion script for your shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Ask {
    /// The question; from standard input if that is not a terminal
    pub(crate) text: Vec<String>,
    /// Answer with this model
    #[arg(short, long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Instructions that precede the conversation
    #[arg(short, long, value_name = "TEXT")]
    pub(crate) system: Option<String>,
    /// 0 always takes the likeliest word; higher is more varied
    #[arg(long, value_name = "NUMBER")]
    pub(crate) temperature: Option<f32>,
    /// The same seed gives the same answer
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// At most this many text tokens
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_tokens: Option<u32>,
    /// Afterwards show speed and time to first token
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    /// Show the models there are
    List,
    /// Add a GGUF file by path, or fetch one by address
    Add {
        /// A path, or an address that begins with https://
        source: String,
        /// The SHA-256 that the file must have
        #[arg(long, value_name = "HEX")]
        sha256: Option<String>,
    },
    /// Take a model off the list; a file we downloaded is deleted, your own is not
    Remove {
        /// Its name
        name: String,
    },
    /// Answer with this model from now on
    Use {
        /// Its name
        name: String,
    },
}

pub(crate) fn completions(shell: Shell) {
    clap_complete::generate(shell, &mut Args::command(), "opengateway", &mut std::io::stdout());
}
