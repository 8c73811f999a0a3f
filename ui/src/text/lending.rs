//! Words about lending this PC: modes, reasons, signals, and the Contribute view.

// Modes
pub(crate) const OFF: &str = "Off";
pub(crate) const WAITING: &str = "Waiting";
pub(crate) const CONTRIBUTING: &str = "Contributing";
pub(crate) const FINISHING: &str = "Finishing";
pub(crate) const PAUSED: &str = "Paused";

// Reasons: they follow a mode and a colon, and end a sentence
pub(crate) const CLEAR: &str = "nothing stands against it";
pub(crate) const OWNER: &str = "you said so";
pub(crate) const YIELDED: &str = "this PC was needed a moment ago";
pub(crate) const WOKE: &str = "this PC has just woken up";
pub(crate) const NO_SENSORS: &str = "this system does not tell whether you are here";
pub(crate) const OWN_CHAT: &str = "your own prompts come first";
pub(crate) const APPS: &str = "a game or a listed program is running";
pub(crate) const FULL_SCREEN: &str = "a program covers the whole screen";
pub(crate) const INPUT: &str = "you are using this PC";
pub(crate) const GAMEPAD: &str = "a gamepad is in use";
pub(crate) const VRAM: &str = "other programs need the graphics memory";
pub(crate) const HEAT: &str = "the graphics card is too warm";
pub(crate) const POWER: &str = "this PC runs on battery";
pub(crate) const CPU: &str = "other programs keep the processor busy";
pub(crate) const GPU: &str = "other programs keep the graphics card busy";
pub(crate) const HOURS: &str = "this is not one of your hours";
pub(crate) const DISK: &str = "too little of the disk is free";
pub(crate) const NETWORK: &str = "the network is metered";

pub(crate) fn app(name: &str) -> String {
    format!("{name} is running")
}

/// A mode and its reason in one sentence.
pub(crate) fn because(mode: &str, reason: &str) -> String {
    format!("{mode}: {reason}.")
}

// What the head says of each mode
pub(crate) const HEAD_OFF: &str = "Off: this PC works only for you.";
pub(crate) const HEAD_BEGINS: &str = "Waiting: it begins in a moment.";
pub(crate) const HEAD_CONTRIBUTING: &str = "Contributing: this PC takes jobs.";
pub(crate) const HEAD_NOW: &str = "Contributing now, because you said so.";
pub(crate) const HEAD_FINISHING: &str = "Finishing, because you said so.";
pub(crate) const HEAD_PAUSED: &str = "Paused by you.";

// What follows
pub(crate) const THEN_OFF: &str = "Switch it on and it begins when you are away.";
pub(crate) const THEN_RESUME: &str = "Until you resume.";
pub(crate) const THEN_MOMENT: &str = "It begins as soon as that has passed.";
pub(crate) const THEN_CLEAR: &str = "Nothing stands against it.";
pub(crate) const THEN_HOURS: &str = "It begins with the next of your hours.";
pub(crate) const THEN_DISK: &str = "Free some space, or change the rule in Settings.";
pub(crate) const THEN_SENSORS: &str = "“Why?” below names what is missing.";
pub(crate) const THEN_STOPS: &str = "It stops the moment you are back.";
pub(crate) const THEN_STOPS_FOR_GAMES: &str = "It still stops for games and full screen.";

pub(crate) fn resumes_in(left: &str, at: &str) -> String {
    format!("Resumes in {left}, at {at}.")
}

pub(crate) fn resumes_after(minutes: u32) -> String {
    format!("Resumes {minutes} min after.")
}

pub(crate) fn begins_after(minutes: u32) -> String {
    format!("Begins {minutes} min after you leave.")
}

pub(crate) fn begins_calm(seconds: u32) -> String {
    format!("Begins when they have been quiet for {seconds} s.")
}

pub(crate) fn jobs_end_first(count: usize) -> String {
    match count {
        0 => "Then it pauses.".to_owned(),
        1 => "1 job ends first.".to_owned(),
        count => format!("{count} jobs end first."),
    }
}

pub(crate) fn since(time: &str) -> String {
    format!("Since {time}.")
}

// The strip
pub(crate) const STRIP_BEGINS: &str = "Waiting to begin";
pub(crate) const STRIP_PAUSED: &str = "Paused until you resume";

pub(crate) fn strip_jobs(mode: &str, count: usize) -> String {
    match count {
        0 => mode.to_owned(),
        1 => format!("{mode} · 1 job"),
        count => format!("{mode} · {count} jobs"),
    }
}

