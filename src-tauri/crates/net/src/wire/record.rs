//! Capability records as bytes: signed envelopes (libp2p RFC 0002), so that they can be handed on by anyone, and the
//! exchange `/opengateway/records/1` by which two nodes that meet tell each other whom they know.

#[cfg(test)]
mod tests;

use std::io;

use futures::{AsyncRead, AsyncWrite};
use libp2p::core::SignedEnvelope;
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, StreamProtocol, request_response};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use opengateway_api::{ModelHash, NodeId, Region, Tier};
use opengateway_core::capability::{Capability, Load, Served};

use super::{bounded, frame};

/// The longest signed record.
pub const MAX_RECORD: usize = 8 * 1024;
/// Records in one reply at most.
pub const MAX_RECORDS: usize = 64;
const MAX_RECORDS_BYTES: usize = MAX_RECORDS * (MAX_RECORD + 8);

const DOMAIN: &str = "opengateway";
const TYPE: &[u8] = b"/opengateway/capability/1";
const MOST_TIERS: usize = 8;
const MOST_MODELS: usize = 64;
const MOST_ADDRESSES: usize = 8;

/// Why bytes are no record of anyone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Over [`MAX_RECORD`].
    #[error("a record of {0} bytes is too long")]
    TooLong(usize),
    /// Not a record, or not one of this version.
    #[error("not a record: {0}")]
    Malformed(String),
    /// Not signed by the node it speaks of.
    #[error("the signature is wrong")]
    Forged,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct ServedWire {
    #[cbor(n(0), with = "minicbor::bytes")]
    hash: [u8; 32],
    #[n(1)]
    name: String,
    #[n(2)]
    context: u32,
    #[n(3)]
    quantisation: String,
    #[n(4)]
    text_per_second: f32,
    #[n(5)]
    price: Option<i64>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct CapabilityWire {
    #[n(0)]
    sequence: u64,
    #[n(1)]
    issued_ms: i64,
    #[n(2)]
    valid_s: u32,
    #[n(3)]
    region: Option<u8>,
    #[cbor(n(4), decode_with = "bounded::list::<_, _, MOST_TIERS>")]
    tiers: Vec<u8>,
    #[cbor(n(5), decode_with = "bounded::list::<_, _, MOST_MODELS>")]
    models: Vec<ServedWire>,
    #[n(6)]
    hardware: String,
    #[n(7)]
    running: u32,
    #[n(8)]
    waiting: u32,
    #[n(9)]
    slots: u32,
    #[n(10)]
    uptime_s: u64,
    #[n(11)]
    version: String,
    #[n(12)]
    accepts: bool,
    #[n(13)]
    price: i64,
    #[n(14)]
    relay: bool,
    #[n(15)]
    addresses: Option<Addresses>,
    #[n(16)]
    balance: Option<i64>,
}

#[derive(Encode, Decode)]
#[cbor(transparent)]
struct Addresses(#[cbor(n(0), decode_with = "bounded::list::<_, _, MOST_ADDRESSES>")] Vec<ByteVec>);

impl Addresses {
    fn of(texts: &[String]) -> Option<Self> {
        let addresses = texts.iter().filter_map(|text| text.parse::<Multiaddr>().ok());
        let addresses: Vec<ByteVec> = addresses.map(|address| address.to_vec().into()).collect();
        (!addresses.is_empty()).then_some(Self(addresses))
    }

    /// Those of kinds that only a newer version knows are left out.
    fn texts(self) -> Vec<String> {
        let addresses = self.0.into_iter().filter_map(|bytes| Multiaddr::try_from(Vec::from(bytes)).ok());
        addresses.map(|address| address.to_string()).collect()
    }
}

fn number_of<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).and_then(|index| u8::try_from(index).ok()).unwrap_or(u8::MAX)
}

/// Signs what this node says of itself.
///
/// # Errors
/// [`RecordError::TooLong`], or [`RecordError::Malformed`] when the key cannot sign.
pub fn sign(capability: &Capability, key: &Keypair) -> Result<Vec<u8>, RecordError> {
    let payload = minicbor::to_vec(wire(capability)).map_err(malformed)?;
    let envelope = SignedEnvelope::new(key, DOMAIN.into(), TYPE.into(), payload).map_err(malformed)?;
    let bytes = envelope.into_protobuf_encoding();
    if bytes.len() > MAX_RECORD { Err(RecordError::TooLong(bytes.len())) } else { Ok(bytes) }
}

