//! The temperature of NVIDIA cards and what tells them apart, from the driver's library.

use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::error::NvmlError;
use zeroize::Zeroizing;

use crate::parts::RawPart;

/// Loads the library when it is read first.
#[derive(Default)]
pub(super) struct Thermometer(Option<Nvml>);

impl Thermometer {
    /// Degrees of the hottest card.
    pub(super) fn hottest(&mut self) -> Result<Option<f32>, String> {
        let read = match &self.0 {
            Some(library) => hottest(library),
            None => Nvml::init().and_then(|library| hottest(self.0.insert(library))),
        };
        read.inspect_err(|_| self.release()).map_err(|error| error.to_string())
    }

    /// Lets go of all cards: one that is held open cannot fall asleep.
    pub(super) fn release(&mut self) {
        self.0 = None;
    }
}

fn hottest(library: &Nvml) -> Result<Option<f32>, NvmlError> {
    let celsius = |number| library.device_by_index(number)?.temperature(TemperatureSensor::Gpu);
    let told = (0..library.device_count()?).filter_map(|number| u16::try_from(celsius(number).ok()?).ok());
    Ok(told.max().map(f32::from))
}

/// What the library calls its first card, and no other one anywhere.
pub(crate) fn unique() -> Option<RawPart> {
    let name = Nvml::init().ok()?.device_by_index(0).ok()?.uuid().ok()?;
    RawPart::new(Zeroizing::new(name))
}
