//! Words about tokens: what this PC owes and is owed. Text tokens are always called so.

use opengateway_api::Credits;

use crate::format;

pub(crate) const WALLET: &str = "Wallet";
pub(crate) const LEAD: &str = "Answering peers earns tokens, asking them spends tokens. They cannot be bought or made.";
pub(crate) const LOADING: &str = "The accounts are being read…";

// The balance
pub(crate) const BALANCE: &str = "Token balance";
pub(crate) const UNKNOWN_BALANCE: &str = "–";
pub(crate) const MAKEUP: &str = "What the balance is made of";
pub(crate) const MAKEUP_HINT: &str = "Net plus line, less what is set aside. Press one to read more.";
pub(crate) const NET: &str = "Net";
pub(crate) const LINE: &str = "Line";
pub(crate) const HOLDS: &str = "Set aside";
pub(crate) const NET_MEANS: &str =
    "Net is what others owe this PC, less what it owes them; over everyone’s nets the sum is zero.";
pub(crate) const HOLDS_MEANS: &str =
    "Set aside is what questions under way may cost; what they do not use comes back when they end.";
pub(crate) const METER: &str = "How much of a paid question is there";

pub(crate) fn tokens(amount: Credits) -> String {
    match format::amount(amount) {
        one if one == "1" => "1 token".to_owned(),
        many => format!("{many} tokens"),
    }
}

pub(crate) const LINE_MEANS: &str =
    "Line is how much this PC may owe: 1,000 tokens, and on top a fifth of what it has earned, up to 5,000.";

pub(crate) fn short_line_means(line: &str) -> String {
    format!(
        "Line is how much this PC may owe: only {line} tokens, because fewer than two of its parts tell it from other PCs."
    )
}

pub(crate) fn in_all(earned: &str, spent: &str) -> String {
    format!("Earned {earned} and spent {spent} tokens in all")
}

// Why a peer can be asked or not, and what to do
pub(crate) const FREE_STILL: &str = "peers with nothing else to do still answer for free.";
pub(crate) const CAN_ASK: &str = "You can ask a peer.";
pub(crate) const NEW: &str = "You can ask a peer before you have earned anything.";
pub(crate) const NAMELESS: &str = "Nobody can be paid yet, because this PC has no name in the network.";
pub(crate) const NAMELESS_DO: &str =
    "It gets one when it joins. If it has joined already, its key is in a keychain that is locked: unlock that.";
pub(crate) const RECOVERING: &str =
    "Nothing can be spent for a moment: this PC’s accounts are older than what it has signed.";
pub(crate) const RECOVERING_DO: &str =
    "That happens after a backup was put back. Peers are asked for what is missing; keep the network on.";
pub(crate) const FORKED: &str = "This PC has no credit line any more: tokens were spent twice in its name.";
pub(crate) const FORKED_DO: &str = "It can earn as before, and spend what it has earned.";
pub(crate) const FAILED: &str = "The accounts cannot be written";
pub(crate) const FAILED_WHY: &str =
    "The disk is full, or their file is damaged. Until that is mended nothing is earned or spent.";
pub(crate) const FAILED_DO: &str =
    "Free some space, then try again. What was signed is kept, and chatting on this PC works as ever.";

/// Can ask, with something owed to nobody.
pub(crate) fn can_ask(least: &str) -> String {
    format!("A paid question needs {least} tokens; what it does not use comes back.")
}

pub(crate) fn in_debt(owed: &str) -> String {
    format!("You can ask a peer, although this PC owes {owed} tokens.")
}

pub(crate) fn in_debt_do(least: &str) -> String {
    format!("Lending pays that back. A paid question needs {least} tokens; what it does not use comes back.")
}

pub(crate) fn new_do(line: &str) -> String {
    format!("You may owe {line} tokens to begin with. Lend this PC to pay back what you spend.")
}

pub(crate) fn too_little(least: &str, have: &str) -> String {
    format!("You need {least} tokens for a paid question and have {have}.")
}

pub(crate) fn too_little_do() -> String {
    format!("Lend this PC for a while, or ask when a peer has time to spare: {FREE_STILL}")
}

pub(crate) fn earn_first_do() -> String {
    format!("A PC that cannot be told from others earns before it spends. Lend it for a while; {FREE_STILL}")
}

/// How long it takes at the pace of the last days.
pub(crate) fn pace(missing: &str, days: i64) -> String {
    match days {
        ..=1 => format!("At last week’s pace the missing {missing} come within a day."),
        days => format!("At last week’s pace the missing {missing} come in about {days} days."),
    }
}

pub(crate) const LEND: &str = "Lend this PC";
pub(crate) const TO_NETWORK: &str = "Go to Network";
pub(crate) const TO_CHAT: &str = "Ask something";

// Charts
pub(crate) const WEEK: &str = "Last 7 days";
pub(crate) const DAY: &str = "Last 24 hours";
pub(crate) const EARNED: &str = "Earned";
pub(crate) const SPENT: &str = "Spent";
pub(crate) const NOTHING: &str = "nothing earned or spent";
pub(crate) const NO_CHART: &str = "Nothing has been earned or spent yet.";

