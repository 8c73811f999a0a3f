//! `cargo xtask lab`: nodes on this machine to play with, in processes of their own that reach each other and nobody else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::product::Profile;
use crate::project::Project;
use crate::shell;

const MOST_NODES: usize = 64;
/// A node is up within this, also on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(200);
/// They are lent whatever else goes on: they keep the processor busy themselves.
const SETTINGS: &str = "[network]\nscope = \"loopback\"\n[rules]\ncalm_seconds = 0\nresume_minutes = 0\n\
    longest_resume_minutes = 0\nother_cpu_percent = 100\non_metered = true\non_battery = true\nspare_disk_gb = 0\n";

/// Starts so many nodes and runs until one of them ends or the keyboard interrupts.
pub(crate) fn run(project: &Project, nodes: usize) -> Result<()> {
    ensure!((1..=MOST_NODES).contains(&nodes), "a laboratory has 1 to {MOST_NODES} nodes");
    let program = Profile::Debug.directory(project).join(format!("opengateway{}", std::env::consts::EXE_SUFFIX));
    let directory = project.target.join("lab");
    let mut lab = (1..=nodes)
        .map(|number| Node::start(&program, directory.join(number.to_string())))
        .collect::<Result<Vec<_>>>()?;
    for node in &lab {
        node.comes_up()?;
    }
    let (first, others) = lab.split_first().context("there is a first node")?;
    let invite = first.says(&["invite"])?;
    for node in others {
        node.says(&["join", invite.trim()])?;
    }
    for node in &lab {
        node.says(&["contribute", "now"])?;
    }
    println!("{nodes} nodes lend to each other. Each is its directory, here the first one's:\n");
    println!("  export OPENGATEWAY_HOME={} OPENGATEWAY_SCOPE=loopback", first.home.display());
    println!("  {} peers", program.display());
    println!("  {} prompt --place nearby What is 2+2?\n", program.display());
    println!("Ctrl-C ends them all. What they have learnt stays in {}.", directory.display());
    wait(&mut lab)
}

fn wait(lab: &mut [Node]) -> Result<()> {
    loop {
        for node in &mut *lab {
            if let Some(status) = node.process.try_wait()? {
                bail!("the node in {} has ended with {status}; its logs are there", node.home.display());
            }
        }
        std::thread::sleep(AGAIN);
    }
}

struct Node {
    program: PathBuf,
    home: PathBuf,
    process: Child,
}

impl Node {
    fn start(program: &Path, home: PathBuf) -> Result<Self> {
        fs::create_dir_all(&home).with_context(|| format!("{} cannot be made", home.display()))?;
        fs::write(home.join("settings.toml"), SETTINGS).context("settings cannot be written")?;
        let mut start = command(program, &home);
        start.args(["start", "--foreground"]).stdin(Stdio::null()).stdout(Stdio::null());
        let process = start.spawn().with_context(|| format!("cannot start {}", shell::describe(&start)))?;
        Ok(Self { program: program.to_owned(), home, process })
    }

    fn comes_up(&self) -> Result<()> {
        let begin = Instant::now();
        while !shell::succeeds(command(&self.program, &self.home).arg("invite")) {
            ensure!(begin.elapsed() < PATIENCE, "the node in {} does not come up", self.home.display());
            std::thread::sleep(AGAIN);
        }
        Ok(())
    }

    fn says(&self, words: &[&str]) -> Result<String> {
        shell::output(command(&self.program, &self.home).args(words))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _ended_already = self.process.wait();
    }
}

/// Apart from the keychain and the displays of this machine: a key of a laboratory belongs in no keychain.
fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("OPENGATEWAY_HOME", home).env("OPENGATEWAY_SCOPE", "loopback").env("XDG_RUNTIME_DIR", home);
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}
