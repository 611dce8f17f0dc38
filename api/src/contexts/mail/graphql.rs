//! The outbox in the API.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use shared::ids::MailId;
use shared::people::{MailKind, MailStatus};
use uuid::Uuid;

use super::model;
use super::sender::Mailer;
use super::service::{self, MailSlice};
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{Connection, NodeKind, Page, RequestExt as _, Total, cost, global_id};

/// A mail that this server queued.
pub struct Mail {
    mail: model::Mail,
    body: Option<model::MailBody>,
}

/// A mail that this server queued.
#[Object]
impl Mail {
    /// The global id.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Mail, self.mail.id)
    }

    /// What it tells.
    async fn kind(&self) -> MailKind {
        self.mail.kind
    }

    /// The address that it goes to.
    async fn recipient(&self) -> &str {
        &self.mail.recipient
    }

    /// Its subject.
    async fn subject(&self) -> &str {
        &self.mail.subject
    }

    /// What it says, as plain text. Null where this server sends mail: then only the recipient reads it.
    async fn text(&self) -> Option<&str> {
        self.body.as_ref().map(|body| body.text.as_str())
    }

    /// What it says, as HTML. Null where this server sends mail.
    async fn html(&self) -> Option<&str> {
        self.body.as_ref().map(|body| body.html.as_str())
    }

    /// How far it came.
    async fn status(&self) -> MailStatus {
        self.mail.status
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        self.mail.attempts.into()
    }

    /// Why the last attempt failed.
    async fn last_error(&self) -> Option<&str> {
        self.mail.last_error.as_deref()
    }

    /// When it was queued.
    async fn created_at(&self) -> DateTime<Utc> {
        self.mail.created_at
    }

    /// When the mail server took it.
    async fn sent_at(&self) -> Option<DateTime<Utc>> {
        self.mail.sent_at
    }
}

/// The part of `Organization` about its mail.
pub struct OrganizationOutbox(pub OrgScope);

/// The organization's mail.
#[Object]
impl OrganizationOutbox {
    /// Whether this server sends mail. Where it does not, mails wait in `outbox`, and links are passed on by hand.
    async fn sends_mail(&self, ctx: &Context<'_>) -> bool {
        ctx.data_unchecked::<Mailer>().is_delivering()
    }

    /// Mails that went out for the organization in the last 30 days, newest first; for administrators.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn outbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only mails that came so far.")] status: Option<MailStatus>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Mail>> {
        let page = Page::<Uuid>::new(first, after.as_deref(), last, before.as_deref())?;
        let slice = MailSlice {
            status,
            after: page.after.map(MailId),
            before: page.before.map(MailId),
            limit: page.limit_plus_one(),
            is_backward: page.is_backward,
        };
        let platform = ctx.platform();
        let rows = service::list(platform, &self.0, &slice).await?;
        let (counting, scope) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, scope) = (counting.clone(), scope.clone());
            async move { service::count(&platform, &scope, status).await }
        });
        let is_delivering = ctx.data_unchecked::<Mailer>().is_delivering();
        let node = |mail: model::Mail| {
            let sealed = mail.body_sealed.as_deref().filter(|_| !is_delivering);
            let body = sealed
                .and_then(|sealed| service::open(&platform.crypto, mail.id, Some(sealed)).ok());
            Mail { mail, body }
        };
        Ok(Connection::new(
            &page,
            rows,
            total,
            |mail| Uuid::from(mail.id),
            node,
        ))
    }
}
