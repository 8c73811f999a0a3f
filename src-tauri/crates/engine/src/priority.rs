//! A guest takes only what nobody else wants: the system's idle priority, for all threads of this process.

/// Lowers this process. Called before any other thread runs, which then inherit it. Where the system refuses, the
/// process runs on as it is: the owner's rules still end it.
pub(crate) fn lower() {
    if !lowered() {
        eprintln!("the system does not lower this process: {}", std::io::Error::last_os_error());
    }
}

#[cfg(target_os = "linux")]
fn lowered() -> bool {
    let parameters = libc::sched_param { sched_priority: 0 };
    #[expect(unsafe_code, reason = "calls of libc without a safe wrapper")]
    // SAFETY: they read the one structure given, and change nothing but this process' scheduling.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, 19) == 0
            && libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const parameters) == 0
    }
}

#[cfg(target_os = "macos")]
fn lowered() -> bool {
    #[expect(unsafe_code, reason = "a call of libc without a safe wrapper")]
    // SAFETY: it takes numbers only.
    unsafe {
        libc::setpriority(libc::PRIO_DARWIN_PROCESS, 0, libc::PRIO_DARWIN_BG) == 0
    }
}

#[cfg(windows)]
fn lowered() -> bool {
    use windows_sys::Win32::System::Threading::{GetCurrentProcess, IDLE_PRIORITY_CLASS, SetPriorityClass};
    #[expect(unsafe_code, reason = "calls of the system without a safe wrapper")]
    // SAFETY: the handle means this process and need not be closed.
    unsafe {
        SetPriorityClass(GetCurrentProcess(), IDLE_PRIORITY_CLASS) != 0
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn lowered() -> bool {
    true
}
