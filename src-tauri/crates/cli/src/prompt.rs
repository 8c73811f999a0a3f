//! `opengateway prompt`: one question, or a chat in the terminal.
#![expect(clippy::print_stdout, reason = "printing is what a command line does")]

use std::io::{IsTerminal, Read, Write};
use std::path::Path;

use futures::StreamExt;
use opengateway_api::{
    AnswerEvent, Ask, Call, Credits, ErrorCode, Measured, ModelId, Origin, Place, Reply, Sampling, Turn, Unpayable,
};
use opengateway_node::{Client, Door};
use rustyline::error::ReadlineError;

use crate::args;
use crate::exit::{self, Failure};
use crate::print::Printer;

pub(crate) async fn run(home: &Path, ask: args::Ask, printer: Printer) -> Result<(), Failure> {
    let question = question(&ask.text)?;
    let door = open(home).await?;
    let outcome = match question {
        Some(question) => once(&door, &ask, question, printer).await,
        None => chat(&door, home, &ask).await,
    };
    if let Door::Here(node) = door {
        node.shutdown().await;
    }
    outcome
}

/// The running node, or one for the occasion.
async fn open(home: &Path) -> Result<Door, Failure> {
    let client = Client::new(home);
    match client.call(Call::Status).await {
        Ok(_) => Ok(Door::There(client)),
        Err(error) if error.code == ErrorCode::NotRunning => crate::start_node(home, false).await.map(Door::Here),
        Err(error) => Err(error.into()),
    }
}

/// The words of the command line, after what comes from standard input; `None` to chat.
fn question(words: &[String]) -> Result<Option<String>, Failure> {
    let words = words.join(" ");
    if std::io::stdin().is_terminal() {
        return Ok(Some(words).filter(|words| !words.is_empty()));
    }
    let mut piped = String::new();
    std::io::stdin().read_to_string(&mut piped)?;
    let parts = [words.trim(), piped.trim()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        let message = "There is no question: write one after `prompt`, or pipe one in.";
        return Err(opengateway_api::Error::new(ErrorCode::InvalidRequest, message).into());
    }
    Ok(Some(parts.join("\n\n")))
}

async fn once(door: &Door, ask: &args::Ask, question: String, printer: Printer) -> Result<(), Failure> {
    let answer = answer(door, ask, turns(ask, &[], question), !printer.json).await?;
    if answer.interrupted {
        return Err(Failure::Interrupted);
    }
    if printer.json {
        let Answer { text, model, measured, origin, .. } = &answer;
        let facts = serde_json::json!({ "text": text, "model": model, "measured": measured, "origin": origin });
        return printer.fact(&facts, text);
    }
    answer.show_measured(ask.verbose);
    Ok(())
}

/// Chats until the end of input. Ctrl-C stops an answer, not the program.
async fn chat(door: &Door, home: &Path, ask: &args::Ask) -> Result<(), Failure> {
    let broken = |error: ReadlineError| opengateway_api::Error::internal(error);
    let mut editor = rustyline::DefaultEditor::new().map_err(broken)?;
    let history = home.join("history.txt");
    let _none_yet = editor.load_history(&history);
    let model = match door.call(Call::Models).await? {
        Reply::Models(models) => models.in_use.map_or_else(String::new, |model| model.0),
        _ => String::new(),
    };
    println!("Chatting with {}. Ctrl-C stops an answer, Ctrl-D ends.", ask.model.as_ref().unwrap_or(&model));
    let mut before: Vec<Turn> = Vec::new();
    loop {
        let line = match tokio::task::block_in_place(|| editor.readline("> ")) {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(broken(error).into()),
        };
        let _history_is_a_convenience = editor.add_history_entry(&line);
        let turns = turns(ask, &before, line.clone());
        match answer(door, ask, turns, true).await {
            Ok(answer) => {
                answer.show_measured(ask.verbose);
                before.extend([Turn::user(line), Turn::assistant(answer.text)]);
            }
            Err(Failure::Node(error)) => eprintln!("{error}"),
            Err(failure) => return Err(failure),
        }
    }
    let _history_is_a_convenience = editor.save_history(&history);
    Ok(())
}

