//! What nodes tell each other about their accounts: `/opengateway/ledger/1`, and its gossip. The records themselves are
//! `opengateway_core::ledger`'s.

use std::io;

use futures::{AsyncRead, AsyncWrite};
use libp2p::{StreamProtocol, request_response};
use minicbor::bytes::ByteVec;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};
use opengateway_api::Credits;
use opengateway_core::ledger::{JobId, Signature};

use super::{bounded, frame};

/// Items of one statement at most.
pub const MAX_ITEMS: usize = 64;
/// The longest statement, in bytes.
pub const MAX_STATEMENT: usize = 64 * 1024;

/// A job's amount, and the signature of whoever gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Which job.
    pub job: JobId,
    /// In all.
    pub amount: Credits,
    /// Of a voucher, or of a refund, over it.
    pub signature: Signature,
}

/// Something about an account that its author has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A record.
    Record(Vec<u8>),
    /// What the payer of a job has acknowledged.
    Voucher(Promise),
    /// What the provider of a job gives back.
    Refund(Promise),
    /// A proof that an account has spent twice.
    Fork(Vec<u8>),
}

/// What one node tells another about jobs between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// In the order in which they are to be taken.
    pub items: Vec<Item>,
    /// The teller wants its own records back, from this number on.
    pub own_from: Option<u64>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct PromiseWire {
    #[cbor(n(0), with = "minicbor::bytes")]
    job: JobId,
    #[n(1)]
    amount: i64,
    #[cbor(n(2), with = "minicbor::bytes")]
    signature: [u8; 64],
}

#[derive(Encode, Decode)]
enum ItemWire {
    #[n(0)]
    Record(#[n(0)] ByteVec),
    #[n(1)]
    Voucher(#[n(0)] PromiseWire),
    #[n(2)]
    Refund(#[n(0)] PromiseWire),
    #[n(3)]
    Fork(#[n(0)] ByteVec),
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct StatementWire {
    #[cbor(n(0), decode_with = "bounded::list::<_, _, MAX_ITEMS>")]
    items: Vec<Item>,
    #[n(1)]
    own_from: Option<u64>,
}

impl<C> Encode<C> for Item {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        let promise = |promise: &Promise| PromiseWire {
            job: promise.job,
            amount: promise.amount.0,
            signature: promise.signature.0,
        };
        match self {
            Self::Record(bytes) => ItemWire::Record(bytes.clone().into()),
            Self::Voucher(voucher) => ItemWire::Voucher(promise(voucher)),
            Self::Refund(refund) => ItemWire::Refund(promise(refund)),
            Self::Fork(bytes) => ItemWire::Fork(bytes.clone().into()),
        }
        .encode(encoder, context)
    }
}

impl<'b, C> Decode<'b, C> for Item {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        let promise = |wire: PromiseWire| match wire.amount {
            amount if amount < 0 => Err(decode::Error::message("a negative amount")),
            amount => Ok(Promise { job: wire.job, amount: Credits(amount), signature: Signature(wire.signature) }),
        };
        Ok(match ItemWire::decode(decoder, context)? {
            ItemWire::Record(bytes) => Self::Record(bytes.into()),
            ItemWire::Voucher(wire) => Self::Voucher(promise(wire)?),
            ItemWire::Refund(wire) => Self::Refund(promise(wire)?),
            ItemWire::Fork(bytes) => Self::Fork(bytes.into()),
        })
    }
}

impl<C> Encode<C> for Statement {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        StatementWire { items: self.items.clone(), own_from: self.own_from }.encode(encoder, context)
    }
}

impl<'b, C> Decode<'b, C> for Statement {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        let StatementWire { items, own_from } = StatementWire::decode(decoder, context)?;
        Ok(Self { items, own_from })
    }
}

/// Reads and writes statements: each is answered by one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StatementCodec;

impl request_response::Codec for StatementCodec {
    type Protocol = StreamProtocol;
    type Request = Statement;
    type Response = Statement;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Statement>
    where
        T: AsyncRead + Unpin + Send,
    {
        frame::read(io, MAX_STATEMENT).await.map_err(io::Error::other)
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Statement>
    where
        T: AsyncRead + Unpin + Send,
    {
        frame::read(io, MAX_STATEMENT).await.map_err(io::Error::other)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, told: Statement) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        frame::write(io, &told, MAX_STATEMENT).await.map_err(io::Error::other)
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, told: Statement) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        frame::write(io, &told, MAX_STATEMENT).await.map_err(io::Error::other)
    }
}
