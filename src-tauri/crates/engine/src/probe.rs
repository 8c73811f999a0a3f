//! Whether graphics cards can be used: asked in a process of its own, because a broken driver may hang or crash.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// A driver that has not answered by now is taken to hang.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why graphics cards must be left alone; `Ok` if none is there.
pub(crate) async fn devices(program: &Path) -> Result<(), String> {
    let mut command = Command::new(program);
    command.arg("--devices").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    match output {
        Ok(Ok(output)) if output.status.success() => {
            tracing::info!(devices = %String::from_utf8_lossy(&output.stdout).trim(), "compute devices");
            Ok(())
        }
        Ok(Ok(output)) => Err(format!("the graphics driver failed ({})", output.status)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("the graphics driver did not answer within {} s", PATIENCE.as_secs())),
    }
}
