//! Who owes whom: mutual credit without a chain of blocks. Nothing is minted. A balance is what others have acknowledged
//! with their signature, so that over any group of nodes that trade among themselves the sum is zero.
//!
//! Each account is the node's own chain of signed [`Record`]s. A question sets its highest price aside with a
//! [`Content::Reserve`]; while it is answered the payer acknowledges what has come with [`Voucher`]s; a
//! [`Content::Receipt`] closes it on the payer's side and a [`Content::Earned`], which carries the payer's signature, on
//! the provider's. Of all that a payer signed for a job the largest amount counts, so that vouchers may be lost,
//! doubled or late. Every record says what all before it came to ([`Totals`]): one record is enough to see whether its
//! author may ask.
//!
//! Knows nothing of time, storage or the network: callers pass `now`, and keep and send what is returned.
//!
//! ```
//! use ed25519_dalek::SigningKey;
//! use opengateway_core::ledger::{Account, Content};
//! use opengateway_core::tags::Tags;
//! let key = SigningKey::from_bytes(&[7; 32]);
//! let mut account = Account::default();
//! let genesis = account.next(Content::Genesis(Tags::default()), 0, &key).unwrap();
//! account.take(&genesis).unwrap();
//! assert_eq!(account.totals.net().0, 0);
//! ```

mod account;
mod admission;
mod credit;
mod encoding;
mod fork;
mod record;
mod replay;
#[cfg(test)]
mod tests;
mod voucher;

pub use account::{Account, Fault, Hold};
pub use admission::{Asked, EXPOSURE, Known, NotPaid, RESERVED, admit};
pub use credit::{BARE_LINE, LEAST, LINE, MOST_EARNED_LINE, line, most_cap, spendable, unpayable};
pub use fork::ForkProof;
pub use record::{Content, JobId, MAX_RECORD, Record, RecordError, RecordId, Signed, Totals, Work};
pub use replay::Replay;
pub use voucher::{Signature, Voucher, VoucherKind};
