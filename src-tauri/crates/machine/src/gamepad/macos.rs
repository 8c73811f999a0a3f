//! Controllers as macOS presents them to programs, through the events that gilrs collects.

use std::collections::HashMap;

use gilrs_core::{EvCode, EventType, Gilrs};

use super::{DeadZone, position};

/// Events taken at a time; a controller that never falls silent must not hold us.
const EVENTS: usize = 1000;

pub(super) struct Pads {
    events: Option<Gilrs>,
    zones: HashMap<usize, DeadZone>,
}

impl Pads {
    pub(super) fn new() -> Self {
        Self { events: Gilrs::new().ok(), zones: HashMap::new() }
    }

    pub(super) fn used(&mut self) -> Option<bool> {
        let events = self.events.as_mut()?;
        let mut used = false;
        for _ in 0..EVENTS {
            let Some(event) = events.next_event() else { break };
            used |= match event.event {
                EventType::ButtonPressed(_) | EventType::ButtonReleased(_) => true,
                EventType::AxisValueChanged(value, axis) => {
                    let position = position(range(events, event.id, axis), value);
                    self.zones.entry(event.id).or_default().left(axis.into_u32(), position)
                }
                _ => false,
            };
        }
        Some(used)
    }
}

fn range(events: &Gilrs, pad: usize, axis: EvCode) -> (i32, i32) {
    events.gamepad(pad).and_then(|pad| pad.axis_info(axis)).map_or((0, 1), |info| (info.min, info.max))
}
