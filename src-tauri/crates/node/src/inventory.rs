//! What this PC is, how fast, and where in the world: keeps the hardware topic true.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use opengateway_api::{Error, ErrorCode, Hardware, RegionReport, Speed};
use opengateway_core::region::{self, Table};
use opengateway_core::tags::Tags;
use opengateway_core::tier;
use opengateway_engine::Engine;

use crate::sensors::Sensors;
use crate::speed;
use crate::store::Store;
use crate::topics::Topics;

/// Public addresses to regions; docs/third-party.md says where from.
static REGIONS: &[u8] = include_bytes!("../../../resources/regions.bin");
/// Checked whole when it is first needed, which takes some milliseconds.
static TABLE: LazyLock<Table<'static>> =
    LazyLock::new(|| Table::parse(REGIONS).expect("the table that we ship is whole: a test of core reads it"));
const SPEED: &str = "speed";

pub(crate) struct Inventory {
    pub(crate) store: Store,
    pub(crate) topics: Arc<Topics>,
    pub(crate) sensors: Arc<Sensors>,
    pub(crate) engine: Engine,
    /// The engine's program, which also measures memory.
    pub(crate) program: PathBuf,
}

impl Inventory {
    /// The tags of this PC. Takes half a second and 64 MiB, which are given back.
    pub(crate) async fn tags(&self) -> Tags {
        let Some(parts) = self.sensors.parts().await else { return Tags::default() };
        tokio::task::spawn_blocking(move || parts.tags()).await.unwrap_or_default()
    }

    /// Looks at the machine again and tells everyone.
    ///
    /// # Errors
    /// When the sensors do not answer.
    pub(crate) async fn refresh(&self) -> Result<Hardware, Error> {
        let silent =
            || Error::retryable(ErrorCode::Internal, "This PC's sensors do not answer. Try again in a moment.");
        let facts = self.sensors.facts().await.ok_or_else(silent)?;
        let speed = self.store.known_fact(SPEED).await?.and_then(|text| serde_json::from_str(&text).ok());
        let hardware = Hardware { tiers: tier::reports(&facts), facts, region: self.region(), speed };
        self.topics.hardware.send_replace(hardware.clone());
        Ok(hardware)
    }

    /// Finds the region anew: the owner may have set it.
    pub(crate) fn refresh_region(&self) {
        let region = self.region();
        self.topics.hardware.send_if_modified(|hardware| std::mem::replace(&mut hardware.region, region) != region);
    }

    /// Measures how fast the model in use answers here, now, for the owner.
    ///
    /// # Errors
    /// Why the model does not answer.
    pub(crate) async fn measure(&self) -> Result<Hardware, Error> {
        let model = self.topics.settings.borrow().model.clone();
        let speed = speed::measure(&self.engine, &self.program, &model).await?;
        self.keep_speed(speed).await;
        Ok(self.topics.hardware.borrow().clone())
    }

    pub(crate) async fn keep_speed(&self, speed: Speed) {
        let kept = match serde_json::to_string(&speed) {
            Ok(text) => self.store.set_fact(SPEED, text).await,
            Err(error) => Err(Error::internal(error)),
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "measured speed is not kept");
        }
        self.topics.hardware.send_modify(|hardware| hardware.speed = Some(speed));
    }

    fn region(&self) -> RegionReport {
        let setting = self.topics.settings.borrow().region.clone();
        let zone = iana_time_zone::get_timezone().ok();
        region::find(&setting, None, zone.as_deref(), &TABLE)
    }
}
