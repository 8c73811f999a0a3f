//! Lives of PCs: what is replaced when, and what shows nothing for a while.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone, Copy)]
enum Event {
    Replaced(Part),
    /// A driver is missing or a right was taken away: once, nothing is told of this part.
    Silent(Part),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Board,
    Gpu,
    Disk,
}

/// A PC, and the identity that follows it.
struct Pc {
    parts: Tags,
    kept: Tags,
    /// No tag comes twice.
    made: u32,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_pc_whose_parts_are_replaced_one_at_a_time_stays_the_same(life in prop::collection::vec(event(), 0..40)) {
        let mut pc = Pc::new();

        for event in life {
            prop_assert!(pc.lives(event), "lost at {:?}", event);
            prop_assert_eq!(pc.kept, pc.parts);
        }
    }

    #[test]
    fn two_parts_replaced_at_once_are_another_pc(
        life in prop::collection::vec(event(), 0..40),
        (one, other) in (part(), part()).prop_filter("two parts", |(one, other)| one != other),
    ) {
        let mut pc = Pc::new();
        for event in life {
            pc.lives(event);
        }

        pc.replace(one);
        pc.replace(other);

        prop_assert!(!same_machine(&pc.kept, &pc.parts));
        prop_assert_eq!(pc.kept.evolve(pc.parts), None);
    }

    #[test]
    fn whoever_compares_first_finds_the_same(one in any_tags(), other in any_tags()) {
        prop_assert_eq!(same_machine(&one, &other), same_machine(&other, &one));
        prop_assert_eq!(same_machine(&one, &one), one.are_enough());
        if let Some(evolved) = one.evolve(other) {
            prop_assert!(same_machine(&evolved, &one) && same_machine(&evolved, &other));
        }
    }
}

impl Pc {
    fn new() -> Self {
        let parts = tags(1, 2, 3);
        Self { parts, kept: parts, made: 3 }
    }

    /// Whether the identity still knows the PC afterwards.
    fn lives(&mut self, event: Event) -> bool {
        let mut shown = self.parts;
        match event {
            Event::Replaced(part) => {
                self.replace(part);
                shown = self.parts;
            }
            Event::Silent(part) => *place(&mut shown, part) = None,
        }
        let evolved = self.kept.evolve(shown);
        self.kept = evolved.unwrap_or(self.kept);
        evolved.is_some()
    }

    fn replace(&mut self, part: Part) {
        self.made += 1;
        *place(&mut self.parts, part) = Some(tag(self.made));
    }
}

fn place(tags: &mut Tags, part: Part) -> &mut Option<Tag> {
    match part {
        Part::Board => &mut tags.board,
        Part::Gpu => &mut tags.gpu,
        Part::Disk => &mut tags.disk,
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![3 => part().prop_map(Event::Replaced), 1 => part().prop_map(Event::Silent)]
}

fn part() -> impl Strategy<Value = Part> {
    prop::sample::select(vec![Part::Board, Part::Gpu, Part::Disk])
}

/// Few different ones, so that equal ones meet.
fn any_tags() -> impl Strategy<Value = Tags> {
    let any = || prop::option::of((0..3_u32).prop_map(tag));
    (any(), any(), any()).prop_map(|(board, gpu, disk)| Tags { board, gpu, disk })
}
