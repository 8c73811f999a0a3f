//! Names that mean the same on every node.

use serde::{Deserialize, Serialize};

/// Names a node: its Ed25519 public key, shown as libp2p shows a peer
/// (<https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeId(pub [u8; 32]);

/// An identity multihash of 36 bytes, which are an Ed25519 key of 32 bytes in protobuf.
const PREFIX: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

impl NodeId {
    /// The peer id in its binary form.
    pub fn to_bytes(self) -> Vec<u8> {
        [&PREFIX[..], &self.0].concat()
    }

    /// The name within a peer id in binary form; `None` if it is none of an Ed25519 key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.strip_prefix(&PREFIX).and_then(|key| key.try_into().ok()).map(Self)
    }

    /// Its last letters: enough to tell peers in a list apart.
    pub fn short(&self) -> String {
        let text = self.to_string();
        text.chars().skip(text.len().saturating_sub(8)).collect()
    }
}

impl std::fmt::Display for NodeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&bs58::encode(self.to_bytes()).into_string())
    }
}

impl std::str::FromStr for NodeId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = bs58::decode(text).into_vec().ok();
        bytes.and_then(|bytes| Self::from_bytes(&bytes)).ok_or_else(|| format!("{text:?} is no node's name"))
    }
}

impl TryFrom<String> for NodeId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<NodeId> for String {
    fn from(node: NodeId) -> Self {
        node.to_string()
    }
}

/// Names a model file by its content: its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelHash(pub [u8; 32]);

impl std::fmt::Display for ModelHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for ModelHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || format!("{text:?} is no SHA-256");
        if text.len() != 64 || !text.is_ascii() {
            return Err(error());
        }
        let mut hash = [0; 32];
        for (place, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| error())?;
            *place = u8::from_str_radix(digits, 16).map_err(|_| error())?;
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for ModelHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ModelHash> for String {
    fn from(hash: ModelHash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_named_as_libp2p_names_it() {
        // The test vector for an Ed25519 key in the specification of peer ids.
        let key = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
        let ModelHash(key) = key.parse().unwrap();
        let node = NodeId(key);

        let text = node.to_string();

        assert!(text.starts_with("12D3KooW"), "{text}");
        assert_eq!(text.parse(), Ok(node));
        assert!(text.ends_with(&node.short()));
        assert!("12D3KooW".parse::<NodeId>().is_err());
    }

    #[test]
    fn a_hash_reads_as_it_is_written() {
        let hash = ModelHash([0xab; 32]);

        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert!("ab".parse::<ModelHash>().is_err());
        assert!("zz".repeat(32).parse::<ModelHash>().is_err());
    }
}