fn turns(ask: &args::Ask, before: &[Turn], question: String) -> Vec<Turn> {
    let system = ask.system.as_ref().map(Turn::system);
    system.into_iter().chain(before.iter().cloned()).chain([Turn::user(question)]).collect()
}

#[derive(Default)]
struct Answer {
    text: String,
    model: Option<ModelId>,
    measured: Measured,
    origin: Option<Origin>,
    interrupted: bool,
}

impl Answer {
    fn show_measured(&self, wanted: bool) {
        if let (true, Some(model), Some(origin)) = (wanted, &self.model, &self.origin) {
            let Measured { text_tokens, text_per_second, first_token_ms, .. } = self.measured;
            eprintln!(
                "{} · {model} · {text_tokens} text tokens · {text_per_second:.0}/s · first after {first_token_ms:.0} ms",
                whence(origin)
            );
        }
    }
}

/// Who answered, and that it could read the prompt.
fn whence(origin: &Origin) -> String {
    let place = match origin.place {
        Place::ThisPc => return "this PC".into(),
        Place::Nearby => "nearby",
        Place::Region => "region",
        Place::Global => "global",
        Place::Cloud => "cloud",
    };
    let who = origin.node.map_or(String::new(), |node| format!(" ({}, who could read the prompt)", node.short()));
    let far = origin.latency_ms.map_or(String::new(), |latency| format!(", {latency:.0} ms"));
    let relayed = if origin.relayed { ", relayed" } else { "" };
    let cost = match (origin.cost, origin.unpaid) {
        (0, Some(Unpayable::TooLittle(missing))) => {
            format!(", free: {missing} tokens are missing to pay for an answer")
        }
        (0, _) => ", free".into(),
        (cost, _) => format!(", {} tokens", Credits(cost)),
    };
    format!("{place}{who}{far}{relayed}{cost}")
}

/// Gets an answer, printing it as it comes if `shown`.
async fn answer(door: &Door, ask: &args::Ask, turns: Vec<Turn>, shown: bool) -> Result<Answer, Failure> {
    let defaults = Sampling::default();
    let sampling = Sampling {
        temperature: ask.temperature.unwrap_or(defaults.temperature),
        seed: ask.seed,
        max_text_tokens: ask.max_tokens,
        ..defaults
    };
    let mut events = {
        let (model, reach) = (ask.model.clone().map(ModelId), ask.reach.reach());
        door.answer(Ask::Once { turns, model, sampling, reach })
    };
    let mut answer = Answer::default();
    // Listens throughout: a signal that comes while text is printed counts as well.
    let mut interrupted = std::pin::pin!(exit::interrupted());
    loop {
        let event = tokio::select! {
            event = events.next() => event,
            () = &mut interrupted => {
                answer.interrupted = true;
                None
            }
        };
        match event {
            Some(AnswerEvent::Text { text }) => {
                if shown {
                    write!(std::io::stdout(), "{text}")?;
                    std::io::stdout().flush()?;
                }
                answer.text.push_str(&text);
            }
            Some(AnswerEvent::Waiting { position, .. }) => {
                if shown && position > 0 {
                    eprintln!("waiting, {position} before you");
                }
            }
            Some(AnswerEvent::Loading { .. } | AnswerEvent::Started { .. } | AnswerEvent::Origin(_)) => {}
            Some(AnswerEvent::Done { origin, model, measured, .. }) => {
                (answer.model, answer.measured, answer.origin) = (Some(model), measured, Some(origin));
                break;
            }
            Some(AnswerEvent::Failed { error, .. }) => {
                if shown && !answer.text.is_empty() {
                    writeln!(std::io::stdout())?;
                }
                return Err(error.into());
            }
            None if answer.interrupted => break,
            None => return Err(opengateway_api::Error::retryable(ErrorCode::NotRunning, "OpenGateway ended.").into()),
        }
    }
    if shown {
        writeln!(std::io::stdout())?;
    }
    Ok(answer)
}
