//! Bounds on what is decoded: a few bytes must never ask for many.

#[cfg(test)]
mod tests;

use minicbor::data::Type;
use minicbor::decode::{Decode, Decoder, Error};

/// Decodes one value that ends where the bytes end.
pub(crate) fn whole<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, Error> {
    check(bytes)?;
    minicbor::decode(bytes)
}

/// Decodes at most `MOST` items; one more is an error, found before it is kept.
pub(super) fn list<'b, C, T: Decode<'b, C>, const MOST: usize>(
    decoder: &mut Decoder<'b>,
    context: &mut C,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    for item in decoder.array_iter_with(context)? {
        if items.len() == MOST {
            return Err(Error::message("list is too long"));
        }
        items.push(item?);
    }
    Ok(items)
}

/// Whether this is one whole value that says each length beforehand. The decoder keeps 16 bytes for every list without
/// a length that it passes over, and such a list is a single byte: a question of 1 MiB would cost 16.
fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut decoder = Decoder::new(bytes);
    let mut open = 1_u64;
    while open > 0 {
        let more = match decoder.datatype()? {
            Type::Array => decoder.array()?.unwrap_or(0),
            Type::Map => decoder.map()?.unwrap_or(0).saturating_mul(2),
            Type::Tag => decoder.tag().map(|_| 1)?,
            Type::ArrayIndef | Type::MapIndef | Type::BytesIndef | Type::StringIndef => {
                return Err(Error::message("a length is missing"));
            }
            _ => decoder.skip().map(|()| 0)?,
        };
        open = open.saturating_sub(1).saturating_add(more);
    }
    if decoder.position() == bytes.len() { Ok(()) } else { Err(Error::message("something follows")) }
}
