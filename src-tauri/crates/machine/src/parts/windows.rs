//! The parts of a PC as Windows tells them to everybody.

use std::fs::{File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;

use windows::Win32::Foundation::HANDLE;
use windows::Win32::System::IO::DeviceIoControl;
use windows::Win32::System::Ioctl::{
    IOCTL_STORAGE_GET_DEVICE_NUMBER, IOCTL_STORAGE_QUERY_PROPERTY, STORAGE_DEVICE_NUMBER, STORAGE_PROPERTY_QUERY,
};
use windows::Win32::System::SystemInformation::{GetSystemFirmwareTable, GetSystemWindowsDirectoryW, RSMB};
use zeroize::Zeroizing;

use super::{RawPart, Told, smbios, storage};
use crate::graphics;

/// Leaves the file itself alone and asks about it only, which everybody may.
const ASK_ONLY: u32 = 0;
/// More than a disk says about itself.
const ANSWER: usize = 4096;
/// The question for the texts of a disk consists of zeroes.
const TEXTS: [u8; size_of::<STORAGE_PROPERTY_QUERY>()] = [0; size_of::<STORAGE_PROPERTY_QUERY>()];

pub(super) fn told() -> Told {
    let mut told = smbios::told(&firmware());
    told.parts.gpu = graphics::unique();
    told.parts.disk = disk();
    told
}

#[expect(unsafe_code, reason = "calls of the system")]
fn firmware() -> Zeroizing<Vec<u8>> {
    // SAFETY: without a buffer, only the size is told.
    let size = unsafe { GetSystemFirmwareTable(RSMB, 0, None) };
    let mut table = Zeroizing::new(vec![0; usize::try_from(size).unwrap_or(0)]);
    // SAFETY: the call is told how long the buffer is, which is ours and outlives it.
    let told = unsafe { GetSystemFirmwareTable(RSMB, 0, Some(&mut table)) };
    table.truncate(usize::try_from(told).unwrap_or(0));
    table
}

/// Of the disk that Windows lies on; a volume over several disks has no number.
fn disk() -> Option<RawPart> {
    let volume = open(&format!(r"\\.\{}", system_drive()?))?;
    let mut number = [0; size_of::<STORAGE_DEVICE_NUMBER>()];
    ask(&volume, IOCTL_STORAGE_GET_DEVICE_NUMBER, &[], &mut number)?;
    let disk = u32::from_le_bytes(number.get(4..8)?.try_into().ok()?);
    let disk = open(&format!(r"\\.\PhysicalDrive{disk}"))?;
    let mut answer = Zeroizing::new(vec![0; ANSWER]);
    let length = ask(&disk, IOCTL_STORAGE_QUERY_PROPERTY, &TEXTS, &mut answer)?;
    storage::serial(answer.get(..length)?)
}

/// Such as `C:`. The variable of the environment could say anything.
#[expect(unsafe_code, reason = "a call of the system")]
fn system_drive() -> Option<String> {
    let mut path = [0; 260];
    // SAFETY: the call is told how long the buffer is, which is ours and outlives it.
    let length = unsafe { GetSystemWindowsDirectoryW(Some(&mut path)) };
    let path = String::from_utf16(path.get(..usize::try_from(length).ok()?)?).ok()?;
    path.get(..2).filter(|drive| drive.ends_with(':')).map(str::to_owned)
}

fn open(device: &str) -> Option<File> {
    OpenOptions::new().access_mode(ASK_ONLY).open(device).ok()
}

/// How much it answers.
#[expect(unsafe_code, reason = "a call of the system")]
fn ask(device: &File, code: u32, question: &[u8], answer: &mut [u8]) -> Option<usize> {
    let (device, mut length) = (HANDLE(device.as_raw_handle()), 0);
    let sizes = (u32::try_from(question.len()).ok()?, u32::try_from(answer.len()).ok()?);
    let (question, answer) = (question.as_ptr().cast(), answer.as_mut_ptr().cast());
    // SAFETY: the device is open; the call is told how long question and answer are, which outlive it as `length` does.
    let asked = unsafe {
        DeviceIoControl(device, code, Some(question), sizes.0, Some(answer), sizes.1, Some(&raw mut length), None)
    };
    asked.ok()?;
    usize::try_from(length).ok()
}
