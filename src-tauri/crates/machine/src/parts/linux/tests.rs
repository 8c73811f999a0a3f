use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

const NVME: &str = "sys/devices/pci0000:00/0000:02:00.0/nvme/nvme0";
const SATA: &str = "sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";
const UUID: &str = "4c4c4544-0042-3510-8052-b3c04f4b4e32\n";

#[test]
fn a_pc_with_an_nvme_disk_tells_board_and_disk() {
    let pc = nvme();
    put(&pc, "sys/class/dmi/id/product_uuid", UUID);
    mount(&pc, "29 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw");

    let told = told_in(pc.path());

    assert_eq!(text(told.parts.board.as_ref()), "4C4C4544004235108052B3C04F4B4E32");
    assert_eq!(text(told.parts.disk.as_ref()), "S5GXNX0T123456K");
}

#[test]
fn where_the_uuid_is_no_uuid_the_boards_serial_counts() {
    let pc = tempfile::tempdir().unwrap();
    put(&pc, "sys/class/dmi/id/product_uuid", "03000200-0400-0500-0006-000700080009\n");
    put(&pc, "sys/class/dmi/id/board_serial", "M80-C3012300456\n");

    assert_eq!(text(told_in(pc.path()).parts.board.as_ref()), "M80C3012300456");
}

#[test]
fn a_board_without_firmware_of_a_pc_tells_the_serial_of_its_device_tree() {
    let pc = tempfile::tempdir().unwrap();
    put(&pc, "sys/firmware/devicetree/base/serial-number", "10000000a3f0c4d7\0");

    assert_eq!(text(told_in(pc.path()).parts.board.as_ref()), "10000000A3F0C4D7");
}

#[test]
fn what_cannot_be_read_is_none() {
    let pc = tempfile::tempdir().unwrap();

    let told = told_in(pc.path());

    assert!(!told.is_virtual && told.parts.board.is_none() && told.parts.disk.is_none());
}

#[test]
fn names_tell_that_a_pc_is_virtual() {
    let pc = tempfile::tempdir().unwrap();
    put(&pc, "sys/class/dmi/id/sys_vendor", "QEMU\n");
    put(&pc, "sys/class/dmi/id/product_name", "Standard PC (Q35 + ICH9, 2009)\n");

    assert!(told_in(pc.path()).is_virtual);
}

#[test]
fn without_names_the_processor_tells_that_a_pc_is_virtual() {
    for (flags, expected) in [("fpu vme hypervisor lahf_lm", true), ("fpu vme vmx lahf_lm", false)] {
        let pc = tempfile::tempdir().unwrap();
        put(&pc, "proc/cpuinfo", &format!("processor\t: 0\nmodel name\t: CPU\nflags\t\t: {flags}\n"));

        assert_eq!(told_in(pc.path()).is_virtual, expected, "{flags}");
    }
}

#[test]
fn a_disk_on_sata_tells_what_it_answers_about_itself() {
    let pc = sata();
    put(&pc, &format!("{SATA}/vpd_pg80"), "\0\u{80}\0\u{14}     WD-WCC4N7XD3F5K");
    mount(&pc, "25 1 8:2 / / rw - ext4 /dev/sda2 rw");

    let told = told_in(pc.path());

    assert_eq!(text(told.parts.disk.as_ref()), "WDWCC4N7XD3F5K");
}

#[test]
fn a_disk_that_answers_nothing_has_a_number_of_its_maker() {
    let pc = sata();
    mount(&pc, "25 1 8:2 / / rw - ext4 /dev/sda2 rw");

    assert_eq!(text(told_in(pc.path()).parts.disk.as_ref()), "NAA5002538E40A3B4C1");
}

#[test]
fn the_disk_below_encryption_and_volumes_counts() {
    let pc = nvme();
    below(&pc, "dm-0", &[&format!("{NVME}/nvme0n1/nvme0n1p2")]);
    below(&pc, "dm-1", &["sys/devices/virtual/block/dm-0"]);
    link(&pc, "sys/devices/virtual/block/dm-1", "sys/dev/block/254:1");
    mount(&pc, "29 1 254:1 / / rw - ext4 /dev/mapper/vg-root rw");

    assert_eq!(text(told_in(pc.path()).parts.disk.as_ref()), "S5GXNX0T123456K");
}

#[test]
fn a_file_system_with_a_number_of_its_own_is_found_by_its_device() {
    let pc = nvme();
    below(&pc, "dm-0", &[&format!("{NVME}/nvme0n1/nvme0n1p2")]);
    put(&pc, "dev/dm-0", "");
    link(&pc, "dev/dm-0", "dev/mapper/luks-1");
    link(&pc, "sys/devices/virtual/block/dm-0", "sys/class/block/dm-0");
    mount(&pc, "29 1 0:27 /@ / rw - btrfs /dev/mapper/luks-1 rw,subvol=/@");

    assert_eq!(text(told_in(pc.path()).parts.disk.as_ref()), "S5GXNX0T123456K");
}

