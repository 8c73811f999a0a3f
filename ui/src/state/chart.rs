//! What a chart draws: bars above an axis, and below it where there is anything.

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Bar {
    /// What stands below it; nothing where there is no room for each.
    pub(crate) label: String,
    pub(crate) above: Part,
    pub(crate) below: Part,
    /// All that is known of it.
    pub(crate) words: String,
}

/// The part of a bar on one side of the axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Part {
    /// In per cent of its side.
    pub(crate) height: f32,
    /// The value at its end; nothing where there is no room.
    pub(crate) brief: String,
}

/// A chart as it is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chart {
    pub(crate) bars: Vec<Bar>,
    /// How much of the field is above the axis, in per cent.
    pub(crate) axis: f32,
    /// The whole of it for those who do not see it.
    pub(crate) spoken: String,
}
