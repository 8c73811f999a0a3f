//! Whether two identities live on the same PC: by tags of three of its parts, which stay when its system is installed
//! anew.
//!
//! A tag is made from what a part says of itself, by a slow hash that nobody can turn round; what it said is not known
//! here. This stops the casual restart without debts and nobody else: who changes the program can claim any tags.

mod serial;
#[cfg(test)]
mod tests;

use std::fmt;

pub use serial::{is_placeholder, is_virtual, plain};

/// How many parts make a PC.
const ENOUGH: usize = 2;

/// The hash of what one part says of itself. Equal tags are the same part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub [u8; 32]);

/// The tags of one PC. `None` is a part that tells nothing, as in virtual machines, or whose owner does not want it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tags {
    /// Of the system board.
    pub board: Option<Tag>,
    /// Of the first graphics card.
    pub gpu: Option<Tag>,
    /// Of the disk that holds the system.
    pub disk: Option<Tag>,
}

/// Whether at least two parts are the same. A part that tells nothing is the same as no other.
pub fn same_machine(one: &Tags, other: &Tags) -> bool {
    let pairs = one.parts().into_iter().zip(other.parts());
    pairs.filter(|(one, other)| one.is_some() && one == other).count() >= ENOUGH
}

impl Tags {
    /// Whether they can tell this PC from others: with fewer than two, none is ever [`same_machine`].
    pub fn are_enough(&self) -> bool {
        self.parts().iter().flatten().count() >= ENOUGH
    }

    /// How many parts tell something.
    pub fn count(&self) -> u32 {
        u32::try_from(self.parts().iter().flatten().count()).unwrap_or(0)
    }

    /// What a PC with these tags has after it showed `now`, or `None` if that is another PC.
    ///
    /// One of three parts may have been replaced: the next upgrade is compared with the new one. A part that tells
    /// nothing at the moment is still the one that it was.
    #[must_use]
    pub fn evolve(self, now: Self) -> Option<Self> {
        same_machine(&self, &now).then(|| Self {
            board: now.board.or(self.board),
            gpu: now.gpu.or(self.gpu),
            disk: now.disk.or(self.disk),
        })
    }

    fn parts(&self) -> [Option<Tag>; 3] {
        [self.board, self.gpu, self.disk]
    }
}

/// Shows as much as it takes to tell a few apart.
impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(")?;
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}