#[test]
fn of_several_disks_the_same_one_counts_in_whichever_order_they_are() {
    let pc = nvme();
    put(&pc, &format!("{SATA}/wwid"), "naa.5002538e40a3b4c1");
    put(&pc, &format!("{SATA}/block/sda/size"), "1");
    link(&pc, SATA, &format!("{SATA}/block/sda/device"));
    for (mirror, number, disks) in [("md0", "9:0", ["a", "b"]), ("md1", "9:1", ["b", "a"])] {
        let paths = [format!("{NVME}/nvme0n1"), format!("{SATA}/block/sda")];
        for (name, path) in disks.iter().zip(&paths) {
            link(&pc, path, &format!("sys/devices/virtual/block/{mirror}/slaves/{name}"));
        }
        link(&pc, &format!("sys/devices/virtual/block/{mirror}"), &format!("sys/dev/block/{number}"));
    }

    let found = ["9:0", "9:1"].map(|number| {
        mount(&pc, &format!("29 1 {number} / / rw - ext4 /dev/{number} rw"));
        text(told_in(pc.path()).parts.disk.as_ref())
    });

    assert_eq!(found, ["NAA5002538E40A3B4C1"; 2]);
}

#[test]
fn devices_that_lie_on_each_other_end() {
    let pc = tempfile::tempdir().unwrap();
    below(&pc, "dm-0", &["sys/devices/virtual/block/dm-1"]);
    below(&pc, "dm-1", &["sys/devices/virtual/block/dm-0"]);
    link(&pc, "sys/devices/virtual/block/dm-1", "sys/dev/block/254:1");
    mount(&pc, "29 1 254:1 / / rw - ext4 /dev/mapper/vg-root rw");

    assert!(told_in(pc.path()).parts.disk.is_none());
}

#[test]
fn the_mount_that_hides_others_counts() {
    let mounts = "\
1 1 0:2 / / rw - rootfs rootfs rw
29 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
30 29 259:3 / /home rw,relatime shared:2 master:1 - ext4 /dev/nvme0n1p3 rw";

    assert_eq!(mounted_at("/", mounts), Some(Device::Number("259:2")));
    assert_eq!(mounted_at("/home", mounts), Some(Device::Number("259:3")));
}

#[test]
fn a_system_that_comes_as_an_image_lies_on_the_disk_beside_it() {
    let image = "\
60 1 0:34 / / ro,relatime shared:1 - overlay composefs ro,seclabel
61 60 0:29 /root /sysroot ro,relatime shared:2 - btrfs /dev/nvme0n1p3 rw,subvol=/root";

    let found: Vec<_> = SYSTEMS.iter().filter_map(|system| mounted_at(system, image)).collect();

    assert_eq!(found, [Device::Path("/dev/nvme0n1p3")]);
}

#[test]
fn a_container_and_a_live_system_lie_on_no_disk() {
    let container = "\
740 650 0:59 / / rw,relatime master:300 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A
745 740 259:2 /var/lib/docker/containers/1/hosts /etc/hosts rw - ext4 /dev/nvme0n1p2 rw";
    let live = "29 1 0:24 / / rw - tmpfs tmpfs rw";

    for mounts in [container, live, "", "nonsense", "- - - -"] {
        assert!(SYSTEMS.iter().all(|system| mounted_at(system, mounts).is_none()), "{mounts}");
    }
}

fn nvme() -> TempDir {
    let pc = tempfile::tempdir().unwrap();
    put(&pc, &format!("{NVME}/serial"), "S5GXNX0T123456K     \n");
    put(&pc, &format!("{NVME}/nvme0n1/wwid"), "eui.0025385b71b04f3a\n");
    put(&pc, &format!("{NVME}/nvme0n1/nvme0n1p2/partition"), "2\n");
    link(&pc, NVME, &format!("{NVME}/nvme0n1/device"));
    link(&pc, &format!("{NVME}/nvme0n1/nvme0n1p2"), "sys/dev/block/259:2");
    pc
}

fn sata() -> TempDir {
    let pc = tempfile::tempdir().unwrap();
    put(&pc, &format!("{SATA}/wwid"), "naa.5002538e40a3b4c1\n");
    put(&pc, &format!("{SATA}/block/sda/sda2/partition"), "2\n");
    link(&pc, SATA, &format!("{SATA}/block/sda/device"));
    link(&pc, &format!("{SATA}/block/sda/sda2"), "sys/dev/block/8:2");
    pc
}

/// A device that lies on others.
fn below(pc: &TempDir, device: &str, others: &[&str]) {
    for other in others {
        let name = other.rsplit('/').next().unwrap();
        link(pc, other, &format!("sys/devices/virtual/block/{device}/slaves/{name}"));
    }
}

fn mount(pc: &TempDir, line: &str) {
    put(pc, "proc/self/mountinfo", &format!("{line}\n"));
}

fn put(pc: &TempDir, path: &str, content: &str) {
    let path = pc.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let bytes: Vec<u8> = content.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    fs::write(path, bytes).unwrap();
}

fn link(pc: &TempDir, target: &str, path: &str) {
    let path = pc.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(pc.path().join(target), path).unwrap();
}

fn text(part: Option<&RawPart>) -> String {
    part.map(|part| part.0.to_string()).unwrap_or_default()
}
