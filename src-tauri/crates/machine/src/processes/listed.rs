//! Whether a program is on the owner's list: by file name, with or without `.exe`, or by its whole path.

use super::Program;

/// The listed entry that names `program`, as the owner wrote it; of a path, the file's name.
pub(super) fn find(list: &[String], program: &Program) -> Option<String> {
    if list.is_empty() {
        return None;
    }
    let exe = program.exe.as_ref().map(|exe| exe.to_string_lossy());
    let paths: Vec<String> = [exe.as_deref(), program.called.as_deref()].into_iter().flatten().map(plain).collect();
    let name = plain(&program.name);
    let is_meant = |entry: &&String| {
        let wanted = plain(entry);
        if wanted.contains('/') {
            paths.contains(&wanted)
        } else {
            !wanted.is_empty() && (name == wanted || paths.iter().any(|path| file_name(path) == wanted))
        }
    };
    list.iter().find(is_meant).map(|entry| file_name(&entry.trim().replace('\\', "/")).to_owned())
}

/// Written one way: no upper case, one kind of separator, no `.exe`.
fn plain(path: &str) -> String {
    let path = path.trim().to_lowercase().replace('\\', "/");
    path.strip_suffix(".exe").map_or_else(|| path.clone(), str::to_owned)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_its_file_name_in_any_writing() {
        for entry in ["blender", "Blender", "blender.exe", " BLENDER.EXE "] {
            assert!(is_listed(entry, &from("/opt/blender/blender")), "{entry}");
            assert!(is_listed(entry, &from(r"C:\Program Files\Blender\blender.exe")), "{entry}");
        }
    }

    #[test]
    fn a_program_is_found_by_its_whole_path_only() {
        let program = from("/opt/blender/blender");

        assert!(is_listed("/opt/blender/blender", &program));
        assert!(!is_listed("/usr/bin/blender", &program));
        assert!(!is_listed("blender/blender", &program));
    }

    #[test]
    fn a_path_of_windows_is_found_however_it_is_written() {
        let program = from(r"C:\Games\Chess\chess.exe");

        assert!(is_listed("c:/games/chess/CHESS.EXE", &program));
        assert!(is_listed(r"C:\Games\Chess\chess", &program));
    }

    #[test]
    fn a_program_in_wine_is_found_by_what_it_was_called() {
        let called = Some(r"Z:\home\ada\games\chess.exe".into());
        let program = Program { called, ..from("/usr/lib/wine/wine64-preloader") };

        assert!(is_listed("chess", &program));
    }

    #[test]
    fn a_script_is_found_by_its_short_name() {
        let program = Program { name: "lutris".into(), ..from("/usr/bin/python3.13") };

        assert!(is_listed("lutris", &program));
    }

    #[test]
    fn a_name_that_only_contains_an_entry_is_not_listed() {
        assert!(!is_listed("blend", &from("/opt/blender/blender")));
        assert!(!is_listed("", &from("/opt/blender/blender")));
        assert!(!is_listed("", &Program::default()));
    }

    #[test]
    fn it_is_called_as_the_owner_wrote_it() {
        let list = ["gimp".to_owned(), "/opt/Blender/Blender".to_owned()];

        assert_eq!(find(&list, &from("/opt/blender/blender")), Some("Blender".into()));
    }

    fn is_listed(entry: &str, program: &Program) -> bool {
        find(&[entry.to_owned()], program).is_some()
    }

    fn from(exe: &str) -> Program {
        Program { exe: Some(exe.into()), ..Program::default() }
    }
}
