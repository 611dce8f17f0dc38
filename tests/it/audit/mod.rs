//! The log of who did what.

mod actions;
mod log;
mod reading;
