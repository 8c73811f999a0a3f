//! Which family of Linux this is.

use std::fs;

/// Whether this is that distribution or descends from it: Ubuntu is like Debian.
pub(crate) fn is_like(distribution: &str) -> bool {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    family(&text).any(|name| name == distribution)
}

fn family(os_release: &str) -> impl Iterator<Item = &str> {
    let values =
        os_release.lines().filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")));
    values.flat_map(|value| value.trim_matches('"').split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_itself_and_what_it_descends_from() {
        let mint = "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"22\"\n";

        assert_eq!(family(mint).collect::<Vec<_>>(), ["linuxmint", "ubuntu", "debian"]);
    }
}
