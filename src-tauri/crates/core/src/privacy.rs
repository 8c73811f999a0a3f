//! Who may read a prompt.
//!
//! [`may_read`] is the rule. [`Cleared`] is the rule as a type: code that sends takes a `Cleared` and nothing else, so
//! what must not leave this PC cannot be sent.

#[cfg(test)]
mod tests;

use std::fmt;

use opengateway_api::{NodeId, Privacy};

/// What this node knows of another one, as far as it decides what that one may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relation {
    /// The owner marked it as a friend.
    pub friend: bool,
    /// Both are in the same region; false while the region of either is unknown.
    pub same_region: bool,
    /// It has answered well and often: [`Standing::is_good`](crate::standing::Standing::is_good).
    pub good_standing: bool,
}

/// Why a node may not read a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Nobody else may.
    #[error("the prompt is restricted: it stays on this PC")]
    Restricted,
    /// Only friends may.
    #[error("the prompt is confidential: only friends may read it")]
    Confidential,
    /// Only friends may, and peers of good standing in the owner's region.
    #[error("the prompt is internal: only friends and peers of good standing in this region may read it")]
    Internal,
}

/// Whether another node may read a prompt of this class. What stays on this PC needs no leave.
///
/// # Errors
/// What forbids it.
pub fn may_read(class: Privacy, relation: Relation) -> Result<(), Forbidden> {
    let Relation { friend, same_region, good_standing } = relation;
    let (allowed, otherwise) = match class {
        Privacy::Public => return Ok(()),
        Privacy::Internal => (friend || (same_region && good_standing), Forbidden::Internal),
        Privacy::Confidential => (friend, Forbidden::Confidential),
        Privacy::Restricted => (false, Forbidden::Restricted),
    };
    if allowed { Ok(()) } else { Err(otherwise) }
}

/// A prompt that one node may read. Nothing but [`Cleared::check`] makes one:
///
/// ```
/// use opengateway_api::{NodeId, Privacy};
/// use opengateway_core::privacy::{Cleared, Relation};
///
/// let stranger = Relation::default();
/// assert!(Cleared::check("Hello", Privacy::Public, NodeId([1; 32]), stranger).is_ok());
/// assert!(Cleared::check("Hello", Privacy::Restricted, NodeId([1; 32]), stranger).is_err());
/// ```
///
/// Neither can it be written down,
///
/// ```compile_fail,E0451
/// use opengateway_api::{NodeId, Privacy};
/// use opengateway_core::privacy::Cleared;
///
/// let forged = Cleared { prompt: "secret", to: NodeId([1; 32]), class: Privacy::Public };
/// ```
///
/// nor turned into one for somebody else.
///
/// ```compile_fail,E0616
/// use opengateway_api::{NodeId, Privacy};
/// use opengateway_core::privacy::{Cleared, Relation};
///
/// let mut cleared = Cleared::check("Hello", Privacy::Public, NodeId([1; 32]), Relation::default()).unwrap();
/// cleared.to = NodeId([2; 32]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cleared<T> {
    prompt: T,
    to: NodeId,
    class: Privacy,
}

impl<T> Cleared<T> {
    /// Clears a prompt of this class for this node.
    ///
    /// # Errors
    /// What forbids it; the prompt is dropped.
    pub fn check(prompt: T, class: Privacy, to: NodeId, relation: Relation) -> Result<Self, Forbidden> {
        may_read(class, relation)?;
        Ok(Self { prompt, to, class })
    }

    /// Whether it may still go there. To be called just before sending: the owner may have ended the friendship, or
    /// the peer lost its standing, since it was cleared.
    ///
    /// # Errors
    /// What forbids it now.
    pub fn still(&self, relation: Relation) -> Result<(), Forbidden> {
        may_read(self.class, relation)
    }

    /// Who may read it.
    pub fn to(&self) -> NodeId {
        self.to
    }

    /// The class that was checked.
    pub fn class(&self) -> Privacy {
        self.class
    }

    /// The prompt.
    pub fn get(&self) -> &T {
        &self.prompt
    }

    /// The prompt, no longer cleared.
    pub fn into_inner(self) -> T {
        self.prompt
    }
}

/// Leaves the prompt out: it does not belong into a log.
impl<T> fmt::Debug for Cleared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleared").field("to", &self.to).field("class", &self.class).finish_non_exhaustive()
    }
}
