//! SQL of organizations, memberships, teams and departments.

mod closing;
mod department;
mod forgetting;
mod holidays;
mod member_changes;
mod membership;
mod organization;
mod plan;
mod team;
mod team_changes;

pub(super) use closing::*;
pub(super) use department::*;
pub(super) use forgetting::*;
pub(super) use holidays::*;
pub(super) use member_changes::*;
pub(super) use membership::*;
pub(super) use organization::*;
pub(super) use plan::*;
pub(super) use team::*;
pub(super) use team_changes::*;
