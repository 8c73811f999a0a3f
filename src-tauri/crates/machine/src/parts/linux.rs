//! The parts of a PC as the kernel lists them. It tells the board's serial only to the system's administrator.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use opengateway_core::tags::is_virtual;
use zeroize::Zeroizing;

use super::{Parts, RawPart, Told};
use crate::graphics;

const NAMES: [&str; 2] = ["sys/class/dmi/id/sys_vendor", "sys/class/dmi/id/product_name"];

/// The first that tells counts. The last is that of boards such as the Raspberry Pi.
const BOARDS: [&str; 3] =
    ["sys/class/dmi/id/product_uuid", "sys/class/dmi/id/board_serial", "sys/firmware/devicetree/base/serial-number"];

/// The first that tells counts: the number of a memory card, what disks on SATA, SCSI and USB answer, NVMe, virtual disks,
/// and where the kernel found none of these a number of the maker's.
const DISKS: [&str; 6] = ["device/cid", "device/vpd_pg80", "device/serial", "serial", "device/wwid", "wwid"];
/// What stands before the serial in `vpd_pg80`.
const PAGE_HEADER: usize = 4;

/// Where systems are mounted. Those that come as an image have an overlay at the first and their disk at the second.
const SYSTEMS: [&str; 2] = ["/", "/sysroot"];
/// More layers of encryption, volumes and mirrors than anybody has.
const LAYERS: usize = 8;

pub(super) fn told() -> Told {
    let mut told = told_in(Path::new("/"));
    told.parts.gpu = graphics::unique();
    told
}

/// All but the graphics card.
fn told_in(root: &Path) -> Told {
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let is_virtual = NAMES.iter().any(|path| is_virtual(&text(path))) || has_hypervisor(&text("proc/cpuinfo"));
    let board = BOARDS.iter().find_map(|path| part(&root.join(path), 0));
    Told { is_virtual, parts: Parts { board, gpu: None, disk: disk(root) } }
}

/// Processors of PCs say whether a program stands between them and the kernel, also where the firmware has no names.
fn has_hypervisor(processors: &str) -> bool {
    let flags = processors.lines().find(|line| line.starts_with("flags"));
    flags.is_some_and(|flags| flags.split_ascii_whitespace().any(|flag| flag == "hypervisor"))
}

fn part(path: &Path, header: usize) -> Option<RawPart> {
    let said = Zeroizing::new(fs::read(path).ok()?);
    RawPart::new(said.get(header..)?)
}

fn disk(root: &Path) -> Option<RawPart> {
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let device = SYSTEMS.iter().find_map(|system| mounted_at(system, &mounts))?;
    // Which of several disks is listed first changes from start to start.
    serials(&directory(root, device)?, LAYERS).into_iter().min_by(|one, other| one.0.cmp(&other.0))
}

/// A device as a line about a mount names it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Device<'a> {
    /// Such as `259:2`.
    Number(&'a str),
    /// Such as `/dev/mapper/root`.
    Path(&'a str),
}

/// The device at a place of the tree: lines are `29 1 259:2 / / rw shared:1 - ext4 /dev/nvme0n1p2 rw`.
fn mounted_at<'a>(place: &str, mounts: &'a str) -> Option<Device<'a>> {
    let device = |line: &'a str| {
        let mut words = line.split(' ');
        let number = words.nth(2)?;
        let is_here = words.nth(1)? == place;
        let source = words.skip_while(|word| *word != "-").nth(2)?;
        // File systems that span disks have a number of their own, which begins with 0.
        let device = if number.starts_with("0:") { Device::Path(source) } else { Device::Number(number) };
        (is_here && (source.starts_with("/dev/") || device == Device::Number(number))).then_some(device)
    };
    // What was mounted last hides what was there before.
    mounts.lines().filter_map(device).next_back()
}

/// What the kernel knows of the device.
fn directory(root: &Path, device: Device<'_>) -> Option<PathBuf> {
    let listed = match device {
        Device::Number(number) => root.join("sys/dev/block").join(number),
        Device::Path(path) => {
            let node = fs::canonicalize(root.join(path.trim_start_matches('/'))).ok()?;
            root.join("sys/class/block").join(node.file_name()?)
        }
    };
    fs::canonicalize(listed).ok()
}

/// Of the disks that a device lies on: itself, the one that it is a part of, or those below it.
fn serials(device: &Path, layers: usize) -> Vec<RawPart> {
    let Some(layers) = layers.checked_sub(1) else { return Vec::new() };
    if device.join("partition").exists() {
        return device.parent().map(|disk| serials(disk, layers)).unwrap_or_default();
    }
    let below = fs::read_dir(device.join("slaves")).into_iter().flatten().flatten();
    let below: Vec<PathBuf> = below.filter_map(|entry| fs::canonicalize(entry.path()).ok()).collect();
    if below.is_empty() {
        return serial(device).into_iter().collect();
    }
    below.iter().flat_map(|device| serials(device, layers)).collect()
}

fn serial(disk: &Path) -> Option<RawPart> {
    let header = |name: &str| if name.ends_with("vpd_pg80") { PAGE_HEADER } else { 0 };
    DISKS.iter().find_map(|name| part(&disk.join(name), header(name)))
}