pub(crate) fn during(label: &str, what: &str) -> String {
    format!("{label}: {what}")
}

pub(crate) fn earned_and_spent(earned: &str, spent: &str) -> String {
    format!("earned {earned} · spent {spent} tokens")
}

pub(crate) fn until(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

/// The chart for those who do not see it.
pub(crate) fn chart_words(span: &str, each: &str) -> String {
    format!("Tokens earned and spent. {span}: {each}")
}

// Movements
pub(crate) const MOVEMENTS: &str = "Movements, the latest first";
pub(crate) const NO_MOVEMENTS: &str = "No answer has been paid for yet";
pub(crate) const NO_MOVEMENTS_DO: &str =
    "Each answer that a peer pays you for, or that you pay a peer for, will be listed here.";
/// How tokens come and go, each with a heading.
pub(crate) const HOW: [(&str, &str); 4] = [
    ("Earning", "While this PC is lent, each peer that it answers pays by the text token."),
    ("Spending", "An answer from a peer costs more the larger its model is. Models on this PC are always free."),
    ("Owing", "You may spend before you earn, up to your line. What you owe never lapses: lending pays it back."),
    ("Trusting", "Both sides sign each movement, so nobody has to be believed, and no company keeps the books."),
];
pub(crate) const WHEN: &str = "When";
pub(crate) const WHAT: &str = "What";
pub(crate) const MODEL: &str = "Model";
pub(crate) const TEXT_TOKENS: &str = "Text tokens";
pub(crate) const PRICE: &str = "Per 1,000 text tokens";
pub(crate) const AMOUNT: &str = "Tokens";
pub(crate) const OPEN: &str = "under way";
pub(crate) const FREE: &str = "free";
pub(crate) const MORE: &str = "Show earlier ones";
pub(crate) const MORE_COMING: &str = "Looking for earlier ones…";
pub(crate) const ALL_SHOWN: &str = "These are all.";
pub(crate) const KEPT_MOVEMENTS: &str = "What is listed stays.";
pub(crate) const GIVE_BACK: &str = "Give back";
pub(crate) const KEEP: &str = "Keep";
pub(crate) const KEPT_TOKENS: &str = "Nothing was given back.";

pub(crate) fn answered(peer: &str) -> String {
    format!("Answered {peer}")
}

pub(crate) fn asked(peer: &str) -> String {
    format!("Asked {peer}")
}

pub(crate) fn gave_back(peer: &str) -> String {
    format!("Gave back to {peer}")
}

pub(crate) fn got_back(peer: &str) -> String {
    format!("Got back from {peer}")
}

pub(crate) fn give_back_to(peer: &str) -> String {
    format!("Give the tokens back to {peer}")
}

pub(crate) fn give_back_question(amount: &str, peer: &str) -> String {
    format!("Give {amount} back to {peer}? Your balance falls by as much, and this cannot be undone.")
}

// The books
pub(crate) const BOOKS: &str = "The books";
pub(crate) const BOOKS_LEAD: &str =
    "Both sides sign each movement. So your balance can be computed anew at any time, by anyone who has the records.";
pub(crate) const CHECK: &str = "Check the books";
pub(crate) const CHECKING: &str = "Every record and signature is being checked…";
pub(crate) const EXPORT: &str = "Export";
pub(crate) const EXPORT_FILE: &str = "In a terminal, “opengateway wallet export FILE” writes them to a file.";
pub(crate) const EXPORT_COPY: &str = "Copy the records";
pub(crate) const KEPT_BOOKS: &str = "The records are as they were.";
pub(crate) const BOOKS_RIGHT: &str = "The books are right.";
pub(crate) const BOOKS_WRONG: &str = "The books are not right.";
pub(crate) const BOOKS_WRONG_DO: &str = "Export the records before anything else is done; they show what happened.";
pub(crate) const RECORDS: &str = "Records read";
pub(crate) const SIGNATURES: &str = "Signatures checked";
pub(crate) const PROVEN_NET: &str = "Net from the records";
pub(crate) const SUM: &str = "Sum over all sides";
pub(crate) const NET_SAME: &str = "as shown above";
pub(crate) const SUM_ZERO: &str = "as it must be";
pub(crate) const SUM_MUST: &str = "must be 0";

pub(crate) fn net_other(shown: &str) -> String {
    format!("shown above: {shown}")
}

pub(crate) fn net_differs(shown: &str, proven: &str) -> String {
    format!("The net shown above is {shown}, but the records come to {proven}.")
}

pub(crate) fn sum_differs(sum: &str) -> String {
    format!("All sides together come to {sum} and not to 0.")
}

pub(crate) fn exported(size: &str, is_copied: bool) -> String {
    if is_copied {
        format!("All signed records are on the clipboard: {size} of JSON.")
    } else {
        format!("All signed records: {size} of JSON.")
    }
}
