//! Every word the window shows, in one place so that it can be translated.

pub(crate) mod lending;
pub(crate) mod machine;
pub(crate) mod network;
pub(crate) mod rules;
pub(crate) mod wallet;
pub(crate) mod welcome;

pub(crate) const APP: &str = "OpenGateway";

// Everywhere
pub(crate) const COPY: &str = "Copy";
pub(crate) const COPIED: &str = "Copied";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const DISMISS: &str = "Dismiss";
pub(crate) const UNDO: &str = "Undo";
pub(crate) const TRY_AGAIN: &str = "Try again";
pub(crate) const UNEXPECTED_REPLY: &str =
    "OpenGateway gave a reply that this window does not understand. Restarting the app helps when it was just updated.";

// Navigation
pub(crate) const VIEWS: &str = "Views";
pub(crate) const CHAT: &str = "Chat";
pub(crate) const MODELS: &str = "Models";
pub(crate) const CONTRIBUTE: &str = "Contribute";
pub(crate) const SETTINGS: &str = "Settings";
pub(crate) const SHORTCUTS: &str = "Shortcuts";

// Conversations
pub(crate) const CONVERSATIONS: &str = "Chats";
pub(crate) const NEW_CHAT: &str = "New chat";
pub(crate) const SEARCH: &str = "Search chats";
pub(crate) const RENAME: &str = "Rename";
pub(crate) const DELETE: &str = "Delete";
pub(crate) const NEW_TITLE: &str = "New title";
pub(crate) const TOGGLE_LIST: &str = "Show or hide the list of chats";
pub(crate) const NO_CHATS: &str = "Your chats will be listed here. They stay on this PC.";
pub(crate) const TODAY: &str = "Today";
pub(crate) const YESTERDAY: &str = "Yesterday";
pub(crate) const THIS_WEEK: &str = "Last 7 days";
pub(crate) const EARLIER: &str = "Earlier";

pub(crate) fn no_match(search: &str) -> String {
    format!("No chat is called “{search}”.")
}

pub(crate) fn deleted(title: &str) -> String {
    format!("Deleted “{title}”")
}

// Empty chat
pub(crate) const ASK_ME: &str = "What would you like to know?";
/// What the starter model can really answer.
pub(crate) const TOY_SUGGESTIONS: [&str; 4] =
    ["What is 2+2?", "What is the capital of France?", "What can you do?", "How do I get a better model?"];
pub(crate) const SUGGESTIONS: [&str; 4] = [
    "Explain V-Sync and G-Sync in three sentences",
    "Plan a dinner from leeks, eggs and half a lemon",
    "Write a Lua function that sorts an inventory",
    "Ten names for a stealth-game guild",
];
pub(crate) const GET_MODEL: &str = "Get a real model";
pub(crate) const TOY: &str = "You are talking to Starter, a tiny toy model that knows very little.";

pub(crate) const ADD_FIRST: &str = "There is no model yet. Add one, then ask.";

pub(crate) fn runs_here(model: &str) -> String {
    format!("{model} answers on this PC. Nothing you write leaves it.")
}

pub(crate) fn runs_here_first(model: &str) -> String {
    format!("{model} answers on this PC. While that is busy, a peer may answer.")
}

pub(crate) fn runs_on_peers(model: &str, place: &str) -> String {
    format!("{model} answers on peers; the nearest is {place}.")
}

pub(crate) fn runs_nowhere(model: &str) -> String {
    format!("No peer offers {model} now. Choose another model, or wait until one does.")
}

// Composer
pub(crate) const ASK: &str = "Ask anything";
pub(crate) const SEND: &str = "Send";
pub(crate) const STOP: &str = "Stop";
pub(crate) const STAYS_HERE: &str = "On this PC";
pub(crate) const HERE_FIRST: &str = "On this PC first";
pub(crate) const ON_NO_PEER: &str = "No peer offers this model now";
// Who may read a prompt that goes to a peer, by privacy class
pub(crate) const READ_BY_PEERS: &str = "Peers can read this prompt";
pub(crate) const READ_BY_REGION: &str = "Friends and good peers in your region can read this prompt";
pub(crate) const READ_BY_FRIENDS: &str = "Friends can read this prompt";
pub(crate) const READ_BY_NOBODY: &str = "You let no peer read prompts, so this model cannot answer";
pub(crate) const SEND_HINT: &str = "Enter sends, Shift+Enter starts a new line";
pub(crate) const NOT_SENT: &str = "Not sent; your text is back in the box.";

