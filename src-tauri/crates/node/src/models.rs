//! Which models there are, and which one answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use opengateway_api::{Credits, Error, ErrorCode, Model, ModelId, ModelSource, STARTER};
use opengateway_core::price;
use opengateway_engine::gguf::{self, Header};
use opengateway_engine::{Engine, ModelFile};
use tokio::sync::Mutex;

use crate::store::{Store, StoredModel};
use crate::topics::Topics;
use crate::{errors, hashes, now_ms, starter};

/// The fact that the owner has removed the starter model.
const NO_STARTER: &str = "no_starter";

/// The list of models, kept in the database, offered to the engine, shown as a topic.
pub(crate) struct Registry {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) topics: Arc<Topics>,
    /// Where downloads go.
    pub(crate) directory: PathBuf,
    starter: PathBuf,
    /// Held while the list is read and told: a list read earlier must not be told later.
    refreshing: Mutex<()>,
}

impl Registry {
    pub(crate) fn new(store: Store, engine: Engine, topics: Arc<Topics>, starter: PathBuf, directory: PathBuf) -> Self {
        Self { store, engine, topics, directory, starter, refreshing: Mutex::default() }
    }

    /// Reads the list again and tells everyone.
    pub(crate) async fn refresh(&self) -> Result<(), Error> {
        let _one_by_one = self.refreshing.lock().await;
        let mut stored = self.store.models().await?;
        if has_starter(&self.store).await? {
            let path = self.starter.to_string_lossy().into_owned();
            stored.insert(0, StoredModel { id: ModelId::starter(), path, source: ModelSource::BuiltIn });
        }
        let mut files = Vec::new();
        let mut models = Vec::new();
        for model in stored {
            let path = PathBuf::from(&model.path);
            let header = read_header(path.clone()).await;
            let hash = match hashes::stamp(&path) {
                Some(stamp) => self.store.model_hash(stamp).await?,
                None => None,
            };
            if let Ok((header, _)) = &header {
                files.push(ModelFile { id: model.id.clone(), path, context: header.context });
            }
            models.push(Model { hash, ..describe(model, header) });
        }
        self.engine.offer(files);
        let in_use = self.topics.settings.borrow().model.clone();
        self.topics.models.send_modify(|topic| {
            topic.models = models;
            topic.in_use = Some(in_use);
        });
        Ok(())
    }

    /// Adds a file where it lies and gives the name it got. The same file keeps its name.
    pub(crate) async fn add_file(&self, path: &str) -> Result<ModelId, Error> {
        let path = Path::new(path);
        if !path.is_absolute() {
            return Err(Error::new(ErrorCode::InvalidRequest, "Give the whole path of the model file, from the root."));
        }
        let path = path.canonicalize().map_err(|error| unreadable(path, &error))?;
        read_header(path.clone()).await?;
        let text = path.to_string_lossy().into_owned();
        let known = self.store.models().await?.into_iter().find(|model| model.path == text);
        if let Some(known) = known {
            return Ok(known.id);
        }
        let id = self.free_name(&path.file_stem().unwrap_or_default().to_string_lossy()).await?;
        self.keep(StoredModel { id: id.clone(), path: text, source: ModelSource::File }).await?;
        Ok(id)
    }

    pub(crate) async fn keep(&self, model: StoredModel) -> Result<(), Error> {
        self.store.add_model(model, now_ms()).await?;
        self.refresh().await
    }

    /// Takes a model off the list, and its file if we downloaded it.
    pub(crate) async fn remove(&self, id: &ModelId) -> Result<(), Error> {
        if id.0 == STARTER {
            return self.keep_starter(false).await;
        }
        let model = self.store.models().await?.into_iter().find(|model| model.id == *id).ok_or_else(|| unknown(id))?;
        if matches!(model.source, ModelSource::Url(_)) {
            delete(Path::new(&model.path)).await?;
        }
        self.store.remove_model(id.clone()).await?;
        self.refresh().await
    }

