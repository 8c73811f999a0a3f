//! A node in the background: started by this program, found by its control socket.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use opengateway_api::{Call, Error, ErrorCode, Reply};
use opengateway_node::Client;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::exit::Failure;
use crate::print::Printer;

const LONGEST_START: Duration = Duration::from_secs(30);
/// A node needs at most eight seconds to end in order.
const LONGEST_STOP: Duration = Duration::from_secs(15);

/// Starts a node and returns when it serves. Its own words explain a failure.
pub(crate) async fn start(home: &Path, bootstrap: bool, printer: Printer) -> Result<(), Failure> {
    let program = std::env::current_exe()?;
    let mut command = Command::new(program);
    command.args(["start", "--foreground", "--json", "--home"]).arg(home);
    if bootstrap {
        command.arg("--bootstrap");
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    detach(&mut command);
    let mut child = command.spawn()?;
    let (Some(mut out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Error::internal("the node has no output").into());
    };
    let client = Client::new(home);
    // The first byte is the node's own word that it serves; the end of output is its end.
    let mut first = [0];
    match tokio::time::timeout(LONGEST_START, out.read(&mut first)).await {
        Ok(Ok(1)) => {
            let Reply::Status(status) = client.call(Call::Status).await? else {
                return Ok(());
            };
            printer.started(&status)
        }
        Ok(_) => {
            let mut words = String::new();
            err.read_to_string(&mut words).await?;
            Err(said(&words).into())
        }
        Err(_) => {
            child.kill().await?;
            Err(Error::internal("OpenGateway did not start within 30 s; `opengateway logs` may say why").into())
        }
    }
}

/// The error that a node printed as its last words.
fn said(words: &str) -> Error {
    let known = words.lines().rev().find_map(|line| serde_json::from_str(line).ok());
    known.unwrap_or_else(|| Error::internal(format!("it ended at once: {}", words.trim())))
}

/// Stops the node and returns when it is gone.
pub(crate) async fn stop(home: &Path, printer: Printer) -> Result<(), Failure> {
    let client = Client::new(home);
    let Reply::Status(status) = client.call(Call::Status).await? else {
        return Ok(());
    };
    client.call(Call::Stop).await?;
    let gone = async {
        while opengateway_node::Home::open(home).is_err() {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    match tokio::time::timeout(LONGEST_STOP, gone).await {
        Ok(()) => printer.fact(&serde_json::json!({ "stopped": status.pid }), "OpenGateway has stopped"),
        Err(_) => {
            let message = format!("OpenGateway (process {}) did not stop within 15 s.", status.pid);
            Err(Error::new(ErrorCode::Internal, message).into())
        }
    }
}

/// Lets the node outlive this terminal.
#[cfg(unix)]
fn detach(command: &mut Command) {
    command.process_group(0);
}

#[cfg(windows)]
fn detach(command: &mut Command) {
    const DETACHED_PROCESS: u32 = 0x0000_0008;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP);
}
