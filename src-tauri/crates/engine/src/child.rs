//! One loop: take orders, decode one step for all running answers, send what came of it.

mod ffi;
mod model;
mod pipe;
mod schedule;
mod slot;

use std::process::ExitCode;
use std::sync::mpsc::{Receiver, TryRecvError};

use llama_cpp_2::LlamaBackendDeviceType;
use llama_cpp_2::llama_backend::LlamaBackend;
use opengateway_core::backend::AnswerError;
use opengateway_engine::wire::{FromEngine, ToEngine};

use pipe::Output;
pub(crate) use pipe::print_line;
use schedule::Schedule;

/// Prints the graphics cards that llama.cpp can use, a line of JSON each. Runs in a process of its own because a
/// broken driver may hang or crash in here.
pub(crate) fn print_devices() -> ExitCode {
    let _backend = LlamaBackend::init();
    for device in llama_cpp_2::list_llama_ggml_backend_devices() {
        let line = serde_json::json!({
            "name": device.name, "description": device.description, "backend": device.backend,
            "gpu": matches!(device.device_type, LlamaBackendDeviceType::Gpu | LlamaBackendDeviceType::IntegratedGpu),
            "total": device.memory_total, "free": device.memory_free,
        });
        pipe::print_line(&line.to_string());
    }
    ExitCode::SUCCESS
}

pub(crate) fn run() -> ExitCode {
    if let Some(missing) = missing_processor_feature() {
        eprintln!("this processor lacks {missing}, which the engine needs (x86-64-v3, made since about 2013)");
        return ExitCode::FAILURE;
    }
    let orders = pipe::orders();
    let mut child = Child { backend: None, schedule: None, output: Output::new() };
    pipe::send_now(&FromEngine::Ready);
    child.serve(&orders);
    ExitCode::SUCCESS
}

#[cfg(target_arch = "x86_64")]
fn missing_processor_feature() -> Option<&'static str> {
    let needed = [
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
        ("FMA", std::arch::is_x86_feature_detected!("fma")),
        ("F16C", std::arch::is_x86_feature_detected!("f16c")),
        ("BMI2", std::arch::is_x86_feature_detected!("bmi2")),
    ];
    needed.iter().find(|(_, present)| !present).map(|(name, _)| *name)
}

#[cfg(not(target_arch = "x86_64"))]
fn missing_processor_feature() -> Option<&'static str> {
    None
}

struct Child {
    /// Made with the first model: an idle engine stays small.
    backend: Option<LlamaBackend>,
    schedule: Option<Schedule>,
    output: Output,
}

impl Child {
    fn serve(&mut self, orders: &Receiver<ToEngine>) {
        while let Some(order) = self.next(orders) {
            match order {
                Some(order) => self.obey(order),
                None => self.step(),
            }
            self.output.flush();
        }
    }

    /// An order, or `Some(None)` when there is none and answers are running, or `None` when there will be none.
    fn next(&self, orders: &Receiver<ToEngine>) -> Option<Option<ToEngine>> {
        if self.schedule.as_ref().is_none_or(Schedule::is_idle) {
            return orders.recv().ok().map(Some);
        }
        match orders.try_recv() {
            Ok(order) => Some(Some(order)),
            Err(TryRecvError::Empty) => Some(None),
            Err(TryRecvError::Disconnected) => None,
        }
    }

    fn obey(&mut self, order: ToEngine) {
        match order {
            ToEngine::Load(load) => {
                self.schedule = None;
                let backend = self.backend.get_or_insert_with(ffi::init_backend);
                let result = model::load(backend, &load, |progress| {
                    pipe::send_now(&FromEngine::Loading { progress });
                });
                let answer = result.map(|(model, loaded)| {
                    self.schedule = Some(Schedule::new(model));
                    loaded
                });
                self.output.send(&FromEngine::Loaded(answer));
            }
            ToEngine::Unload => {
                self.schedule = None;
                self.output.send(&FromEngine::Unloaded);
            }
            ToEngine::Answer { id, turns, sampling, seed, written } => match &mut self.schedule {
                Some(schedule) => schedule.admit(slot::Ask { id, turns, sampling, seed, written }, &mut self.output),
                None => {
                    let result = Err(AnswerError::Internal("no model is loaded".into()));
                    self.output.send(&FromEngine::Ended { id, result });
                }
            },
            ToEngine::Cancel { id } => {
                if let Some(schedule) = &mut self.schedule {
                    schedule.cancel(id);
                }
            }
        }
    }

    fn step(&mut self) {
        if let Some(schedule) = &mut self.schedule {
            schedule.step(&mut self.output);
        }
    }
}
