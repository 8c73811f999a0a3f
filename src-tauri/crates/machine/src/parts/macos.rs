//! The parts of a Mac. Graphics of Apple are a part of the board, and others say nothing that tells them apart.

use std::ffi::{CStr, CString, c_char};
use std::iter;

use objc2_core_foundation::{CFDictionary, CFRetained, CFString, CFType};
use objc2_io_kit::{
    IOBSDNameMatching, IOObjectRelease, IORegistryEntrySearchCFProperty, IOServiceGetMatchingService, io_object_t,
    kIORegistryIterateParents, kIORegistryIterateRecursively, kIOServicePlane,
};
use opengateway_core::tags::is_virtual;
use sysinfo::Product;
use zeroize::Zeroizing;

use super::{Parts, RawPart, Told};

type Described = CFDictionary<CFString, CFType>;

/// An entry in the system's registry of devices.
struct Entry(io_object_t);

pub(super) fn told() -> Told {
    let board = Product::uuid().ok().and_then(|uuid| RawPart::new(Zeroizing::new(uuid)));
    let is_virtual = Product::name().is_ok_and(|name| is_virtual(&name));
    Told { is_virtual, parts: Parts { board, gpu: None, disk: disk() } }
}

/// Of the disk below what is mounted at the root. That is a snapshot, `disk3s1s1`, of a volume, `disk3s1`, on `disk3`.
fn disk() -> Option<RawPart> {
    let mounted = rustix::fs::statfs("/").ok()?;
    let device: Vec<u8> = mounted.f_mntfromname.iter().map(|letter| letter.cast_unsigned()).collect();
    let device = CStr::from_bytes_until_nul(&device).ok()?.to_str().ok()?.strip_prefix("/dev/")?;
    let devices = iter::successors(Some(device), |device| device.rsplit_once('s').map(|(whole, _)| whole));
    devices.filter_map(Entry::of).find_map(|device| serial(&device))
}

/// Disks describe themselves; what lies on one is found below it.
#[expect(unsafe_code, reason = "an object of the system's")]
fn serial(device: &Entry) -> Option<RawPart> {
    let described = device.search("Device Characteristics")?.downcast::<CFDictionary>().ok()?;
    // SAFETY: descriptions have strings as keys and objects of Core Foundation as values.
    let described: CFRetained<Described> = unsafe { CFRetained::cast_unchecked(described) };
    let serial = described.get(&CFString::from_static_str("Serial Number"))?.downcast::<CFString>().ok()?;
    RawPart::new(Zeroizing::new(serial.to_string()))
}

impl Entry {
    /// The one of a device with this name.
    #[expect(unsafe_code, reason = "calls of the system")]
    fn of(device: &str) -> Option<Self> {
        let name = CString::new(device).ok()?;
        // SAFETY: the name ends with a zero and outlives the call; 0 stands for the system's usual port.
        let wanted = unsafe { IOBSDNameMatching(0, 0, name.as_ptr()) }?;
        // SAFETY: what is wanted was made for this call.
        let found = unsafe { IOServiceGetMatchingService(0, Some(wanted.as_opaque().into())) };
        (found != 0).then_some(Self(found))
    }

    /// What it or the nearest entry above it says.
    #[expect(unsafe_code, reason = "a call of the system")]
    fn search(&self, name: &'static str) -> Option<CFRetained<CFType>> {
        let mut plane: [c_char; 128] = [0; 128];
        plane.iter_mut().zip(kIOServicePlane.to_bytes()).for_each(|(place, letter)| *place = letter.cast_signed());
        let (name, upwards) =
            (CFString::from_static_str(name), kIORegistryIterateParents | kIORegistryIterateRecursively);
        // SAFETY: the entry is held; the plane ends with a zero, and all outlive the call.
        unsafe { IORegistryEntrySearchCFProperty(self.0, &raw mut plane, Some(&name), None, upwards) }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        IOObjectRelease(self.0);
    }
}
