//! Every cell of the matrix asked of the API itself, and every guard left out in turn.

use api::access::Guard;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use shared::permission::Permission;
use shared::role::Role;
use shared::scope::ApiScope;
use tests::org::{Org, Person};
use tests::{TestApp, gitlab};

use super::EXPECTED;
use super::requests::{About, REQUESTS, Request};
use crate::keys::arrange::Key;

/// What a key of the organization with this scope alone may do.
const KEYS: &[(ApiScope, &[Permission])] = &[
    (ApiScope::ReadMetrics, &[]),
    (ApiScope::ReadRepos, &[Permission::ViewEvents]),
    (
        ApiScope::ReadTeam,
        &[
            Permission::ViewOrganization,
            Permission::ViewMembers,
            Permission::ViewAbsences,
        ],
    ),
    (ApiScope::WriteWebhooks, &[Permission::ManageWebhookSources]),
    (ApiScope::WriteNotifications, &[]),
    (
        ApiScope::AdminOrg,
        &[
            Permission::ViewOrganization,
            Permission::ViewMembers,
            Permission::ManageMembers,
            Permission::ViewEmailAddress,
            Permission::ViewIndividualLeaderboard,
            Permission::ViewPoints,
            Permission::ViewEvents,
            Permission::AdjustPoints,
            Permission::ManageWebhookSources,
            Permission::ManageTeams,
            Permission::ViewAbsences,
            Permission::ManageAbsences,
            Permission::ManageOrganization,
            Permission::ViewAuditLog,
            Permission::ManageEvents,
        ],
    ),
    (
        ApiScope::ReadPoints,
        &[
            Permission::ViewIndividualLeaderboard,
            Permission::ViewPoints,
        ],
    ),
    (ApiScope::ReadReports, &[]),
    (ApiScope::ReadReviews, &[]),
    (ApiScope::WriteReports, &[]),
];

/// An organization in which each role has somebody to lead and somebody who is a stranger to it.
struct World {
    app: TestApp,
    org: Org,
    /// Of the team that the administrator leads.
    led_by_admin: Person,
    /// Of the team that the viewer leads.
    led_by_viewer: Person,
    outsider: Person,
}

impl World {
    async fn leaving_out(guard: Option<Guard>) -> Self {
        let builder = TestApp::builder();
        let builder = match guard {
            Some(guard) => builder.leaving_out(guard),
            None => builder,
        };
        let app = builder.start().await;
        let mut org = app.org().await;
        let (admin, viewer) = (org.admin.clone(), org.viewer.clone());
        org.create_team("gamma", Some(&admin)).await;
        org.create_team("delta", Some(&viewer)).await;
        let led_by_admin = org.member_of("gamma").await;
        let led_by_viewer = org.member_of("delta").await;
        let mut outsider = app.org().await.admin;
        outsider.organization_id = org.id;
        let world = Self {
            app,
            led_by_admin,
            led_by_viewer,
            outsider,
            org,
        };
        world.furnish().await;
        world
    }

    /// An event and an absence of everybody: where there is nothing, nothing is hidden.
    async fn furnish(&self) {
        let source = self.org.source().await;
        let away = "mutation ($user: ID!) { setAbsence(input: { userId: $user, startsOn: \"2026-04-01\", endsOn: \"2026-04-01\" }) { absence { id } } }";
        for person in [
            &self.org.admin,
            &self.org.lead,
            &self.org.member,
            &self.org.viewer,
            &self.led_by_admin,
            &self.led_by_viewer,
        ] {
            source
                .accept(&gitlab::push(&person.gitlab(), 1, self.app.now()))
                .await;
            let about = json!({ "user": person.gid() });
            self.org.admin.graphql(away, about).await.data();
        }
        self.app.run_jobs().await;
    }

    /// Who acts in a role, and whom it is about for each letter of the table.
    fn cells(&self, role: Role) -> (&Person, [(char, &Person); 3]) {
        let org = &self.org;
        match role {
            Role::Admin => (
                &org.admin,
                [
                    ('o', &org.member),
                    ('l', &self.led_by_admin),
                    ('s', &org.admin),
                ],
            ),
            Role::Member => (
                &org.lead,
                [
                    ('o', &self.led_by_admin),
                    ('l', &org.member),
                    ('s', &org.lead),
                ],
            ),
            Role::Viewer => (
                &org.viewer,
                [
                    ('o', &org.member),
                    ('l', &self.led_by_viewer),
                    ('s', &org.viewer),
                ],
            ),
        }
    }

