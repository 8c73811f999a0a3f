//! What can be typed.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use opengateway_api::Pause;

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
        /// Let others join the network through this node and be relayed by it; for machines with a public address
        #[arg(long)]
        bootstrap: bool,
    },
    /// Show what OpenGateway is doing
    Status,
    /// Ask one question, or chat when no question is given
    Prompt(Ask),
    /// List, add, remove and choose models
    #[command(subcommand)]
    Models(Models),
    /// Show what this PC is, what it can serve, where it is and how fast it answers
    Hardware {
        /// Measure the speed first; takes some seconds
        #[arg(long)]
        measure: bool,
    },
    /// Lend this PC while you are away; without a word, show what is being lent
    Contribute {
        #[command(subcommand)]
        order: Option<Order>,
    },
    /// Show whether this PC may be lent now
    Idle {
        /// Show each signal, its rule and what it says
        #[arg(long)]
        explain: bool,
    },
    /// Have prompts answered while you are away
    #[command(subcommand)]
    Batch(Batch),
    /// Show the clusters of the network
    Clusters,
    /// Show other nodes, the nearest first
    Peers {
        /// Only those of this cluster, such as europe/b
        cluster: Option<String>,
    },
    /// Print a text by which a friend's PC finds this one
    Invite,
    /// Join the network by a friend's invite, or by a node's address
    Join {
        /// The pasted text
        invite: String,
    },
    /// Show where a prompt would go, and why not elsewhere
    Explain(Explain),
    /// Show what you can spend and why; peers' answers cost tokens, answering peers earns them
    Wallet {
        #[command(subcommand)]
        question: Option<Wallet>,
    },
    /// Start OpenGateway, its window closed, when you log in
    Login {
        /// Without a word, show what the system says
        state: Option<Switch>,
    },
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
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Afterwards show who answered, the speed and the time to first token
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// How far a prompt may go.
#[derive(Debug, Default, Clone, Copy, clap::Args)]
pub(crate) struct Reach {
    /// Have it answered only there
    #[arg(long, value_name = "PLACE")]
    place: Option<Place>,
    /// Who may read it; the settings say it otherwise
    #[arg(long, value_name = "CLASS")]
    privacy: Option<Privacy>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Place {
    /// On this PC
    Pc,
    /// On a peer less than 50 ms away
    Nearby,
    /// On a peer less than 150 ms away
    Region,
    /// On a peer farther away
    Global,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Privacy {
    /// Any peer
    Public,
    /// Friends, and peers of good standing in your region
    Internal,
    /// Friends
    Confidential,
    /// Nobody but you
    Restricted,
}

impl Reach {
    pub(crate) fn reach(self) -> opengateway_api::Reach {
        use opengateway_api::{Place as There, Privacy as Class};
        let place = self.place.map(|place| match place {
            Place::Pc => There::ThisPc,
            Place::Nearby => There::Nearby,
            Place::Region => There::Region,
            Place::Global => There::Global,
        });
        let privacy = self.privacy.map(|privacy| match privacy {
            Privacy::Public => Class::Public,
            Privacy::Internal => Class::Internal,
            Privacy::Confidential => Class::Confidential,
            Privacy::Restricted => Class::Restricted,
        });
        opengateway_api::Reach { place, privacy }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The prompt
    pub(crate) text: Vec<String>,
    /// Answered with this model
    #[arg(short, long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    /// Show the models there are
    List,
    /// Add a GGUF file by path, or fetch one by address
    Add {
        /// A path, an address that begins with https://, or `starter` for the built-in model
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

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Order {
    /// Lend this PC whenever the rules allow it
    On,
    /// Never lend it
    Off,
    /// Lend it at once, although you are here
    Now,
    /// Do not lend it for a while: 30m, 2h, tomorrow or forever
    Pause {
        #[arg(value_parser = pause, default_value = "forever")]
        length: Pause,
    },
    /// End a pause
    Resume,
    /// Finish the running answers, then pause
    Finish,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Batch {
    /// Queue prompts, one in each line
    Add {
        /// A file; standard input if none is named
        file: Option<PathBuf>,
        /// Answer with this model
        #[arg(short, long, value_name = "NAME")]
        model: Option<String>,
    },
    /// Show the queued prompts and their answers
    List,
    /// Forget them all
    Clear,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Wallet {
    /// Show who was paid or has paid, the latest first
    History {
        /// Only what was before that day, such as 2026-11-30, or that moment
        #[arg(long, value_name = "DATE", value_parser = moment)]
        before: Option<i64>,
        /// How many
        #[arg(short = 'n', long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        most: u32,
    },
    /// Compute the balance anew from the signed records
    Verify,
    /// Write all signed records as JSON
    Export {
        /// A new file; standard output if none is named
        file: Option<PathBuf>,
    },
    /// Give back what was earned with a job
    Refund {
        /// As `wallet history` names it
        job: String,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

/// Reads a day, which begins at midnight, or a time; here where no zone is given. In milliseconds since 1970 UTC.
fn moment(text: &str) -> Result<i64, String> {
    let here = || {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        time.to_zoned(jiff::tz::TimeZone::system()).ok().map(|zoned| zoned.timestamp())
    };
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(here);
    let moment = moment.map(jiff::Timestamp::as_millisecond);
    moment.ok_or_else(|| format!("{text:?} is no date; say 2026-11-30 or 2026-11-30T18:00"))
}

/// Reads `30m`, `2h`, `tomorrow` or `forever`.
fn pause(text: &str) -> Result<Pause, String> {
    let example = || format!("{text:?} is no length of a pause; say 30m, 2h, tomorrow or forever");
    let minutes = |count: &str, factor: u32| {
        let count: u32 = count.parse().map_err(|_| example())?;
        count.checked_mul(factor).filter(|minutes| *minutes > 0).map(Pause::Minutes).ok_or_else(example)
    };
    match text {
        "tomorrow" => Ok(Pause::Tomorrow),
        "forever" => Ok(Pause::Forever),
        _ => match (text.strip_suffix('m'), text.strip_suffix('h')) {
            (Some(count), _) => minutes(count, 1),
            (_, Some(count)) => minutes(count, 60),
            _ => Err(example()),
        },
    }
}

pub(crate) fn completions(shell: Shell) {
    clap_complete::generate(shell, &mut Args::command(), "opengateway", &mut std::io::stdout());
}
