//! What is said in the scenes.

use opengateway_api::{SignalKind, Tier};

/// Titles of chats, the latest first.
pub(super) const TITLES: [&str; 14] = [
    "A frame limiter that does not stutter",
    "Names for a stealth-game guild",
    "Why does my RAM run at 2133 MHz?",
    "Explain quaternions like I am twelve",
    "Dinner from leeks, eggs and half a lemon",
    "Lua script: auto-sort my inventory in under a second, without touching favourites",
    "Which monitor settings actually matter",
    "Packing list, 3 days of LAN party",
    "Rust borrow checker and my ECS",
    "Haiku about input lag",
    "Difference between G-Sync and V-Sync",
    "Letter to the landlord",
    "Tournament bracket for 11 players",
    "Regex for chat timestamps",
];

/// What the canned model answers.
pub(super) fn answer(question: &str) -> &'static str {
    match question {
        "What is 2+2?" => "2+2 is 4.",
        "What is the capital of France?" => "The capital of France is Paris.",
        "What can you do?" => {
            "I am Starter, a tiny model that comes with OpenGateway. I can:\n\n- add and subtract small numbers,\n- name the capitals of many countries,\n- tell you how this app works.\n\nFor everything else, get a real model under **Models**."
        }
        "How do I get a better model?" => {
            "Open **Models** at the left. Paste a link to a GGUF file, choose a file, or drop one on the window. When it is there, press **Use**."
        }
        _ => {
            "This is a demonstration, so the answer is canned — but it *streams* like a real one.\n\n1. Text comes in word by word.\n2. Only the last block is drawn again.\n3. **Stop** keeps what has been written.\n\n```python\ndef greet(name: str) -> str:\n    \"\"\"Says hello.\"\"\"\n    return f\"Hello, {name}!\"  # no network needed\n```\n\nAsk again to get another version of this answer."
        }
    }
}

/// A chat with everything that Markdown can do.
pub(super) const LONG: [(&str, &str); 3] = [
    (
        "Can I cap my game's frame rate in the main loop without the stutter that sleep() gives?",
        "Yes. The stutter comes from `sleep()` itself: the operating system only promises to sleep *at least* that long, and often overshoots by a millisecond or more. At 144 Hz a frame lasts 6.9 ms, so you notice.\n\nThe usual cure is to **sleep for most of the wait and spin for the rest**:\n\n```rust\nuse std::time::{Duration, Instant};\n\n/// Waits until `deadline`; precise to a few microseconds.\nfn wait_until(deadline: Instant) {\n    const SPIN: Duration = Duration::from_micros(1_500);\n    if let Some(rest) = deadline.checked_duration_since(Instant::now()) {\n        if rest > SPIN {\n            std::thread::sleep(rest - SPIN); // coarse, may overshoot\n        }\n        while Instant::now() < deadline {\n            std::hint::spin_loop();\n        }\n    }\n}\n```\n\nThree details matter:\n\n1. Advance the deadline by a fixed step (`deadline += frame`), never from *now*, or small errors add up.\n2. When you fall more than one frame behind, skip ahead instead of racing to catch up.\n3. On Windows, raise the timer resolution with `timeBeginPeriod(1)` while the game runs.",
    ),
    (
        "How do the options compare? A small table please.",
        "| Method | Overshoot | CPU while waiting | Input lag |\n|---|--:|--:|---|\n| `sleep` only | 0.5–2 ms | 0 % | low, but uneven |\n| spin only | < 0.01 ms | 100 % of a core | low |\n| sleep, then spin | < 0.05 ms | about 10 % | low |\n| V-Sync | none | 0 % | one frame more |\n\n> For most games, *sleep, then spin* is the one to start with.\n\nTo check it on your own machine:\n\n- [x] record 1,000 frame times\n- [x] look at the **99th percentile**, not at the average\n- [ ] repeat with a browser open\n\nMore on timers: [the clock functions of Windows](https://learn.microsoft.com/windows/win32/api/timeapi/).",
    ),
    (
        "And in Lua, for a mod? The engine calls my update(dt) whenever it likes:\n\nfunction update(dt)\n  move(dt)\nend",
        "Then you cannot choose *when* you are called, but you can still move in even steps: collect the time and spend it in fixed portions.\n\n```lua\nlocal STEP = 1 / 60      -- seconds\nlocal saved = 0\n\nfunction update(dt)\n  saved = math.min(saved + dt, 0.25)  -- never try to catch up more than this\n  while saved >= STEP do\n    move(STEP)\n    saved = saved - STEP\n  end\n  draw(saved / STEP)     -- how far we are into the next step\nend\n```\n\nThe `0.25` keeps a long hitch from turning into a longer one.",
    ),
];

