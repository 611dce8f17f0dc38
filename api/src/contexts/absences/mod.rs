//! Absences: the days on which members are away. Reports, reminders and streaks leave these days out.
//!
//! - Entered by the person, the lead of one of their teams, or an administrator, and seen by the same.
//! - Two absences of one person never share a day; the database refuses it.

mod error;
pub mod graphql;
mod model;
mod service;
mod store;

pub use error::AbsenceError;
pub use model::{Absence, NewAbsence};
pub use service::{calendar, delete_absence, forget_person, set_absence};