// Messages
pub(crate) const THREAD: &str = "Messages";
pub(crate) const QUESTION: &str = "You";
pub(crate) const EDIT: &str = "Edit";
pub(crate) const EDIT_HINT: &str = "Sending makes a new version; the old one is kept.";
pub(crate) const REGENERATE: &str = "Answer again";
pub(crate) const THINKING: &str = "Reading your question…";
pub(crate) const NEXT: &str = "Waiting: you are next";
pub(crate) const COULD_READ: &str = "this peer could read your prompt";
pub(crate) const THEY_COULD_READ: &str = "these peers could read your prompt";
pub(crate) const CARRIED_ON: &str = "another peer carried it on";
pub(crate) const CARRIED_ON_HERE: &str = "this PC carried it on";
pub(crate) const STOPPED: &str = "You stopped this answer.";
pub(crate) const CUT: &str = "OpenGateway ended while this answer was being written; this is as far as it came.";
pub(crate) const FULL: &str = "The answer reached its length limit.";
pub(crate) const KEPT_PART: &str = "What had been written is kept above.";
pub(crate) const KEPT_QUESTION: &str = "Your question is kept.";
pub(crate) const TASK_DONE: &str = "Done";
pub(crate) const TASK_OPEN: &str = "Not done";
pub(crate) const VERSIONS: &str = "Versions";
pub(crate) const EARLIER_VERSION: &str = "Earlier version";
pub(crate) const LATER_VERSION: &str = "Later version";
pub(crate) const LATEST: &str = "Jump to the latest message";
pub(crate) const OPENING: &str = "Opening the chat…";
pub(crate) const CANNOT_OPEN: &str = "This chat could not be opened";
/// What an answer cost that a peer gave away.
pub(crate) const FREE: &str = "free";
pub(crate) const FREE_FOR_NOW: &str = "free, as your token balance is too low to pay";
pub(crate) const MEASURED_HINT: &str =
    "Who computed it, with which model, how fast, how long the first text token took, and what it cost";

pub(crate) fn waiting(position: u32) -> String {
    format!("Waiting: {position} before you")
}

pub(crate) fn about(time: &str) -> String {
    format!("about {time}")
}

/// A place with how far it is.
pub(crate) fn away(place: &str, latency: &str) -> String {
    format!("{place}, {latency}")
}

pub(crate) fn relayed(from: &str) -> String {
    format!("{from}, relayed")
}

pub(crate) fn friend_at(name: &str, from: &str) -> String {
    format!("{name}, {from}")
}

pub(crate) fn friend_could_read(name: &str) -> String {
    format!("{name} could read your prompt")
}

pub(crate) fn instead_of(model: &str, asked: &str) -> String {
    format!("{model} instead of {asked}")
}

pub(crate) fn not_as_asked(model: &str) -> String {
    format!("{model}, another model than you asked")
}

/// What a screen reader says when an answer is complete.
pub(crate) fn answer_is(answer: &str) -> String {
    format!("Answer: {answer}")
}

pub(crate) fn loading_model(model: &str, percent: &str) -> String {
    format!("Loading {model}… {percent}")
}

pub(crate) fn version_of(at: usize, count: usize) -> String {
    format!("{at}/{count}")
}

// Places
pub(crate) const THIS_PC: &str = "this PC";
pub(crate) const NEARBY: &str = "nearby";
pub(crate) const REGION: &str = "region";
pub(crate) const GLOBAL: &str = "global";
pub(crate) const CLOUD: &str = "cloud";

