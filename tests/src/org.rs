//! Organizations to test with, and the people in them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use api::access::{Actor, OrgScope, RequestInfo, WhichOrganization, org_scope, system_scope};
use api::contexts::audit::Origin;
use api::contexts::identity::{self, NewUser};
use api::contexts::orgs::{self, Assignment, NewMember, NewOrganization, NewTeam};
use api::graphql::global_id::{self, NodeKind};
use chrono_tz::Tz;
use serde_json::{Value, json};
use shared::ids::{OrganizationId, SessionId, TeamId, UserId};
use shared::role::{PlanType, Role};

use crate::answer::Answer;
use crate::app::TestApp;
use crate::gitlab::Account;
use crate::socket::Socket;
use crate::source::Source;

/// An organization: teams `alpha` and `beta`, an administrator, the lead of `alpha`, a member of `alpha` and a viewer.
pub struct Org {
    app: TestApp,
    /// The organization.
    pub id: OrganizationId,
    /// Its part of paths.
    pub slug: String,
    /// An administrator, in no team.
    pub admin: Person,
    /// Leads `alpha` and is in it.
    pub lead: Person,
    /// Is in `alpha`.
    pub member: Person,
    /// A viewer, in no team.
    pub viewer: Person,
    teams: HashMap<String, TeamId>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    app: TestApp,
    /// The person.
    pub id: UserId,
    /// The organization that requests are about.
    pub organization_id: OrganizationId,
    /// A proven address.
    pub email: String,
    /// The name.
    pub name: String,
    /// An access token.
    pub token: String,
}

/// What a test wants otherwise than usual.
pub struct OrgBuilder {
    app: TestApp,
    time_zone: Tz,
}

/// Numbers organizations and people of the whole process, so that no two are alike.
fn next() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl OrgBuilder {
    pub(crate) fn new(app: TestApp) -> Self {
        Self {
            app,
            time_zone: Tz::UTC,
        }
    }

    /// Its days are cut in this zone.
    pub fn in_zone(mut self, time_zone: Tz) -> Self {
        self.time_zone = time_zone;
        self
    }

    /// Makes it.
    pub async fn create(self) -> Org {
        let number = next();
        let app = self.app;
        let new = NewOrganization {
            name: format!("Org {number}"),
            slug: Some(format!("org-{number}")),
            time_zone: self.time_zone,
            is_personal: false,
            plan: PlanType::Enterprise,
        };
        let scope = app
            .platform()
            .db
            .transaction(async |tx| orgs::create_organization(tx, &Origin::default(), new).await)
            .await
            .expect("an organization can be created");
        let mut org = Org {
            id: scope.organization_id(),
            slug: scope.tenant().slug.clone(),
            admin: person(&app, &scope, "admin", Role::Admin).await,
            lead: person(&app, &scope, "lead", Role::Member).await,
            member: person(&app, &scope, "member", Role::Member).await,
            viewer: person(&app, &scope, "viewer", Role::Viewer).await,
            teams: HashMap::new(),
            app,
        };
        org.create_team("alpha", Some(&org.lead.clone())).await;
        org.create_team("beta", None).await;
        org.assign(&org.lead, "alpha").await;
        org.assign(&org.member, "alpha").await;
        org
    }
}

impl Org {
    /// What the server itself may do here.
    pub async fn scope(&self) -> OrgScope {
        let mut conn = self
            .app
            .platform()
            .db
            .primary()
            .await
            .expect("a connection");
        system_scope(&mut conn, self.id)
            .await
            .expect("the database answers")
            .expect("the organization is there")
    }

    /// One more member, of a team that is made where it is missing.
    pub async fn member_of(&mut self, team: &str) -> Person {
        if !self.teams.contains_key(team) {
            self.create_team(team, None).await;
        }
        let person = self.person(Role::Member).await;
        self.assign(&person, team).await;
        person
    }

    /// One more person of a role, in no team.
    pub async fn person(&self, role: Role) -> Person {
        let name = format!("person-{}", next());
        person(&self.app, &self.scope().await, &name, role).await
    }

    /// One more person of this name, in no team.
    pub async fn person_named(&self, name: &str, role: Role) -> Person {
        person(&self.app, &self.scope().await, name, role).await
    }

