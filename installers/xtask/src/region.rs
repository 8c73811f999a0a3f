//! `cargo xtask region`: builds the table of regions that we ship anew, from the newest data that Debian has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::shell;

/// Holds IPFire's location database as plain text.
const PACKAGE: &str = "tor-geoipdb";
const INSTALLED: &str = "/usr/share/tor";
const TABLE: &str = "src-tauri/resources/regions.bin";

pub(crate) fn build(project: &Project) -> Result<()> {
    let data = data(project)?;
    let (geoip, geoip6, table) = (data.join("geoip"), data.join("geoip6"), project.root.join(TABLE));
    let mut cargo = project.cargo();
    cargo.args(["run", "--quiet", "--release", "--package", "opengateway-core", "--example", "regions", "--"]);
    shell::run(cargo.args([&geoip, &geoip6, &table]))?;

    let text = fs::read_to_string(&geoip).with_context(|| format!("cannot read {}", geoip.display()))?;
    println!("{TABLE}: {} bytes", fs::metadata(&table)?.len());
    println!("data of {}: write this into docs/third-party.md", generated(&text).context("the data has no date")?);
    Ok(())
}

/// Where `geoip` and `geoip6` are. The package is unpacked, never installed: it would bring Tor itself, and start it.
fn data(project: &Project) -> Result<PathBuf> {
    let installed = Path::new(INSTALLED);
    if installed.join("geoip").is_file() && installed.join("geoip6").is_file() {
        return Ok(installed.to_owned());
    }
    if shell::find("apt-get").is_none() || shell::find("dpkg-deb").is_none() {
        bail!("put the files geoip and geoip6 of Debian's package {PACKAGE} into {INSTALLED}");
    }
    let directory = project.target.join("xtask").join(PACKAGE);
    unpack(&directory).with_context(|| format!("cannot get {PACKAGE}; try `apt-get update` before"))?;
    Ok(directory.join(INSTALLED.trim_start_matches('/')))
}

fn unpack(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    shell::run(Command::new("apt-get").args(["-q", "download", PACKAGE]).current_dir(directory))?;
    let archive = fs::read_dir(directory)?.next().context("apt-get left no file")??.path();
    shell::run(Command::new("dpkg-deb").arg("--extract").args([&archive, directory]))
}

/// When the data was made, from its header.
fn generated(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("# Generated:")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_says_when_it_was_made() {
        let header =
            "# Location Database Export\n#\n# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n# Vendor:    IPFire Project\n";

        assert_eq!(generated(header), Some("Thu, 25 Jun 2026 04:33:59 GMT"));
    }
}
