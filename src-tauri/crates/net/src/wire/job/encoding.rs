//! How jobs look as bytes, and the way there and back.

use minicbor::bytes::ByteVec;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};
use opengateway_api::{Credits, Finish, Measured, ModelHash, Privacy, Role, Sampling, Turn, Written};

use opengateway_core::ledger::Signature;

use super::{Ask, FromAsker, FromProvider, JobId, Payment, Refusal};
use crate::wire::bounded;

const MOST_TURNS: usize = 4096;
const MOST_STOPS: usize = 16;

#[derive(Encode, Decode)]
#[cbor(map)]
struct TurnWire {
    #[n(0)]
    role: u8,
    #[n(1)]
    text: String,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct SamplingWire {
    #[n(0)]
    temperature: f32,
    #[n(1)]
    top_k: u32,
    #[n(2)]
    top_p: f32,
    #[n(3)]
    min_p: f32,
    #[n(4)]
    repeat_penalty: f32,
    #[n(5)]
    presence_penalty: f32,
    #[n(6)]
    frequency_penalty: f32,
    #[n(7)]
    seed: Option<u64>,
    #[n(8)]
    max_text_tokens: Option<u32>,
    #[cbor(n(9), decode_with = "bounded::list::<_, _, MOST_STOPS>")]
    stop: Vec<String>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct WrittenWire {
    #[n(0)]
    text: String,
    /// Little-endian, four bytes each.
    #[n(1)]
    tokens: ByteVec,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct AskWire {
    #[cbor(n(0), with = "minicbor::bytes")]
    job: JobId,
    #[cbor(n(1), with = "minicbor::bytes")]
    model: [u8; 32],
    #[cbor(n(2), decode_with = "bounded::list::<_, _, MOST_TURNS>")]
    turns: Vec<TurnWire>,
    #[n(3)]
    sampling: SamplingWire,
    #[n(4)]
    written: Option<WrittenWire>,
    #[n(5)]
    privacy: u8,
    #[n(6)]
    price: i64,
    #[n(7)]
    payment: Option<PaymentWire>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct PaymentWire {
    #[n(0)]
    hardware: ByteVec,
    #[n(1)]
    reserve: ByteVec,
}

#[derive(Encode, Decode)]
enum AskerWire {
    #[n(0)]
    Ask(#[n(0)] Box<AskWire>),
    #[n(1)]
    Cancel,
    #[n(2)]
    #[cbor(map)]
    Voucher {
        #[n(0)]
        amount: i64,
        #[cbor(n(1), with = "minicbor::bytes")]
        signature: [u8; 64],
    },
    #[n(3)]
    #[cbor(map)]
    Settle {
        #[n(0)]
        amount: i64,
        #[cbor(n(1), with = "minicbor::bytes")]
        signature: [u8; 64],
        #[n(2)]
        receipt: ByteVec,
    },
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct MeasuredWire {
    #[n(0)]
    prompt_tokens: u32,
    #[n(1)]
    cached_tokens: u32,
    #[n(2)]
    text_tokens: u32,
    #[n(3)]
    first_token_ms: f64,
    #[n(4)]
    prompt_per_second: f64,
    #[n(5)]
    text_per_second: f64,
}

#[derive(Encode, Decode)]
enum ProviderWire {
    #[n(0)]
    #[cbor(map)]
    Accept {
        #[n(0)]
        position: u32,
        #[n(1)]
        expected_ms: u32,
        #[n(2)]
        price: i64,
    },
    #[n(1)]
    #[cbor(map)]
    Refuse {
        #[n(0)]
        code: u8,
        #[n(1)]
        retry_ms: u32,
    },
    #[n(2)]
    Loading(#[n(0)] f32),
    #[n(3)]
    Text(#[n(0)] WrittenWire),
    #[n(4)]
    #[cbor(map)]
    Done {
        #[n(0)]
        stopped: bool,
        #[n(1)]
        measured: MeasuredWire,
        #[n(2)]
        receipt: ByteVec,
    },
    #[n(5)]
    Bye,
    #[n(6)]
    Failed(#[n(0)] String),
    #[n(7)]
    Settled(#[n(0)] ByteVec),
}

impl<C> Encode<C> for FromAsker {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Ask(ask) => AskerWire::Ask(Box::new(ask_out(ask))),
            Self::Cancel => AskerWire::Cancel,
            Self::Voucher { amount, signature } => AskerWire::Voucher { amount: amount.0, signature: signature.0 },
            Self::Settle { amount, signature, receipt } => {
                AskerWire::Settle { amount: amount.0, signature: signature.0, receipt: receipt.clone().into() }
            }
        }
        .encode(encoder, context)
    }
}

impl<'b, C> Decode<'b, C> for FromAsker {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        Ok(match AskerWire::decode(decoder, context)? {
            AskerWire::Ask(ask) => Self::Ask(Box::new(ask_in(*ask)?)),
            AskerWire::Cancel => Self::Cancel,
            AskerWire::Voucher { amount, signature } => {
                Self::Voucher { amount: amount_in(amount)?, signature: Signature(signature) }
            }
            AskerWire::Settle { amount, signature, receipt } => {
                Self::Settle { amount: amount_in(amount)?, signature: Signature(signature), receipt: receipt.into() }
            }
        })
    }
}

impl<C> Encode<C> for FromProvider {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Accept { position, expected_ms, price } => {
                ProviderWire::Accept { position: *position, expected_ms: *expected_ms, price: *price }
            }
            Self::Refuse { refusal, retry_ms } => ProviderWire::Refuse { code: code_of(*refusal), retry_ms: *retry_ms },
            Self::Loading(progress) => ProviderWire::Loading(*progress),
            Self::Text(written) => ProviderWire::Text(written_out(written)),
            Self::Done { finish, measured, receipt } => ProviderWire::Done {
                stopped: *finish == Finish::Stop,
                measured: measured_out(measured),
                receipt: receipt.clone().into(),
            },
            Self::Bye => ProviderWire::Bye,
            Self::Failed(reason) => ProviderWire::Failed(reason.clone()),
            Self::Settled(record) => ProviderWire::Settled(record.clone().into()),
        }
        .encode(encoder, context)
    }
}

impl<'b, C> Decode<'b, C> for FromProvider {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        Ok(match ProviderWire::decode(decoder, context)? {
            ProviderWire::Accept { position, expected_ms, price } => Self::Accept { position, expected_ms, price },
            ProviderWire::Refuse { code, retry_ms } => Self::Refuse { refusal: refusal_of(code), retry_ms },
            ProviderWire::Loading(progress) if progress.is_finite() => Self::Loading(progress.clamp(0.0, 1.0)),
            ProviderWire::Loading(_) => return Err(decode::Error::message("progress is no number")),
            ProviderWire::Text(written) => Self::Text(written_in(written)?),
            ProviderWire::Done { stopped, measured, receipt } => Self::Done {
                finish: if stopped { Finish::Stop } else { Finish::Length },
                measured: measured_in(&measured)?,
                receipt: receipt.into(),
            },
            ProviderWire::Bye => Self::Bye,
            ProviderWire::Failed(reason) => Self::Failed(reason),
            ProviderWire::Settled(record) => Self::Settled(record.into()),
        })
    }
}

fn ask_out(ask: &Ask) -> AskWire {
    let turn = |turn: &Turn| TurnWire { role: role_out(turn.role), text: turn.text.clone() };
    let Sampling { temperature, top_k, top_p, min_p, repeat_penalty, presence_penalty, .. } = ask.sampling;
    AskWire {
        job: ask.job,
        model: ask.model.0,
        turns: ask.turns.iter().map(turn).collect(),
        sampling: SamplingWire {
            temperature,
            top_k,
            top_p,
            min_p,
            repeat_penalty,
            presence_penalty,
            frequency_penalty: ask.sampling.frequency_penalty,
            seed: ask.sampling.seed,
            max_text_tokens: ask.sampling.max_text_tokens,
            stop: ask.sampling.stop.clone(),
        },
        written: (ask.written != Written::default()).then(|| written_out(&ask.written)),
        privacy: privacy_out(ask.privacy),
        price: ask.price,
        payment: ask.payment.as_ref().map(|payment| PaymentWire {
            hardware: payment.hardware.clone().into(),
            reserve: payment.reserve.clone().into(),
        }),
    }
}

fn ask_in(ask: AskWire) -> Result<Ask, decode::Error> {
    let turn = |turn: TurnWire| Ok(Turn { role: role_in(turn.role)?, text: turn.text });
    let SamplingWire { temperature, top_k, top_p, min_p, repeat_penalty, presence_penalty, .. } = ask.sampling;
    let numbers = [temperature, top_p, min_p, repeat_penalty, presence_penalty, ask.sampling.frequency_penalty];
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(decode::Error::message("sampling is no number"));
    }
    Ok(Ask {
        job: ask.job,
        model: ModelHash(ask.model),
        turns: ask.turns.into_iter().map(turn).collect::<Result<_, decode::Error>>()?,
        sampling: Sampling {
            temperature,
            top_k,
            top_p,
            min_p,
            repeat_penalty,
            presence_penalty,
            frequency_penalty: ask.sampling.frequency_penalty,
            seed: ask.sampling.seed,
            max_text_tokens: ask.sampling.max_text_tokens,
            stop: ask.sampling.stop,
        },
        written: ask.written.map(written_in).transpose()?.unwrap_or_default(),
        privacy: privacy_in(ask.privacy),
        price: ask.price,
        payment: ask
            .payment
            .map(|payment| Payment { hardware: payment.hardware.into(), reserve: payment.reserve.into() }),
    })
}

/// Not negative.
fn amount_in(micro: i64) -> Result<Credits, decode::Error> {
    if micro < 0 { Err(decode::Error::message("a negative amount")) } else { Ok(Credits(micro)) }
}

fn written_out(written: &Written) -> WrittenWire {
    let tokens: Vec<u8> = written.tokens.iter().flat_map(|token| token.to_le_bytes()).collect();
    WrittenWire { text: written.text.clone(), tokens: tokens.into() }
}

fn written_in(written: WrittenWire) -> Result<Written, decode::Error> {
    let (tokens, rest) = written.tokens.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(decode::Error::message("token ids are cut"));
    }
    Ok(Written { text: written.text, tokens: tokens.iter().map(|bytes| i32::from_le_bytes(*bytes)).collect() })
}

fn measured_out(measured: &Measured) -> MeasuredWire {
    let Measured { prompt_tokens, cached_tokens, text_tokens, first_token_ms, prompt_per_second, text_per_second } =
        *measured;
    MeasuredWire { prompt_tokens, cached_tokens, text_tokens, first_token_ms, prompt_per_second, text_per_second }
}

fn measured_in(measured: &MeasuredWire) -> Result<Measured, decode::Error> {
    let MeasuredWire { prompt_tokens, cached_tokens, text_tokens, first_token_ms, prompt_per_second, text_per_second } =
        *measured;
    let numbers = [first_token_ms, prompt_per_second, text_per_second];
    if !numbers.iter().all(|number| number.is_finite() && *number >= 0.0) {
        return Err(decode::Error::message("a measurement is no number"));
    }
    Ok(Measured { prompt_tokens, cached_tokens, text_tokens, first_token_ms, prompt_per_second, text_per_second })
}

fn role_out(role: Role) -> u8 {
    match role {
        Role::System => 0,
        Role::User => 1,
        Role::Assistant => 2,
    }
}

fn role_in(role: u8) -> Result<Role, decode::Error> {
    match role {
        0 => Ok(Role::System),
        1 => Ok(Role::User),
        2 => Ok(Role::Assistant),
        _ => Err(decode::Error::message("unknown role")),
    }
}

fn privacy_out(privacy: Privacy) -> u8 {
    match privacy {
        Privacy::Public => 0,
        Privacy::Internal => 1,
        Privacy::Confidential => 2,
        Privacy::Restricted => 3,
    }
}

/// A class that a newer version knows is guarded as the most guarded.
fn privacy_in(privacy: u8) -> Privacy {
    match privacy {
        0 => Privacy::Public,
        1 => Privacy::Internal,
        2 => Privacy::Confidential,
        _ => Privacy::Restricted,
    }
}

fn code_of(refusal: Refusal) -> u8 {
    match refusal {
        Refusal::NotLending => 0,
        Refusal::Full => 1,
        Refusal::NoModel => 2,
        Refusal::TooLong => 3,
        Refusal::Policy => 4,
        Refusal::Standing => 5,
        Refusal::Malformed => 6,
        Refusal::Payment => 7,
        Refusal::Other(code) => code,
    }
}

fn refusal_of(code: u8) -> Refusal {
    match code {
        0 => Refusal::NotLending,
        1 => Refusal::Full,
        2 => Refusal::NoModel,
        3 => Refusal::TooLong,
        4 => Refusal::Policy,
        5 => Refusal::Standing,
        6 => Refusal::Malformed,
        7 => Refusal::Payment,
        code => Refusal::Other(code),
    }
}
