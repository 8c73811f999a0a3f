//! The node's identity: an Ed25519 key, made once and only once.
//!
//! A keychain that cannot be read must never look like a first start: before a key is made, a probe is written and
//! read back; once a key was made, its public half is on record and no other is accepted in its place.

use ed25519_dalek::SigningKey;
use opengateway_api::NodeId;

use crate::vault::{Vault, VaultError};

/// What earlier starts have put on record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// The name under which the vault keeps the key; drawn before the key.
    pub(crate) account: String,
    /// The node id of the key; `None` before there was one.
    pub(crate) node_id: Option<String>,
}

/// Why there is no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdentityError {
    #[error("{0}")]
    Vault(#[from] VaultError),
    #[error("the keychain answers but does not keep what is put into it")]
    Forgetful,
    #[error("the keychain no longer has the key of this node")]
    Lost,
    #[error("the key found belongs to another node")]
    Foreign,
    #[error("this system gives no random numbers")]
    NoRandomness,
}

/// An opened identity. The key never appears in a log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) node_id: String,
    pub(crate) secret: [u8; 32],
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.node_id)
    }
}

impl Identity {
    fn of(key: &SigningKey) -> Self {
        Self { node_id: NodeId(key.verifying_key().to_bytes()).to_string(), secret: key.to_bytes() }
    }
}

/// The key in the vault, made now if there never was one. The caller puts its node id on record.
pub(crate) fn open(vault: &dyn Vault, record: &Record) -> Result<Identity, IdentityError> {
    match (vault.get(&record.account)?, &record.node_id) {
        (Some(secret), recorded) => {
            let found = Identity::of(&key(&secret)?);
            if recorded.as_ref().is_some_and(|recorded| *recorded != found.node_id) {
                return Err(IdentityError::Foreign);
            }
            Ok(found)
        }
        (None, Some(_)) => Err(IdentityError::Lost),
        (None, None) => make(vault, &record.account),
    }
}

fn make(vault: &dyn Vault, account: &str) -> Result<Identity, IdentityError> {
    let probe = format!("{account}-probe");
    keep(vault, &probe, b"probe")?;
    vault.delete(&probe)?;
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|_| IdentityError::NoRandomness)?;
    keep(vault, account, &secret)?;
    Ok(Identity::of(&SigningKey::from_bytes(&secret)))
}

fn keep(vault: &dyn Vault, name: &str, secret: &[u8]) -> Result<(), IdentityError> {
    vault.set(name, secret)?;
    match vault.get(name)? {
        Some(kept) if kept == secret => Ok(()),
        _ => Err(IdentityError::Forgetful),
    }
}

fn key(secret: &[u8]) -> Result<SigningKey, IdentityError> {
    secret.try_into().map(SigningKey::from_bytes).map_err(|_| IdentityError::Foreign)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Fake {
        secrets: Mutex<BTreeMap<String, Vec<u8>>>,
        forgets: bool,
        locked: bool,
    }

    impl Fake {
        fn check(&self) -> Result<(), VaultError> {
            if self.locked { Err(VaultError::Locked("test".into())) } else { Ok(()) }
        }
    }

    impl Vault for Fake {
        fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
            self.check()?;
            Ok(self.secrets.lock().unwrap().get(name).cloned())
        }

        fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
            self.check()?;
            if !self.forgets {
                self.secrets.lock().unwrap().insert(name.into(), secret.into());
            }
            Ok(())
        }

        fn delete(&self, name: &str) -> Result<(), VaultError> {
            self.secrets.lock().unwrap().remove(name);
            Ok(())
        }
    }

    fn first_start() -> Record {
        Record { account: "a".into(), node_id: None }
    }

    #[test]
    fn a_key_is_made_once_and_found_ever_after() {
        let vault = Fake::default();

        let made = open(&vault, &first_start()).unwrap();
        let after_a_crash_before_the_record = open(&vault, &first_start()).unwrap();
        let recorded = Record { node_id: Some(made.node_id.clone()), ..first_start() };

        assert!(made.node_id.starts_with("12D3KooW"), "{made:?}");
        assert!(!format!("{made:?}").contains(&format!("{:?}", made.secret)));
        assert_eq!(after_a_crash_before_the_record, made);
        assert_eq!(open(&vault, &recorded).unwrap(), made);
    }

    #[test]
    fn a_keychain_that_lost_the_key_never_gets_a_new_one() {
        let recorded = Record { node_id: Some("12D3KooWx".into()), ..first_start() };
        let vault = Fake::default();

        assert_eq!(open(&vault, &recorded), Err(IdentityError::Lost));
        assert!(vault.secrets.lock().unwrap().is_empty());
    }

    #[test]
    fn a_keychain_that_forgets_gets_no_key() {
        let vault = Fake { forgets: true, ..Fake::default() };

        assert_eq!(open(&vault, &first_start()), Err(IdentityError::Forgetful));
    }

    #[test]
    fn a_locked_keychain_is_not_a_first_start() {
        let vault = Fake { locked: true, ..Fake::default() };

        assert!(matches!(open(&vault, &first_start()), Err(IdentityError::Vault(VaultError::Locked(_)))));
    }

    #[test]
    fn a_key_of_another_node_is_refused() {
        let vault = Fake::default();
        open(&vault, &first_start()).unwrap();
        let recorded = Record { node_id: Some("12D3KooWother".into()), ..first_start() };

        assert_eq!(open(&vault, &recorded), Err(IdentityError::Foreign));
    }

    #[test]
    fn ids_are_those_of_libp2p() {
        let key = SigningKey::from_bytes(&[0; 32]);

        assert_eq!(Identity::of(&key).node_id, "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN");
    }
}