/// What a node says of itself, as its signature proves. Whether it may be believed is another question:
/// [`Capability::check`].
///
/// # Errors
/// As [`RecordError`] lists.
pub fn verify(bytes: &[u8]) -> Result<Capability, RecordError> {
    if bytes.len() > MAX_RECORD {
        return Err(RecordError::TooLong(bytes.len()));
    }
    let envelope = SignedEnvelope::from_protobuf_encoding(bytes).map_err(malformed)?;
    // Else one record could come in any number of shapes, each of them news to gossip.
    if envelope.clone().into_protobuf_encoding() != bytes {
        return Err(malformed("something in it is not signed"));
    }
    let (payload, key) = envelope.payload_and_signing_key(DOMAIN.into(), TYPE).map_err(|_| RecordError::Forged)?;
    let node = NodeId::from_bytes(&key.to_peer_id().to_bytes()).ok_or(RecordError::Forged)?;
    read_payload(node, payload)
}

/// Reads what a node signed, without asking whether it did.
///
/// # Errors
/// [`RecordError::Malformed`].
pub fn read_payload(node: NodeId, payload: &[u8]) -> Result<Capability, RecordError> {
    let wire: CapabilityWire = bounded::whole(payload).map_err(malformed)?;
    Ok(capability(node, wire))
}

fn malformed(error: impl std::fmt::Display) -> RecordError {
    RecordError::Malformed(error.to_string())
}

fn wire(capability: &Capability) -> CapabilityWire {
    let served = |model: &Served| ServedWire {
        hash: model.hash.0,
        name: model.name.clone(),
        context: model.context,
        quantisation: model.quantisation.clone(),
        text_per_second: model.text_per_second,
        price: model.price,
    };
    CapabilityWire {
        sequence: capability.sequence,
        issued_ms: capability.issued_ms,
        valid_s: capability.valid_s,
        region: capability.region.map(|region| number_of(&Region::ALL, &region)),
        tiers: capability.tiers.iter().map(|tier| number_of(&Tier::ALL, tier)).collect(),
        models: capability.models.iter().map(served).collect(),
        hardware: capability.hardware.clone(),
        running: capability.load.running,
        waiting: capability.load.waiting,
        slots: capability.load.slots,
        uptime_s: capability.uptime_s,
        version: capability.version.clone(),
        accepts: capability.accepts,
        price: capability.price,
        relay: capability.relay,
        addresses: Addresses::of(&capability.addresses),
        balance: capability.balance,
    }
}

/// Regions and tiers that only a newer version knows are left out.
fn capability(node: NodeId, wire: CapabilityWire) -> Capability {
    let served = |model: ServedWire| Served {
        hash: ModelHash(model.hash),
        name: model.name,
        context: model.context,
        quantisation: model.quantisation,
        text_per_second: model.text_per_second,
        price: model.price,
    };
    Capability {
        node,
        sequence: wire.sequence,
        issued_ms: wire.issued_ms,
        valid_s: wire.valid_s,
        region: wire.region.and_then(|number| Region::ALL.get(usize::from(number)).copied()),
        tiers: wire.tiers.iter().filter_map(|number| Tier::ALL.get(usize::from(*number)).copied()).collect(),
        models: wire.models.into_iter().map(served).collect(),
        hardware: wire.hardware,
        load: Load { running: wire.running, waiting: wire.waiting, slots: wire.slots },
        uptime_s: wire.uptime_s,
        version: wire.version,
        accepts: wire.accepts,
        price: wire.price,
        relay: wire.relay,
        addresses: wire.addresses.map(Addresses::texts).unwrap_or_default(),
        balance: wire.balance,
    }
}

/// Asks whom a node knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Wanted {
    /// How many records are welcome.
    #[n(0)]
    pub most: u32,
}

/// Whom a node knows.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Records {
    /// Signed records, each as [`verify`] takes it.
    #[cbor(n(0), decode_with = "bounded::list::<_, _, MAX_RECORDS>")]
    pub records: Vec<ByteVec>,
}

/// Reads and writes the exchange.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Codec;

impl request_response::Codec for Codec {
    type Protocol = StreamProtocol;
    type Request = Wanted;
    type Response = Records;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Wanted>
    where
        T: AsyncRead + Unpin + Send,
    {
        frame::read(io, MAX_RECORD).await.map_err(io::Error::other)
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Records>
    where
        T: AsyncRead + Unpin + Send,
    {
        frame::read(io, MAX_RECORDS_BYTES).await.map_err(io::Error::other)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, wanted: Wanted) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        frame::write(io, &wanted, MAX_RECORD).await.map_err(io::Error::other)
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, records: Records) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        frame::write(io, &records, MAX_RECORDS_BYTES).await.map_err(io::Error::other)
    }
}
