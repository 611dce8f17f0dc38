//! The transport that hands mails to a mail server.

use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use shared::ids::MailId;

use super::error::Failure;
use super::model::MailBody;
use crate::config::mail::{SmtpSettings, SmtpTls};

/// How long the mail server may take for one mail.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail on its way.
pub(super) struct Outgoing {
    pub(super) id: MailId,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body: MailBody,
    pub(super) created_at: DateTime<Utc>,
}

/// Hands mails over to whoever carries them further.
pub(super) trait Transport: Send + Sync {
    /// Hands one over.
    fn send(&self, mail: Outgoing) -> BoxFuture<'_, Result<(), Failure>>;
}

/// A mail server.
pub(super) struct Smtp {
    client: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    pub(super) fn new(settings: &SmtpSettings) -> anyhow::Result<Self> {
        type Client = AsyncSmtpTransport<Tokio1Executor>;
        let relay = settings.relay.as_str();
        let mut builder = match settings.tls {
            SmtpTls::None => Client::builder_dangerous(relay),
            SmtpTls::StartTls => Client::starttls_relay(relay).context("SMTP_RELAY")?,
            SmtpTls::Tls => Client::relay(relay).context("SMTP_RELAY")?,
        };
        if let Some((name, password)) = &settings.credentials {
            let credentials = Credentials::new(name.clone(), password.expose().to_owned());
            builder = builder.credentials(credentials);
        }
        let client = builder.port(settings.port).timeout(Some(PATIENCE)).build();
        Ok(Self {
            client,
            from: settings.from.clone(),
        })
    }

    fn message(&self, mail: Outgoing) -> Result<Message, Failure> {
        let permanent = |error: &dyn std::fmt::Display| Failure::Permanent(error.to_string());
        let to = mail.recipient.parse().map_err(|error| permanent(&error))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            .date(mail.created_at.into())
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(
                mail.body.text,
                mail.body.html,
            ))
            .map_err(|error| permanent(&error))
    }
}

impl Transport for Smtp {
    fn send(&self, mail: Outgoing) -> BoxFuture<'_, Result<(), Failure>> {
        async move {
            let message = self.message(mail)?;
            let sending = tokio::time::timeout(PATIENCE * 2, self.client.send(message));
            match sending.await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) if error.is_permanent() => {
                    Err(Failure::Permanent(error.to_string()))
                }
                Ok(Err(error)) => Err(Failure::Transient(error.to_string())),
                Err(_) => Err(Failure::Transient(
                    "the mail server does not answer".to_owned(),
                )),
            }
        }
        .boxed()
    }
}