/// Questions whose answers broke off in different ways.
pub(super) const BROKEN: [(&str, &str); 4] = [
    (
        "Write a long story about a lighthouse keeper who plays chess by radio.",
        "The lamp had to be wound every four hours, and so Ivo slept in pieces. Between the pieces he moved pawns. His opponent was a voice eleven hundred kilometres away that said, through the hiss, *knight to f6*, and then",
    ),
    ("List the moons of Jupiter by size.", "From largest to smallest:\n\n1. Ganymede\n2. Callisto\n3. Io\n4. Eur"),
    (
        "Summarise the log I pasted above.",
        "The log begins at 21:14 with a normal start of the server. At 21:31 the first",
    ),
    ("Now translate all of it to Portuguese.", ""),
];

/// Prompts in the queue, and their answers.
pub(super) const QUEUED: [(&str, &str); 4] = [
    (
        "Summarise the rules of curling in five lines",
        "1. Two teams of four slide eight stones each towards a ring, the *house*.\n2. Sweeping warms the ice: the stone goes further and straighter.\n3. After all 16 stones an *end* is over.\n4. Only the team with the stone nearest the centre scores, one point for each stone closer than the other team's best.\n5. Eight or ten ends make a game.",
    ),
    ("Ten names for a red cat", "Paprika, Rusty, Biscuit, Copper, Saffron, Ember, Ginger, Mango, Rooibos, Fox."),
    ("Correct this manuscript: (84 pages follow)", ""),
    ("Which board games work well for exactly five people who like to talk more than to compute?", ""),
];

/// What the canned node's sensors say, and what is asked of it.
pub(super) const SIGNALS: [(SignalKind, &str, &str); 13] = [
    (SignalKind::OwnChat, "nothing is being answered for you", "your own prompts always come first"),
    (SignalKind::Apps, "Hades II", "no game and none of your listed programs"),
    (SignalKind::FullScreen, "none", "no program covers the screen"),
    (SignalKind::Input, "used 12 s ago", "unused for 5 min"),
    (SignalKind::Gamepad, "this system does not tell", "unused for 5 min"),
    (SignalKind::Vram, "11.8 GB free, 4.2 GB needed", "1.1 GB stay free for others"),
    (SignalKind::Heat, "46 °C", "below 75 °C"),
    (SignalKind::Power, "mains", "mains"),
    (SignalKind::Cpu, "6 %", "others below 25 % for 60 s"),
    (SignalKind::Gpu, "2 %", "others below 10 % for 60 s"),
    (SignalKind::Hours, "Thursday 14:00", "within your hours"),
    (SignalKind::Disk, "412 GB free", "20 GB stay free"),
    (SignalKind::Network, "metered", "not metered"),
];

/// What peers answer with: their names and what people call them.
pub(super) const PEER_MODELS: [(&str, &str); 5] = [
    ("mistral-small-24b", "Mistral Small 24B"),
    ("qwen3-32b", "Qwen3 32B"),
    ("llama-3.3-70b-instruct", "Llama 3.3 70B Instruct"),
    ("qwen3-30b-a3b", "Qwen3 30B A3B"),
    ("llama-3.1-405b", "Llama 3.1 405B"),
];

/// Peers' hardware, the tiers it serves and its text tokens a second.
pub(super) const HARDWARE: [(&str, &[Tier], u8); 6] = [
    ("RTX 4070, 32 GB", &[Tier::A, Tier::B], 61),
    ("RTX 3060, 16 GB", &[Tier::A, Tier::B], 38),
    ("RTX 4090, 64 GB", &[Tier::A, Tier::B, Tier::C], 96),
    ("RX 7800 XT, 32 GB", &[Tier::A, Tier::B], 52),
    ("Ryzen 9 7950X, 64 GB", &[Tier::A], 12),
    ("2 × RTX A6000, 128 GB", &[Tier::A, Tier::B, Tier::C, Tier::D], 34),
];
