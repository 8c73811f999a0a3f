//! Settings as a file that people may edit.

use std::path::Path;

use opengateway_api::{Error, ErrorCode, Rules, Settings};
use opengateway_core::region;

use crate::{errors, home};

/// Reads settings. A file that cannot be understood is moved aside and the second value says so; what it held is kept.
pub(crate) fn read(path: &Path) -> (Settings, Option<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Settings::default(), None),
        Err(error) => {
            return (Settings::default(), Some(format!("Settings cannot be read ({error}); defaults are used.")));
        }
    };
    match toml::from_str(&text) {
        Ok(settings) => (settings, None),
        Err(error) => {
            let aside = path.with_extension("toml.broken");
            let kept = std::fs::rename(path, &aside).is_ok();
            let place = if kept { format!(" The old file is kept as {}.", aside.display()) } else { String::new() };
            (
                Settings::default(),
                Some(format!("Settings could not be understood: {} Defaults are used.{place}", error.message())),
            )
        }
    }
}

/// Writes settings whole or not at all.
///
/// # Errors
/// `disk_full`, `read_only`.
pub(crate) fn write(path: &Path, settings: &Settings) -> Result<(), Error> {
    let text = toml::to_string_pretty(settings).map_err(Error::internal)?;
    home::replace_file(path, text.as_bytes()).map_err(|error| errors::io("settings cannot be saved", &error))
}

/// Refuses values that cannot work.
pub(crate) fn check(settings: &Settings) -> Result<(), Error> {
    let bad = |message: &str| Err(Error::new(ErrorCode::InvalidRequest, message));
    match settings {
        Settings { threads: 257.., .. } => bad("At most 256 threads can be set."),
        Settings { context: 1..=63, .. } => {
            bad("The context must be at least 64 text tokens, or 0 to choose by itself.")
        }
        Settings { system_prompt, .. } if system_prompt.len() > 64 * 1024 => {
            bad("The system prompt is longer than 64 kB.")
        }
        Settings { region, .. } if !region.trim().is_empty() && region::parse(region).is_none() => bad(
            "This region is not known. It is one of asia, north-america, europe, africa, south-america, oceania and \
             middle-east, or a code such as us-east-1; leave it empty to find it out.",
        ),
        Settings { rules, .. } => check_rules(rules),
    }
}

fn check_rules(rules: &Rules) -> Result<(), Error> {
    let bad = |message: &str| Err(Error::new(ErrorCode::InvalidRequest, message));
    match rules {
        Rules { cores_percent: 0 | 101.., .. } | Rules { memory_percent: 0 | 101.., .. } => {
            bad("The share that may be lent is between 1 and 100 %.")
        }
        Rules { other_cpu_percent: 0 | 101.., .. } | Rules { other_gpu_percent: 0 | 101.., .. } => {
            bad("The load of other programs is between 1 and 100 %; 100 switches the rule off.")
        }
        Rules { resume_minutes, longest_resume_minutes, .. } if resume_minutes > longest_resume_minutes => {
            bad("The longest time until lending resumes is shorter than the usual one.")
        }
        Rules { apps, .. } if apps.len() > 1000 || apps.iter().any(|app| app.trim().is_empty() || app.len() > 4096) => {
            bad("Programs are named by file name or path, 1000 of them at most.")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("settings.toml");
        let settings = Settings { threads: 3, system_prompt: "Be \"kind\"\n".into(), ..Settings::default() };

        write(&path, &settings).unwrap();

        assert_eq!(read(&path), (settings, None));
    }

    #[test]
    fn a_broken_file_is_kept_aside_and_said_so() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("settings.toml");
        std::fs::write(&path, "threads = \"many\"").unwrap();

        let (settings, problem) = read(&path);

        assert_eq!(settings, Settings::default());
        assert!(problem.unwrap().contains("settings.toml.broken"));
        assert!(directory.path().join("settings.toml.broken").exists());
    }

    #[test]
    fn unknown_and_missing_settings_are_harmless() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("settings.toml");
        std::fs::write(&path, "threads = 2\nfrom_the_future = true\n").unwrap();

        assert_eq!(read(&path), (Settings { threads: 2, ..Settings::default() }, None));
    }
}
