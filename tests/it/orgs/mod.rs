//! Organizations, members, teams, and what outsiders learn of them.

mod addresses;
mod changing;
mod closing;
mod life;
mod members;
mod outsiders;
pub mod plans;
mod standing;
mod team_changes;
mod teams;
