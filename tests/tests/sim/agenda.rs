//! What happens next.

use std::collections::BTreeMap;

use crate::moment::Moment;

/// Something that happens at a moment. Nodes are numbers, prompts and attempts have numbers that are not given twice.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    /// A PC is switched on.
    Come(u32),
    /// A PC is gone, without a word.
    Leave(u32),
    /// The connections of a PC that is gone are noticed to be dead.
    Fade(u32),
    /// An owner may come back to the PC.
    Return(u32),
    /// An owner leaves the PC.
    Away(u32),
    /// A PC may be lent from now on.
    Lend(u32),
    /// An owner may ask something: on the visit of this number.
    Ask(u32, u32),
    /// A node says what it is.
    Announce(u32),
    /// A node looks after its connections.
    Relink(u32),
    /// A question is there.
    Arrive(u64),
    /// Something that a provider said is with the asker.
    Word(u64, Word),
    /// A step of a job at its provider, unless its pace has changed since.
    Step(u64, u32),
    /// A provider has said nothing for too long.
    Silent(u64, Silence),
    /// An attempt is wanted no more, and its provider knows.
    Dropped(u64),
    /// A first text may be late, or a prompt is tried again.
    Pursue(u64),
    /// An owner waits no longer.
    GiveUp(u64),
    /// Figures are taken.
    Minute,
}

/// What a provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// It is not lent, or too many wait there.
    Refused,
    NoModel,
    First,
    Done,
    Bye,
}

/// How the asker sees a silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    /// It was connected and took the question.
    Stalled,
    /// There is no way to it.
    Unreachable,
}

/// What is to come, in order.
#[derive(Default)]
pub(crate) struct Agenda {
    events: BTreeMap<(Moment, u64), Event>,
    last: u64,
}

impl Agenda {
    pub(crate) fn add(&mut self, at: Moment, event: Event) {
        self.last += 1;
        self.events.insert((at, self.last), event);
    }

    pub(crate) fn next(&mut self) -> Option<(Moment, Event)> {
        self.events.pop_first().map(|((at, _), event)| (at, event))
    }
}
