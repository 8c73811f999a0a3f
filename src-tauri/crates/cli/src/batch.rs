//! `opengateway batch`: prompts that are answered while the owner is away.

use std::io::Read;
use std::path::PathBuf;

use opengateway_api::{BatchItem, Call, Error, ErrorCode, ModelId, Reply};
use opengateway_node::Client;

use crate::args;
use crate::exit::Failure;
use crate::print::Printer;

pub(crate) async fn run(client: &Client, command: args::Batch, printer: Printer) -> Result<(), Failure> {
    let call = match command {
        args::Batch::Add { file, model } => {
            let prompts = lines(file)?;
            Call::QueueBatch { prompts, model: model.map(ModelId) }
        }
        args::Batch::List => Call::Batch,
        args::Batch::Clear => {
            client.call(Call::ClearBatch).await?;
            return printer.fact(&serde_json::json!({ "cleared": true }), "the queue is empty");
        }
    };
    let Reply::Batch(items) = client.call(call).await? else {
        return Ok(());
    };
    let text = items.iter().map(shown).collect::<Vec<_>>().join("\n\n");
    printer.fact(&items, if items.is_empty() { "nothing is queued" } else { &text })
}

fn lines(file: Option<PathBuf>) -> Result<Vec<String>, Failure> {
    let text = match file {
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        Some(path) => std::fs::read_to_string(&path)
            .map_err(|error| Error::new(ErrorCode::NotFound, format!("{} cannot be read: {error}", path.display())))?,
    };
    Ok(text.lines().map(str::to_owned).collect())
}

fn shown(item: &BatchItem) -> String {
    let BatchItem { prompt, answer, .. } = item;
    match answer {
        None => format!("{prompt}\n  waits until this PC is idle"),
        Some(Ok(answer)) => format!("{prompt}\n  {}", answer.trim().replace('\n', "\n  ")),
        Some(Err(error)) => format!("{prompt}\n  failed: {error}"),
    }
}
