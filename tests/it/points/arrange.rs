//! An organization with people, for tests of the ledger and the boards below the API.

use std::sync::Arc;

use api::access::{OrgScope, system_scope};
use api::contexts::points::{Credit, EventSnapshot, LedgerEntry, PointsMoved, credit};
use api::error::Result;
use api::platform::Platform;
use api::platform::bus::{Bus, Receiver};
use api::platform::clock::Clock;
use api::platform::crypto::{Crypto, SealingKey};
use api::platform::db::Db;
use api::platform::ids::Ids;
use api::platform::tasks::Tasks;
use api::platform::telemetry::Metrics;
use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::{EventId, OrganizationId, ProviderAccountId, TeamId, UserId};
use shared::points::PointRule;
use shared::vocabulary::Provider;
use tests::database::Database;
use tokio_postgres::Client;
use uuid::Uuid;

/// An organization in a database of its own, on a clock that stands still.
pub(super) struct Ground {
    pub(super) platform: Platform,
    pub(super) scope: OrgScope,
    pub(super) client: Client,
    // Last, so that it goes when nobody is connected any more.
    _database: Database,
}

/// A Wednesday at noon.
pub(super) fn noon() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

impl Ground {
    pub(super) async fn new() -> Self {
        Self::in_zone("UTC").await
    }

    pub(super) async fn in_zone(time_zone: &str) -> Self {
        let database = Database::migrated().await;
        let client = database.client().await;
        let platform = platform(&database.url());
        let scope = new_organization(&platform, &client, time_zone).await;
        Self {
            platform,
            scope,
            client,
            _database: database,
        }
    }

    /// Another organization in the same database.
    pub(super) async fn another_organization(&self) -> OrgScope {
        new_organization(&self.platform, &self.client, "UTC").await
    }

    pub(super) async fn member(&self) -> UserId {
        self.member_of(&self.scope, "MEMBER", "ACTIVE").await
    }

    pub(super) async fn members(&self, count: usize) -> Vec<UserId> {
        let mut members = Vec::new();
        for _ in 0..count {
            members.push(self.member().await);
        }
        members
    }

    pub(super) async fn member_of(&self, scope: &OrgScope, role: &str, status: &str) -> UserId {
        let id = self.platform.ids.new_id();
        let now = self.platform.clock.now();
        let name = format!("Person {}", &id.to_string()[24..]);
        self.client
            .execute(
                "INSERT INTO users (id, email, name, created_at, updated_at)
                 VALUES ($1, $1::uuid::text || '@example.com', $2, $3, $3)",
                &[&id, &name, &now],
            )
            .await
            .unwrap();
        self.client
            .execute(
                "INSERT INTO memberships (id, organization_id, user_id, role, status, created_at, updated_at)
                 VALUES ($1, $2, $1, $3, $4, $5, $5)",
                &[&id, &scope.organization_id().0, &role, &status, &now],
            )
            .await
            .unwrap();
        UserId(id)
    }

    /// A team with these primary members.
    pub(super) async fn team(&self, members: &[UserId]) -> TeamId {
        let id = self.platform.ids.new_id();
        let now = self.platform.clock.now();
        let organization = self.scope.organization_id().0;
        self.client
            .execute(
                "INSERT INTO teams (id, organization_id, name, created_at, updated_at) VALUES ($1, $2, $1::uuid::text, $3, $3)",
                &[&id, &organization, &now],
            )
            .await
            .unwrap();
        for member in members {
            self.client
                .execute(
                    "INSERT INTO team_members (organization_id, team_id, user_id, is_primary, created_at)
                     VALUES ($1, $2, $3, true, $4)",
                    &[&organization, &id, &member.0, &now],
                )
                .await
                .unwrap();
        }
        TeamId(id)
    }

    /// A provider's account that belongs to nobody yet.
    pub(super) async fn account(&self, scope: &OrgScope) -> ProviderAccountId {
        let id = self.platform.ids.new_id();
        let now = self.platform.clock.now();
        self.client
            .execute(
                "INSERT INTO provider_accounts (id, organization_id, provider, instance, username, first_seen_at, last_seen_at)
                 VALUES ($1, $2, 'GITLAB', 'gitlab.example.com', $1::uuid::text, $3, $3)",
                &[&id, &scope.organization_id().0, &now],
            )
            .await
            .unwrap();
        ProviderAccountId(id)
    }

    pub(super) async fn link(&self, account: ProviderAccountId, user: UserId) {
        let now = self.platform.clock.now();
        self.client
            .execute(
                "UPDATE provider_accounts SET user_id = $2, linked_by = 'MANUAL', linked_at = $3 WHERE id = $1",
                &[&account.0, &user.0, &now],
            )
            .await
            .unwrap();
    }

    /// Pays a fact in a transaction of its own.
    pub(super) async fn credit(&self, one: Credit) -> Result<Option<LedgerEntry>> {
        self.credit_in(&self.scope, one).await
    }

    pub(super) async fn credit_in(
        &self,
        scope: &OrgScope,
        one: Credit,
    ) -> Result<Option<LedgerEntry>> {
        self.platform
            .db
            .transaction(async |tx| credit(tx, scope, one).await)
            .await
    }

    pub(super) fn hints(&self) -> Receiver<PointsMoved> {
        self.platform.bus.subscribe()
    }
}

/// A push of so many commits, as a fact of its own.
pub(super) fn push(user: UserId, fact: &str, commits: u32) -> Credit {
    Credit {
        user_id: user,
        account_id: None,
        rule: PointRule::Push,
        fact: fact.to_owned(),
        units: commits,
        event: None,
        occurred_at: noon(),
    }
}

/// An event as a credit remembers it.
pub(super) fn event() -> EventSnapshot {
    EventSnapshot {
        id: EventId(Uuid::from_u128(0xE)),
        provider: Provider::Gitlab,
        event_type: "PUSH".to_owned(),
        title: Some("pushed 2 commits to main".to_owned()),
        url: Some("https://gitlab.example.com/a/b".to_owned()),
    }
}

pub(super) fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}

fn platform(url: &str) -> Platform {
    let clock = Clock::fixed_at(noon());
    let ids = Ids::new(clock.clone());
    let bus = Bus::default();
    let key = SealingKey {
        id: "test".to_owned(),
        key: [7; 32],
    };
    Platform {
        db: Db::connect(url, 8, bus.clone(), ids.clone()).unwrap(),
        clock,
        ids,
        bus,
        crypto: Arc::new(Crypto::new(vec![key]).unwrap()),
        redis: None,
        tasks: Tasks::default(),
        public_url: "http://devmetrics.test".into(),
        metrics: Metrics::default(),
    }
}

async fn new_organization(platform: &Platform, client: &Client, time_zone: &str) -> OrgScope {
    let id = platform.ids.new_id();
    let now = platform.clock.now();
    let slug = format!("org-{}", &id.simple().to_string()[20..]);
    client
        .execute(
            "INSERT INTO organizations (id, name, slug, time_zone, created_at, updated_at)
             VALUES ($1, 'Test', $2::text::citext, $3, $4, $4)",
            &[&id, &slug, &time_zone, &now],
        )
        .await
        .unwrap();
    let mut conn = platform.db.primary().await.ok().unwrap();
    system_scope(&mut conn, OrganizationId(id))
        .await
        .ok()
        .flatten()
        .unwrap()
}
