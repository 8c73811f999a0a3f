//! One of each message, with nothing left at its default.

use libp2p::core::SignedEnvelope;
use libp2p::identity::Keypair;
use minicbor::{Decode, Encode};
use opengateway_api::{
    Credits, Finish, Measured, ModelHash, NodeId, Privacy, Region, Role, Sampling, Tier, Turn, Written,
};
use opengateway_core::capability::{Capability, Load, Served};
use opengateway_core::ledger::Signature;
use opengateway_net::wire::{
    Ask, FromAsker, FromProvider, Item, Payment, Promise, Receipt, Records, Refusal, Statement, Wanted, decode, sign,
    verify,
};
use opengateway_net::{Invite, receipt};

/// Whether bytes read as what is expected.
type Check = Box<dyn Fn(&[u8]) -> bool>;

/// A message, how it looks as bytes, and whether bytes read as the same.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) reads_as_this: Check,
}

/// All of them, in the order of `docs/protocol.md`.
pub(crate) fn all() -> Vec<Sample> {
    let mut all = vec![record(), message("wanted", Wanted { most: 64 })];
    all.push(message("records", Records { records: vec![record().bytes.into(), vec![1, 2, 3].into()] }));
    all.push(message("ask", FromAsker::Ask(Box::new(ask()))));
    all.push(message("ask-short", FromAsker::Ask(Box::new(short()))));
    all.push(message("cancel", FromAsker::Cancel));
    all.extend(answers());
    all.push(signed_receipt());
    all.push(invite());
    all.extend(payments());
    all.extend(statements());
    all.push(priced());
    all
}

/// With the key that signs all samples.
pub(crate) fn key() -> Keypair {
    Keypair::ed25519_from_bytes([7; 32]).expect("any 32 bytes are a key")
}

pub(crate) fn receipt_of_a_job() -> Receipt {
    Receipt {
        job: *b"job 1 of version",
        asker: [3; 32],
        model: [4; 32],
        prompt_tokens: 1000,
        text_tokens: 70_000,
        price: 250_000,
        ended_ms: 1_800_000_000_123,
    }
}

fn ask() -> Ask {
    Ask {
        job: *b"job 1 of version",
        model: ModelHash([4; 32]),
        turns: vec![
            Turn { role: Role::System, text: "Be kind.".into() },
            Turn { role: Role::User, text: "What is 2 + 2? \u{1F600}".into() },
            Turn { role: Role::Assistant, text: "4".into() },
        ],
        sampling: Sampling {
            temperature: 0.25,
            top_k: 20,
            top_p: 0.5,
            min_p: 0.125,
            repeat_penalty: 1.5,
            presence_penalty: -0.5,
            frequency_penalty: 0.75,
            seed: Some(u64::MAX),
            max_text_tokens: Some(300),
            stop: vec!["\n".into(), "###".into()],
        },
        written: written(),
        privacy: Privacy::Confidential,
        price: 500_000,
        payment: None,
    }
}

/// A question in which all that can be left out is left out.
fn short() -> Ask {
    let sampling = Sampling { stop: Vec::new(), seed: None, max_text_tokens: None, ..ask().sampling };
    Ask { turns: Vec::new(), sampling, written: Written::default(), privacy: Privacy::Public, price: 0, ..ask() }
}

fn written() -> Written {
    Written { text: "It is ".into(), tokens: vec![0, 17, -1, i32::MAX] }
}

fn payments() -> [Sample; 4] {
    let (amount, signature) = (Credits::whole(3), Signature([5; 64]));
    let payment = Some(Payment { hardware: vec![1, 2], reserve: vec![3, 4, 5] });
    [
        message("ask-paid", FromAsker::Ask(Box::new(Ask { payment, ..short() }))),
        message("voucher", FromAsker::Voucher { amount, signature }),
        message("settle", FromAsker::Settle { amount, signature, receipt: vec![6, 7] }),
        message("settled", FromProvider::Settled(vec![8, 9])),
    ]
}

fn statements() -> [Sample; 2] {
    let promise = Promise { job: ask().job, amount: Credits::whole(3), signature: Signature([5; 64]) };
    let items = vec![Item::Record(vec![1, 2]), Item::Voucher(promise), Item::Refund(promise), Item::Fork(vec![3, 4])];
    [
        message("statement", Statement { items, own_from: Some(41) }),
        message("statement-short", Statement { items: Vec::new(), own_from: None }),
    ]
}

