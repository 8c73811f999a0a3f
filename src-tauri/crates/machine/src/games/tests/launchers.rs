//! One launcher after another.

use super::*;

#[test]
fn steam_games_are_found_in_every_library() {
    let pc = Pc::new();
    let first = pc.steam("home/ann/.local/share/Steam", "Hades", "Hades");
    let new = pc.steam("d/SteamLibrary", "Portal 2", "Portal 2");
    let old = pc.steam("elsewhere", "Braid", "braid");
    let quoted = |path: &str| pc.at(path).to_str().unwrap().replace('\\', "\\\\");
    pc.write(
        "home/ann/.local/share/Steam/steamapps/libraryfolders.vdf",
        format!(
            "\"libraryfolders\"\n{{\n\"0\"\n{{\n\"path\"\t\"{}\"\n\"apps\"\n{{\n\"1145360\"\t\"7\"\n}}\n}}\n\"2\"\t\"{}\"\n}}",
            quoted("d/SteamLibrary"),
            quoted("elsewhere")
        ),
    );

    let library = pc.library();

    assert_eq!(title_of_exe(&library, first.join("Hades")), some("Hades"));
    assert_eq!(title_of_exe(&library, new.join("bin/portal2_linux")), some("Portal 2"));
    assert_eq!(title_of_exe(&library, old.join("braid")), some("Braid"));
    assert_eq!(title_of_exe(&library, pc.at("elsewhere/steamapps/other/braid")), None);
}

#[test]
fn steam_is_found_however_it_was_installed() {
    for home in [
        ".local/share/Steam",
        ".steam/debian-installation",
        ".var/app/com.valvesoftware.Steam/.local/share/Steam",
        "snap/steam/common/.local/share/Steam",
        "Library/Application Support/Steam",
    ] {
        let pc = Pc::new();
        let game = pc.steam(&format!("home/ann/{home}"), "Hades", "Hades");

        assert_eq!(pc.title(game.join("Hades")), some("Hades"), "{home}");
    }
    for drive in ["c/Program Files (x86)/Steam", "d/Steam", "d/SteamLibrary"] {
        let pc = Pc::new();
        let game = pc.steam(drive, "Hades", "Hades");

        assert_eq!(pc.title(game.join("Hades.exe")), some("Hades"), "{drive}");
    }
}

#[test]
fn steam_tools_and_unfinished_downloads_are_no_games() {
    let pc = Pc::new();
    let library = "home/ann/.local/share/Steam";
    let tools = [
        "Proton 9.0 (Beta)",
        "Proton - Experimental",
        "Proton Experimental",
        "Proton Hotfix",
        "Proton EasyAntiCheat Runtime",
        "Steam Linux Runtime 3.0 (sniper)",
        "Steamworks Common Redistributables",
        "Wallpaper Engine",
    ];
    for tool in tools {
        pc.steam(library, tool, tool);
    }
    pc.steam(library, "Own Tool", "own");
    pc.write(&format!("{library}/steamapps/common/own/toolmanifest.vdf"), "\"manifest\" { }");
    let loading = pc.write(&format!("{library}/steamapps/appmanifest_9.acf"), manifest("Braid", "Braid", "1026"));
    let vr = pc.steam(library, "SteamVR", "SteamVR");

    let found = pc.library();

    let common = loading.with_file_name("common");
    for none in tools.iter().chain(&["own", "Braid"]) {
        assert_eq!(title_of_exe(&found, common.join(none).join("files/bin/wine64")), None, "{none}");
    }
    assert_eq!(title_of_exe(&found, vr.join("bin/linux64/vrserver")), some("SteamVR"));
    let protons = ["Proton Ranger", "Protonwar"].map(|title| pc.steam(library, title, title).join("game"));
    assert_eq!(protons.map(|exe| pc.title(exe)), [some("Proton Ranger"), some("Protonwar")]);
}

