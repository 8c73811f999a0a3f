//! Frees a killed process' memory at once.
//!
//! Linux frees it in the dying process, which at idle priority beside a game may not run for seconds.
//! `process_mrelease` (Linux 5.15) frees it in the caller instead.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Frees what a process held for itself. It must have been killed and not yet waited for.
///
/// # Errors
/// When this Linux is too old, or the process is gone already.
pub(crate) fn release(process: u32) -> io::Result<()> {
    let id = libc::pid_t::try_from(process).map_err(io::Error::other)?;
    #[expect(unsafe_code, reason = "a system call without a wrapper")]
    // SAFETY: it takes numbers only. The number is not in use again as long as nobody has waited for the process.
    let opened = checked(unsafe { libc::syscall(libc::SYS_pidfd_open, id, 0) })?;
    #[expect(unsafe_code, reason = "a number becomes an owned descriptor")]
    // SAFETY: the system has just opened it for us.
    let descriptor = unsafe { OwnedFd::from_raw_fd(opened) };
    #[expect(unsafe_code, reason = "a system call without a wrapper")]
    // SAFETY: it takes numbers only.
    checked(unsafe { libc::syscall(libc::SYS_process_mrelease, descriptor.as_raw_fd(), 0) }).map(drop)
}

fn checked(result: libc::c_long) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { i32::try_from(result).map_err(io::Error::other) }
}
