//! What counts of a serial, and which are none: left in by makers who forgot to write one, or made up by the program that
//! a virtual machine runs in.

/// Fewer letters and digits than this tell nobody apart.
const SHORTEST: usize = 6;
/// Of fewer different ones, it is `00000001`, `FEFEFEFE` or the like.
const FEWEST_DIFFERENT: usize = 4;
/// Letters and digits of a UUID.
const UUID: usize = 32;

/// Parts of texts that stand where a serial was to be written. Fs are the rest of a UUID of which only the beginning was.
const WORDS: [&str; 21] = [
    "TOBEFILLED",
    "DEFAULT",
    "NOTSPECIFIED",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTSUPPORTED",
    "NOTDEFINED",
    "UNDEFINED",
    "UNKNOWN",
    "INVALID",
    "NOSERIAL",
    "SERIALNUMBER",
    "SERIALNO",
    "PLACEHOLDER",
    "XXXXXX",
    "FFFFFFFFFFFFFFFF",
    "DEADBEEF",
    "VMWARE",
    "VIRTUAL",
    "QEMU",
    "DRIVESCSI",
];

/// Serials that many PCs share: defaults of makers, and those that inventories of large firms found to be shared.
const SHARED: [&str; 12] = [
    "03000200040005000006000700080009",
    "00020003000400050006000700080009",
    "07090201010303010807060504030201",
    "000102030405060708090A0B0C0D0E0F",
    "00112233445566778899AABBCCDDEEFF",
    "123456781234567890ABCDDEEFAABBCC",
    "12345678123456781234567812345678",
    "DC698397FA544CF282C8B1B5307A6A7F",
    "8E275844178F44A8ACEBA7D7E5178C63",
    "890E2D14CACD45D1AE66BC80E8BFEB0F",
    "5EKPM18320000397",
    "BSN12345678901234567",
];

/// Names of virtual machines and their makers, or parts of such.
const VIRTUAL: [&str; 24] = [
    "ALIBABACLOUD",
    "AMAZONEC2",
    "BHYVE",
    "BOCHS",
    "CLOUDHYPERVISOR",
    "DIGITALOCEAN",
    "GOOGLECOMPUTEENGINE",
    "HETZNER",
    "HVMDOMU",
    "INNOTEK",
    "KUBEVIRT",
    "LINODE",
    "NUTANIX",
    "OPENSTACK",
    "OVIRT",
    "PARALLELS",
    "QEMU",
    "VIRTUALBOX",
    "VIRTUALIZATION",
    "VIRTUALMAC",
    "VIRTUALMACHINE",
    "VIRTUALPLATFORM",
    "VMWARE",
    "VULTR",
];
/// Those too short to be looked for in other names.
const VIRTUAL_WHOLE: [&str; 4] = ["KVM", "RHEL", "UTM", "XEN"];

/// What counts of a serial: its letters and digits, as capitals. Systems write the same one with other dashes and spaces.
pub fn plain(serial: &[u8]) -> impl Iterator<Item = u8> + Clone {
    serial.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase)
}

/// Whether a serial cannot tell its part from others. Makes no copy of it.
pub fn is_placeholder(serial: &str) -> bool {
    let plain = plain(serial.as_bytes());
    let different = (b'0'..=b'Z').filter(|one| plain.clone().any(|other| other == *one)).count();
    plain.clone().count() < SHORTEST
        || different < FEWEST_DIFFERENT
        || counts(plain.clone())
        || is_of_virtual_machine(plain.clone())
        || WORDS.iter().any(|word| contains(plain.clone(), word))
        || SHARED.iter().any(|shared| plain.clone().eq(shared.bytes()))
}

/// Whether a PC is a virtual one, by what its maker is called or by what its maker calls it.
pub fn is_virtual(name: &str) -> bool {
    let plain = plain(name.as_bytes());
    VIRTUAL.iter().any(|part| contains(plain.clone(), part))
        || VIRTUAL_WHOLE.iter().any(|whole| plain.clone().eq(whole.bytes()))
}

/// Whether each character is the one after or before the last, as in `0123456789`, `ABCDEF` and `0987654321`.
fn counts(plain: impl Iterator<Item = u8> + Clone) -> bool {
    let follows = |(one, next): (u8, u8)| match one {
        b'9' => next == b'0' || next == b'A',
        _ => next.checked_sub(one) == Some(1),
    };
    let mut pairs = plain.clone().zip(plain.skip(1));
    pairs.clone().all(follows) || pairs.all(|(one, next)| follows((next, one)))
}

/// What programs for virtual machines write if nobody tells them to write something else: UUIDs of `VMware` begin with
/// its name, disks of `VirtualBox` are called `VB12345678-9abcdef0`, those of `QEMU` are numbered from `QM00001`.
fn is_of_virtual_machine(plain: impl Iterator<Item = u8> + Clone) -> bool {
    let begins = |name: &str| plain.clone().take(name.len()).eq(name.bytes());
    let length = plain.clone().count();
    let is_hex_after = |name: &str| begins(name) && plain.clone().skip(name.len()).all(|byte| byte.is_ascii_hexdigit());
    (begins("564D") && length == UUID) || (is_hex_after("VB") && length == 18) || (is_hex_after("QM00") && length == 7)
}

fn contains(mut plain: impl Iterator<Item = u8> + Clone, word: &str) -> bool {
    loop {
        if plain.clone().take(word.len()).eq(word.bytes()) {
            return true;
        }
        if plain.next().is_none() {
            return false;
        }
    }
}
