//! The believable organization of `--demo`: people, a past, and events that keep coming.
//!
//! - The past is made up by a pure function of a seed and the calendar, and goes through the real acceptor and the real
//!   workers: what the demo shows is what the product makes of such deliveries.
//! - How far it was told is marked after each day. A start after a crash, or after a week off, tells what is missing.
//! - Only an empty database is filled. Data that is somebody's own is left alone.
//! - The named accounts have a past, and no live events but those that somebody sends in their name.

mod account;
mod cast;
mod chance;
mod founding;
mod furnish;
mod gitlab;
mod history;
mod machines;
mod plan;
mod rhythm;
mod store;
mod style;
mod traffic;
mod words;
mod work;

use std::net::SocketAddr;

use chrono::{DateTime, Days, TimeDelta, Utc};
use shared::ids::{OrganizationId, WebhookSourceId};
use shared::period::{day_in_zone, start_of_day};
use shared::vocabulary::Provider;

use self::account::{Account, email_of};
use self::cast::{COMPANIES, Company, TIDEWATER};
use self::history::{Past, Subject};
use self::store::HistoryRow;
use self::traffic::Traffic;
use crate::access::{OrgScope, system_scope};
use crate::config::Secret;
use crate::config::demo::DemoSettings;
use crate::contexts::ingest::{self, NewSource};
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// How long before its history an organization was made.
const OLDER_THAN_HISTORY: TimeDelta = TimeDelta::days(12);
/// A gap shorter than this is not told.
const GAP_MIN: TimeDelta = TimeDelta::minutes(2);
/// Repeats every draw of chance of every demo.
const SEED: i64 = 7_141_592;
/// What the demo's webhook sources are called.
const SOURCE_NAME: &str = "GitLab";

/// A demo that is ready: its past is told, and it can be sent events.
#[derive(Clone)]
pub struct Demo {
    company: &'static Company,
    organization_id: OrganizationId,
    seed: u64,
    source_id: WebhookSourceId,
    secret: Secret,
}

/// Fills an empty database, or goes on where an earlier start ended. None where the data is somebody's own.
///
/// # Errors
/// When the database does not answer; the next start goes on.
pub async fn prepare(
    platform: &Platform,
    database_url: &str,
    settings: &DemoSettings,
) -> Result<Option<Demo>> {
    let length = Days::new(settings.history_days.into());
    if !has_founded(platform, database_url, length).await? {
        tracing::warn!(
            "the database holds organizations of its own: the demo adds nothing to them"
        );
        return Ok(None);
    }
    let mut demo = None;
    for company in COMPANIES {
        let mut conn = platform.db.primary().await?;
        let Some(row) = store::find_history(&mut conn, company.row_key()).await? else {
            continue;
        };
        let organization_id = OrganizationId(row.organization_id);
        // Somebody may have deleted it: the demo's own people are free to.
        let Some(scope) = system_scope(&mut conn, organization_id).await? else {
            continue;
        };
        drop(conn);
        let subject = tell(platform, database_url, company, &scope, &row, length).await?;
        if company.number == TIDEWATER.number {
            let secret = ingest::reveal_secret(platform, &scope, subject.source_id).await?;
            demo = Some(Demo {
                company,
                organization_id,
                seed: subject.seed,
                source_id: subject.source_id,
                secret: Secret::new(secret),
            });
        }
    }
    Ok(demo)
}

/// Makes the organizations where the database is empty. False where it is somebody's own.
async fn has_founded(platform: &Platform, database_url: &str, length: Days) -> Result<bool> {
    let mut conn = platform.db.primary().await?;
    if store::find_history(&mut conn, TIDEWATER.row_key())
        .await?
        .is_some()
    {
        return Ok(true);
    }
    if store::has_organizations(&mut conn).await? {
        return Ok(false);
    }
    drop(conn);
    let begins_at = history_begins_at(&TIDEWATER, platform.clock.now(), length);
    let past = Past::at(platform, database_url, begins_at - OLDER_THAN_HISTORY)?;
    founding::found(&past.platform, SEED, begins_at).await?;
    past.leave().await;
    Ok(true)
}

