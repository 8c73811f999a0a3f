//! Adversaries of the book: power cuts, kills, full disks, old backups, and peers that vanish or try it twice.

mod chance;
mod disk;
mod figures;
mod full;
mod losses;
mod processes;
mod refunds;
mod restored;
mod rules;
mod script;
mod side;
mod vfs;
