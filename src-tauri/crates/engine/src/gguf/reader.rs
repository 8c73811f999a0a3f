//! Reads GGUF's values one after another, each length checked before it is believed.

use std::io::Read;

use super::{GgufError, LARGEST_HEADER, kinds};

const LONGEST_STRING: u64 = 4 * 1024 * 1024;
const MOST_ELEMENTS: u64 = 4 * 1024 * 1024;
/// Arrays of numbers up to this long are kept: one entry a layer. Longer ones are only counted.
const KEPT_NUMBERS: u64 = 4096;
const MOST_DIMENSIONS: u32 = 4;

/// A metadata value, as far as we use it.
#[derive(Debug)]
pub(super) enum Value {
    Number(u64),
    Text(String),
    Numbers(Vec<u32>),
    /// An array that we only count.
    Array(u64),
    /// A number that we do not use: negative or floating.
    Other,
}

impl Value {
    pub(super) fn as_u32(&self) -> Option<u32> {
        match self {
            Self::Number(number) => u32::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_length(&self) -> Option<u32> {
        match self {
            Self::Array(length) => u32::try_from(*length).ok(),
            Self::Numbers(numbers) => u32::try_from(numbers.len()).ok(),
            _ => None,
        }
    }
}

/// What all tensors come to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weights {
    pub(super) bytes: u64,
    /// Values that every text token needs.
    pub(super) shared_values: u64,
    /// Values of all experts, of which a text token needs a few.
    pub(super) expert_values: u64,
}

/// Part of the names of tensors that hold all experts of a layer.
const EXPERTS: &str = "_exps.";

pub(super) struct Reader<R> {
    source: R,
    read: u64,
    file_bytes: u64,
}

impl<R: Read> Reader<R> {
    pub(super) fn new(source: R, file_bytes: u64) -> Self {
        Self { source, read: 0, file_bytes }
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], GgufError> {
        let mut bytes = [0; N];
        self.claim(N as u64)?;
        self.source.read_exact(&mut bytes).map_err(|error| self.broken(error))?;
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, GgufError> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, GgufError> {
        self.bytes().map(u64::from_le_bytes)
    }

    pub(super) fn count(&mut self, most: u64, of: &str) -> Result<u64, GgufError> {
        match self.u64()? {
            count if count <= most => Ok(count),
            count => Err(GgufError::Damaged(format!("it claims {count} {of}"))),
        }
    }

    pub(super) fn string(&mut self) -> Result<String, GgufError> {
        let length = self.count(LONGEST_STRING, "letters in one text")?;
        self.claim(length)?;
        let mut bytes = Vec::new();
        let got = (&mut self.source).take(length).read_to_end(&mut bytes).map_err(GgufError::Io)?;
        if (got as u64) < length {
            return Err(self.short());
        }
        String::from_utf8(bytes).or_else(|error| Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    pub(super) fn value(&mut self) -> Result<Value, GgufError> {
        let kind = self.u32()?;
        self.value_of(kind)
    }

    fn value_of(&mut self, kind: u32) -> Result<Value, GgufError> {
        let signed = |number: i64| u64::try_from(number).map_or(Value::Other, Value::Number);
        Ok(match kind {
            0 | 7 => Value::Number(u64::from(u8::from_le_bytes(self.bytes()?))),
            1 => signed(i64::from(i8::from_le_bytes(self.bytes()?))),
            2 => Value::Number(u64::from(u16::from_le_bytes(self.bytes()?))),
            3 => signed(i64::from(i16::from_le_bytes(self.bytes()?))),
            4 => Value::Number(u64::from(self.u32()?)),
            5 => signed(i64::from(i32::from_le_bytes(self.bytes()?))),
            6 => self.bytes::<4>().map(|_| Value::Other)?,
            8 => Value::Text(self.string()?),
            9 => self.array()?,
            10 => Value::Number(self.u64()?),
            11 => signed(i64::from_le_bytes(self.bytes()?)),
            12 => self.bytes::<8>().map(|_| Value::Other)?,
            _ => return Err(GgufError::Damaged(format!("it has a value of unknown kind {kind}"))),
        })
    }

    fn array(&mut self) -> Result<Value, GgufError> {
        let kind = self.u32()?;
        if kind == 9 {
            return Err(GgufError::Damaged("it has a list of lists".into()));
        }
        let length = self.count(MOST_ELEMENTS, "elements in one list")?;
        let mut numbers = Vec::new();
        for _ in 0..length {
            let number = self.value_of(kind)?.as_u32();
            numbers.extend(number.filter(|_| length <= KEPT_NUMBERS));
        }
        Ok(if length > 0 && numbers.len() as u64 == length { Value::Numbers(numbers) } else { Value::Array(length) })
    }

    /// Reads the list of tensors and says what they come to; the file must hold them all.
    pub(super) fn tensors(&mut self, count: u64, alignment: u32) -> Result<Weights, GgufError> {
        if !alignment.is_power_of_two() {
            return Err(GgufError::Damaged(format!("it is aligned to {alignment}")));
        }
        let (mut sum, mut end) = (Weights::default(), 0_u64);
        for _ in 0..count {
            let name = self.string()?;
            let (values, bytes) = self.tensor_size(&name)?;
            let offset = self.u64()?;
            let stop = offset.checked_add(bytes).filter(|_| offset % u64::from(alignment) == 0);
            end = end.max(stop.ok_or_else(|| GgufError::Damaged(format!("tensor {name} lies outside the file")))?);
            sum.bytes = sum.bytes.saturating_add(bytes);
            let place = if name.contains(EXPERTS) { &mut sum.expert_values } else { &mut sum.shared_values };
            *place = place.saturating_add(values);
        }
        let begin = self.read.next_multiple_of(u64::from(alignment));
        let needed = begin.saturating_add(end);
        if needed > self.file_bytes {
            return Err(GgufError::Truncated { needed, found: self.file_bytes });
        }
        Ok(sum)
    }

    /// How many values a tensor has, and how many bytes.
    fn tensor_size(&mut self, name: &str) -> Result<(u64, u64), GgufError> {
        let dimensions = self.u32()?;
        if dimensions > MOST_DIMENSIONS {
            return Err(GgufError::Damaged(format!("tensor {name} has {dimensions} dimensions")));
        }
        let (mut values, mut row) = (1_u64, 1_u64);
        for dimension in 0..dimensions {
            let size = self.u64()?;
            row = if dimension == 0 { size } else { row };
            values = values
                .checked_mul(size)
                .filter(|values| (1..=1 << 50).contains(values))
                .ok_or_else(|| GgufError::Damaged(format!("tensor {name} has an impossible size")))?;
        }
        let kind = self.u32()?;
        let bytes = kinds::bytes(kind, values, row);
        bytes
            .map(|bytes| (values, bytes))
            .ok_or_else(|| GgufError::Damaged(format!("tensor {name} is stored in an unknown way ({kind})")))
    }

    fn claim(&mut self, bytes: u64) -> Result<(), GgufError> {
        self.read = self.read.saturating_add(bytes);
        if self.read > self.file_bytes {
            return Err(self.short());
        }
        if self.read > LARGEST_HEADER {
            return Err(GgufError::Damaged("its header is larger than any model's".into()));
        }
        Ok(())
    }

    fn short(&self) -> GgufError {
        GgufError::Truncated { needed: self.read, found: self.file_bytes }
    }

    fn broken(&self, error: std::io::Error) -> GgufError {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.short(),
            _ => GgufError::Io(error),
        }
    }
}
