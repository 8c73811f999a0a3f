//! Where secrets are kept: the operating system's keychain, or a file that only its owner can read.

use std::path::PathBuf;

use keyring_core::{Entry, Error as KeyringError};

use crate::home;

/// A place for secrets. Calls may wait for the owner to unlock it: never from a thread that draws.
pub trait Vault: Send + Sync {
    /// The secret of that name, or `None` if there is none.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError>;

    /// Keeps a secret under that name, in place of an earlier one.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError>;

    /// Forgets a secret; one that is not there is forgotten already.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn delete(&self, name: &str) -> Result<(), VaultError>;
}

/// Why a vault cannot be used, by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// This system has none.
    #[error("this system has no keychain ({0})")]
    Absent(String),
    /// It is there and does not open: unlock it and try again.
    #[error("the keychain is locked or does not answer ({0})")]
    Locked(String),
}

/// The operating system's keychain: Keychain on macOS, Credential Manager on Windows, Secret Service on Linux.
#[derive(Debug, Default)]
pub struct Keychain;

impl Keychain {
    /// Opens nothing yet.
    pub fn new() -> Self {
        Self
    }
}

const SERVICE: &str = "opengateway";

impl Vault for Keychain {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        match entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(explain(&error)),
        }
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        entry(name)?.set_secret(secret).map_err(|error| explain(&error))
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
            Err(error) => Err(explain(&error)),
        }
    }
}

/// Opens the Secret Service anew each time: it may have been started, or started again, since it was last asked.
#[cfg(target_os = "linux")]
fn entry(name: &str) -> Result<Entry, VaultError> {
    use keyring_core::api::CredentialStoreApi;
    use zbus_secret_service_keyring_store::Store;
    let store = Store::new().map_err(|_| explain(&KeyringError::NoDefaultStore))?;
    store.build(SERVICE, name, None).map_err(|error| explain(&error))
}

#[cfg(not(target_os = "linux"))]
fn entry(name: &str) -> Result<Entry, VaultError> {
    let entry = keyring::v1::Entry::new(SERVICE, name);
    entry.map(|entry| entry.inner).map_err(|error| explain(&error))
}

fn explain(error: &KeyringError) -> VaultError {
    match error {
        KeyringError::NoDefaultStore => VaultError::Absent("none is running".into()),
        other => VaultError::Locked(other.to_string()),
    }
}

/// How the name ends under which it is kept how far a key has signed.
pub(crate) const SIGNED: &str = "-signed";

/// Files that only their owner can read, as ssh keeps its keys: the key itself, and beside it how far it has signed.
#[derive(Debug)]
pub(crate) struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn file(&self, name: &str) -> PathBuf {
        if name.ends_with(SIGNED) { self.path.with_extension("signed") } else { self.path.clone() }
    }
}

impl Vault for KeyFile {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        match std::fs::read(self.file(name)) {
            Ok(secret) => Ok(Some(secret)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(VaultError::Locked(error.to_string())),
        }
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        home::replace_file(&self.file(name), secret).map_err(|error| VaultError::Locked(error.to_string()))
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        match std::fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(VaultError::Locked(error.to_string())),
            _ => Ok(()),
        }
    }
}