// Models
pub(crate) const CHOOSE_MODEL: &str = "Choose the model that answers";
pub(crate) const NO_MODEL: &str = "No model";
pub(crate) const ON_PEERS: &str = "On peers";
pub(crate) const ADD_MODEL: &str = "Add a model…";
pub(crate) const MODELS_LEAD: &str = "Models answer your questions. They are files that run on this PC.";
pub(crate) const ADD: &str = "Add";
pub(crate) const ADD_TITLE: &str = "Add a model";
pub(crate) const ADD_LEAD: &str =
    "Any GGUF file works. A rule of thumb: choose one that is smaller than your free memory.";
pub(crate) const ADD_FIELD: &str = "Link or path of a GGUF file";
pub(crate) const ADD_PLACEHOLDER: &str = "https://… or a path on this PC";
pub(crate) const CHOOSE_FILE: &str = "Choose a file…";
pub(crate) const CHECKSUM: &str = "SHA-256 checksum, if the site shows one";
pub(crate) const CHECKSUM_HINT: &str = "The download is compared with it before it is used.";
pub(crate) const REMOVE_STARTER: &str = "Remove the starter model? You can add it again here. Your chats stay.";
pub(crate) const ADD_STARTER: &str = "Add the starter model again";
pub(crate) const BROWSE: &str = "Browse models on Hugging Face";
pub(crate) const BROWSE_URL: &str = "https://huggingface.co/models?library=gguf&sort=trending";
pub(crate) const DROP_HERE: &str = "Drop the model here";
pub(crate) const DROP_HINT: &str = "GGUF files are used where they lie; nothing is copied.";
pub(crate) const ONLY_GGUF: &str = "Only GGUF files can be added as models.";
pub(crate) const BAD_ADDRESS: &str = "This is neither a web link nor an absolute path of a file.";
pub(crate) const BAD_CHECKSUM: &str = "A SHA-256 checksum has 64 digits from 0 to 9 and a to f.";
pub(crate) const ON_THIS_PC: &str = "On this PC";
pub(crate) const DOWNLOADS: &str = "Downloads";
pub(crate) const NO_MODELS: &str = "No model is here yet. Add one above and it answers from then on.";
pub(crate) const USE: &str = "Use";
pub(crate) const IN_USE: &str = "In use";
pub(crate) const REMOVE: &str = "Remove";
pub(crate) const KEEP: &str = "Keep";
pub(crate) const BUILT_IN: &str = "built in";
pub(crate) const OWN_FILE: &str = "your own file";
pub(crate) const PAUSE: &str = "Pause";
pub(crate) const RESUME: &str = "Resume";
pub(crate) const PAUSED: &str = "Paused; what has arrived is kept";
pub(crate) const VERIFYING: &str = "Comparing the checksum…";
pub(crate) const WAITING: &str = "Waiting for the source…";
pub(crate) const ADDED: &str = "Added. It can be used from now on.";

pub(crate) fn from_site(site: &str) -> String {
    format!("from {site}")
}

pub(crate) fn context_of(tokens: &str) -> String {
    format!("{tokens} text tokens of context")
}

pub(crate) fn remove_question(name: &str, size: &str, deletes_file: bool) -> String {
    if deletes_file {
        format!("Remove {name} and delete its file ({size})? Your chats stay.")
    } else {
        format!("Take {name} off the list? The file stays where it is.")
    }
}

pub(crate) fn cancel_download(name: &str) -> String {
    format!("Cancel the download of {name} and delete what has arrived")
}

pub(crate) fn part_of(done: &str, total: Option<&str>) -> String {
    total.map_or_else(|| done.to_owned(), |total| format!("{done} of {total}"))
}

