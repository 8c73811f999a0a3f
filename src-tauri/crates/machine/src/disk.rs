//! Free space on the disk that holds a directory.

use std::path::Path;

/// Free bytes for this user. The directory need not exist yet: then the one that will hold it is asked.
pub(crate) fn free_bytes(directory: &Path) -> Option<u64> {
    let directory = std::path::absolute(directory).ok()?;
    free(directory.ancestors().find(|directory| directory.exists())?)
}

#[cfg(unix)]
fn free(directory: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(directory).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(windows)]
#[expect(unsafe_code, reason = "a call of the system")]
fn free(directory: &Path) -> Option<u64> {
    let path = windows::core::HSTRING::from(directory);
    let mut free = 0;
    // SAFETY: path and number are ours and outlive the call.
    unsafe { windows::Win32::Storage::FileSystem::GetDiskFreeSpaceExW(&path, Some(&raw mut free), None, None) }.ok()?;
    Some(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_does_not_exist_yet_has_the_space_of_its_parent() {
        let directory = tempfile::tempdir().unwrap();
        let (now, later) = (directory.path(), directory.path().join("models/of/tomorrow"));

        assert!(free_bytes(now).unwrap() > 0);
        assert!(free_bytes(&later).unwrap() > 0);
    }
}
