//! `opengateway models`: list, add, remove, use.

use std::io::IsTerminal;

use futures::StreamExt;
use opengateway_api::{Add, Call, DownloadState, Error, ErrorCode, ModelId, Models, Reply, STARTER, Update};
use opengateway_core::backend::Bytes;
use opengateway_node::Client;

use crate::args;
use crate::exit::{self, Failure};
use crate::print::Printer;

pub(crate) async fn run(client: &Client, command: args::Models, printer: Printer) -> Result<(), Failure> {
    match command {
        args::Models::List => match client.call(Call::Models).await? {
            Reply::Models(models) => printer.models(&models),
            _ => Ok(()),
        },
        args::Models::Add { source, sha256 } => add(client, source, sha256, printer).await,
        args::Models::Remove { name } => {
            client.call(Call::RemoveModel(ModelId(name.clone()))).await?;
            printer.fact(&serde_json::json!({ "removed": name }), &format!("{name} is off the list"))
        }
        args::Models::Use { name } => {
            client.call(Call::UseModel(ModelId(name.clone()))).await?;
            printer.fact(&serde_json::json!({ "in_use": name }), &format!("{name} answers from now on"))
        }
    }
}

async fn add(client: &Client, source: String, sha256: Option<String>, printer: Printer) -> Result<(), Failure> {
    let is_address = source.starts_with("http://") || source.starts_with("https://");
    let add = match source.as_str() {
        _ if is_address => Add::Url { url: source, sha256 },
        STARTER => Add::Starter,
        path => file(path)?,
    };
    let Reply::Added(id) = client.call(Call::AddModel(add)).await? else {
        return Ok(());
    };
    if is_address {
        tokio::select! {
            result = follow(client, &id) => result?,
            () = exit::interrupted() => {
                eprintln!("\nThe download goes on in the background; `opengateway models list` shows it.");
                return Err(Failure::Interrupted);
            }
        }
    }
    printer.fact(
        &serde_json::json!({ "added": id }),
        &format!("{id} was added; `opengateway models use {id}` answers with it"),
    )
}

fn file(path: &str) -> Result<Add, Error> {
    let bad = |error: std::io::Error| Error::new(ErrorCode::NotFound, format!("{path} cannot be opened: {error}"));
    let path = std::fs::canonicalize(path).map_err(bad)?;
    Ok(Add::File { path: path.to_string_lossy().into_owned() })
}

/// Draws progress until the download has become a model.
async fn follow(client: &Client, id: &ModelId) -> Result<(), Error> {
    let mut updates = client.updates();
    while let Some(update) = updates.next().await {
        let Update::Models(models) = update else { continue };
        if let Some(over) = progress(&models, id) {
            return over;
        }
    }
    Err(Error::retryable(ErrorCode::NotRunning, "OpenGateway ended; the download goes on when it starts again."))
}

fn progress(models: &Models, id: &ModelId) -> Option<Result<(), Error>> {
    if models.models.iter().any(|model| model.id == *id) {
        return Some(Ok(()));
    }
    let download = models.downloads.iter().find(|download| download.id == *id)?;
    if let DownloadState::Failed(error) = &download.state {
        return Some(Err(error.clone()));
    }
    if std::io::stderr().is_terminal() {
        let of = download.total_bytes.map_or("?".into(), |total| Bytes(total).to_string());
        let speed = Bytes(download.bytes_per_second);
        eprint!("\r{} of {of}, {speed}/s    ", Bytes(download.done_bytes));
    }
    None
}