pub(crate) fn strip_until(mode: &str, moment: &str) -> String {
    format!("{mode} until {moment}")
}

// Orders
pub(crate) const SWITCH: &str = "Contribute while idle";
pub(crate) const NOW: &str = "Contribute now";
pub(crate) const NOW_HINT: &str = "At once, although you are here. Games, heat and the other rules still hold.";
pub(crate) const PAUSE: &str = "Pause";
pub(crate) const FINISH: &str = "Finish current, then pause";
pub(crate) const RESUME: &str = "Resume";
pub(crate) const TO_THE_RULES: &str = "Back to my rules";
pub(crate) const HALF_HOUR: &str = "30 minutes";
pub(crate) const TWO_HOURS: &str = "2 hours";
pub(crate) const UNTIL_TOMORROW: &str = "Until tomorrow";
pub(crate) const UNTIL_RESUMED: &str = "Until I resume";

// Signals: name, in the order of the api
pub(crate) const SIGNAL_OWN_CHAT: &str = "Your own prompts";
pub(crate) const SIGNAL_APPS: &str = "Games and listed programs";
pub(crate) const SIGNAL_FULL_SCREEN: &str = "Full screen";
pub(crate) const SIGNAL_INPUT: &str = "Keyboard and mouse";
pub(crate) const SIGNAL_GAMEPAD: &str = "Gamepad";
pub(crate) const SIGNAL_VRAM: &str = "Graphics memory";
pub(crate) const SIGNAL_HEAT: &str = "Graphics card’s heat";
pub(crate) const SIGNAL_POWER: &str = "Power";
pub(crate) const SIGNAL_CPU: &str = "Processor";
pub(crate) const SIGNAL_GPU: &str = "Graphics card";
pub(crate) const SIGNAL_HOURS: &str = "Your hours";
pub(crate) const SIGNAL_DISK: &str = "Disk";
pub(crate) const SIGNAL_NETWORK: &str = "Network";

// Findings
pub(crate) const ALLOWS: &str = "allows it";
pub(crate) const FORBIDS: &str = "stands against it";
pub(crate) const MISSING: &str = "not told, safe without";
pub(crate) const MISSING_FORBIDS: &str = "not told, so you count as busy";
pub(crate) const IGNORED: &str = "switched off by you";

// Why?
pub(crate) const WHY: &str = "Why?";
pub(crate) const WHY_HINT: &str = "Every signal, what it reads and what your rules ask of it";
pub(crate) const WHY_TABLE: &str = "Signals, read every 2 seconds";
pub(crate) const SIGNAL: &str = "Signal";
pub(crate) const READING: &str = "Reading";
pub(crate) const RULE: &str = "Rule";
pub(crate) const FINDING: &str = "Finding";
pub(crate) const WHY_LOADING: &str = "Reading the signals…";
pub(crate) const WHY_NOTHING: &str = "This system has told nothing yet.";

pub(crate) fn not_before(time: &str) -> String {
    format!("Not before {time}, if nothing else comes up.")
}

// The view
pub(crate) const LEAD: &str = "Put this PC to work while you are away. It stops the moment you are back.";
pub(crate) const RULES_LINK: &str = "When and how much";
pub(crate) const LOADING: &str = "Asking what this PC is doing…";
// What was kept when something was refused
pub(crate) const KEPT: &str = "Nothing was changed.";
pub(crate) const KEPT_FACTS: &str = "What is shown below is from before.";
pub(crate) const KEPT_ANSWERS: &str = "Your prompts and answers are kept.";
pub(crate) const KEPT_PROMPTS: &str = "Your prompts are still in the box.";
pub(crate) const KEPT_SIGNALS: &str = "Lending goes by its rules all the same.";

// Never switched on
pub(crate) const INVITE: &str = "Lend this PC while you are away";
pub(crate) const GIVES: &str = "What it gives";
pub(crate) const GIVES_LIST: [&str; 3] = [
    "Prompts that you queue are answered by the time you are back.",
    "You see what this PC can do: its tier, its speed, its use of energy.",
    "Peers’ prompts are answered, too, once you join the network. That is a choice of its own.",
];
pub(crate) const COSTS: &str = "What it costs";
pub(crate) const COSTS_LIST: [&str; 3] = [
    "Electricity and some warmth while it computes. An estimate is shown here each day.",
    "At most half of the processor and half of the memory, or as much as you set.",
    "Disk space, but never the last 20 GB, or what you set.",
];
pub(crate) const PROMISES: &str = "What you can rely on";
pub(crate) const PROMISES_LIST: [&str; 3] = [
    "Keyboard, mouse, gamepad, a game or full screen end it at once.",
    "Never on battery or on a metered network, unless you allow it.",
    "Your chats and files have nothing to do with it. It is off until you switch it on.",
];
pub(crate) const INVITE_NOTE: &str = "You can switch it off at any time, here or in the tray.";

