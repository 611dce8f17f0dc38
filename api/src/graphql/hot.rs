//! Hot queries: what many ask of boards is executed once for each version of the boards.
//!
//! Exact: an answer is given again only while the boards that it shows have not changed, to whoever has the same rights. An
//! answer that might show anything else than boards is never kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use shared::ids::{ApiKeyId, OrganizationId, TeamId, UserId};
use shared::role::Role;
use shared::vocabulary::LeaderboardPeriod;

use super::answer::Answer;
use super::request::RequestData;
use super::schema::{ApiSchema, Ask, Prepared};
use super::socket::names_own_team;
use crate::contexts::points::{BoardId, BoardKind, Boards, Sight};
use crate::platform::Platform;

/// Answers kept in each of two generations; the older one is dropped when the younger is full.
const KEPT: usize = 256;
/// Longer answers are not kept.
const MAX_KEPT_BYTES: usize = 64 * 1024;

/// Executes queries, and keeps the answers of those that are about boards only. Cheap to clone.
#[derive(Clone)]
pub(super) struct HotQueries {
    schema: ApiSchema,
    platform: Platform,
    boards: Boards,
    kept: Arc<Mutex<Generations>>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Key, Kept>,
    old: HashMap<Key, Kept>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    organization: OrganizationId,
    query: String,
    operation_name: Option<String>,
    variables: String,
    role: Option<Role>,
    /// Where the question is about the viewer's own team.
    team: Option<TeamId>,
    /// Where the answer may differ from viewer to viewer.
    viewer: Option<UserId>,
    /// Scopes differ from key to key.
    api_key: Option<ApiKeyId>,
}

#[derive(Clone)]
struct Kept {
    versions: Vec<u64>,
    body: Bytes,
}

impl HotQueries {
    pub(super) fn new(schema: ApiSchema, platform: Platform, boards: Boards) -> Self {
        Self {
            schema,
            platform,
            boards,
            kept: Arc::default(),
        }
    }

    /// Executes a query or mutation, or answers as it was answered before.
    pub(super) async fn execute(&self, ask: Ask, prepared: Prepared, data: RequestData) -> Answer {
        if !prepared.is_about_boards() {
            return self.schema.execute(prepared, data).await;
        }
        let Some((key, periods)) = self.key(ask, &prepared, &data).await else {
            return self.schema.execute(prepared, data).await;
        };
        let before = self.versions(key.organization, &periods);
        if let Some(versions) = &before
            && let Some(body) = self.find(&key, versions)
        {
            return Answer::whole(body);
        }
        let answer = self.schema.execute(prepared, data).await;
        // Whether the boards changed before or after they were read cannot be told: such an answer is good once.
        if let Some(versions) = before
            && !answer.has_errors
            && answer.body.len() <= MAX_KEPT_BYTES
            && self.versions(key.organization, &periods).as_ref() == Some(&versions)
        {
            let body = answer.body.clone();
            self.keep(key, Kept { versions, body });
        }
        answer
    }

    /// What the answer depends on beside the boards; none where that cannot be told, and the execution says why.
    async fn key(
        &self,
        ask: Ask,
        prepared: &Prepared,
        data: &RequestData,
    ) -> Option<(Key, Vec<LeaderboardPeriod>)> {
        let scope = data.current_scope(&self.platform).await.ok()?;
        let directory = self.boards.directory(&scope).await.ok()?;
        let is_alike = prepared.is_viewer_independent()
            && Sight::new(&scope, &directory).is_shared(&directory);
        let variables = serde_json::to_string(&ask.variables).ok()?;
        let periods = LeaderboardPeriod::ALL
            .iter()
            .copied()
            .filter(|period| {
                [&ask.query, &variables]
                    .iter()
                    .any(|text| text.contains(period.as_str()))
            })
            .collect();
        let key = Key {
            organization: scope.organization_id(),
            role: scope.role(),
            team: names_own_team(&ask).then(|| scope.primary_team()).flatten(),
            viewer: scope.user_id().filter(|_| !is_alike),
            api_key: scope.api_key_id(),
            query: ask.query,
            operation_name: ask.operation_name,
            variables,
        };
        Some((key, periods))
    }

    /// The versions of the boards of these periods; none where one is not in memory.
    fn versions(
        &self,
        organization_id: OrganizationId,
        periods: &[LeaderboardPeriod],
    ) -> Option<Vec<u64>> {
        let version = |period: &LeaderboardPeriod| {
            self.boards.version(&BoardId {
                organization_id,
                kind: BoardKind::People,
                period: *period,
            })
        };
        if periods.is_empty() {
            return None;
        }
        periods.iter().map(version).collect()
    }

    fn find(&self, key: &Key, versions: &[u64]) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.young.get(key) {
            return (found.versions == versions).then(|| found.body.clone());
        }
        let (key, found) = kept.old.remove_entry(key)?;
        if found.versions != versions {
            return None;
        }
        let body = found.body.clone();
        kept.insert(key, found);
        Some(body)
    }

    fn keep(&self, key: Key, answer: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, answer);
    }
}

impl Generations {
    fn insert(&mut self, key: Key, answer: Kept) {
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, answer);
    }
}