    /// Every cell that the API answers otherwise than the table.
    async fn wrong_cells(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut number = 0;
        for request in REQUESTS {
            for (role, reach) in reach_of(request.permission) {
                let (actor, cells) = self.cells(role);
                for (letter, about) in cells {
                    if !is_asked(request.about, letter) {
                        continue;
                    }
                    number += 1;
                    let (document, variables) = request.ask(&about.gid(), &format!("W{number}"));
                    let answer = actor.graphql(document, variables).await;
                    let is_allowed = request.is_allowed_by(&answer);
                    if is_allowed != reach.contains(letter) {
                        wrong.push(format!(
                            "{:?} of {role} over `{letter}`: allowed is {is_allowed}",
                            request.permission
                        ));
                    }
                }
            }
            let (document, variables) = request.ask(&self.org.member.gid(), "Outside");
            let answer = self.outsider.graphql(document, variables).await;
            if request.is_allowed_by(&answer) {
                wrong.push(format!("{:?} of an outsider", request.permission));
            }
        }
        wrong
    }

    /// Every scope of a key that opens more or less than the table says.
    async fn wrong_keys(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (scope, allowed) in KEYS {
            let key = Key::of_organization(&self.app, &self.org.admin, &[scope.as_str()]).await;
            for request in REQUESTS {
                let text = format!("{}-{}", scope.as_str(), request.permission as u8);
                let (document, variables) = request.ask(&self.org.member.gid(), &text);
                let is_allowed = request.is_allowed_by(&key.graphql(document, variables).await);
                if is_allowed != allowed.contains(&request.permission) {
                    wrong.push(format!(
                        "{:?} by {}: allowed is {is_allowed}",
                        request.permission,
                        scope.code()
                    ));
                }
            }
        }
        wrong
    }
}

/// The row of the table: what each role reaches.
fn reach_of(permission: Permission) -> [(Role, &'static str); 3] {
    let row = EXPECTED.iter().find(|row| row.0 == permission);
    let (_, admin, member, viewer) = row.expect("the table has every permission");
    [
        (Role::Admin, admin),
        (Role::Member, member),
        (Role::Viewer, viewer),
    ]
}

/// What is about the whole organization is one cell a role, and so is what is about the caller alone.
fn is_asked(about: About, letter: char) -> bool {
    match about {
        About::Organization => letter == 'o',
        About::Person => true,
        About::Caller => letter == 's',
    }
}

#[tokio::test]
async fn the_api_answers_every_cell_as_the_table_says() {
    let world = World::leaving_out(None).await;
    let asked: Vec<Permission> = REQUESTS
        .iter()
        .map(|request: &Request| request.permission)
        .collect();
    assert_eq!(asked, Permission::ALL, "one request a permission");
    let scopes: Vec<ApiScope> = KEYS.iter().map(|(scope, _)| *scope).collect();
    assert_eq!(scopes, ApiScope::ALL, "one row a scope");

    assert_eq!(world.wrong_cells().await, Vec::<String>::new());
    assert_eq!(world.wrong_keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn no_guard_can_be_left_out_unnoticed() {
    let guards = Permission::ALL
        .iter()
        .map(|permission| Guard::Permission(*permission));
    let unnoticed: Vec<Guard> = stream::iter(guards)
        .map(|guard| async move {
            let world = World::leaving_out(Some(guard)).await;
            let is_noticed = !world.wrong_cells().await.is_empty();
            (!is_noticed).then_some(guard)
        })
        .buffer_unordered(4)
        .filter_map(std::future::ready)
        .collect()
        .await;
    // Every role may read the organization itself: what guards it is the standing, which outsiders do not have.
    assert_eq!(unnoticed, [Guard::Permission(Permission::ViewOrganization)]);
}

#[tokio::test]
async fn neither_guard_of_keys_can_be_left_out_unnoticed() {
    for guard in [Guard::KeyDoors, Guard::KeyScopes] {
        let world = World::leaving_out(Some(guard)).await;
        assert!(!world.wrong_keys().await.is_empty(), "{guard:?}");
    }
}
