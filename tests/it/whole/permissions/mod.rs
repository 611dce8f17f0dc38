//! Who may do what: the whole matrix, against a table written by hand.
//!
//! The table is not read from the code it checks. Letters are the relations that a role reaches: `o` others, `l` people of
//! a team that the actor leads, `s` the actor themself.

mod requests;
mod walk;

use shared::permission::{Permission, Relation};
use shared::role::Role;

const EXPECTED: &[(Permission, &str, &str, &str)] = &[
    //                                           ADMIN  MEMBER VIEWER
    (Permission::ViewOrganization, "ols", "ols", "ols"),
    (Permission::ViewMembers, "ols", "ols", ""),
    (Permission::ManageMembers, "ols", "", ""),
    (Permission::ViewEmailAddress, "ols", "ls", "s"),
    (Permission::ViewIndividualLeaderboard, "ols", "ols", ""),
    (Permission::ViewPoints, "ols", "ls", ""),
    (Permission::ViewEvents, "ols", "ls", ""),
    (Permission::AdjustPoints, "ols", "", ""),
    (Permission::ManageWebhookSources, "ols", "", ""),
    (Permission::ManageTeams, "ols", "", ""),
    (Permission::ViewAbsences, "ols", "ls", ""),
    (Permission::ManageAbsences, "ols", "ls", ""),
    (Permission::ManageOrganization, "ols", "", ""),
    (Permission::ManageApiKeys, "ols", "", ""),
    (Permission::ManageOwnApiKeys, "s", "s", ""),
    (Permission::ViewAuditLog, "ols", "", ""),
    (Permission::ManageEvents, "ols", "", ""),
];

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let mut wrong = Vec::new();
    for (permission, admin, member, viewer) in EXPECTED {
        for (role, reach) in [
            (Role::Admin, admin),
            (Role::Member, member),
            (Role::Viewer, viewer),
        ] {
            for (relation, letter) in [
                (Relation::Other, 'o'),
                (Relation::LedByActor, 'l'),
                (Relation::Own, 's'),
            ] {
                if permission.is_granted_to(role, relation) != reach.contains(letter) {
                    wrong.push(format!("{permission:?} of {role} over {relation:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_every_permission_once() {
    let expected: Vec<Permission> = EXPECTED
        .iter()
        .map(|(permission, ..)| *permission)
        .collect();
    assert_eq!(expected, Permission::ALL);
}
