//! Opens the node's identity and says what became of it.

use std::path::Path;
use std::sync::Arc;

use opengateway_api::{Error, ErrorCode, Notice, NoticeKind};
use sha2::{Digest, Sha256};

use super::Inner;
use crate::accounts::Place;
use crate::hex;
use crate::identity::{self, Identity, IdentityError, Record};
use crate::vault::{KeyFile, SIGNED, Vault, VaultError};

/// The notice that offers another try and a key file.
const NOTICE: &str = "keychain";
const KEYCHAIN: &str = "OS keychain";
const KEY_FILE: &str = "key file";

/// An identity, where it is kept, and where it is kept how far it has signed.
struct Opened {
    identity: Identity,
    place: &'static str,
    kept: Place,
}

impl Inner {
    /// Opens the identity where it was made; on a first start in the keychain, or in a key file where that is allowed
    /// and there is no keychain.
    pub(super) async fn open_identity(&self) {
        let outcome = match self.store.known_fact("identity_place").await {
            Ok(Some(place)) if place == KEY_FILE => self.open_in(KEY_FILE).await,
            Ok(_) => match self.open_in(KEYCHAIN).await {
                Err(IdentityError::Vault(VaultError::Absent(_))) if self.may_use_key_file().await => {
                    self.say_key_file();
                    self.open_in(KEY_FILE).await
                }
                outcome => outcome,
            },
            Err(error) => return self.topics.notify(problem(error.message)),
        };
        self.show(outcome).await;
    }

    /// The owner agreed to keep the identity in a file.
    pub(super) async fn use_key_file(&self) -> Result<(), Error> {
        if self.store.known_fact("node_id").await?.is_some() {
            return Err(Error::new(
                ErrorCode::Keychain,
                "This node already has an identity in the keychain. Unlock the keychain and try again.",
            ));
        }
        let outcome = self.open_in(KEY_FILE).await;
        let failed = outcome.as_ref().err().map(ToString::to_string);
        self.show(outcome).await;
        failed.map_or(Ok(()), |reason| Err(Error::retryable(ErrorCode::Keychain, reason)))
    }

    async fn may_use_key_file(&self) -> bool {
        self.key_file && matches!(self.store.known_fact("node_id").await, Ok(None))
    }

    async fn open_in(&self, place: &'static str) -> Result<Opened, IdentityError> {
        let broken = |error: Error| IdentityError::Vault(VaultError::Locked(error.message));
        let vault: Arc<dyn Vault> = match place {
            KEY_FILE => Arc::new(KeyFile::new(self.home.key_file())),
            _ => self.vault.clone(),
        };
        let account = match self.store.known_fact("identity_account").await.map_err(broken)? {
            Some(account) => account,
            None => {
                let account = first_name(place, vault.clone(), self.home.path()).await?;
                self.store.fact("identity_account", account).await.map_err(broken)?
            }
        };
        if place == KEYCHAIN {
            note_move(vault.clone(), account.clone(), self.home.path()).await;
        }
        let node_id = self.store.known_fact("node_id").await.map_err(broken)?;
        let record = Record { account, node_id };
        let mark = format!("{}{SIGNED}", record.account);
        let (inside, kept) = (vault.clone(), (vault, mark));
        let opened = tokio::task::spawn_blocking(move || identity::open(inside.as_ref(), &record));
        let identity = opened.await.map_err(|error| IdentityError::Vault(VaultError::Locked(error.to_string())))??;
        self.store.set_fact("identity_place", place.into()).await.map_err(broken)?;
        self.store.set_fact("node_id", identity.node_id.clone()).await.map_err(broken)?;
        Ok(Opened { identity, place, kept })
    }

    async fn show(&self, outcome: Result<Opened, IdentityError>) {
        match outcome {
            Ok(Opened { identity: Identity { node_id, secret }, place, kept }) => {
                tracing::info!(node_id, place, "identity opened");
                self.topics.dismiss(NOTICE);
                self.topics.status.send_modify(|status| {
                    status.node_id = Some(node_id);
                    status.identity = place.into();
                });
                // Nobody is asked before it is known whether the accounts are of now.
                if let Err(error) = self.accounts.take_key(secret, kept).await {
                    tracing::error!(%error, "the accounts cannot be used");
                }
                self.peers.key(secret).await;
            }
            Err(error) => {
                tracing::warn!(%error, "identity cannot be opened");
                self.topics.status.send_modify(|status| status.identity = error.to_string());
                self.topics.notify(problem(advice(&error)));
            }
        }
    }

    fn say_key_file(&self) {
        let text = format!(
            "This system has no keychain, so this node's key is kept in {}, which only you can read.",
            self.home.key_file().display()
        );
        self.topics.notify(Notice { id: "key-file".into(), kind: NoticeKind::Info, text });
    }
}

fn problem(text: String) -> Notice {
    Notice { id: NOTICE.into(), kind: NoticeKind::Problem, text }
}

fn advice(error: &IdentityError) -> String {
    match error {
        IdentityError::Vault(VaultError::Absent(_)) => {
            "This system has no keychain for this node's key. Chatting works without it. \
             You can keep the key in a file that only you can read instead."
        }
        IdentityError::Vault(VaultError::Locked(_)) => {
            "Your keychain is locked or does not answer, so this node has no name yet. Chatting works without it. \
             Unlock the keychain, then try again."
        }
        IdentityError::Forgetful => {
            "Your keychain does not keep what is put into it, so no key was made. Chatting works without it. \
             Repair the keychain, then try again."
        }
        IdentityError::Lost => {
            "Your keychain no longer has this node's key. Restore the keychain from a backup, then try again; \
             no new key is made in its place."
        }
        IdentityError::Foreign => {
            "The key found belongs to another node. Was this data directory copied? Use another one with --home."
        }
        IdentityError::NoRandomness => "This system gives no random numbers, so no key can be made.",
    }
    .into()
}

/// How the name ends under which a keychain remembers that a key's data directory has moved.
const MOVED: &str = "-moved";

/// Names this node's key in the vault. In a keychain that is the name of its directory: who loses the directory and
/// begins anew in the same place is the same node. Two directories on one machine never share a key.
async fn first_name(place: &str, vault: Arc<dyn Vault>, home: &Path) -> Result<String, IdentityError> {
    let name = name_of(home);
    let moved = format!("{name}{MOVED}");
    let is_free = place == KEYCHAIN && {
        let asked = tokio::task::spawn_blocking(move || vault.get(&moved)).await;
        asked.map_err(|error| IdentityError::Vault(VaultError::Locked(error.to_string())))??.is_none()
    };
    if is_free {
        return Ok(name);
    }
    let number = getrandom::u64().map_err(|_| IdentityError::NoRandomness)?;
    Ok(format!("node-{number:016x}"))
}

/// Whoever begins anew where this directory was is somebody else.
async fn note_move(vault: Arc<dyn Vault>, account: String, home: &Path) {
    if account == name_of(home) {
        return;
    }
    let moved = format!("{account}{MOVED}");
    let noted = tokio::task::spawn_blocking(move || match vault.get(&moved) {
        Ok(None) => vault.set(&moved, b"moved"),
        known => known.map(drop),
    });
    if let Ok(Err(error)) = noted.await {
        tracing::warn!(%error, "the keychain does not know that this directory has moved");
    }
}

fn name_of(home: &Path) -> String {
    let hash = Sha256::digest(home.to_string_lossy().as_bytes());
    format!("node-{}", hex(&hash[..8]))
}
