//! `opengateway wallet`: what can be spent, what was earned and spent with whom, and the proof of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use opengateway_api::{Call, Credits, Error, ErrorCode, Movement, MovementKind, Reply, Unpayable, Wallet, WalletProof};
use opengateway_node::Client;
use serde_json::{Value, json};

use crate::args;
use crate::exit::Failure;
use crate::print::{self, Printer};

pub(crate) async fn run(client: &Client, question: Option<args::Wallet>, printer: Printer) -> Result<(), Failure> {
    match question {
        None => show(client, printer).await,
        Some(args::Wallet::History { before, most }) => history(client, before, most, printer).await,
        Some(args::Wallet::Verify) => verify(client, printer).await,
        Some(args::Wallet::Export { file }) => export(client, file, printer).await,
        Some(args::Wallet::Refund { job }) => refund(client, job, printer).await,
    }
}

async fn show(client: &Client, printer: Printer) -> Result<(), Failure> {
    match client.call(Call::Wallet).await? {
        Reply::Wallet(wallet) => printer.fact(&in_whole(&wallet), &shown(&wallet)),
        other => Err(unexpected(&other)),
    }
}

async fn history(client: &Client, before: Option<i64>, most: u32, printer: Printer) -> Result<(), Failure> {
    let before_ms = before.unwrap_or(i64::MAX);
    match client.call(Call::Movements { before_ms, most }).await? {
        Reply::Movements(movements) => {
            let lines: Vec<String> = movements.iter().map(line).collect();
            let none = "no answer has been paid for";
            let facts = movements.iter().map(exact).collect::<Result<Vec<_>, _>>()?;
            printer.fact(&facts, if lines.is_empty() { none.to_owned() } else { lines.join("\n") }.as_str())
        }
        other => Err(unexpected(&other)),
    }
}

/// Fails when the books are wrong, after it has said how.
async fn verify(client: &Client, printer: Printer) -> Result<(), Failure> {
    let proof = match client.call(Call::VerifyWallet).await? {
        Reply::WalletProof(proof) => proof,
        other => return Err(unexpected(&other)),
    };
    let WalletProof { records, signatures, net, sum, problems } = &proof;
    let facts = json!({ "records": records, "signatures": signatures, "net": net.floor(), "sum_millionths": sum, "problems": problems });
    printer.fact(&facts, &proven(&proof))?;
    if problems.is_empty() { Ok(()) } else { Err(Error::internal("the books are not right").into()) }
}

async fn export(client: &Client, file: Option<PathBuf>, printer: Printer) -> Result<(), Failure> {
    let records = match client.call(Call::ExportWallet).await? {
        Reply::WalletExport(records) => records,
        other => return Err(unexpected(&other)),
    };
    let Some(path) = file else {
        return Ok(writeln!(std::io::stdout(), "{records}")?);
    };
    write_new(&path, &records).map_err(|error| unwritten(&path, &error))?;
    printer.fact(
        &json!({ "file": path, "bytes": records.len() }),
        &format!("all signed records are in {}", path.display()),
    )
}

/// Never writes over an earlier backup.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    let place = path.display();
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::new(ErrorCode::InvalidRequest, format!("There is a file {place} already. Choose another name."))
                .into()
        }
        _ => Failure::system(&format!("{place} cannot be written"), error),
    }
}

async fn refund(client: &Client, job: String, printer: Printer) -> Result<(), Failure> {
    client.call(Call::Refund(job.clone())).await?;
    printer.fact(&json!({ "refunded": job }), "given back")
}

fn unexpected(reply: &Reply) -> Failure {
    Error::internal(format!("the node answers with {reply:?}")).into()
}

/// For programs: whole tokens, rounded down.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
struct Whole {
    spendable: i64,
    net: i64,
    line: i64,
    holds: i64,
    least: i64,
    earned: i64,
    spent: i64,
    /// Why nobody can be paid, in one word.
    unpayable: Option<&'static str>,
}

fn in_whole(wallet: &Wallet) -> Whole {
    Whole {
        spendable: wallet.spendable.floor(),
        net: wallet.net.floor(),
        line: wallet.line.floor(),
        holds: wallet.holds.floor(),
        least: wallet.least.floor(),
        earned: wallet.earned.floor(),
        spent: wallet.spent.floor(),
        unpayable: wallet.unpayable.map(reason),
    }
}

/// For programs: a movement whose amounts say that they are millionths.
fn exact(movement: &Movement) -> Result<Value, Error> {
    let mut facts = serde_json::to_value(movement).map_err(Error::internal)?;
    if let Some(fields) = facts.as_object_mut() {
        for name in ["price", "amount"] {
            let value = fields.remove(name).unwrap_or_default();
            fields.insert(format!("{name}_millionths"), value);
        }
    }
    Ok(facts)
}

/// Names a reason for programs.
fn reason(why: Unpayable) -> &'static str {
    match why {
        Unpayable::NoIdentity => "no_identity",
        Unpayable::TooLittle(_) => "too_little",
        Unpayable::Recovering => "recovering",
        Unpayable::Forked => "forked",
        Unpayable::Broken => "broken",
    }
}

fn shown(wallet: &Wallet) -> String {
    let whole = |credits: Credits| credits.floor().to_string();
    let rows = [
        ("balance", whole(wallet.spendable)),
        ("net", whole(wallet.net)),
        ("line", whole(wallet.line)),
        ("set aside", whole(wallet.holds)),
        ("earned", whole(wallet.earned)),
        ("spent", whole(wallet.spent)),
    ];
    let width = rows.iter().map(|(_, value)| value.len()).max().unwrap_or(0);
    let row = |(name, value): &(&str, String)| format!("{name:9} {value:>width$} tokens");
    let rows = rows.iter().map(row).collect::<Vec<_>>().join("\n");
    format!("{rows}\n{}", standing(wallet))
}

