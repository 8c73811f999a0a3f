//! The cards as Windows lists them, with its counters for what processes do on them. NVIDIA's library only adds the
//! temperature, and only while the card is used: asking it would wake the card.

mod thermometer;

use std::collections::HashSet;

use windows::Win32::Foundation::ERROR_SUCCESS;
use windows::Win32::Graphics::Dxgi::{
    CreateDXGIFactory1, DXGI_ADAPTER_DESC1, DXGI_ADAPTER_FLAG_SOFTWARE, DXGI_MEMORY_SEGMENT_GROUP_NON_LOCAL,
    DXGI_QUERY_VIDEO_MEMORY_INFO, IDXGIAdapter1, IDXGIAdapter3, IDXGIFactory1,
};
use windows::Win32::System::Performance::{
    PDH_FMT_COUNTERVALUE_ITEM_W, PDH_FMT_DOUBLE, PDH_HCOUNTER, PDH_HQUERY, PDH_MORE_DATA, PdhAddEnglishCounterW,
    PdhCloseQuery, PdhCollectQueryData, PdhGetFormattedCounterArrayW, PdhOpenQueryW,
};
use windows::core::{Interface, PCWSTR, w};

pub(crate) use self::thermometer::unique;

use self::thermometer::Thermometer;
use super::Reading;
use super::counters::{self, Luid};

const NVIDIA: u32 = 0x10de;

pub(super) struct Cards {
    cards: Vec<Card>,
    counters: Option<Counters>,
    thermometer: Thermometer,
    /// Why the thermometer cannot be read.
    failure: Option<String>,
}

struct Card {
    luid: Luid,
    vendor: u32,
    last: Reading,
}

impl Cards {
    pub(super) fn new() -> Self {
        let (counters, thermometer) = (Counters::open(), Thermometer::default());
        let mut cards = Self { cards: Vec::new(), counters, thermometer, failure: None };
        cards.find();
        cards
    }

    pub(super) fn find(&mut self) {
        self.failure = None;
        self.cards = adapters().iter().filter_map(Card::new).collect();
    }

    pub(super) fn read(&mut self, ours: &HashSet<u32>) -> Vec<Reading> {
        let (engines, memory) = self.counters.as_ref().and_then(Counters::read).unwrap_or_default();
        let others = counters::others(pairs(&engines), ours);
        let used_bytes = counters::bytes(pairs(&memory));
        for card in &mut self.cards {
            // A card without counters is one that nobody has opened.
            card.last.others = (!engines.is_empty()).then(|| others.get(&card.luid).copied().unwrap_or(0.0));
            let used = used_bytes.get(&card.luid).copied();
            card.last.free_vram_bytes = card.last.vram_bytes.zip(used).map(|(total, used)| total.saturating_sub(used));
            card.last.celsius = None;
        }
        self.add_temperature(&engines, ours);
        self.cards.iter().map(|card| card.last.clone()).collect()
    }

    pub(super) fn missing(&self) -> Vec<String> {
        let silent = self.counters.is_none().then(|| "use of the graphics card: Windows has no counters for it".into());
        self.failure.iter().map(|reason| format!("NVIDIA graphics: {reason}")).chain(silent).collect()
    }

    /// The library and Windows name cards differently, so all are asked at once, if none of them can be asleep.
    fn add_temperature(&mut self, engines: &[(String, f64)], ours: &HashSet<u32>) {
        let mut nvidia: Vec<&mut Card> = self.cards.iter_mut().filter(|card| card.vendor == NVIDIA).collect();
        if nvidia.iter().any(|card| !counters::is_used(pairs(engines), card.luid, ours)) {
            self.thermometer.release();
            return;
        }
        let Some(card) = nvidia.first_mut().filter(|_| self.failure.is_none()) else { return };
        match self.thermometer.hottest() {
            Ok(celsius) => card.last.celsius = celsius,
            Err(reason) => self.failure = Some(reason),
        }
    }
}

impl Card {
    #[expect(unsafe_code, reason = "a call of the system")]
    fn new(adapter: &IDXGIAdapter1) -> Option<Self> {
        // SAFETY: the adapter lives.
        let card: DXGI_ADAPTER_DESC1 = unsafe { adapter.GetDesc1() }.ok()?;
        if card.Flags & DXGI_ADAPTER_FLAG_SOFTWARE.0.cast_unsigned() != 0 {
            return None;
        }
        let name = String::from_utf16_lossy(&card.Description);
        let last = Reading {
            name: name.trim_end_matches('\0').trim().to_owned(),
            backend: if card.VendorId == NVIDIA { "NVML" } else { "Vulkan" },
            integrated: shares_memory(adapter),
            vram_bytes: u64::try_from(card.DedicatedVideoMemory).ok(),
            ..Reading::default()
        };
        let luid = (card.AdapterLuid.HighPart.cast_unsigned(), card.AdapterLuid.LowPart);
        Some(Self { luid, vendor: card.VendorId, last })
    }
}

fn pairs(values: &[(String, f64)]) -> impl Iterator<Item = (&str, f64)> {
    values.iter().map(|(name, value)| (name.as_str(), *value))
}

