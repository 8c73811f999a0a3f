mod lives;
mod serials;

use super::*;

#[test]
fn two_equal_parts_of_three_are_the_same_pc() {
    let before = tags(1, 2, 3);

    assert!(same_machine(&before, &before));
    assert!(same_machine(&before, &tags(9, 2, 3)));
    assert!(same_machine(&before, &tags(1, 9, 3)));
    assert!(same_machine(&before, &tags(1, 2, 9)));
}

#[test]
fn one_equal_part_is_another_pc() {
    let before = tags(1, 2, 3);

    assert!(!same_machine(&before, &tags(1, 9, 8)));
    assert!(!same_machine(&before, &tags(9, 2, 8)));
    assert!(!same_machine(&before, &tags(9, 8, 3)));
}

#[test]
fn a_part_counts_only_in_its_own_place() {
    assert!(!same_machine(&tags(1, 2, 3), &tags(2, 1, 3)));
}

#[test]
fn parts_that_tell_nothing_are_not_the_same() {
    let only_board = Tags { board: Some(tag(1)), ..Tags::default() };

    assert!(!same_machine(&Tags::default(), &Tags::default()));
    assert!(!same_machine(&only_board, &only_board));
}

#[test]
fn two_tags_are_enough_and_one_is_not() {
    let two = Tags { gpu: None, ..tags(1, 2, 3) };
    let one = Tags { disk: None, ..two };

    assert!(tags(1, 2, 3).are_enough() && two.are_enough());
    assert!(!one.are_enough() && !Tags::default().are_enough());
}

#[test]
fn after_an_upgrade_the_next_is_compared_with_the_new_part() {
    let bought = tags(1, 2, 3);

    let with_new_card = bought.evolve(tags(1, 9, 3)).unwrap();
    let with_new_disk = with_new_card.evolve(tags(1, 9, 8)).unwrap();

    assert_eq!(with_new_disk, tags(1, 9, 8));
    assert_eq!(bought.evolve(tags(1, 9, 8)), None);
}

#[test]
fn a_part_that_tells_nothing_for_a_while_is_kept() {
    let before = tags(1, 2, 3);
    let without_driver = Tags { gpu: None, ..before };

    assert_eq!(before.evolve(without_driver), Some(before));
}

#[test]
fn with_two_tags_neither_part_may_change() {
    let before = Tags { gpu: None, ..tags(1, 2, 3) };

    assert_eq!(before.evolve(Tags { gpu: None, ..tags(1, 2, 9) }), None);
    assert_eq!(before.evolve(tags(1, 2, 3)), Some(tags(1, 2, 3)));
}

#[test]
fn a_tag_in_the_log_is_short() {
    assert_eq!(format!("{:?}", Tag([0xab; 32])), "Tag(abababab…)");
}

fn tags(board: u32, gpu: u32, disk: u32) -> Tags {
    Tags { board: Some(tag(board)), gpu: Some(tag(gpu)), disk: Some(tag(disk)) }
}

fn tag(number: u32) -> Tag {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    Tag(bytes)
}