fn history_begins_at(company: &Company, now: DateTime<Utc>, length: Days) -> DateTime<Utc> {
    let today = day_in_zone(now, company.time_zone);
    start_of_day(today - length, company.time_zone)
}

/// Tells what is missing of a company's past.
async fn tell(
    platform: &Platform,
    database_url: &str,
    company: &'static Company,
    scope: &OrgScope,
    row: &HistoryRow,
    length: Days,
) -> Result<Subject> {
    let now = platform.clock.now();
    // After a long rest only so much is told as a new demo has.
    let from = row.told_until.max(history_begins_at(company, now, length));
    let past = Past::at(platform, database_url, from)?;
    let subject = Subject {
        company,
        organization_id: scope.organization_id(),
        source_id: source(&past.platform, scope).await?,
        seed: row.seed.unsigned_abs(),
    };
    if now - from >= GAP_MIN {
        let days = (now - from).num_days() + 1;
        tracing::info!("telling {days} days of the history of {}", company.name);
        past.tell(&subject, from, now).await?;
    }
    past.leave().await;
    Ok(subject)
}

/// The source of a company's events, made where it is missing.
async fn source(platform: &Platform, scope: &OrgScope) -> Result<WebhookSourceId> {
    let known = ingest::list_sources(platform, scope).await?;
    if let Some(source) = known.iter().find(|source| source.name == SOURCE_NAME) {
        return Ok(source.id);
    }
    let new = NewSource {
        provider: Provider::Gitlab,
        name: SOURCE_NAME.to_owned(),
        signing_token: None,
    };
    let (source, _) = ingest::create_source(platform, scope, &new).await?;
    Ok(source.id)
}

impl Demo {
    /// Keeps events coming to the server that listens on an address, until it stops.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn start_traffic(&self, platform: &Platform, listens_on: SocketAddr) -> anyhow::Result<()> {
        let traffic = Traffic::new(platform, self, listens_on)?;
        platform.tasks.start("demo traffic", traffic.run());
        Ok(())
    }

    /// The secret of the demo's source, which an administrator may have changed since.
    async fn secret_now(&self, platform: &Platform) -> Result<Secret> {
        let mut conn = platform.db.primary().await?;
        let scope = system_scope(&mut conn, self.organization_id)
            .await?
            .ok_or_else(|| AppError::not_found("organization"))?;
        drop(conn);
        let secret = ingest::reveal_secret(platform, &scope, self.source_id).await?;
        Ok(Secret::new(secret))
    }

    /// Where the demo's GitLab posts to.
    pub fn webhook_path(&self) -> String {
        format!("/webhooks/gitlab/{}", self.source_id)
    }

    /// A command that sends what GitLab sends when the demo's developer pushes a commit; `address` is where the server is.
    pub fn example(&self, address: &str) -> String {
        let member = Account::of_member(self.company, MEMBER);
        let project = &self.company.projects[0];
        format!(
            "curl {address}{path} -H 'X-Gitlab-Event: Push Hook' -H 'X-Gitlab-Token: {secret}' \\\n    \
             -H 'X-Gitlab-Instance: {gitlab}' -H 'Content-Type: application/json' -d '{{\"object_kind\": \"push\",\n    \
             \"ref\": \"refs/heads/main\", \"after\": \"'$(date +%s%N | sha1sum | cut -c 1-40)'\", \"total_commits_count\": 1,\n    \
             \"user_id\": {id}, \"user_username\": \"{username}\", \"user_email\": \"{email}\",\n    \
             \"project_id\": {project_id}, \"project\": {{\"path_with_namespace\": \"{project}\"}}}}'",
            path = self.webhook_path(),
            secret = self.secret.expose(),
            gitlab = self.company.gitlab,
            id = member.id,
            username = member.username,
            email = email_of(&member.username),
            project_id = project.id,
            project = project.path,
        )
    }
}

/// The developer among the named accounts, by the number in the cast.
const MEMBER: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_about_the_developer_among_the_named_accounts() {
        assert_eq!(TIDEWATER.people[MEMBER].username, "member");
    }
}
