//! Organizations, members, teams, and what outsiders learn of them.

mod addresses;
mod changing;
mod life;
mod members;
mod outsiders;
mod standing;
mod team_changes;
mod teams;
