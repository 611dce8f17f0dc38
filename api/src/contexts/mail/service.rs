//! Queueing, reading and forgetting of mails.

use anyhow::Context as _;
use shared::ids::MailId;
use shared::people::MailStatus;
use shared::permission::Permission;

use super::model::{Mail, MailBody, MailQueued, NewMail};
use super::store;
use crate::access::OrgScope;
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::crypto::Crypto;
use crate::platform::db::Transaction;
use crate::platform::resealing::SealedColumn;

fn purpose(id: MailId) -> String {
    format!("mail {id}")
}

/// What this context keeps sealed.
pub const SEALED: &[SealedColumn] = &[SealedColumn {
    table: "mails",
    column: "body_sealed",
    purpose: |id| purpose(id.into()),
}];

/// Queues mails with the change that they tell of. A key that was queued before changes nothing.
///
/// # Errors
/// When the database does not answer; the change is undone too.
pub async fn queue(tx: &mut Transaction, crypto: &Crypto, mails: Vec<NewMail>) -> Result<()> {
    if mails.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let mut rows = Vec::with_capacity(mails.len());
    for mail in mails {
        let id = MailId(tx.new_id());
        let body = serde_json::to_vec(&mail.body).context("write a mail")?;
        rows.push(store::NewMailRow {
            id,
            organization_id: mail.organization_id,
            kind: mail.kind,
            idempotency_key: mail.idempotency_key,
            recipient: mail.recipient,
            subject: mail.subject,
            body_sealed: crypto.seal(&purpose(id), &body)?,
            available_at: now,
            created_at: now,
        });
    }
    store::insert(tx, &rows).await?;
    tx.after_commit(MailQueued);
    Ok(())
}

/// Forgets every mail to an address, as the erasure of a person does.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_recipient(tx: &mut Transaction, email: &str) -> Result<()> {
    store::delete_of_recipient(tx, email).await?;
    Ok(())
}

/// What a mail says.
pub(super) fn open(crypto: &Crypto, id: MailId, sealed: Option<&[u8]>) -> anyhow::Result<MailBody> {
    let sealed = sealed.context("the mail has no body any more")?;
    let body = crypto.open(&purpose(id), sealed)?;
    serde_json::from_slice(&body).context("read a mail")
}

/// Which stretch of the outbox to read: ids in descending order.
#[derive(Clone, Debug)]
pub(super) struct MailSlice {
    pub(super) status: Option<MailStatus>,
    pub(super) after: Option<MailId>,
    pub(super) before: Option<MailId>,
    pub(super) limit: i64,
    pub(super) is_backward: bool,
}

/// A page of the organization's outbox, newest first.
///
/// # Errors
/// Forbidden to those who may not manage members.
pub(super) async fn list(
    platform: &Platform,
    scope: &OrgScope,
    slice: &MailSlice,
) -> Result<Vec<Mail>> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list(&mut conn, scope, slice).await?)
}

/// How many mails the organization's outbox has.
///
/// # Errors
/// Forbidden to those who may not manage members.
pub(super) async fn count(
    platform: &Platform,
    scope: &OrgScope,
    status: Option<MailStatus>,
) -> Result<i64> {
    scope.require(Permission::ManageMembers)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count(&mut conn, scope, status).await?)
}
