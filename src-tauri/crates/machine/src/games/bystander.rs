//! Programs that lie among a game's files and are not the game: launchers, crash handlers, installers, anti-cheat.

/// Launchers and their parts, and anti-cheat that runs from the start of the system; without `.exe`.
const NAMES: [&str; 37] = [
    "amazon games",
    "amazon games ui",
    "battle.net",
    "battle.net helper",
    "battle.net launcher",
    "eabackgroundservice",
    "eacefsubprocess",
    "eadesktop",
    "ealauncher",
    "epicgameslauncher",
    "epicwebhelper",
    "galaxyclient",
    "galaxyclient helper",
    "galaxycommunication",
    "gameoverlayui",
    "gameoverlayui64",
    "heroic",
    "itch",
    "lutris",
    "lutris-wrapper",
    "minecraft-launcher",
    "minecraftlauncher",
    "origin",
    "originwebhelperservice",
    "riotclientservices",
    "riotclientux",
    "riotclientuxrender",
    "rockstarservice",
    "socialclubhelper",
    "steam",
    "steamservice",
    "steamwebhelper",
    "ubisoftconnect",
    "upc",
    "uplaywebcore",
    "vgc",
    "vgtray",
];

/// Parts of names.
const PARTS: [&str; 21] = [
    "anticheat",
    "battleye",
    "beservice",
    "bugsplat",
    "bssndrpt",
    "crashdump",
    "crashhandler",
    "crashpad",
    "crashreport",
    "crashsender",
    "crash_handler",
    "dotnetfx",
    "dxwebsetup",
    "eosoverlay",
    "gameguard",
    "installer",
    "pnkbstr",
    "redist",
    "setup",
    "unins0",
    "uninstall",
];

/// Folders within a game's folder.
const FOLDERS: [&str; 10] = [
    "__installer",
    "_commonredist",
    "_redist",
    "_redistributables",
    "battleye",
    "commonredist",
    "easyanticheat",
    "redist",
    "redistributables",
    "vcredist",
];

/// Whether a program of this name is one.
pub(super) fn is_one(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    NAMES.contains(&name) || PARTS.iter().any(|part| name.contains(part))
}

/// Whether this way from a game's folder to a program, in lower case, leads through a folder of such programs.
pub(super) fn lives_in(way: &str) -> bool {
    way.split('/').any(|part| FOLDERS.contains(&part))
}
