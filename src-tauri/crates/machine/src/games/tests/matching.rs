//! Which programs belong to a game that was found.

use super::*;

const STEAM: &str = "home/ann/.local/share/Steam";

#[cfg(unix)]
#[test]
fn a_windows_game_is_known_by_what_it_calls_itself_under_wine() {
    let pc = Pc::new();
    let game = pc.steam(STEAM, "Hades", "Hades");
    let library = pc.library();

    let shouted = on_drive_z(&game.join(r"x64\HADES.EXE")).to_uppercase();

    assert_eq!(title_of_wine(&library, &on_drive_z(&game.join(r"x64\Hades.exe"))), some("Hades"));
    assert_eq!(title_of_wine(&library, &shouted), some("Hades"));
    assert_eq!(title_of_wine(&library, game.join("x64/Hades.exe").to_str().unwrap()), some("Hades"));
    assert_eq!(title_of_wine(&library, r"S:\common\Hades\x64\Hades.exe"), some("Hades"));
    assert_eq!(title_of_wine(&library, r"S:\steamapps\common\Hades\x64\Hades.exe"), some("Hades"));
    assert_eq!(title_of_wine(&library, r"C:\windows\system32\services.exe"), None);
    assert_eq!(title_of_wine(&library, "Hades.exe"), None);
}

#[test]
fn a_game_in_a_sandbox_is_known_by_the_sandbox_s_paths() {
    let pc = Pc::new();
    pc.steam("home/ann/.var/app/com.valvesoftware.Steam/.local/share/Steam", "Hades", "Hades");

    let inside = pc.at(STEAM).join("steamapps/common/Hades/Hades");

    assert_eq!(pc.title(inside), some("Hades"));
}

#[test]
fn the_deepest_folder_names_the_game() {
    let pc = Pc::new();
    pc.epic("Bundle", r"D:\Bundle", "start.exe");
    pc.epic("Second", r"D:\Bundle\two", "start.exe");

    assert_eq!(pc.title(r"D:\Bundle\two\bin\start.exe"), some("Second"));
    assert_eq!(pc.title(r"D:\Bundle\three\start.exe"), some("Bundle"));
}

#[test]
fn a_folder_whose_name_goes_on_is_another_folder() {
    let pc = Pc::new();
    pc.epic("Doom", r"D:\Doom", "doom.exe");

    assert_eq!(pc.title(r"D:\Doom Eternal\doom.exe"), None);
    assert_eq!(pc.title(r"D:\Do"), None);
}

#[test]
fn what_lies_beside_a_game_is_no_game() {
    let pc = Pc::new();
    pc.epic("Hades", r"D:\Hades", "Hades.exe");
    let library = pc.library();

    for beside in [
        "UnityCrashHandler64.exe",
        r"Engine\Binaries\Win64\CrashReportClient.exe",
        "crashpad_handler.exe",
        r"_CommonRedist\vcredist\2019\anything.exe",
        "VC_redist.x64.exe",
        "DXSETUP.exe",
        "Hades-Setup.exe",
        "unins000.exe",
        r"EasyAntiCheat\EasyAntiCheat_EOS.exe",
        r"BattlEye\BEService_x64.exe",
        "EpicGamesLauncher.exe",
        "steam.exe",
    ] {
        assert_eq!(title_of_exe(&library, format!(r"D:\Hades\{beside}")), None, "{beside}");
        assert_eq!(title_of_wine(&library, &format!(r"D:\Hades\{beside}")), None, "{beside}");
    }
    assert_eq!(title_of_exe(&library, r"D:\Hades\Hades.exe"), some("Hades"));
    assert_eq!(title_of_exe(&library, r"D:\Hades\start_protected_game.exe"), some("Hades"));
}

#[test]
fn launchers_are_no_games() {
    let pc = Pc::new();
    pc.steam("c/Program Files (x86)/Steam", "Hades", "Hades");
    pc.epic("Rogue", r"C:\Program Files (x86)\Epic Games", "Launcher/Portal/Binaries/Win64/EpicGamesLauncher.exe");
    let library = pc.library();

    for launcher in [
        "/usr/bin/lutris",
        "/opt/Heroic/heroic",
        r"C:\Program Files (x86)\Steam\steam.exe",
        r"C:\Program Files (x86)\Steam\bin\cef\cef.win7x64\steamwebhelper.exe",
        r"C:\Program Files (x86)\Epic Games\Launcher\Portal\Binaries\Win64\EpicGamesLauncher.exe",
        r"C:\Program Files (x86)\GOG Galaxy\GalaxyClient.exe",
    ] {
        assert_eq!(title_of_exe(&library, launcher), None, "{launcher}");
    }
    let steam = pc.at("c/Program Files (x86)/Steam/steam.exe");
    assert_eq!(title_of_exe(&library, steam), None);
}

#[test]
fn a_program_without_a_path_is_no_game() {
    let pc = Pc::new();
    pc.epic("Hades", r"D:\Hades", "Hades.exe");
    let library = pc.library();

    for argv0 in [None, Some(""), Some("Hades.exe"), Some(r".\Hades.exe"), Some("\u{0}"), Some("D:")] {
        assert_eq!(library.matches(&Running { exe: None, argv0, name: "Hades.exe" }), None, "{argv0:?}");
    }
    let endless = format!(r"D:\Hades{}", r"\x".repeat(1 << 20));
    assert_eq!(library.matches(&Running { exe: None, argv0: Some(&endless), name: "x" }), None);
}

#[cfg(unix)]
#[test]
fn a_linked_folder_is_known_by_both_names() {
    let pc = Pc::new();
    let game = pc.steam("big/SteamLibrary", "Hades", "Hades");
    fs::create_dir_all(pc.at("home/ann/.local/share")).unwrap();
    std::os::unix::fs::symlink(pc.at("big/SteamLibrary"), pc.at(STEAM)).unwrap();

    let library = pc.library();

    assert_eq!(title_of_exe(&library, game.join("Hades")), some("Hades"));
    assert_eq!(title_of_exe(&library, pc.at(STEAM).join("steamapps/common/Hades/Hades")), some("Hades"));
}