pub(crate) fn invite_text(minutes: u32) -> String {
    format!(
        "After {minutes} minutes without keyboard, mouse and gamepad, it works through its queue. Touch the mouse and it stops."
    )
}

// Today and this week
pub(crate) const TOTALS: &str = "Today and this week";
pub(crate) const TOTALS_CHOICE: &str = "What the chart shows";
pub(crate) const TIME: &str = "Time lent";
pub(crate) const JOBS: &str = "Jobs";
pub(crate) const TOKENS: &str = "Text tokens";
pub(crate) const ENERGY: &str = "Energy, estimated";
pub(crate) const DAYS: &str = "Days";

pub(crate) const NOTHING: &str = "nothing lent";

pub(crate) fn this_week(sum: &str) -> String {
    format!("{sum} in 7 days")
}

pub(crate) fn chart_words(measure: &str, days: &str) -> String {
    format!("{measure} on each of the last seven days. {days}")
}

pub(crate) fn day_words(day: &str, value: &str) -> String {
    format!("{day}: {value}")
}

pub(crate) fn jobs(count: u64) -> String {
    if count == 1 { "1 job".to_owned() } else { format!("{} jobs", crate::format::whole(count)) }
}

pub(crate) fn tokens(count: u64) -> String {
    format!("{} text tokens", crate::format::whole(count))
}

pub(crate) fn about(energy: &str) -> String {
    format!("about {energy}")
}

// Timeline
pub(crate) const TIMELINE: &str = "Last 24 hours";
pub(crate) const NO_TIMELINE: &str = "Nothing is recorded yet.";
pub(crate) const UNTIL_NOW: &str = "now";

/// A stretch of the timeline: when, what, why.
pub(crate) fn stretch(from: &str, until: &str, what: &str) -> String {
    format!("{from} to {until}, {what}")
}

// Jobs
pub(crate) const SERVED: &str = "Being served";
pub(crate) const BENCHMARK: &str = "Measuring the speed";
pub(crate) const BATCH: &str = "A prompt from your queue";
pub(crate) const PEER: &str = "A prompt of a peer";
pub(crate) fn prompt_of(peer: &str) -> String {
    format!("A prompt of {peer}")
}

pub(crate) const NO_JOBS_WORKING: &str = "Ready, and nothing to do. Queue something below.";
pub(crate) const NO_JOBS: &str = "Jobs are served while this PC is lent.";

pub(crate) fn job_since(time: &str) -> String {
    format!("since {time}")
}

pub(crate) fn waiting_jobs(count: u32) -> String {
    match count {
        0 => "No job waits.".to_owned(),
        1 => "1 job waits for its turn.".to_owned(),
        count => format!("{count} jobs wait for their turn."),
    }
}

// Queue
pub(crate) const QUEUE: &str = "Answer while I am away";
pub(crate) const QUEUE_HINT: &str = "One prompt per line. Prompts and answers stay on this PC.";
pub(crate) const QUEUE_FIELD: &str = "Prompts, one per line";
pub(crate) const QUEUE_EXAMPLE: &str = "Summarise the rules of curling\nFive names for a red cat";
pub(crate) const ANSWERS: &str = "Answers";
pub(crate) const QUEUE_LOADING: &str = "Fetching your queue…";
pub(crate) const QUEUE_EMPTY: &str = "What you queue is listed here with its answers.";
pub(crate) const WAITS: &str = "waits";
pub(crate) const COPY_ALL: &str = "Copy all answers";
pub(crate) const CLEAR_QUEUE: &str = "Clear";
pub(crate) const CLEAR_QUESTION: &str = "Forget these prompts and their answers?";

pub(crate) fn queue_button(count: usize) -> String {
    match count {
        0 => "Queue".to_owned(),
        1 => "Queue 1 prompt".to_owned(),
        count => format!("Queue {count} prompts"),
    }
}

pub(crate) fn answered_of(answered: usize, all: usize) -> String {
    format!("{answered} of {all} answered")
}

/// A prompt and its answer, as copied.
pub(crate) fn copied(prompt: &str, answer: &str) -> String {
    format!("{prompt}\n\n{answer}\n")
}
