//! Gathering everything that is known about a person, or of an organization, for whoever asked and may have it.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use shared::ids::{DataExportId, OrganizationId, UserId};
use shared::people::MailKind;
use shared::permission::Permission;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::super::error::PrivacyError;
use super::super::model::DataExport;
use super::super::store::{self, DataExportRow, OF_ORGANIZATION, OF_PERSON, Section};
use crate::access::{Actor, OrgScope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::contexts::identity;
use crate::contexts::mail::{self, Letter, NewMail};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::bus::Hint;
use crate::platform::db::Transaction;

/// Rows read and written in one transaction.
const BATCH: i64 = 1_000;
/// How long a finished export can be downloaded.
const GOOD_FOR: TimeDelta = TimeDelta::days(7);
/// How long the exporter waits at most before it looks again.
const POLL: Duration = Duration::from_secs(60);

/// Hint: an export is to be gathered.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
struct ExportRequested;

impl Hint for ExportRequested {
    const TOPIC: Option<&'static str> = Some("export-requested");
}

/// Asks for an export: of what is known about the person who asks or, within a standing, of the whole organization. One that
/// is being gathered already is not begun again.
///
/// # Errors
/// Forbidden for keys, for those who may not manage the organization, and where the session is not fresh.
pub(in super::super) async fn request_export(
    platform: &Platform,
    actor: &Actor,
    organization: Option<&OrgScope>,
) -> Result<()> {
    let (user, session) = actor.signed_in()?;
    if let Some(scope) = organization {
        scope.require(Permission::ManageOrganization)?;
    }
    let id = organization.map(OrgScope::organization_id);
    platform
        .db
        .transaction(async |tx| {
            identity::require_fresh(tx, session).await?;
            let (new, now) = (DataExportId(tx.new_id()), tx.now());
            store::insert_export(tx, new, user, id, now).await?;
            tx.after_commit(ExportRequested);
            match organization {
                Some(scope) => {
                    let entry = Entry::new(Action::DataExportRequested)
                        .on(TargetKind::Organization, scope.organization_id());
                    audit::record(tx, scope, entry).await
                }
                None => {
                    let entry = Entry::new(Action::DataExportRequested).on(TargetKind::User, user);
                    audit::record_from(tx, actor, entry).await
                }
            }
        })
        .await
}

/// What a person asked for and can still have, the newest first.
///
/// # Errors
/// Forbidden for keys.
pub(in super::super) async fn list_exports(
    platform: &Platform,
    actor: &Actor,
) -> Result<Vec<DataExport>> {
    let (user, _) = actor.signed_in()?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_exports(&mut conn, user, platform.clock.now()).await?)
}

/// Permits and records a download; how many parts there are.
///
/// # Errors
/// Forbidden for keys; not found where it is not the person's, not ready, expired, or of an organization that they no longer
/// manage.
pub(in super::super) async fn open_export(
    platform: &Platform,
    actor: &Actor,
    id: DataExportId,
) -> Result<i32> {
    let (user, _) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            let found = store::find_ready(tx, id, user, now).await?;
            let export = found.ok_or(PrivacyError::NoSuchExport)?;
            let origin = match export.organization_id {
                Some(organization) => Origin::from(&managing(tx, actor, organization).await?),
                None => Origin::from(actor),
            };
            let entry = Entry::new(Action::DataExported).on(TargetKind::User, user);
            audit::record_from(tx, origin, entry).await?;
            Ok(export.parts)
        })
        .await
}

/// The standing of somebody who manages an organization still.
async fn managing(tx: &mut Transaction, actor: &Actor, id: OrganizationId) -> Result<OrgScope> {
    let which = crate::access::WhichOrganization::Id(id);
    let scope = crate::access::org_scope(tx, actor, &which).await;
    match scope {
        Ok(scope) if scope.allows(Permission::ManageOrganization) => Ok(scope),
        _ => Err(PrivacyError::NoSuchExport.into()),
    }
}

/// A part of an export that was opened.
///
/// # Errors
/// Where it has expired meanwhile.
pub(in super::super) async fn read_part(
    platform: &Platform,
    id: DataExportId,
    number: i32,
) -> Result<String> {
    let mut conn = platform.db.read().await?;
    let part = store::find_part(&mut conn, id, number).await?;
    part.ok_or_else(|| PrivacyError::NoSuchExport.into())
}

/// Forgets the exports that hold a person: their own, and those of organizations that they belonged to.
pub(super) async fn forget_exports(
    tx: &mut Transaction,
    user: UserId,
    organizations: &[OrganizationId],
) -> Result<()> {
    Ok(store::delete_exports_about(tx, user, organizations).await?)
}