#[expect(unsafe_code, reason = "calls of the system")]
fn adapters() -> Vec<IDXGIAdapter1> {
    // SAFETY: the call has no conditions.
    let Ok(factory) = (unsafe { CreateDXGIFactory1::<IDXGIFactory1>() }) else { return Vec::new() };
    // SAFETY: the factory lives; a number beyond the last adapter gives an error.
    (0..).map_while(|number| unsafe { factory.EnumAdapters1(number) }.ok()).collect()
}

/// Graphics within the processor have no memory that is farther from them than other memory.
#[expect(unsafe_code, reason = "a call of the system")]
fn shares_memory(adapter: &IDXGIAdapter1) -> bool {
    let Ok(adapter) = adapter.cast::<IDXGIAdapter3>() else { return false };
    let mut far = DXGI_QUERY_VIDEO_MEMORY_INFO::default();
    // SAFETY: the adapter lives; `far` is ours and outlives the call.
    let told = unsafe { adapter.QueryVideoMemoryInfo(0, DXGI_MEMORY_SEGMENT_GROUP_NON_LOCAL, &raw mut far) };
    told.is_ok() && far.Budget == 0
}

/// Values by name.
type Values = Vec<(String, f64)>;

/// The open counters. Handles are kept as numbers: as pointers they could not move to the thread that reads.
struct Counters {
    query: usize,
    engines: usize,
    memory: usize,
}

impl Counters {
    #[expect(unsafe_code, reason = "a call of the system")]
    fn open() -> Option<Self> {
        let mut query = PDH_HQUERY::default();
        // SAFETY: `query` is ours and outlives the call.
        let opened = unsafe { PdhOpenQueryW(PCWSTR::null(), 0, &raw mut query) };
        if opened != ERROR_SUCCESS.0 {
            return None;
        }
        let mut counters = Self { query: query.0.expose_provenance(), engines: 0, memory: 0 };
        counters.engines = counters.add(w!("\\GPU Engine(*)\\Utilization Percentage"))?;
        counters.memory = counters.add(w!("\\GPU Adapter Memory(*)\\Dedicated Usage"))?;
        Some(counters)
    }

    #[expect(unsafe_code, reason = "a call of the system")]
    fn add(&self, name: PCWSTR) -> Option<usize> {
        let mut counter = PDH_HCOUNTER::default();
        // SAFETY: the query is open; `counter` is ours and outlives the call.
        let added = unsafe { PdhAddEnglishCounterW(self.query(), name, 0, &raw mut counter) };
        (added == ERROR_SUCCESS.0).then_some(counter.0.expose_provenance())
    }

    /// Shares of engines since the last reading, and bytes of memory.
    #[expect(unsafe_code, reason = "a call of the system")]
    fn read(&self) -> Option<(Values, Values)> {
        // SAFETY: the query is open.
        let collected = unsafe { PdhCollectQueryData(self.query()) };
        (collected == ERROR_SUCCESS.0).then(|| (values(self.engines), values(self.memory)))
    }

    fn query(&self) -> PDH_HQUERY {
        PDH_HQUERY(std::ptr::with_exposed_provenance_mut(self.query))
    }
}

impl Drop for Counters {
    #[expect(unsafe_code, reason = "a call of the system")]
    fn drop(&mut self) {
        // SAFETY: the query is open and nobody uses it any more.
        unsafe { PdhCloseQuery(self.query()) };
    }
}

/// Empty for a share until it was collected twice.
#[expect(unsafe_code, reason = "a call of the system")]
fn values(counter: usize) -> Values {
    let counter = PDH_HCOUNTER(std::ptr::with_exposed_provenance_mut(counter));
    let (mut bytes, mut count) = (0, 0);
    // SAFETY: the counter belongs to an open query; without a buffer only the sizes are written, which are ours.
    let asked = unsafe { PdhGetFormattedCounterArrayW(counter, PDH_FMT_DOUBLE, &raw mut bytes, &raw mut count, None) };
    let Some(needed) = usize::try_from(bytes).ok().filter(|_| asked == PDH_MORE_DATA) else { return Vec::new() };
    // The names follow the items in the same buffer.
    let items = needed.div_ceil(size_of::<PDH_FMT_COUNTERVALUE_ITEM_W>());
    let mut buffer = vec![PDH_FMT_COUNTERVALUE_ITEM_W::default(); items];
    // SAFETY: the buffer is at least `bytes` long and outlives the call.
    let told = unsafe {
        let start = buffer.as_mut_ptr();
        PdhGetFormattedCounterArrayW(counter, PDH_FMT_DOUBLE, &raw mut bytes, &raw mut count, Some(start))
    };
    if told != ERROR_SUCCESS.0 {
        return Vec::new();
    }
    let filled = buffer.iter().take(usize::try_from(count).unwrap_or(0));
    // SAFETY: names point into the buffer and end with zero; the format asked for is a double.
    let value = |item: &PDH_FMT_COUNTERVALUE_ITEM_W| unsafe {
        (item.szName.to_string().unwrap_or_default(), item.FmtValue.Anonymous.doubleValue)
    };
    filled.map(value).collect()
}
