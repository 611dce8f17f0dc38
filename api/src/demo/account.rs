//! Accounts on the organizations' GitLab: of members, of strangers, of machines.

use super::cast::Company;
use crate::contexts::identity::DEMO_DOMAIN;

/// An account as GitLab shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) username: String,
    pub(super) name: String,
    /// None where GitLab hides it.
    pub(super) email: Option<String>,
}

impl Account {
    /// The account of a member, by the number in the cast.
    pub(super) fn of_member(company: &Company, number: usize) -> Self {
        let colleague = &company.people[number];
        Self {
            id: company.account_id(number),
            username: colleague.username.to_owned(),
            name: colleague.name.to_owned(),
            email: Some(email_of(colleague.username)),
        }
    }

    /// The account of somebody whom the organization does not know.
    pub(super) fn of_stranger(company: &Company, number: usize) -> Self {
        let stranger = &company.strangers[number];
        Self {
            id: company.stranger_id(number),
            username: stranger.username.to_owned(),
            name: stranger.name.to_owned(),
            email: None,
        }
    }

    /// The machine that keeps dependencies fresh.
    pub(super) fn of_updater() -> Self {
        Self {
            id: 9_901,
            username: "renovate[bot]".to_owned(),
            name: "Renovate".to_owned(),
            email: None,
        }
    }

    /// The token that scheduled pipelines run under.
    pub(super) fn of_scheduler(project_id: u64) -> Self {
        Self {
            id: 9_950 + project_id,
            username: format!("project_{project_id}_bot"),
            name: "Nightly".to_owned(),
            email: None,
        }
    }
}

/// The address of a member.
pub(super) fn email_of(username: &str) -> String {
    format!("{username}@{DEMO_DOMAIN}")
}