/// Gathers exports in the background, and removes those whose time is over. Cheap to clone.
#[derive(Clone)]
pub struct Exporter {
    platform: Platform,
}

impl Exporter {
    /// An exporter of this server.
    pub fn new(platform: &Platform) -> Self {
        Self {
            platform: platform.clone(),
        }
    }

    /// Works in the background until the server stops.
    pub fn start(&self) {
        let tasks = &self.platform.tasks;
        tasks.start("exporter", self.clone().run());
    }

    async fn run(self) {
        let stopping = self.platform.tasks.stopping();
        let mut requested = self.platform.bus.subscribe::<ExportRequested>();
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                done = self.export_due() => if let Err(error) = done {
                    tracing::warn!(?error, "an export could not go on; it is taken up again");
                }
            }
            tokio::select! {
                () = stopping.cancelled() => return,
                hint = requested.recv() => if matches!(hint, Err(RecvError::Closed)) { return },
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Gathers everything that was asked for, and forgets what is over.
    ///
    /// # Errors
    /// When the database does not answer; what was gathered stays so.
    pub async fn export_due(&self) -> Result<()> {
        while self.export_batch().await? {}
        let forget = async |tx: &mut Transaction| {
            let now = tx.now();
            Ok(store::delete_expired_exports(tx, now).await?)
        };
        self.platform.db.transaction(forget).await?;
        Ok(())
    }

    /// One batch; false where there is nothing to do.
    async fn export_batch(&self) -> Result<bool> {
        self.platform
            .db
            .transaction(async |tx| {
                let Some(export) = store::lock_next_export(tx).await? else {
                    return Ok(false);
                };
                gather_next(tx, &self.platform, &export).await?;
                Ok(true)
            })
            .await
    }
}

/// What an export is about, and what it holds.
fn subject_of(export: &DataExportRow) -> (Uuid, &'static [Section]) {
    match export.organization_id {
        Some(id) => (id.into(), OF_ORGANIZATION),
        None => (export.user_id.into(), OF_PERSON),
    }
}

/// The next stretch of rows; the end of the document where there is none.
async fn gather_next(
    tx: &mut Transaction,
    platform: &Platform,
    export: &DataExportRow,
) -> Result<()> {
    let (subject, sections) = subject_of(export);
    let number = usize::try_from(export.section).unwrap_or(0);
    let Some(section) = sections.get(number) else {
        store::append_part(tx, export, "\n}\n", (export.section, None)).await?;
        return finish(tx, platform, export).await;
    };
    let after = export.after_row.as_ref();
    let stretch = section.read(tx, subject, after, BATCH).await?;
    let mut body = String::new();
    if after.is_none() {
        body.push_str(if number == 0 { "{\n" } else { ",\n" });
        body.push_str(&format!("\"{}\": [", section.name));
    }
    let mut is_first = after.is_none();
    for row in &stretch.rows {
        body.push_str(if is_first { "\n  " } else { ",\n  " });
        body.push_str(&row.to_string());
        is_first = false;
    }
    let next = if stretch.is_last {
        body.push_str(if is_first { "]" } else { "\n]" });
        (export.section + 1, None)
    } else {
        (export.section, stretch.rows.last())
    };
    Ok(store::append_part(tx, export, &body, next).await?)
}

/// The document is whole: whoever asked is told.
async fn finish(tx: &mut Transaction, platform: &Platform, export: &DataExportRow) -> Result<()> {
    let now = tx.now();
    let expires_at = now + GOOD_FOR;
    store::finish_export(tx, export.id, now, expires_at).await?;
    let Some(person) = identity::find_user(tx, export.user_id).await? else {
        return Ok(());
    };
    let about = match export.organization_id {
        Some(_) => "The export of your organization",
        None => "The export of what is known about you",
    };
    let letter = Letter {
        heading: "Your export is ready".to_owned(),
        paragraphs: vec![format!(
            "{about} can be downloaded until {}. It takes that you are signed in.",
            expires_at.format("%-d %B %Y, %H:%M UTC")
        )],
        button: Some((
            "Download it".to_owned(),
            format!("{}/exports/data/{}.json", platform.public_url, export.id),
        )),
        note: "You got this because you asked for it. If you did not, end your sessions."
            .to_owned(),
    };
    let mail = NewMail {
        organization_id: None,
        kind: MailKind::Account,
        idempotency_key: format!("data export {}", export.id),
        recipient: person.email,
        subject: "Your export is ready".to_owned(),
        body: letter.body(),
    };
    mail::queue(tx, &platform.crypto, vec![mail]).await
}