#[test]
fn epic_games_are_known_by_folder_and_by_program() {
    let pc = Pc::new();
    pc.epic("Hades", r"C:\Program Files\Epic Games\Hades", "x64/Hades.exe");
    pc.epic("Alone", r"D:\", "Alone.exe");

    let library = pc.library();

    assert_eq!(title_of_exe(&library, r"C:\Program Files\Epic Games\Hades\x64\Hades.exe"), some("Hades"));
    assert_eq!(title_of_exe(&library, r"c:\program files\epic games\HADES\other.exe"), some("Hades"));
    assert_eq!(title_of_exe(&library, r"D:\Alone.exe"), some("Alone"));
    assert_eq!(title_of_exe(&library, r"D:\Other.exe"), None);
    assert_eq!(title_of_exe(&library, r"C:\Program Files\Epic Games\Hades 2\Hades2.exe"), None);
}

#[test]
fn epic_extras_and_engines_are_no_games() {
    let pc = Pc::new();
    let folder = "c/ProgramData/Epic/EpicGamesLauncher/Data/Manifests";
    let item = |categories: &[&str], name: &str, at: &str| {
        json!({ "AppCategories": categories, "DisplayName": name, "InstallLocation": at }).to_string()
    };
    pc.write(&format!("{folder}/0.item"), item(&["public", "addons"], "Hades: Songs", r"C:\Epic\Hades"));
    pc.write(&format!("{folder}/1.item"), item(&["public", "games"], "Hades", r"C:\Epic\Hades"));
    pc.write(&format!("{folder}/2.item"), item(&["engines"], "UE 5.4", r"C:\Epic\UE_5.4"));
    pc.write(&format!("{folder}/3.item"), item(&[], "Braid", r"C:\Epic\Braid"));

    let library = pc.library();

    assert_eq!(title_of_exe(&library, r"C:\Epic\Hades\Hades.exe"), some("Hades"));
    assert_eq!(title_of_exe(&library, r"C:\Epic\UE_5.4\UnrealEditor.exe"), None);
    assert_eq!(title_of_exe(&library, r"C:\Epic\Braid\braid.exe"), some("Braid"));
}

#[test]
fn gog_games_name_themselves() {
    let pc = Pc::new();
    let info = |id: &str, root: &str, name: &str| json!({ "gameId": id, "rootGameId": root, "name": name }).to_string();
    let witcher = pc.write("c/Program Files (x86)/GOG Galaxy/Games/W3/goggame-2.info", info("2", "2", "The Witcher 3"));
    pc.write("c/Program Files (x86)/GOG Galaxy/Games/W3/goggame-1.info", info("1", "2", "The Witcher 3: Extra"));
    pc.write("d/Games/Notes/notes.exe", "");
    let linux = pc.write("home/ann/GOG Games/Stardew Valley/gameinfo", "Stardew Valley\n1.6\n");
    let mac = pc.write("c/Applications/Braid.app/Contents/Resources/goggame-3.info", info("3", "3", "Braid"));

    let library = pc.library();

    assert_eq!(title_of_exe(&library, witcher.with_file_name("bin/x64/witcher3.exe")), some("The Witcher 3"));
    assert_eq!(title_of_exe(&library, linux.with_file_name("game/StardewValley")), some("Stardew Valley"));
    assert_eq!(title_of_exe(&library, mac.parent().unwrap().with_file_name("MacOS/Braid")), some("Braid"));
    assert_eq!(title_of_exe(&library, pc.at("d/Games/Notes/notes.exe")), None);
}

#[test]
fn heroic_keeps_a_list_for_each_shop() {
    for home in [".config/heroic", ".var/app/com.heroicgameslauncher.hgl/config/heroic"] {
        let pc = Pc::new();
        let at = |path: &str| pc.at(path);
        let list = |path: &str, list: serde_json::Value| pc.write(&format!("home/ann/{home}/{path}"), list.to_string());
        list(
            "legendaryConfig/legendary/installed.json",
            json!({ "Min": { "title": "Hades", "install_path": at("g/Hades"), "executable": "x64/Hades.exe", "is_dlc": false },
                    "Dlc": { "title": "Songs", "install_path": at("g/Songs"), "is_dlc": true } }),
        );
        list("gog_store/installed.json", json!({ "installed": [{ "appName": "1", "install_path": at("g/Braid") }] }));
        list("nile_config/nile/installed.json", json!([{ "id": "amzn1", "path": at("g/Fallout"), "size": 1 }]));
        list(
            "sideload_apps/library.json",
            json!({ "games": [{ "title": "Mine", "install": { "executable": at("g/mine/bin/mine.exe") } },
                              { "title": "A web page", "install": { "platform": "Browser" } }] }),
        );

        let library = pc.library();

        for (path, title) in [
            ("g/Hades/x64/Hades.exe", some("Hades")),
            ("g/Songs/songs.exe", None),
            ("g/Braid/braid", some("Braid")),
            ("g/Fallout/Fallout4.exe", some("Fallout")),
            ("g/mine/bin/mine.exe", some("Mine")),
            ("g/mine/bin/other.exe", some("Mine")),
            ("g/mine/other.exe", None),
        ] {
            assert_eq!(title_of_exe(&library, at(path)), title, "{path} in {home}");
        }
    }
}

#[test]
fn lutris_games_lie_in_their_prefix_or_anywhere() {
    let pc = Pc::new();
    let (prefix, native) = (pc.at("g/foo"), pc.at("g/celeste/Celeste"));
    let (prefix, native) = (prefix.to_str().unwrap(), native.to_str().unwrap());
    let windows = format!("game:\n  exe: drive_c/Program Files/Foo/Foo.exe\n  prefix: {prefix}\nname: Foo Fighter\n");
    pc.write("home/ann/.config/lutris/games/foo-1612345678.yml", windows);
    let folder = "home/ann/.var/app/net.lutris.Lutris/data/lutris/games";
    pc.write(&format!("{folder}/celeste-1612345679.yml"), format!("game:\n  exe: {native}\n"));
    let games = "home/ann/.local/share/lutris/games";
    pc.write(&format!("{games}/tux-1612345680.yml"), "game:\n  exe: /usr/bin/supertuxkart\n");
    pc.write(&format!("{games}/snake-1612345681.yml"), "game:\n  args: snake.py\n  exe: /usr/bin/python3\n");

    let library = pc.library();

    assert_eq!(title_of_wine(&library, r"C:\Program Files\Foo\Foo.exe"), some("Foo Fighter"));
    assert_eq!(title_of_exe(&library, pc.at("g/foo/drive_c/program files/foo/foo.exe")), some("Foo Fighter"));
    assert_eq!(title_of_exe(&library, pc.at("g/celeste/bin/Celeste")), some("Celeste"));
    assert_eq!(title_of_exe(&library, "/usr/bin/supertuxkart"), some("Tux"));
    assert_eq!(title_of_exe(&library, "/usr/bin/firefox"), None);
    assert_eq!(title_of_exe(&library, "/usr/bin/python3"), None);
}

#[test]
fn launchers_in_a_wine_prefix_bring_their_games() {
    let pc = Pc::new();
    let prefix = pc.at("g/battlenet");
    let exe = format!("{}/drive_c/Program Files (x86)/Battle.net/Battle.net.exe", prefix.to_str().unwrap());
    let file = format!("game:\n  exe: {exe}\n  prefix: {}\n", prefix.to_str().unwrap());
    pc.write("home/ann/.local/share/lutris/games/battlenet-1612345678.yml", file);
    pc.write("g/battlenet/drive_c/Program Files (x86)/Overwatch/.build.info", "");
    pc.write("g/battlenet/drive_c/Program Files (x86)/Notes/notes.exe", "");

    let library = pc.library();

    let program = |path: &str| title_of_wine(&library, &format!(r"C:\Program Files (x86)\{path}"));
    assert_eq!(program(r"Overwatch\_retail_\Overwatch.exe"), some("Overwatch"));
    assert_eq!(program(r"Battle.net\Battle.net.exe"), None);
    assert_eq!(program(r"Battle.net\Battle.net.15289\Battle.net Helper.exe"), None);
    assert_eq!(program(r"Notes\notes.exe"), None);
}

#[test]
fn xbox_games_lie_in_folders_that_each_drive_names() {
    let pc = Pc::new();
    for folder in ["c/XboxGames/Forza/Content", "c/XboxGames/GameSave", "c/XboxGames/Minecraft Launcher/Content"] {
        fs::create_dir_all(pc.at(folder)).unwrap();
    }
    fs::create_dir_all(pc.at("d/My Xbox/Halo/Content")).unwrap();
    fs::create_dir_all(pc.at("outside/Chess/Content")).unwrap();
    let names = "My Xbox\0../outside\0\0".encode_utf16().flat_map(u16::to_le_bytes);
    pc.write("d/.GamingRoot", b"RGBX\x01\0\0\0".iter().copied().chain(names).collect::<Vec<u8>>());

    let library = pc.library();

    for (path, title) in [
        ("c/XboxGames/Forza/Content/forza.exe", some("Forza")),
        ("c/XboxGames/GameSave/x.exe", None),
        ("c/XboxGames/Minecraft Launcher/Content/Minecraft.exe", None),
        ("d/My Xbox/Halo/Content/halo.exe", some("Halo")),
        ("outside/Chess/Content/chess.exe", None),
    ] {
        assert_eq!(title_of_exe(&library, pc.at(path)), title, "{path}");
    }
}

#[test]
fn launchers_without_lists_have_folders_full_of_games() {
    let pc = Pc::new();
    let programs = [
        ("c/Program Files (x86)/World of Warcraft/_retail_/Wow.exe", some("World of Warcraft")),
        ("c/Program Files (x86)/Notes/notes.exe", None),
        ("d/Diablo IV/Diablo IV.exe", some("Diablo IV")),
        ("c/Program Files/EA Games/Sims/Game/Bin/TS4_x64.exe", some("Sims")),
        ("d/Origin Games/Mass Effect/me.exe", some("Mass Effect")),
        ("c/Program Files (x86)/Ubisoft/Ubisoft Game Launcher/games/Anno/anno.exe", some("Anno")),
        ("c/Program Files (x86)/Ubisoft/Ubisoft Game Launcher/upc.exe", None),
        ("c/Program Files/Rockstar Games/GTA V/GTA5.exe", some("GTA V")),
        ("c/Program Files/Rockstar Games/Launcher/Launcher.exe", None),
        ("c/Riot Games/VALORANT/live/VALORANT.exe", some("VALORANT")),
        ("c/Riot Games/Riot Client/RiotClientServices.exe", None),
        ("c/Amazon Games/Library/Fallout/fallout.exe", some("Fallout")),
        ("home/ann/.config/itch/apps/a-short-hike/hike", some("a short hike")),
        ("home/ann/.config/itch/apps/downloads/hike", None),
        ("home/ann/.minecraft/runtime/java-runtime-delta/linux/bin/java", some("Minecraft")),
        ("home/ann/.minecraft/launcher/minecraft-launcher", None),
    ];
    for (path, _) in &programs {
        pc.write(path, "");
    }
    for mark in [
        "c/Program Files (x86)/World of Warcraft/.build.info",
        "d/Diablo IV/.product.db",
        "home/ann/.config/itch/apps/a-short-hike/.itch/receipt.json.gz",
    ] {
        pc.write(mark, "");
    }

    let library = pc.library();

    for (path, title) in programs {
        assert_eq!(title_of_exe(&library, pc.at(path)), title, "{path}");
    }
}

#[test]
fn what_the_registry_tells_is_found_where_no_list_leads() {
    let mut pc = Pc::new();
    let hades = pc.steam("d/my/own steam", "Hades", "Hades");
    let games =
        [("Braid", r"E:\my\braid\"), ("", "E:/my/Anno 1800/"), ("", r"C:\Program Files\Rockstar Games\Launcher\")];
    pc.places.registered = Registered {
        steam: Some(pc.at("d/my/own steam")),
        games: games.map(|(title, folder)| (title.to_owned(), PathBuf::from(folder))).to_vec(),
    };

    let library = pc.library();

    assert_eq!(title_of_exe(&library, hades.join("Hades.exe")), some("Hades"));
    assert_eq!(title_of_exe(&library, r"E:\my\braid\braid.exe"), some("Braid"));
    assert_eq!(title_of_exe(&library, r"E:\my\Anno 1800\Bin\Anno1800.exe"), some("Anno 1800"));
    assert_eq!(title_of_exe(&library, r"C:\Program Files\Rockstar Games\Launcher\LauncherPatcher.exe"), None);
}

#[test]
fn what_launchers_write_is_worth_watching_before_it_is_there() {
    let pc = Pc::new();

    let before = pc.library().sources().to_vec();

    for path in [
        "home/ann/.local/share/Steam/steamapps",
        "home/ann/.local/share/Steam/steamapps/libraryfolders.vdf",
        "home/ann/.config/heroic/gog_store/installed.json",
        "home/ann/.config/lutris/games",
        "c/ProgramData/Epic/EpicGamesLauncher/Data/Manifests",
        "d/XboxGames",
    ] {
        assert!(before.contains(&pc.at(path)), "{path}");
    }
    assert!(before.len() < 200, "{}", before.len());
}
