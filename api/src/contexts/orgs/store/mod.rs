//! SQL of organizations, memberships, teams and departments.

mod department;
mod membership;
mod organization;
mod team;

pub(super) use department::*;
pub(super) use membership::*;
pub(super) use organization::*;
pub(super) use team::*;
