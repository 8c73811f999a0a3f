//! Gives memory back to the system that this process was given and no longer touches.
//!
//! Code and constants that only start-up or an open window needed stay resident until somebody else is short of memory.
//! A program that rests in the tray for days does not let it come to that: what is needed again is read again.

/// Gives back what can be had again without loss: pages of files, and free memory that the allocator keeps.
#[cfg(target_os = "linux")]
pub fn give_back() {
    use rustix::mm::{Advice, madvise};

    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for (start, length) in maps.lines().filter_map(unwritten) {
        let address = std::ptr::with_exposed_provenance_mut(start);
        #[expect(unsafe_code, reason = "advice about memory names it by address")]
        // SAFETY: this advice never changes what memory holds, and a mapping that has gone is an error, not a danger.
        let advised = unsafe { madvise(address, length, Advice::LinuxPageOut) };
        if let Err(error) = advised {
            return tracing::debug!(%error, "memory cannot be given back");
        }
    }
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "the allocator speaks C")]
    // SAFETY: takes a number, may be called at any time from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Start and length of a mapping of a file that cannot be written, and so never has to be saved.
#[cfg(target_os = "linux")]
fn unwritten(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let (rights, mut rest) = (words.next()?, words.skip(2));
    let is_file = rest.next()? != "0";
    let start = usize::from_str_radix(start, 16).ok()?;
    let length = usize::from_str_radix(end, 16).ok()?.checked_sub(start)?;
    (is_file && !rights.contains('w')).then_some((start, length))
}

/// Gives back what can be had again without loss.
#[cfg(windows)]
pub fn give_back() {
    use windows::Win32::System::ProcessStatus::K32EmptyWorkingSet;
    use windows::Win32::System::Threading::GetCurrentProcess;

    #[expect(unsafe_code, reason = "the system speaks C")]
    // SAFETY: the handle of the current process is always valid.
    let emptied = unsafe { K32EmptyWorkingSet(GetCurrentProcess()) };
    if !emptied.as_bool() {
        tracing::debug!("memory cannot be given back");
    }
}

/// macOS compresses what is not touched by itself.
#[cfg(target_os = "macos")]
pub fn give_back() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::unwritten;

    #[test]
    fn only_files_that_cannot_be_written_are_given_back() {
        let code = "7f00000000-7f00002000 r-xp 00001000 fe:00 42     /usr/lib/libfoo.so";
        let data = "7f00002000-7f00003000 rw-p 00003000 fe:00 42     /usr/lib/libfoo.so";
        let heap = "7f00004000-7f00005000 r--p 00000000 00:00 0      [vvar]";

        assert_eq!(unwritten(code), Some((0x7f_0000_0000, 0x2000)));
        assert_eq!(unwritten(data), None);
        assert_eq!(unwritten(heap), None);
        assert_eq!(unwritten("not a mapping"), None);
    }

    #[test]
    fn a_process_lives_on_after_giving_memory_back() {
        let kept: Vec<u64> = (0..100_000).collect();

        super::give_back();

        assert_eq!(kept.iter().sum::<u64>(), 4_999_950_000);
    }
}