    /// One more team.
    pub async fn create_team(&mut self, name: &str, lead: Option<&Person>) -> TeamId {
        let scope = self.scope().await;
        let new = NewTeam {
            name: name.to_owned(),
            lead_id: lead.map(|person| person.id),
            department_id: None,
        };
        let team = self
            .app
            .platform()
            .db
            .transaction(async |tx| orgs::create_team(tx, &scope, new).await)
            .await
            .expect("a team can be created");
        self.teams.insert(name.to_owned(), team.id);
        team.id
    }

    /// Puts a person into a team; the first one is the primary one.
    pub async fn assign(&self, person: &Person, team: &str) {
        let scope = self.scope().await;
        let assignment = Assignment {
            team_id: self.team(team),
            user_id: person.id,
            is_primary: true,
        };
        self.app
            .platform()
            .db
            .transaction(async |tx| orgs::assign_member(tx, &scope, assignment).await)
            .await
            .expect("a member can be assigned");
    }

    /// A team by its name.
    #[track_caller]
    pub fn team(&self, name: &str) -> TeamId {
        *self
            .teams
            .get(name)
            .unwrap_or_else(|| panic!("there is no team {name}"))
    }

    /// A team's global id.
    #[track_caller]
    pub fn team_gid(&self, name: &str) -> String {
        global_id::encode(NodeKind::Team, self.team(name)).to_string()
    }

    /// The organization's global id.
    pub fn gid(&self) -> String {
        global_id::encode(NodeKind::Organization, self.id).to_string()
    }

    /// A GitLab webhook source.
    pub async fn source(&self) -> Source {
        Source::create(&self.app, &self.scope().await).await
    }
}

async fn person(app: &TestApp, scope: &OrgScope, name: &str, role: Role) -> Person {
    let email = format!("{name}@{}.test", scope.tenant().slug);
    let new = NewUser::verified(email.clone(), name);
    let user = app
        .platform()
        .db
        .transaction(async |tx| {
            let user = identity::create_user(tx, new).await?;
            orgs::add_member(tx, scope, NewMember::active(user.id, role)).await?;
            Ok(user)
        })
        .await
        .expect("a member can be added");
    let token = app.token_of(&email).await;
    Person {
        app: app.clone(),
        id: user.id,
        organization_id: scope.organization_id(),
        email,
        name: name.to_owned(),
        token,
    }
}

impl Person {
    /// Asks the API as this person, about the person's organization.
    pub async fn graphql(&self, query: &str, variables: Value) -> Answer {
        let organization = self.organization_id.to_string();
        let authorization = format!("Bearer {}", self.token);
        self.app
            .graphql_with(
                query,
                variables,
                &[
                    ("authorization", authorization.as_str()),
                    ("x-organization-id", organization.as_str()),
                ],
            )
            .await
    }

    /// The same person on another node.
    #[must_use]
    pub fn at(&self, node: &TestApp) -> Self {
        Self {
            app: node.clone(),
            ..self.clone()
        }
    }

    /// Signs in anew, as after hours in which the session ran out.
    pub async fn sign_in_again(&mut self) {
        self.token = self.app.token_of(&self.email).await;
    }

    /// Opens a websocket as this person.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.app.socket().await;
        socket
            .init(json!({
                "Authorization": format!("Bearer {}", self.token),
                "X-Organization-Id": self.organization_id.to_string(),
            }))
            .await;
        socket
    }

    /// The person's global id.
    pub fn gid(&self) -> String {
        global_id::encode(NodeKind::User, self.id).to_string()
    }

    /// An account on GitLab with the person's proven address.
    pub fn gitlab(&self) -> Account {
        Account::new(&self.email)
    }

    /// The person's standing in the organization, for tests below the API.
    pub async fn scope(&self) -> OrgScope {
        let actor = Actor::person(
            self.id,
            SessionId(self.app.platform().ids.new_id()),
            RequestInfo::default(),
        );
        let mut conn = self
            .app
            .platform()
            .db
            .primary()
            .await
            .expect("a connection");
        let which = WhichOrganization::Id(self.organization_id);
        org_scope(&mut conn, &actor, &which)
            .await
            .unwrap_or_else(|error| panic!("no standing: {error:?}"))
    }
}
