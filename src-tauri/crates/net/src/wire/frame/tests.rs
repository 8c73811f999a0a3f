use std::pin::Pin;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::io::Cursor;
use proptest::prelude::*;

use super::*;
use crate::wire::{Records, Wanted};

#[test]
fn a_frame_is_its_length_and_its_content() {
    assert_eq!(frame(&Wanted { most: 64 }), [0, 0, 0, 4, 0xa1, 0x00, 0x18, 64]);
}

#[test]
fn frames_that_come_byte_by_byte_are_read_one_after_the_other() {
    let bytes = [frame(&Wanted { most: 1 }), frame(&Wanted { most: 2 })].concat();
    let mut stream = Trickle(&bytes);

    assert_eq!(read_now::<Wanted>(&mut stream, 64).unwrap(), Wanted { most: 1 });
    assert_eq!(read_now::<Wanted>(&mut stream, 64).unwrap(), Wanted { most: 2 });
    assert!(matches!(read_now::<Wanted>(&mut stream, 64), Err(FrameError::Io(_))));
}

#[test]
fn a_frame_that_is_cut_anywhere_is_no_frame() {
    let whole = frame(&Records { records: vec![vec![7; 40].into(), vec![8; 40].into()] });
    for length in 0..whole.len() {
        let cut = read_now::<Records>(&mut Cursor::new(&whole[..length]), whole.len());

        assert!(matches!(cut, Err(FrameError::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof), "{length}");
    }
    for length in 4..whole.len() {
        assert!(matches!(decode::<Records>(&whole[4..length]), Err(FrameError::Malformed(_))), "{length}");
    }
}

#[test]
fn a_length_over_the_bound_is_refused_before_another_byte_is_read() {
    for length in [65_u32, 1 << 20, u32::MAX] {
        let mut stream = Cursor::new([length.to_be_bytes().to_vec(), vec![0; 100]].concat());

        let read = read_now::<Wanted>(&mut stream, 64);

        assert!(matches!(read, Err(FrameError::TooLong(told)) if told == length as usize));
        assert_eq!(stream.position(), 4);
    }
}

#[test]
fn a_message_at_the_bound_is_written_and_read_and_one_byte_more_is_not_written() {
    let message = Records { records: vec![vec![7; 1000].into()] };
    let length = minicbor::to_vec(&message).unwrap().len();
    let mut stream = Vec::new();

    let written = write(&mut stream, &message, length).now_or_never().unwrap();
    let too_long = write(&mut Vec::new(), &message, length - 1).now_or_never().unwrap();

    assert!(written.is_ok() && matches!(too_long, Err(FrameError::TooLong(told)) if told == length));
    assert_eq!(read_now::<Records>(&mut Cursor::new(stream), length).unwrap(), message);
}

#[test]
fn an_empty_frame_and_one_with_something_behind_its_message_are_refused() {
    for body in [&[][..], &[0xa1, 0x00, 0x01, 0x00]] {
        assert!(matches!(decode::<Wanted>(body), Err(FrameError::Malformed(_))));
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..256), small: bool) {
        let bytes = if small { [&[0, 0, 0, 16], &bytes[..]].concat() } else { bytes };

        let _read_or_not = read_now::<Records>(&mut Cursor::new(&bytes), 200);
    }
}

fn frame<T: Encode<()>>(message: &T) -> Vec<u8> {
    let mut stream = Vec::new();
    write(&mut stream, message, 1 << 20).now_or_never().unwrap().unwrap();
    stream
}

fn read_now<T: for<'b> Decode<'b, ()>>(stream: &mut (impl AsyncRead + Unpin), most: usize) -> Result<T, FrameError> {
    read(stream, most).now_or_never().expect("these streams never wait")
}

/// A stream that gives a single byte at a time.
struct Trickle<'a>(&'a [u8]);

impl AsyncRead for Trickle<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let (Some((first, rest)), Some(place)) = (self.0.split_first(), buffer.first_mut()) else {
            return Poll::Ready(Ok(0));
        };
        *place = *first;
        self.0 = rest;
        Poll::Ready(Ok(1))
    }
}
