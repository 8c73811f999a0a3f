//! Launchers that keep no list we can read, but folders that hold nothing but games: EA, Ubisoft, Rockstar, Riot,
//! Amazon, itch and Minecraft.

use super::places::Places;
use super::shelf::{self, Shelf};

/// Folders on a drive in which each folder is a game.
const ON_DRIVES: [&str; 15] = [
    "Amazon Games/Library",
    "EA Games",
    "Games/Ubisoft Game Launcher/games",
    "Origin Games",
    "Program Files (x86)/EA Games",
    "Program Files (x86)/Origin Games",
    "Program Files (x86)/Rockstar Games",
    "Program Files (x86)/Ubisoft/Ubisoft Game Launcher/games",
    "Program Files/EA Games",
    "Program Files/Rockstar Games",
    "Program Files/Ubisoft/Ubisoft Game Launcher/games",
    "Riot Games",
    "Rockstar Games",
    "Ubisoft/Ubisoft Game Launcher/games",
    "Users/Shared/Riot Games",
];

/// What launchers keep there for themselves.
const NO_GAMES: [&str; 4] = ["Launcher", "Riot Client", "Riot Vanguard", "Social Club"];

/// Where Minecraft's launcher keeps the Java that it runs the game with, and nothing else.
const MINECRAFT_AT_HOME: [&str; 3] = [
    ".minecraft/runtime",
    ".var/app/com.mojang.Minecraft/.minecraft/runtime",
    "Library/Application Support/minecraft/runtime",
];
const MINECRAFT_IN_DATA: &str = "Packages/Microsoft.4297127D64EC6_8wekyb3d8bbwe/LocalCache/Local/runtime";
const MINECRAFT_ON_DRIVES: [&str; 2] =
    ["Program Files (x86)/Minecraft Launcher/runtime", "Program Files (x86)/Minecraft/runtime"];

const ITCH_AT_HOME: [&str; 3] =
    [".config/itch/apps", ".var/app/io.itch.itch/config/itch/apps", "Library/Application Support/itch/apps"];

pub(super) fn find(places: &Places, shelf: &mut Shelf) {
    for folder in places.on_drives(&ON_DRIVES) {
        shelf.watch(&folder);
        for game in shelf::folders(&folder).into_iter().filter(|game| !NO_GAMES.contains(&shelf::name(game))) {
            shelf.folder("", &game);
        }
    }
    itch(places, shelf);
    minecraft(places, shelf);
}

fn itch(places: &Places, shelf: &mut Shelf) {
    let mut folders = places.at_home(&ITCH_AT_HOME);
    folders.push(places.config.join("itch/apps"));
    for folder in folders {
        shelf.watch(&folder);
        // Downloads in progress lie there too, without this mark.
        for game in shelf::folders(&folder).into_iter().filter(|game| game.join(".itch").is_dir()) {
            shelf.folder(&shelf::name(&game).replace(['-', '_'], " "), &game);
        }
    }
}

fn minecraft(places: &Places, shelf: &mut Shelf) {
    let mut folders = places.at_home(&MINECRAFT_AT_HOME);
    folders.extend(places.on_drives(&MINECRAFT_ON_DRIVES));
    folders.push(places.config.join(".minecraft/runtime"));
    folders.push(places.data.join(MINECRAFT_IN_DATA));
    for folder in folders {
        shelf.watch(&folder);
        if folder.is_dir() {
            shelf.folder("Minecraft", &folder);
        }
    }
}
