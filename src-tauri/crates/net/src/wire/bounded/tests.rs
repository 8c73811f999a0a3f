use proptest::prelude::*;

use super::*;

#[derive(Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Few {
    #[cbor(n(0), decode_with = "list::<_, _, 3>")]
    numbers: Vec<u8>,
}

#[test]
fn a_list_at_its_bound_is_read_and_one_more_item_is_refused() {
    let bytes = |numbers: &[u8]| minicbor::to_vec(Few { numbers: numbers.into() }).unwrap();

    assert_eq!(whole::<Few>(&bytes(&[1, 2, 3])).unwrap(), Few { numbers: vec![1, 2, 3] });
    assert!(whole::<Few>(&bytes(&[1, 2, 3, 4])).unwrap_err().to_string().contains("too long"));
}

#[test]
fn a_value_without_a_length_is_refused_wherever_it_stands() {
    let hidden: [&[u8]; 6] = [
        &[0xbf, 0xff],
        &[0xa1, 0x00, 0x9f, 0xff],
        &[0xa1, 0x05, 0x9f, 0xff],
        &[0xa1, 0x05, 0x82, 0x01, 0xbf, 0xff],
        &[0xa1, 0x05, 0x5f, 0xff],
        &[0xa1, 0x05, 0x7f, 0xff],
    ];
    for bytes in hidden {
        assert!(check(bytes).unwrap_err().to_string().contains("length"), "{bytes:02x?}");
    }
}

#[test]
fn what_follows_a_value_is_refused() {
    assert!(check(&[0xa0]).is_ok());
    assert!(check(&[0xa0, 0xa0]).unwrap_err().to_string().contains("follows"));
    assert!(check(&[]).is_err());
}

#[test]
fn a_list_that_promises_more_than_there_is_ends_where_the_bytes_end() {
    let promises: [&[u8]; 4] = [
        &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
        &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
        &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
        &[0x7a, 0xff, 0xff, 0xff, 0xff, 0],
    ];
    for bytes in promises {
        assert!(check(bytes).unwrap_err().is_end_of_input(), "{bytes:02x?}");
    }
}

#[test]
fn what_a_newer_version_may_send_is_passed_over_however_deep_it_is() {
    let mut deep = vec![0x81; 100_000];
    deep.push(0xf9);
    deep.extend([0x3c, 0x00]);

    assert!(check(&deep).is_ok());
    assert!(check(&[0xc1, 0x1a, 0, 0, 0, 0]).is_ok());
}

proptest! {
    #[test]
    fn no_bytes_break_the_check(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if check(&bytes).is_ok() {
            let mut decoder = Decoder::new(&bytes);
            prop_assert!(decoder.skip().is_ok());
            prop_assert_eq!(decoder.position(), bytes.len());
        }
    }
}
