//! Builds what the window shows: ui/ as WebAssembly, its JavaScript glue, and the files of ui/static, all in ui/dist.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::project::Project;
use crate::shell;
use crate::wasm::{TARGET, Toolchain};

const PACKAGE: &str = "opengateway-ui";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Quick to build, slow to load.
    Debug,
    /// Small: the profile `ui`.
    Small,
}

impl Mode {
    pub(crate) fn from_flag(debug: bool) -> Self {
        if debug { Self::Debug } else { Self::Small }
    }

    fn profile(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Small => "ui",
        }
    }

    /// Where cargo puts what it built.
    fn directory(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Small => "ui",
        }
    }
}

pub(crate) fn build(project: &Project, mode: Mode) -> Result<()> {
    let compiled = compile(project, mode)?;
    let bound = project.target.join("wasm/bindgen").join(mode.directory());
    if !is_newer(&bound.join(format!("{PACKAGE}_bg.wasm")), &compiled) {
        bind(&compiled, &bound, mode)?;
    }

    let mut files = read_tree(&project.root.join("ui/static"))?;
    files.extend(read_tree(&bound)?);
    write_tree(&project.root.join("ui/dist"), &files)
}

fn compile(project: &Project, mode: Mode) -> Result<PathBuf> {
    let toolchain = Toolchain::or_explain(Toolchain::ready_or_added()?)?;
    let mut cargo = toolchain.cargo(project);
    cargo.args(["build", "--package", PACKAGE, "--bin", PACKAGE, "--target", TARGET, "--profile", mode.profile()]);
    shell::run(&mut cargo).context("cannot compile the ui for the web")?;
    Ok(project.target.join("wasm").join(TARGET).join(mode.directory()).join(format!("{PACKAGE}.wasm")))
}

/// Writes the JavaScript that connects the module to the browser, and the module made to fit it.
fn bind(compiled: &Path, bound: &Path, mode: Mode) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name(PACKAGE).typescript(false);
    bindgen.web(true)?.keep_debug(false).remove_name_section(mode == Mode::Small).remove_producers_section(true);
    bindgen.generate(bound).with_context(|| format!("cannot bind {}", compiled.display()))?;
    if mode == Mode::Small {
        shrink(&bound.join(format!("{PACKAGE}_bg.wasm")));
    }
    Ok(())
}

/// A good tenth smaller, where wasm-opt is at hand. An old one refuses modern modules: the module then stays as it is.
fn shrink(module: &Path) {
    let Some(wasm_opt) = shell::find("wasm-opt") else {
        return;
    };
    let mut command = Command::new(wasm_opt);
    command.args(["-Oz", "--all-features"]).arg(module).arg("-o").arg(module);
    if let Err(error) = shell::run(&mut command) {
        eprintln!("xtask: the window's module is not made smaller: {error:#}");
    }
}

fn is_newer(made: &Path, source: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    matches!((changed(made), changed(source)), (Ok(made), Ok(source)) if made >= source)
}

/// Every file below a directory, by its path from there. A directory that is missing has none.
fn read_tree(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for path in list(root)? {
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        files.insert(path.strip_prefix(root)?.to_owned(), content);
    }
    Ok(files)
}

/// Makes the directory hold these files and no others. What is equal stays untouched, so nothing is rebuilt for it.
fn write_tree(root: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for path in list(root)? {
        if !files.contains_key(path.strip_prefix(root)?) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for (name, content) in files {
        let path = root.join(name);
        if fs::read(&path).is_ok_and(|old| &old == content) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn list(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        if !directory.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&directory).with_context(|| format!("cannot list {}", directory.display()))? {
            let path = entry?.path();
            let hidden = path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with('.'));
            if path.is_dir() {
                open.push(path);
            } else if !hidden {
                found.push(path);
            }
        }
    }
    Ok(found)
}
