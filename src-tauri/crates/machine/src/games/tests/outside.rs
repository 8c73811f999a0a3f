//! Files that say what they should not: broken, huge, hostile, or naming a folder that holds half the PC.

use super::*;

const STEAM: &str = "home/ann/.local/share/Steam";

#[test]
fn a_folder_that_holds_more_than_a_game_matches_nothing() {
    for folder in [
        r"C:\",
        "C:",
        "D:/",
        r"C:\Program Files",
        r"C:\Program Files (x86)\",
        r"C:\Program Files\Epic Games",
        r"C:\Program Files (x86)\Steam\steamapps\common",
        r"C:\Windows",
        r"C:\Windows\System32",
        r"C:\Users",
        r"C:\Users\Ann",
        r"C:\Users\Ann\AppData\Local",
        r"C:\Users\Ann\Desktop",
        r"D:\Games",
        r"D:\Games\..",
        r"\\nas\games",
        r"\\?\C:\Program Files",
        "/",
        "/home",
        "/home/ann",
        "/home/ann/Games",
        "/home/ann/.local/share",
        "/var/home/ann/Downloads",
        "/usr/bin",
        "/usr/share/games",
        "/opt",
        "/mnt/games",
        "/media/ann/disk",
        "/run/media/ann/disk",
        "/Volumes/Disk",
        "/Applications",
        "/Users/ann/Library/Application Support",
    ] {
        let pc = Pc::new();
        pc.epic("Everything", folder, "");

        let below = format!("{folder}/some/program.exe");

        assert_eq!(pc.title(&below), None, "{folder}");
        assert_eq!(pc.wine_title(&below), None, "{folder}");
    }
}

#[test]
fn the_places_of_this_pc_match_nothing() {
    for place in ["", "home", "home/ann", "home/ann/Games", "home/ann/.config", "c", "c/Program Files", "c/ProgramData"]
    {
        let pc = Pc::new();
        pc.epic("Everything", pc.at(place), "");

        assert_eq!(pc.title(pc.at(place).join("some/program.exe")), None, "{place}");
    }
}

#[test]
fn a_folder_of_its_own_matches_wherever_it_lies() {
    for folder in [
        r"D:\Hades",
        r"D:\Games\Hades",
        r"C:\Users\Ann\Games\Hades",
        r"\\nas\games\Hades",
        "/opt/hades",
        "/home/ann/Games/Hades",
        "/mnt/games/Hades",
        "/run/media/ann/disk/Hades",
        "/Applications/Hades.app",
    ] {
        let pc = Pc::new();
        pc.epic("Hades", folder, "");

        assert_eq!(pc.title(format!("{folder}/bin/program")), some("Hades"), "{folder}");
    }
}

#[test]
fn a_wine_prefix_that_is_a_game_s_folder_matches_nothing() {
    let pc = Pc::new();
    let prefix = pc.at("g/foo");
    for (number, exe) in
        ["drive_c/Foo.exe", "drive_c/windows/explorer.exe", "drive_c/Program Files/x.exe"].iter().enumerate()
    {
        let file = format!("game:\n  exe: {exe}\n  prefix: {}\n", prefix.to_str().unwrap());
        pc.write(&format!("home/ann/.config/lutris/games/{number}.yml"), file);
    }

    assert_eq!(pc.wine_title(r"C:\other.exe"), None);
    assert_eq!(pc.wine_title(r"C:\windows\explorer.exe"), None);
    assert_eq!(pc.wine_title(r"C:\windows\system32\services.exe"), None);
    assert_eq!(pc.wine_title(r"C:\Program Files\other\other.exe"), None);
    assert_eq!(pc.wine_title(r"C:\Foo.exe"), some("0"));
}

#[test]
fn a_program_that_is_a_folder_matches_nothing_in_it() {
    let pc = Pc::new();
    pc.write("home/ann/.config/lutris/games/x.yml", format!("game:\n  exe: {}\n", pc.at("home").to_str().unwrap()));

    assert_eq!(pc.title(pc.at("home/ann/work/editor")), None);
}

#[test]
fn steam_cannot_name_a_folder_outside_its_library() {
    let pc = Pc::new();
    for (number, folder) in
        ["", ".", "..", "../..", "../../../other", r"x\\..\\..\\..\\other", "/opt/other", r"C:\\other"]
            .iter()
            .enumerate()
    {
        pc.write(&format!("{STEAM}/steamapps/appmanifest_{number}.acf"), manifest("Everything", folder, "4"));
    }

    let library = pc.library();

    for path in ["steamapps/x", "steamapps/common/x/y", "x/y", "other/x"] {
        assert_eq!(title_of_exe(&library, pc.at(STEAM).join(path)), None, "{path}");
    }
    assert_eq!(title_of_exe(&library, "/opt/other/x"), None);
}

