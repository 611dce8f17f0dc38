//! SQL of organizations, memberships, teams and departments.

mod department;
mod forgetting;
mod member_changes;
mod membership;
mod organization;
mod team;
mod team_changes;

pub(super) use department::*;
pub(super) use forgetting::*;
pub(super) use member_changes::*;
pub(super) use membership::*;
pub(super) use organization::*;
pub(super) use team::*;
pub(super) use team_changes::*;