/// A record with all that was added to the first one.
fn priced() -> Sample {
    let addresses = vec!["/ip4/198.51.100.7/udp/4001/quic-v1".into()];
    let mut capability = Capability { balance: Some(-1_500_000), addresses, ..capability() };
    capability.models.iter_mut().for_each(|model| model.price = Some(500_000_000));
    let bytes = sign(&capability, &key()).expect("it is short enough");
    let reads_as_this = move |bytes: &[u8]| verify(bytes).as_ref() == Ok(&capability);
    Sample { name: "record-priced", bytes, reads_as_this: Box::new(reads_as_this) }
}

fn answers() -> [Sample; 7] {
    let measured = Measured {
        prompt_tokens: 1000,
        cached_tokens: 24,
        text_tokens: 300,
        first_token_ms: 12.5,
        prompt_per_second: 2000.25,
        text_per_second: 41.5,
    };
    let receipt = signed_receipt().bytes;
    [
        message("accept", FromProvider::Accept { position: 2, expected_ms: 1500, price: 250_000 }),
        message("refuse", FromProvider::Refuse { refusal: Refusal::Full, retry_ms: 60_000 }),
        message("loading", FromProvider::Loading(0.5)),
        message("text", FromProvider::Text(written())),
        message("done", FromProvider::Done { finish: Finish::Stop, measured, receipt }),
        message("bye", FromProvider::Bye),
        message("failed", FromProvider::Failed("out of memory".into())),
    ]
}

fn record() -> Sample {
    let capability = capability();
    let bytes = sign(&capability, &key()).expect("it is short enough");
    Sample { name: "record", bytes, reads_as_this: Box::new(move |bytes| verify(bytes).as_ref() == Ok(&capability)) }
}

fn capability() -> Capability {
    let served = |hash, name: &str| Served {
        hash: ModelHash([hash; 32]),
        name: name.into(),
        context: 131_072,
        quantisation: "Q4_K_M".into(),
        text_per_second: 41.5,
        price: None,
    };
    Capability {
        node: NodeId::from_bytes(&key().public().to_peer_id().to_bytes()).expect("it is an Ed25519 key"),
        sequence: 1_800_000_000_000,
        issued_ms: 1_800_000_000_123,
        valid_s: 60,
        region: Some(Region::Europe),
        tiers: vec![Tier::A, Tier::B],
        models: vec![served(4, "tiny"), served(5, "Größer")],
        hardware: "RTX 4070, 32 GB".into(),
        load: Load { running: 1, waiting: 3, slots: 8 },
        uptime_s: 86_400,
        version: "0.1.0".into(),
        accepts: true,
        price: 250_000,
        relay: true,
        addresses: Vec::new(),
        balance: None,
    }
}

fn signed_receipt() -> Sample {
    let said = (capability().node, receipt_of_a_job());
    let payload = minicbor::to_vec(said.1).expect("memory takes all");
    let signed = SignedEnvelope::new(&key(), "opengateway".into(), b"/opengateway/receipt/1".into(), payload);
    let bytes = signed.expect("the key signs").into_protobuf_encoding();
    Sample { name: "receipt", bytes, reads_as_this: Box::new(move |bytes| receipt(bytes) == Some(said)) }
}

fn invite() -> Sample {
    let addresses = ["/ip4/198.51.100.7/udp/4001/quic-v1", "/dns4/node.example/tcp/4001"];
    let invite = Invite { node: capability().node, addresses: addresses.map(String::from).into() };
    let bytes = invite.to_text().into_bytes();
    let read = |bytes: &[u8]| std::str::from_utf8(bytes).ok().and_then(|text| Invite::from_text(text).ok());
    Sample { name: "invite", bytes, reads_as_this: Box::new(move |bytes| read(bytes).as_ref() == Some(&invite)) }
}

fn message<T>(name: &'static str, message: T) -> Sample
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + 'static,
{
    let bytes = minicbor::to_vec(&message).expect("memory takes all");
    let reads_as_this = move |bytes: &[u8]| decode::<T>(bytes).is_ok_and(|read| read == message);
    Sample { name, bytes, reads_as_this: Box::new(reads_as_this) }
}
