//! What the owner does with models.

use leptos::prelude::*;
use leptos::task::spawn_local;
use opengateway_api::{Add, Call, Error, ErrorCode, ModelId};

use super::{State, View};
use crate::link::FileDrag;
use crate::text;

impl State {
    /// Answers with this model from now on; shown at once, taken back when the node refuses.
    pub(crate) fn use_model(self, id: ModelId) {
        let before = self.models.with_untracked(|models| models.in_use.clone());
        self.models.update(|models| models.in_use = Some(id.clone()));
        spawn_local(async move {
            if let Err(error) = self.call(Call::UseModel(id)).await {
                self.models.update(|models| models.in_use = before);
                self.toast_problem(error.message);
            }
        });
    }

    /// Adds a model.
    pub(crate) async fn add(self, add: Add) -> Result<(), Error> {
        let is_at_once = matches!(add, Add::File { .. } | Add::Starter);
        self.call(Call::AddModel(add)).await?;
        if is_at_once {
            self.toast(text::ADDED.to_owned(), false, None);
        }
        Ok(())
    }

    /// Adds the GGUF files that were dropped on the window.
    pub(crate) fn dropped(self, drag: &FileDrag) {
        let FileDrag::Dropped(paths) = drag else { return };
        let (good, other): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| is_gguf(path));
        if good.is_empty() && !other.is_empty() {
            self.toast_problem(text::ONLY_GGUF.to_owned());
        }
        for path in good {
            self.view.set(View::Models);
            spawn_local(async move {
                if let Err(error) = self.add(Add::File { path }).await {
                    self.toast_problem(error.message);
                }
            });
        }
    }
}

fn is_gguf(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".gguf")
}

/// What to add, from what was typed: a link or a path, and perhaps a checksum.
pub(crate) fn parse_add(typed: &str, checksum: &str) -> Result<Add, Error> {
    let typed = typed.trim().trim_matches('"');
    let lower = typed.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Ok(Add::Url { url: typed.to_owned(), sha256: parse_checksum(checksum)? });
    }
    if typed.starts_with('/') || typed.starts_with("\\\\") || has_drive(typed) {
        return Ok(Add::File { path: typed.to_owned() });
    }
    Err(Error::new(ErrorCode::InvalidRequest, text::BAD_ADDRESS))
}

/// `C:\` or `C:/`.
fn has_drive(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next().is_some_and(|drive| drive.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && matches!(letters.next(), Some('\\' | '/'))
}

fn parse_checksum(typed: &str) -> Result<Option<String>, Error> {
    let typed = typed.trim().to_ascii_lowercase();
    let typed = typed.strip_prefix("sha256:").unwrap_or(&typed);
    if typed.is_empty() {
        return Ok(None);
    }
    let is_good = typed.len() == 64 && typed.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_good { Ok(Some(typed.to_owned())) } else { Err(Error::new(ErrorCode::InvalidRequest, text::BAD_CHECKSUM)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_download_and_a_path_is_a_file() {
        assert!(matches!(parse_add(" https://example.org/a.gguf ", ""), Ok(Add::Url { sha256: None, .. })));
        assert_eq!(parse_add("/models/a.gguf", ""), Ok(Add::File { path: "/models/a.gguf".to_owned() }));
        assert_eq!(parse_add("\"C:\\a b.gguf\"", ""), Ok(Add::File { path: "C:\\a b.gguf".to_owned() }));
        assert!(parse_add("a.gguf", "").is_err());
        assert!(parse_add("ftp://example.org/a.gguf", "").is_err());
        assert!(parse_add("", "").is_err());
    }

    #[test]
    fn a_checksum_has_64_hexadecimal_digits_or_is_absent() {
        let sum = "AB".repeat(32);

        assert_eq!(parse_checksum(&sum), Ok(Some("ab".repeat(32))));
        assert_eq!(parse_checksum(&format!("sha256:{sum}")), Ok(Some("ab".repeat(32))));
        assert_eq!(parse_checksum("  "), Ok(None));
        assert!(parse_checksum("abc").is_err());
        assert!(parse_checksum(&"zz".repeat(32)).is_err());
    }

    #[test]
    fn only_gguf_files_are_models() {
        assert!(is_gguf("/a/B.GGUF"));
        assert!(!is_gguf("/a/b.zip"));
    }
}
