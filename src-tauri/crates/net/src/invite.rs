//! Invites: a text to paste at a friend's that says who invites and where it is found.
//!
//! `opengateway:` and, in base58, a CBOR map of node and addresses, followed by four bytes of its SHA-256: a text that
//! lost a letter on its way is told from one that leads nowhere.

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use opengateway_api::NodeId;

use crate::wire::bounded;

const PREFIX: &str = "opengateway:";
const MOST_ADDRESSES: usize = 16;
const LONGEST: usize = 4096;
const CHECKSUM: usize = 4;

/// Who invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its name.
    pub node: NodeId,
    /// Where it is found, as multiaddresses without its name.
    pub addresses: Vec<String>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[cbor(n(0), with = "minicbor::bytes")]
    node: [u8; 32],
    #[n(1)]
    addresses: Vec<ByteVec>,
}

impl Invite {
    /// The text to paste.
    pub fn to_text(&self) -> String {
        let addresses = self.addresses.iter().filter_map(|address| address.parse::<Multiaddr>().ok());
        let addresses = addresses.take(MOST_ADDRESSES).map(|address| address.to_vec().into()).collect();
        let mut bytes = minicbor::to_vec(Wire { node: self.node.0, addresses }).unwrap_or_default();
        bytes.extend(checksum(&bytes));
        format!("{PREFIX}{}", bs58::encode(bytes).into_string())
    }

    /// Reads a pasted text, white space round it included.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let code = text.strip_prefix(PREFIX).ok_or_else(|| format!("An invite begins with {PREFIX}"))?;
        let broken = || "This invite is damaged: copy it again, as a whole.".to_owned();
        if code.len() > LONGEST {
            return Err(broken());
        }
        let bytes = bs58::decode(code).into_vec().map_err(|_| broken())?;
        let (body, sum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(broken)?;
        if *sum != checksum(body) {
            return Err(broken());
        }
        let wire: Wire = bounded::whole(body).map_err(|_| broken())?;
        let addresses = wire.addresses.into_iter().take(MOST_ADDRESSES);
        let addresses = addresses.filter_map(|bytes| Multiaddr::try_from(Vec::from(bytes)).ok());
        Ok(Self { node: NodeId(wire.node), addresses: addresses.map(|address| address.to_string()).collect() })
    }

    /// The addresses with the node's name in them, as they are dialled.
    pub fn dialled(&self) -> Vec<String> {
        let Some(peer) = crate::job::peer_id(self.node) else { return Vec::new() };
        let addresses = self.addresses.iter().filter_map(|address| address.parse::<Multiaddr>().ok());
        addresses.map(|address| named(address, peer).to_string()).collect()
    }
}

/// An address with the peer's name at its end.
pub(crate) fn named(address: Multiaddr, peer: libp2p::PeerId) -> Multiaddr {
    match address.iter().last() {
        Some(Protocol::P2p(_)) => address,
        _ => address.with(Protocol::P2p(peer)),
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    use sha2::Digest;
    let [a, b, c, d, ..]: [u8; 32] = sha2::Sha256::digest(bytes).into();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite() -> Invite {
        let addresses = vec!["/ip4/127.0.0.1/udp/4001/quic-v1".into(), "/ip4/127.0.0.1/tcp/4001".into()];
        let key = libp2p::identity::Keypair::generate_ed25519().public().to_peer_id().to_bytes();
        Invite { node: NodeId::from_bytes(&key).unwrap(), addresses }
    }

    #[test]
    fn an_invite_reads_as_it_was_written() {
        let invite = invite();

        let text = format!("  {}\n", invite.to_text());

        assert_eq!(Invite::from_text(&text), Ok(invite.clone()));
        assert!(invite.dialled().iter().all(|address| address.contains("/p2p/12D3KooW")));
    }

    #[test]
    fn a_text_that_lost_a_letter_says_so() {
        let mut text = invite().to_text();
        text.remove(30);

        assert!(Invite::from_text(&text).unwrap_err().contains("damaged"));
        assert!(Invite::from_text("hello").unwrap_err().contains("begins with"));
        assert!(Invite::from_text("opengateway:").unwrap_err().contains("damaged"));
    }
}
