//! Start at login: what the system says about it, read each time, because the owner may change it there as well.

use auto_launch::{AutoLaunch, AutoLaunchBuilder};
use opengateway_api::{Error, ErrorCode};

const NAME: &str = "OpenGateway";
const PROGRAM: &str = "opengateway-desktop";

/// Whether the app starts when the owner logs in; `None` where there is no app to start, or the system does not tell.
pub(crate) fn starts() -> Option<bool> {
    entry()?.is_enabled().ok()
}

/// Changes it and gives what the system then says.
///
/// # Errors
/// `not_found` where there is no app to start, `read_only` where the system refuses.
pub(crate) fn set(wanted: bool) -> Result<bool, Error> {
    let missing = || {
        let message = "The window's program is not installed beside this one, so nothing can start when you log in.";
        Error::new(ErrorCode::NotFound, message)
    };
    let entry = entry().ok_or_else(missing)?;
    let refused = |error: auto_launch::Error| {
        Error::new(ErrorCode::ReadOnly, format!("The system did not change what starts when you log in: {error}."))
    };
    match (wanted, entry.is_enabled().map_err(refused)?) {
        (true, false) => entry.enable().map_err(refused)?,
        (false, true) => entry.disable().map_err(refused)?,
        _ => {}
    }
    entry.is_enabled().map_err(refused)
}

fn entry() -> Option<AutoLaunch> {
    let mut program = std::env::current_exe().ok()?;
    program.set_file_name(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        return None;
    }
    AutoLaunchBuilder::new()
        .set_app_name(NAME)
        .set_app_path(&program.to_string_lossy())
        .set_args(&["--hidden"])
        .set_use_launch_agent(true)
        .build()
        .ok()
}
