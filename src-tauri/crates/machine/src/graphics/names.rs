//! What a graphics card is called by the numbers it has on the bus: from the system's list, else by its maker.

use std::fs;
use std::path::Path;

/// Where distributions put the list of all devices.
const LISTS: [&str; 2] = ["/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids"];

pub(super) fn card(vendor: u16, device: u16) -> String {
    let list = LISTS.iter().find_map(|list| fs::read(Path::new(list)).ok()).unwrap_or_default();
    let listed = find(&String::from_utf8_lossy(&list), vendor, device);
    let maker = maker(vendor);
    match listed {
        // `Navi 21 [Radeon RX 6800]`: the name on the box is the one in brackets.
        Some(name) => format!("{maker} {}", between(&name, '[', ']').unwrap_or(&name)),
        None => format!("{maker} graphics (0x{device:04x})"),
    }
}

fn maker(vendor: u16) -> &'static str {
    match vendor {
        0x1002 => "AMD",
        0x10de => "NVIDIA",
        0x8086 => "Intel",
        _ => "Unknown",
    }
}

/// Lines of vendors begin at the margin, those of their devices with one tab.
fn find(list: &str, vendor: u16, device: u16) -> Option<String> {
    let (vendor, device) = (format!("{vendor:04x}  "), format!("\t{device:04x}  "));
    let mut lines = list.lines().skip_while(|line| !line.starts_with(&vendor)).skip(1);
    let devices = lines.by_ref().take_while(|line| line.starts_with(['\t', '#']));
    devices.filter_map(|line| line.strip_prefix(&device)).map(|name| name.trim().to_owned()).next()
}

fn between(text: &str, open: char, close: char) -> Option<&str> {
    let (_, rest) = text.split_once(open)?;
    rest.rsplit_once(close).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# comment\n1002  Advanced Micro Devices, Inc. [AMD/ATI]\n\t73bf  Navi 21 [Radeon RX 6800]\n\t\t1002 0e3a  Radeon RX 6900 XT\n\t744c  Navi 31\n8086  Intel Corporation\n\t73bf  Something else\n";

    #[test]
    fn a_card_is_found_below_its_vendor() {
        assert_eq!(find(LIST, 0x1002, 0x73bf), Some("Navi 21 [Radeon RX 6800]".into()));
        assert_eq!(find(LIST, 0x8086, 0x73bf), Some("Something else".into()));
        assert_eq!(find(LIST, 0x8086, 0x744c), None);
        assert_eq!(find("", 0x8086, 0x744c), None);
    }

    #[test]
    fn a_card_that_no_list_has_is_called_by_its_maker_and_number() {
        assert_eq!(card(0x1002, 0xfff1), "AMD graphics (0xfff1)");
    }

    #[test]
    fn the_name_on_the_box_is_in_brackets() {
        assert_eq!(between("Navi 21 [Radeon RX 6800/6800 XT]", '[', ']'), Some("Radeon RX 6800/6800 XT"));
        assert_eq!(between("Navi 31", '[', ']'), None);
    }
}
