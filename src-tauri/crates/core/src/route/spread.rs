//! Several answers over several nodes.

use opengateway_api::NodeId;

use super::{Choice, Plan};

/// Who gives which of so many answers, in proportion to what each can do at once: free slots times speed. Who has no
/// free slot gets one only if nobody has. Empty if nobody is there to be asked.
///
/// Each answer in turn goes to whoever has most capacity for each answer it then has (D'Hondt's method); of two equals
/// to the one that the plan prefers.
pub fn spread(answers: usize, plan: &Plan) -> Vec<Option<NodeId>> {
    let somebody_is_free = plan.choices.iter().any(|choice| choice.free > 0);
    let capacity = |choice: &Choice| {
        let slots = if somebody_is_free { choice.free } else { 1 };
        slots as f32 * choice.text_per_second
    };
    let mut shares: Vec<_> = plan.choices.iter().map(|choice| (choice.node, capacity(choice), 1.0_f32)).collect();
    let mut next = || {
        let most = |one: &(_, f32, f32), other: &(_, f32, f32)| (one.1 / one.2).total_cmp(&(other.1 / other.2));
        // The last of equals is taken, so it goes from the back.
        let (node, _, parts) = shares.iter_mut().rev().max_by(|one, other| most(one, other))?;
        *parts += 1.0;
        Some(*node)
    };
    (0..answers).map_while(|_| next()).collect()
}