/// Whether a peer can be paid, and if not what to do.
fn standing(wallet: &Wallet) -> String {
    let (least, have) = (wallet.least.floor(), wallet.spendable.floor());
    match wallet.unpayable {
        None => format!("A peer can be paid: a question needs {least}, and what it does not use comes back."),
        Some(Unpayable::TooLittle(_)) => format!(
            "A paid question needs {least} tokens and there are {have}. Lend this PC with `opengateway contribute on`, \
             or ask when a peer has time to spare: peers with nothing else to do still answer for free."
        ),
        Some(Unpayable::NoIdentity) => {
            "Nobody can be paid yet: this PC has no name in the network. It gets one with the network; \
             if it has one, its keychain is locked."
                .into()
        }
        Some(Unpayable::Recovering) => {
            "Nothing is spent for a moment: the accounts are older than what this PC has signed, \
             and peers are asked for what is missing."
                .into()
        }
        Some(Unpayable::Forked) => {
            "There is no line any more: tokens were spent twice in this PC's name. What it earns, it can spend.".into()
        }
        Some(Unpayable::Broken) => {
            "The accounts cannot be written: the disk is full, or their file is damaged. Free some space, then try again.".into()
        }
    }
}

fn line(movement: &Movement) -> String {
    let Movement { job, kind, at_ms, peer, model, text_tokens, price, amount, open, .. } = movement;
    let (what, sign) = match kind {
        MovementKind::Earned => ("earned from", "+"),
        MovementKind::Spent => ("spent with", "-"),
        MovementKind::Refunded => ("given back to", "-"),
        MovementKind::GotBack => ("got back from", "+"),
    };
    let open = if *open { ", under way" } else { "" };
    let amount = format!("{sign}{amount}");
    let (time, peer) = (print::time(*at_ms), peer.short());
    format!(
        "{time:16} {amount:>8} {what} {peer}: {text_tokens} text tokens of {model} at {price} for 1000{open}  {job}"
    )
}

fn proven(proof: &WalletProof) -> String {
    let WalletProof { records, signatures, net, sum, problems } = proof;
    let verdict = if problems.is_empty() { "The books are right." } else { "The books are not right:" };
    let facts = [
        format!("records    {records}"),
        format!("signatures {signatures}"),
        format!("net        {} tokens", net.floor()),
        format!("sum        {sum} tokens over all sides"),
        verdict.to_owned(),
    ];
    facts.into_iter().chain(problems.iter().map(|problem| format!("  {problem}"))).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use opengateway_api::{NodeId, Place};

    use super::*;

    fn wallet() -> Wallet {
        Wallet {
            spendable: Credits::whole(640),
            net: Credits(-609_500_000),
            line: Credits::whole(1_250),
            least: Credits::whole(1_000),
            unpayable: Some(Unpayable::TooLittle(Credits::whole(360))),
            ..Wallet::default()
        }
    }

    #[test]
    fn programs_get_whole_tokens_and_a_reason() {
        let facts = in_whole(&wallet());

        assert_eq!((facts.spendable, facts.net, facts.unpayable), (640, -610, Some("too_little")));
        assert_eq!(in_whole(&Wallet::default()).unpayable, None);
    }

    #[test]
    fn people_get_numbers_below_each_other_and_what_to_do() {
        let text = shown(&wallet());

        assert!(text.starts_with("balance    640 tokens\nnet       -610 tokens\nline      1250 tokens"), "{text}");
        assert!(text.contains("A paid question needs 1000 tokens and there are 640."), "{text}");
    }

    fn movement() -> Movement {
        Movement {
            job: "0f".repeat(16),
            kind: MovementKind::Spent,
            at_ms: 0,
            peer: NodeId([1; 32]),
            place: Some(Place::Nearby),
            model: "qwen3-32b".into(),
            text_tokens: 120,
            price: Credits::whole(5_000),
            amount: Credits::whole(600),
            open: true,
        }
    }

    #[test]
    fn a_movement_is_a_line_that_ends_with_its_job() {
        let line = line(&movement());

        let peer = NodeId([1; 32]).short();
        let told = format!(" -600 spent with {peer}: 120 text tokens of qwen3-32b at 5000 for 1000, under way  0f0f");
        assert!(line.contains(&told), "{line}");
    }

    #[test]
    fn programs_are_told_that_amounts_are_millionths() {
        let facts = exact(&movement()).unwrap();

        assert_eq!((&facts["amount_millionths"], &facts["amount"]), (&json!(600_000_000), &Value::Null));
    }

    #[test]
    fn problems_follow_the_verdict() {
        let proof = WalletProof { problems: vec!["record 7 is missing".into()], ..WalletProof::default() };

        assert!(proven(&proof).ends_with("The books are not right:\n  record 7 is missing"));
        assert!(proven(&WalletProof::default()).ends_with("The books are right."));
    }

    #[test]
    fn an_earlier_backup_is_never_written_over() {
        let path = std::env::temp_dir().join(format!("opengateway-wallet-{}.json", std::process::id()));
        let _left_over = std::fs::remove_file(&path);

        let first = write_new(&path, "[]");
        let second = write_new(&path, "[1]");

        assert!(first.is_ok() && second.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[]");
        std::fs::remove_file(&path).unwrap();
    }
}
