//! The names under which clusters gossip and are found: `/opengateway/1/<region>/<tier>`.

use libp2p::gossipsub::{IdentTopic, MessageId};
use libp2p::kad;
use opengateway_api::{ModelHash, Region, Tier};
use sha2::{Digest, Sha256};

/// Bytes of a message's name: too many for anyone to find two messages of one name.
const NAME: usize = 20;

/// All there are.
pub(crate) fn all() -> impl Iterator<Item = IdentTopic> {
    Region::ALL.into_iter().flat_map(of_region).chain([ledger()])
}

/// Where it is told who has set something aside, so that nobody spends twice unnoticed.
pub(crate) fn ledger() -> IdentTopic {
    IdentTopic::new("/opengateway/1/ledger")
}

/// The clusters of a region.
pub(crate) fn of_region(region: Region) -> impl Iterator<Item = IdentTopic> {
    Tier::ALL.into_iter().map(move |tier| of(region, tier))
}

/// One cluster.
pub(crate) fn of(region: Region, tier: Tier) -> IdentTopic {
    IdentTopic::new(format!("/opengateway/1/{region}/{tier}"))
}

/// The clusters of these tiers.
pub(crate) fn of_each(region: Region, tiers: &[Tier]) -> Vec<IdentTopic> {
    tiers.iter().map(|tier| of(region, *tier)).collect()
}

/// Under what a cluster's nodes are found in the Kademlia table.
pub(crate) fn key(region: Region, tier: Tier) -> kad::RecordKey {
    kad::RecordKey::new(&format!("/opengateway/1/{region}/{tier}"))
}

/// Under what the nodes that have a model are found.
pub(crate) fn model_key(model: ModelHash) -> kad::RecordKey {
    kad::RecordKey::new(&format!("/opengateway/1/model/{model}"))
}

/// What a message of gossip is called, by all versions and programs alike: the beginning of a SHA-256.
pub(crate) fn message_id(topic: &str, data: &[u8]) -> MessageId {
    let hash = Sha256::new().chain_update(topic).chain_update([0]).chain_update(data).finalize();
    MessageId::from(hash.as_slice().get(..NAME).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_other_versions_call_them() {
        let (topic, message) = (of(Region::NorthAmerica, Tier::B), message_id("/opengateway/1/asia/a", b"record"));

        assert_eq!(topic.to_string(), "/opengateway/1/north-america/b");
        assert_eq!(key(Region::Asia, Tier::D).to_vec(), b"/opengateway/1/asia/d");
        let model = format!("/opengateway/1/model/{}", "0a".repeat(32));
        assert_eq!(model_key(ModelHash([10; 32])).to_vec(), model.as_bytes());
        assert_eq!(message.to_string(), "14cef1837b0c72253814e871a8247f423b7f3b9d");
        assert_eq!(all().count(), 29);
        assert_eq!(ledger().to_string(), "/opengateway/1/ledger");
    }
}
