//! What docs/architecture.md promises about the repository itself, held by a tool.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Our packages, and which others of ours each may depend on. Tests may depend on anything.
const ARROWS: [(&str, &[&str]); 10] = [
    ("opengateway-api", &[]),
    ("opengateway-core", &["opengateway-api"]),
    ("opengateway-engine", &["opengateway-core", "opengateway-api"]),
    ("opengateway-machine", &["opengateway-core", "opengateway-api"]),
    ("opengateway-net", &["opengateway-core", "opengateway-api"]),
    (
        "opengateway-node",
        &["opengateway-engine", "opengateway-machine", "opengateway-net", "opengateway-core", "opengateway-api"],
    ),
    ("opengateway", &["opengateway-node", "opengateway-core", "opengateway-api"]),
    ("opengateway-desktop", &["opengateway-node", "opengateway-api"]),
    ("opengateway-ui", &["opengateway-api"]),
    ("xtask", &[]),
];

/// Ways out of a pure function: packages that reach the disk, the network, the clock or the system's randomness.
const EFFECTS: [&str; 13] = [
    "async-std",
    "getrandom",
    "hyper",
    "keyring",
    "libp2p",
    "mio",
    "notify",
    "reqwest",
    "rusqlite",
    "smol",
    "socket2",
    "tempfile",
    "tokio",
];

#[test]
fn packages_depend_on_each_other_only_along_the_arrows() {
    let packages = our_packages();

    let expected: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for (name, dependencies) in &packages {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| known == name) else {
            assert_eq!(name, "opengateway-tests", "a new package needs its arrows here and in docs/architecture.md");
            continue;
        };
        let wrong: Vec<&String> = dependencies.iter().filter(|other| !allowed.contains(&other.as_str())).collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
    assert!(
        expected.iter().all(|name| packages.contains_key(*name)),
        "every package of {expected:?} is in the workspace"
    );
}

#[test]
fn the_rules_can_reach_no_effect() {
    let tree =
        cargo(&["tree", "--package", "opengateway-core", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let dependencies: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let reached: Vec<&&str> = EFFECTS.iter().filter(|name| dependencies.contains(*name)).collect();
    assert!(reached.is_empty(), "opengateway-core depends on {reached:?}");

    let effects = ["std::fs", "std::net", "std::process", "std::env", "Instant::now", "SystemTime::now"];
    let mut found = Vec::new();
    for path in rust_files(&root().join("src-tauri/crates/core/src")).into_iter().filter(|path| !is_test(path)) {
        let text = read(&path);
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.extend(
            effects
                .iter()
                .filter(|effect| text.contains(**effect))
                .map(|effect| format!("{effect} in {}", path.display())),
        );
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_production_file_is_longer_than_500_lines() {
    let mut long = Vec::new();
    for path in rust_files(&root()).into_iter().filter(|path| !is_test(path)) {
        let lines = read(&path).lines().count();
        if lines > 500 {
            long.push(format!("{lines} lines in {}", path.display()));
        }
    }

    assert!(long.is_empty(), "split these by idea: {long:#?}");
}

#[test]
fn a_lint_is_silenced_only_by_expect_with_a_reason() {
    let mut wrong = Vec::new();
    for path in rust_files(&root()) {
        for attribute in attributes(&read(&path)) {
            let silences = attribute.contains("expect(");
            if attribute.contains("allow(") || (silences && !attribute.contains("reason")) {
                wrong.push(format!("{attribute} in {}", path.display()));
            }
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each package of the workspace, and which others of ours it needs when it is built (not when it is tested).
fn our_packages() -> BTreeMap<String, Vec<String>> {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version=1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let ours: Vec<String> = packages.iter().map(name).collect();
    let needs = |package: &serde_json::Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        dependencies
            .filter(|dependency| dependency["kind"] != "dev")
            .map(name)
            .filter(|other| ours.contains(other))
            .collect()
    };
    packages.iter().map(|package| (name(package), needs(package))).collect()
}

fn cargo(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(words).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every Rust file below, without what is hidden or built.
fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files.extend(rust_files(&path));
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    files
}

fn is_test(path: &Path) -> bool {
    let inside = path.strip_prefix(root()).unwrap();
    inside.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// Each `#[...]` on one line, also where it is written over several.
fn attributes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines().map(str::trim) {
        let mut attribute = match open.take() {
            Some(before) => before,
            None if line.starts_with("#[") || line.starts_with("#![") => String::new(),
            None => continue,
        };
        attribute.push_str(line);
        if line.contains(']') { found.push(attribute) } else { open = Some(attribute) }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}