// Settings
pub(crate) const SETTINGS_LEAD: &str = "Changes are saved as you make them.";
pub(crate) const APPEARANCE: &str = "Appearance";
pub(crate) const ANSWERS: &str = "Answers";
pub(crate) const ENGINE: &str = "Engine";
pub(crate) const ABOUT: &str = "About";
pub(crate) const THEME: &str = "Theme";
pub(crate) const THEME_HINT: &str = "System follows what your desktop is set to.";
pub(crate) const SYSTEM: &str = "System";
pub(crate) const DARK: &str = "Dark";
pub(crate) const LIGHT: &str = "Light";
pub(crate) const SYSTEM_PROMPT: &str = "System prompt";
pub(crate) const SYSTEM_PROMPT_HINT: &str = "Instructions that the model reads before every chat.";
pub(crate) const SYSTEM_PROMPT_EXAMPLE: &str = "For example: Answer briefly and in plain words.";
pub(crate) const LONGEST_ANSWER: &str = "Longest answer";
pub(crate) const LONGEST_ANSWER_HINT: &str = "In text tokens; about three make two words.";
pub(crate) const CONTEXT: &str = "Context";
pub(crate) const LONGEST_ANSWER_ZERO: &str = "until the model has finished";
pub(crate) const CONTEXT_HINT: &str = "How many text tokens of a chat the model sees at once.";
pub(crate) const CONTEXT_ZERO: &str = "chosen by model and memory";
pub(crate) const THREADS: &str = "Processor threads";
pub(crate) const THREADS_HINT: &str = "More can be faster and leaves less for other programs.";
pub(crate) const THREADS_ZERO: &str = "chosen by the machine";
pub(crate) const TEXT_TOKENS: &str = "text tokens";
pub(crate) const THREADS_UNIT: &str = "threads";
pub(crate) const SAVED: &str = "Saved";
pub(crate) const NOT_SAVED: &str = "Not saved";
pub(crate) const VERSION: &str = "Version";
pub(crate) const DATA: &str = "Data directory";
pub(crate) const NODE_ID: &str = "Node ID";
pub(crate) const IDENTITY: &str = "Identity";
pub(crate) const NO_NODE_ID: &str = "not available yet";

// Status
pub(crate) const STATUS: &str = "What OpenGateway is doing";
pub(crate) const CONNECTING: &str = "Starting…";
pub(crate) const LOST: &str = "Connection to OpenGateway lost. Trying again…";
pub(crate) const NOT_STARTED: &str = "OpenGateway could not start";
pub(crate) const LOST_TITLE: &str = "OpenGateway is not answering";
pub(crate) const LOST_TEXT: &str =
    "Your chats are safe on this PC. This window connects again by itself as soon as it can.";
pub(crate) const RESTARTING: &str = "The engine is starting…";

pub(crate) fn idle(model: &str) -> String {
    format!("Ready — {model} loads when you ask")
}

pub(crate) fn idle_on_peers(model: &str) -> String {
    format!("Ready — {model} answers on peers")
}

pub(crate) fn ready(model: &str) -> String {
    format!("Ready — {model} is in memory")
}

pub(crate) fn answering(count: u32, model: &str) -> String {
    if count == 1 { format!("Answering with {model}") } else { format!("Answering {count} prompts with {model}") }
}

pub(crate) fn broken(reason: &str) -> String {
    format!("The engine cannot run: {reason}")
}

pub(crate) fn downloading(name: &str, share: Option<&str>) -> String {
    share.map_or_else(|| format!("Downloading {name}"), |share| format!("Downloading {name} · {share}"))
}

// Notices
pub(crate) const NOTICES: &str = "Notices";
pub(crate) const USE_KEY_FILE: &str = "Use a key file";

// Shortcuts: what it does, and the keys
pub(crate) const SHORTCUT_LIST: [(&str, &str); 15] = [
    ("New chat", "Ctrl N"),
    ("Search chats", "Ctrl K"),
    ("Show or hide the list", "Ctrl B"),
    ("Models", "Ctrl Shift M"),
    ("Contribute", "Ctrl Shift C"),
    ("Network", "Ctrl Shift N"),
    ("Wallet, with the token balance", "Ctrl Shift B"),
    ("Settings", "Ctrl ,"),
    ("Send", "Enter"),
    ("New line", "Shift Enter"),
    ("Stop the answer, close what is open", "Esc"),
    ("Move in a list", "↑ ↓"),
    ("Rename the chosen chat", "F2"),
    ("Delete the chosen chat", "Delete"),
    ("This sheet", "?"),
];