    /// Puts the starter model on the list and its file in its place, or takes both away.
    pub(crate) async fn keep_starter(&self, kept: bool) -> Result<(), Error> {
        if kept {
            starter::install(&self.starter)?;
        } else if !self.has(&ModelId::starter()) {
            return Err(unknown(&ModelId::starter()));
        } else {
            delete(&self.starter).await?;
        }
        self.store.set_fact(NO_STARTER, if kept { String::new() } else { "removed".into() }).await?;
        self.refresh().await
    }

    pub(crate) fn has(&self, id: &ModelId) -> bool {
        self.topics.models.borrow().models.iter().any(|model| model.id == *id)
    }

    /// A name made of `wish` that no model and no download has.
    pub(crate) async fn free_name(&self, wish: &str) -> Result<ModelId, Error> {
        let slug = slug(wish);
        let models = self.store.models().await?.into_iter().map(|model| model.id.0);
        let taken: Vec<String> =
            models.chain(self.store.downloads().await?.into_iter().map(|load| load.id.0)).collect();
        let names = std::iter::once(slug.clone()).chain((2..).map(|number| format!("{slug}-{number}")));
        let free = names.filter(|name| name != STARTER).find(|name| !taken.contains(name));
        Ok(ModelId(free.unwrap_or(slug)))
    }
}

/// Whether its owner has not removed the starter model.
pub(crate) async fn has_starter(store: &Store) -> Result<bool, Error> {
    Ok(store.known_fact(NO_STARTER).await?.is_none_or(|fact| fact.is_empty()))
}

/// Deletes a model's file; one that is gone already is no problem.
async fn delete(path: &Path) -> Result<(), Error> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(errors::io("the model's file cannot be deleted", &error))
        }
        _ => Ok(()),
    }
}

/// Lower case, digits, dots and dashes; nothing that a path could mean.
fn slug(wish: &str) -> String {
    let lower = wish.to_lowercase();
    let plain = lower.chars().map(|letter| match letter {
        'a'..='z' | '0'..='9' | '_' => letter,
        '.' => '.',
        _ => '-',
    });
    let text: String = plain.take(80).collect();
    let text = text.trim_matches(['-', '.']).to_owned();
    if text.is_empty() { "model".into() } else { text }
}

pub(crate) async fn read_header(path: PathBuf) -> Result<(Header, u64), Error> {
    let shown = path.clone();
    let read = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::metadata(&path).map_err(|error| unreadable(&path, &error))?.len();
        let header = gguf::read_file(&path).map_err(|error| {
            Error::new(ErrorCode::ModelInvalid, format!("{} cannot be used as a model: {error}.", path.display()))
        })?;
        Ok((header, bytes))
    });
    read.await.map_err(|error| Error::internal(format!("{}: {error}", shown.display())))?
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => format!("There is no file {}. It was moved or deleted.", path.display()),
        _ => format!("{} cannot be read: {error}.", path.display()),
    };
    Error::new(ErrorCode::NotFound, message)
}

pub(crate) fn unknown(id: &ModelId) -> Error {
    Error::new(
        ErrorCode::NotFound,
        format!("There is no model named {id}. `opengateway models list` shows what there is."),
    )
}

fn describe(model: StoredModel, header: Result<(Header, u64), Error>) -> Model {
    let StoredModel { id, source, .. } = model;
    match header {
        Ok((header, size_bytes)) => Model {
            name: header.name.unwrap_or_else(|| id.0.clone()),
            architecture: header.architecture,
            context: header.context,
            hash: None,
            size_bytes,
            source,
            price: price::usual(header.active_parameters),
            problem: None,
            id,
        },
        Err(problem) => Model {
            name: id.0.clone(),
            architecture: String::new(),
            context: 0,
            hash: None,
            size_bytes: 0,
            source,
            price: Credits::ZERO,
            problem: Some(problem),
            id,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_never_be_paths() {
        assert_eq!(slug("Qwen3-4B Q4_K_M"), "qwen3-4b-q4_k_m");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("日本"), "model");
    }
}
