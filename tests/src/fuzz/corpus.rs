//! The inputs that fuzzing begins with: valid ones, those that break off, and those that mean harm.
//!
//! The files in `tests/fuzz/corpus` are these and what was found since.

mod frames;
mod headers;
mod network;
mod templates;

use std::path::Path;

/// A named input.
pub(super) type File = (String, Vec<u8>);

/// Writes the inputs of all targets below `directory`, each into the folder of its target.
///
/// # Errors
/// The system's.
pub fn write(directory: &Path) -> std::io::Result<()> {
    let targets = [
        ("gguf_header", headers::files()?),
        ("engine_frames", frames::engine()),
        ("control_frames", frames::control()),
        ("chat_template", templates::files()),
    ];
    for (target, files) in targets.into_iter().chain(network::files()) {
        std::fs::create_dir_all(directory.join(target))?;
        for (name, bytes) in files {
            std::fs::write(directory.join(target).join(name), bytes)?;
        }
    }
    Ok(())
}

fn named(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    (name.to_owned(), bytes.into())
}