#[test]
fn a_broken_file_costs_only_its_own_game() {
    let pc = Pc::new();
    let game = pc.steam(STEAM, "Hades", "Hades");
    let whole = manifest("Braid", "Braid", "4");
    let broken: [&[u8]; 6] =
        [b"", b"\0\0\0", b"\xff\xfe\x00\xd8", b"\"AppState\" { \"name\"", b"}}}}{{{{", &[b'"'; 1000]];
    for (number, bytes) in broken.iter().enumerate() {
        pc.write(&format!("{STEAM}/steamapps/appmanifest_b{number}.acf"), bytes);
        pc.write(&format!("c/ProgramData/Epic/EpicGamesLauncher/Data/Manifests/b{number}.item"), bytes);
        pc.write(&format!("home/ann/.config/lutris/games/b{number}.yml"), bytes);
        pc.write(&format!("home/ann/GOG Games/b{number}/goggame-1.info"), bytes);
    }
    for cut in (0..whole.len()).step_by(7) {
        pc.write(&format!("{STEAM}/steamapps/appmanifest_c{cut}.acf"), &whole[..cut]);
    }
    pc.epic("Rogue", r"D:\Rogue", "rogue.exe");
    for list in ["gog_store/installed.json", "nile_config/nile/installed.json", "sideload_apps/library.json"] {
        pc.write(&format!("home/ann/.config/heroic/{list}"), r#"[1, null, "x", {"path": 7}, {"install": []}]"#);
    }
    pc.write("d/.GamingRoot", b"RGBX\x01");

    let library = pc.library();

    assert_eq!(title_of_exe(&library, game.join("Hades")), some("Hades"));
    assert_eq!(title_of_exe(&library, r"D:\Rogue\rogue.exe"), some("Rogue"));
}

#[test]
fn one_odd_entry_does_not_hide_the_others() {
    let pc = Pc::new();
    let games =
        json!([null, 3, { "path": [] }, { "path": "" }, { "path": "relative" }, { "path": "/opt/games/Hades" }]);
    pc.write("home/ann/.config/heroic/nile_config/nile/installed.json", games.to_string());

    assert_eq!(pc.title("/opt/games/Hades/Hades.exe"), some("Hades"));
}

#[test]
fn a_huge_file_is_not_read() {
    let pc = Pc::new();
    let game = pc.steam(STEAM, "Hades", "Hades");
    let file = pc.write(&format!("{STEAM}/steamapps/appmanifest_1.acf"), manifest("Braid", "Braid", "4"));
    fs::File::options().write(true).open(&file).unwrap().set_len(5 << 20).unwrap();

    let library = pc.library();

    assert_eq!(title_of_exe(&library, game.join("Hades")), some("Hades"));
    assert_eq!(title_of_exe(&library, game.with_file_name("Braid").join("braid")), None);
}

#[test]
fn deep_json_and_endless_lists_end() {
    let pc = Pc::new();
    let heroic = "home/ann/.config/heroic";
    pc.write(&format!("{heroic}/gog_store/installed.json"), "[".repeat(1 << 20));
    let many: Vec<_> = (0..40_000).map(|number| json!({ "path": format!("/opt/g/{number}") })).collect();
    pc.write(&format!("{heroic}/nile_config/nile/installed.json"), json!(many).to_string());
    let endless: String = (0..50_000).map(|number| format!("\"{number}\" \"/nowhere/{number}\"\n")).collect();
    pc.write(&format!("{STEAM}/steamapps/libraryfolders.vdf"), format!("\"libraryfolders\" {{ {endless} }}"));

    let library = pc.library();

    assert_eq!(title_of_exe(&library, "/opt/g/7/x"), some("7"));
    assert!(library.sources().len() < 400, "{}", library.sources().len());
}

#[test]
fn a_title_is_short_and_printable() {
    let pc = Pc::new();
    pc.epic(&format!(" \u{1b}[31mHades\n{}", "x".repeat(1000)), r"D:\Hades", "");
    pc.epic("\t\n", r"D:\Braid", "");

    assert_eq!(pc.title(r"D:\Hades\x").unwrap().len(), 79);
    assert!(pc.title(r"D:\Hades\x").unwrap().starts_with("[31mHadesxxx"));
    assert_eq!(pc.title(r"D:\Braid\x"), some("Braid"));
}

#[cfg(unix)]
#[test]
fn a_link_to_the_root_matches_nothing() {
    let pc = Pc::new();
    pc.steam(STEAM, "Hades", "Hades");
    let common = pc.at(STEAM).join("steamapps/common");
    fs::remove_dir(common.join("Hades")).unwrap();
    std::os::unix::fs::symlink("/", common.join("Hades")).unwrap();
    pc.write(&format!("{STEAM}/steamapps/appmanifest_1.acf"), manifest("Loop", "Loop", "4"));
    std::os::unix::fs::symlink("Loop", common.join("Loop")).unwrap();

    assert_eq!(pc.title("/usr/bin/editor"), None);
    assert_eq!(pc.title(common.join("Hades/usr/bin/editor")), None);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    let pc = Pc::new();
    let game = pc.steam(STEAM, "Hades", "Hades");
    let pipe = pc.at(STEAM).join("steamapps/appmanifest_1.acf");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());

    assert_eq!(pc.title(game.join("Hades")), some("Hades"));
}
