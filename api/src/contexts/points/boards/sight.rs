//! What a viewer may see of a board.

use shared::ids::UserId;
use shared::permission::Permission;
use shared::role::Role;
use shared::vocabulary::LeaderboardVisibility;

use super::directory::Directory;
use super::ranking::{Row, Subject};
use super::view::BoardKind;
use crate::access::OrgScope;
use crate::error::Result;

/// How a row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// With whom it is about.
    Named,
    /// Without.
    Anonymous,
    /// Not at all.
    Hidden,
}

/// What one viewer may see of boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Who looks.
    pub viewer: Option<UserId>,
    is_admin: bool,
    visibility: LeaderboardVisibility,
}

impl Sight {
    /// The sight of who acts, by the organization's rules as the directory has them.
    pub fn new(scope: &OrgScope, directory: &Directory) -> Self {
        Self {
            viewer: scope.user_id(),
            is_admin: scope.role().is_none_or(|role| role == Role::Admin),
            visibility: directory.visibility,
        }
    }

    /// Refuses boards that the actor may not see at all: viewers see groups, never people.
    ///
    /// # Errors
    /// Forbidden.
    pub fn require(scope: &OrgScope, kind: BoardKind) -> Result<()> {
        scope.require(if kind.is_of_people() {
            Permission::ViewIndividualLeaderboard
        } else {
            Permission::ViewOrganization
        })
    }

    /// How a row is shown. One's own row always is; that of a person who wants privacy is anonymous to all others.
    pub fn of(self, row: &Row) -> Shown {
        let Subject::Person(person) = &row.subject else {
            return Shown::Named;
        };
        if Some(person.user_id) == self.viewer {
            return Shown::Named;
        }
        match self.visibility {
            LeaderboardVisibility::AdminsOnly if !self.is_admin => Shown::Hidden,
            LeaderboardVisibility::Anonymous => Shown::Anonymous,
            _ if person.is_private => Shown::Anonymous,
            _ => Shown::Named,
        }
    }

    /// Whether no row is kept from the viewer, be it anonymous.
    pub fn sees_every_row(self) -> bool {
        self.is_admin || self.visibility != LeaderboardVisibility::AdminsOnly
    }

    /// Whether the viewer sees the same rows as others of the same role, as long as nothing is asked about the viewer
    /// themselves.
    pub fn is_shared(self, directory: &Directory) -> bool {
        let is_private = (self.viewer.and_then(|viewer| directory.people.get(&viewer)))
            .is_some_and(|person| person.is_private);
        !is_private
            && match self.visibility {
                LeaderboardVisibility::Named => true,
                LeaderboardVisibility::AdminsOnly => self.is_admin,
                LeaderboardVisibility::Anonymous => false,
            }
    }
}
