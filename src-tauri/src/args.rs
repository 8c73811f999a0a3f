//! How the app is started.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    /// The data directory, if not the usual one.
    pub(crate) home: Option<PathBuf>,
    /// Start with the window closed.
    pub(crate) hidden: bool,
}

/// # Errors
/// What cannot be understood, and what can.
pub(crate) fn parse(mut words: impl Iterator<Item = OsString>) -> Result<Args, String> {
    let mut args = Args { home: std::env::var_os("OPENGATEWAY_HOME").map(PathBuf::from), hidden: false };
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--hidden") => args.hidden = true,
            Some("--home") => args.home = Some(words.next().ok_or("--home needs a directory")?.into()),
            _ => {
                return Err(format!(
                    "unknown argument {}\nusage: opengateway-desktop [--home DIR] [--hidden]",
                    word.display()
                ));
            }
        }
    }
    args.home = args.home.map(|home| std::path::absolute(&home).unwrap_or(home));
    Ok(args)
}

/// Whether a window can be shown at all.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// On some Linux graphics drivers WebKitGTK shows a blank window unless it leaves DMA-BUF alone. `GDK_GL=disable` would
/// save 30 MB of software OpenGL in the tray, and costs seconds until the window paints.
pub(crate) fn prepare_webview() {
    const NAME: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if cfg!(target_os = "linux") && std::env::var_os(NAME).is_none() {
        #[expect(unsafe_code, reason = "no other thread runs yet")]
        // SAFETY: called first thing in `main`, before any thread is started.
        unsafe {
            std::env::set_var(NAME, "1");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Args, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn the_home_is_made_absolute() {
        assert!(parsed(&["--home", "x"]).unwrap().home.unwrap().is_absolute());
    }

    #[test]
    fn what_cannot_be_understood_is_refused_with_what_can() {
        assert!(parsed(&["--hiden"]).unwrap_err().contains("usage"));
        assert!(parsed(&["--home"]).is_err());
    }
}
