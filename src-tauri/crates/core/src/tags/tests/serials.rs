use super::*;

#[test]
fn what_makers_left_in_is_no_serial() {
    let left_in = [
        "",
        "   ",
        "None",
        "N/A",
        "0",
        "To Be Filled By O.E.M.",
        "To be filled by O.E.M.",
        "Default string",
        "Default_string",
        "Not Specified",
        "Not Applicable",
        "System Serial Number",
        "Base Board Serial Number",
        "Chassis Serial Number",
        "Unknown",
        "INVALID",
        "xxxxxxxxxx",
        "MB-XXXXXXXX",
        "..............",
        "????????????",
        "0000000000",
        "1111111",
        "00000001",
        "00000000000000000001",
        "AA000000000000000001",
        "123456789",
        "0123456789",
        "1234567890",
        "0123456789ABCDEF",
        "0987654321",
        "ABCDEFGH",
        "BSN12345678901234567",
    ];

    for text in left_in {
        assert!(is_placeholder(text), "{text:?}");
    }
}

#[test]
fn uuids_that_many_boards_share_are_no_serials() {
    let shared = [
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "11111111-1111-1111-1111-111111111111",
        "fefefefe-fefe-fefe-fefe-fefefefefefe",
        "58585858-5858-5858-5858-585858585858",
        "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009",
        "07090201-0103-0301-0807-060504030201",
        "56F49712-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "DC698397-FA54-4CF2-82C8-B1B5307A6A7F",
        "00010203-0405-0607-0809-0A0B0C0D0E0F",
        "00112233-4455-6677-8899-aabbccddeeff",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "{DEADBEEF-DEAD-BEEF-DEAD-BEEFDEADBEEF}",
    ];

    for uuid in shared {
        assert!(is_placeholder(uuid), "{uuid}");
    }
}

#[test]
fn what_virtual_machines_make_up_is_no_serial() {
    let made_up = [
        "VMware-56 4d 3c 9a 0b 77 91 e2-1a 54 66 c2 09 5f 9e 01",
        "564d3c9a-0b77-91e2-1a54-66c2095f9e01",
        "VirtualBox-6b6e0f2e-9a5f-4ab2-8a2c-0d3b3f3b1c11",
        "VB2c4f8a31-9d0e77b5",
        "QM00001",
        "drive-scsi0",
        "Virtual HD",
    ];

    for text in made_up {
        assert!(is_placeholder(text), "{text}");
    }
}

#[test]
fn real_serials_are_serials() {
    let real = [
        ("UUID of a Dell, which spells its service tag", "4c4c4544-0042-3510-8052-b3c04f4b4e32"),
        ("UUID of an ASRock: the address of its network card", "76006b9c-c49c-0000-0000-000000000000"),
        ("UUID of a Gigabyte: the same within the default", "03d40274-0435-05dc-8506-010700080009"),
        ("board of Dell", "7YK2X12"),
        ("board of ASUS", "M80-C3012300456"),
        ("Raspberry Pi", "10000000a3f0c4d7"),
        ("NVML", "GPU-5b1c8a6e-4b0e-9f0c-2d3a-7c1f0e9d8b6a"),
        ("amdgpu", "2d0f3ea1b5c79846"),
        ("NVMe", "S5GXNX0T123456K"),
        ("NVMe, as Windows tells it", "0025_38B1_1140_2C3D."),
        ("SATA, aligned to the right", "     WD-WCC4N7XD3F5K"),
        ("number of a maker", "eui.0025385b71b04f3a"),
        ("number of a maker", "naa.5002538e40a3b4c1"),
        ("eMMC", "150100424a544434520a3c1f7e5b9d00"),
    ];

    for (what, serial) in real {
        assert!(!is_placeholder(serial), "{what}: {serial}");
    }
}

#[test]
fn a_serial_is_the_same_however_it_is_written() {
    let written = ["4C4C4544-0042-3510", " 4c4c4544 0042 3510\n", "{4c4c454400423510}", "4C4C4544:0042:3510\0"];

    let plain = written.map(|text| String::from_utf8(plain(text.as_bytes()).collect()).unwrap());

    assert_eq!(plain, ["4C4C454400423510"; 4].map(String::from));
}

#[test]
fn virtual_machines_are_known_by_their_names() {
    let names = [
        "QEMU",
        "VMware, Inc.",
        "VMware7,1",
        "innotek GmbH",
        "VirtualBox",
        "Virtual Machine",
        "Xen",
        "HVM domU",
        "Parallels Software International Inc.",
        "Parallels ARM Virtual Machine",
        "Apple Virtualization Generic Platform",
        "VirtualMac2,1",
        "Amazon EC2",
        "Google Compute Engine",
        "OpenStack Nova",
        "DigitalOcean",
        "Alibaba Cloud ECS",
        "KVM",
        "BHYVE",
        "KubeVirt",
    ];

    for name in names {
        assert!(is_virtual(name), "{name}");
    }
}

#[test]
fn real_pcs_are_not_virtual() {
    let names = [
        "",
        "ASUSTeK COMPUTER INC.",
        "Micro-Star International Co., Ltd.",
        "MS-7C56",
        "Gigabyte Technology Co., Ltd.",
        "B550 AORUS ELITE V2",
        "LENOVO",
        "20W0003GMX",
        "Microsoft Corporation",
        "Surface Laptop 5",
        "Google",
        "Pixelbook",
        "Valve",
        "Jupiter",
        "To Be Filled By O.E.M.",
        "MacBookPro18,3",
        "Red Hat",
        "Raspberry Pi 5 Model B Rev 1.0",
    ];

    for name in names {
        assert!(!is_virtual(name), "{name}");
    }
}
