//! Lutris: a YAML file for each game, of which a few plain lines matter.

use std::path::{Path, PathBuf};

use super::places::Places;
use super::shelf::{self, Shelf};

/// Finds the games, and returns the roots of Windows drives that were made for them.
pub(super) fn find(places: &Places, shelf: &mut Shelf) -> Vec<PathBuf> {
    let mut drives = vec![places.home.join(".wine/drive_c")];
    for folder in folders(places) {
        shelf.watch(&folder);
        for file in shelf::entries(&folder).into_iter().filter(|file| shelf::name(file).ends_with(".yml")) {
            let game = shelf.text(&file).map(|text| Game::read(&text)).unwrap_or_default();
            let title = game.name.clone().unwrap_or_else(|| title_of(&file));
            keep(&title, &game, places, shelf);
            drives.extend(game.prefix.map(|prefix| at_home(&prefix, places).join("drive_c")));
        }
    }
    drives.retain(|drive| drive.is_absolute() && drive.is_dir());
    drives.sort();
    drives.dedup();
    drives
}

fn folders(places: &Places) -> Vec<PathBuf> {
    let mut folders = places.at_home(&[
        ".config/lutris/games",
        ".local/share/lutris/games",
        ".var/app/net.lutris.Lutris/config/lutris/games",
        ".var/app/net.lutris.Lutris/data/lutris/games",
    ]);
    folders.extend([&places.config, &places.data].map(|place| place.join("lutris/games")));
    folders.sort();
    folders.dedup();
    folders
}

fn keep(title: &str, game: &Game, places: &Places, shelf: &mut Shelf) {
    let Some(program) = game.exe.as_deref().map(|exe| at_home(exe, places)) else { return };
    let program = game.prefix.as_deref().map_or(program.clone(), |prefix| at_home(prefix, places).join(program));
    shelf.program(title, &program);
    if let Some(folder) = program.parent() {
        shelf.folder(title, folder);
    }
}

fn at_home(path: &str, places: &Places) -> PathBuf {
    path.strip_prefix("~/").map_or_else(|| PathBuf::from(path), |path| places.home.join(path))
}

/// A title from a file name such as `hollow-knight-1612345678.yml`.
fn title_of(file: &Path) -> String {
    let name = shelf::name(file).trim_end_matches(".yml");
    let slug = match name.rsplit_once('-') {
        Some((slug, time)) if time.len() > 8 && time.chars().all(|digit| digit.is_ascii_digit()) => slug,
        _ => name,
    };
    let words = slug.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What the file says, as far as we use it.
#[derive(Debug, Default, PartialEq)]
struct Game {
    name: Option<String>,
    exe: Option<String>,
    prefix: Option<String>,
}

impl Game {
    /// Reads `name` at the top, and what lies directly below `game`.
    fn read(text: &str) -> Self {
        let mut game = Self::default();
        let mut section = "";
        let mut step = None;
        for (indent, line) in joined(text) {
            let Some((key, value)) = line.split_once(':') else { continue };
            if indent == 0 {
                (section, step) = (if key == "game" { "game" } else { "" }, None);
            }
            let is_direct = indent == 0 || *step.get_or_insert(indent) == indent;
            let field = match (section, key) {
                ("", "name") if indent == 0 => &mut game.name,
                ("game", "exe") if is_direct => &mut game.exe,
                ("game", "prefix") if is_direct => &mut game.prefix,
                _ => continue,
            };
            *field = Some(plain(value.trim())).filter(|value| !value.is_empty());
        }
        game
    }
}

/// The lines with their indentation. Long values are wrapped, and go on in lines that are indented deeper.
fn joined(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.trim_start().starts_with('#')) {
        let rest = line.trim_start();
        let indent = line.len() - rest.len();
        match lines.last_mut() {
            Some((above, open)) if indent > *above && !open.ends_with(':') => {
                match open.pop() {
                    Some('\\') | None => {}
                    Some(letter) => open.extend([letter, ' ']),
                }
                open.push_str(rest);
            }
            _ => lines.push((indent, rest.to_owned())),
        }
    }
    lines
}

/// A value without its quotes.
fn plain(value: &str) -> String {
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    match (inside('\''), inside('"')) {
        (Some(text), _) => text.replace("''", "'"),
        (_, Some(text)) => unescaped(text),
        _ => value.to_owned(),
    }
}

/// Text in double quotes, which is how letters beyond ASCII are written.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let escaped = if letter == '\\' { letters.next() } else { None };
        let digits = match escaped {
            None => {
                plain.push(letter);
                continue;
            }
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(other) => {
                plain.push(other);
                continue;
            }
        };
        let code: String = letters.by_ref().take(digits).collect();
        plain.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_directly_below_game_count() {
        let text = "exe: /no\ngame:\n  arch: win64\n  exe: drive_c/a: b/Foo.exe\n  launch_configs:\n  - exe: /no\n    exe: /no\n  \
                    prefix: /home/u/foo\nsystem:\n  exe: /no\nname: \"Foo: the 2nd\"\n";

        let game = Game::read(text);

        let some = |text: &str| Some(text.to_owned());
        let expected =
            Game { name: some("Foo: the 2nd"), exe: some("drive_c/a: b/Foo.exe"), prefix: some("/home/u/foo") };
        assert_eq!(game, expected);
    }

    #[test]
    fn wrapped_and_quoted_values_are_whole_again() {
        let wrapped =
            "game:\n  exe: /home/u/Program Files/Battle.net/Battle.net\n    Launcher.exe\n  prefix: 'it''s'\n";
        let escaped = "game:\n  exe: \"/home/ren\\xE9/Pok\\u00e9mon\\\n    \\ Go.exe\"\n";

        let (wrapped, escaped) = (Game::read(wrapped), Game::read(escaped));

        assert_eq!(wrapped.exe.as_deref(), Some("/home/u/Program Files/Battle.net/Battle.net Launcher.exe"));
        assert_eq!(wrapped.prefix.as_deref(), Some("it's"));
        assert_eq!(escaped.exe.as_deref(), Some("/home/rené/Pokémon Go.exe"));
    }

    #[test]
    fn a_title_is_made_of_the_file_name() {
        let titles = ["hollow-knight-1612345678.yml", "half-life-2.yml", "x.yml"].map(|name| title_of(Path::new(name)));

        assert_eq!(titles, ["Hollow Knight", "Half Life 2", "X"]);
    }
}
