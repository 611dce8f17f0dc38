//! Sending mail.

use std::str::FromStr;

use super::reader::Reader;
use super::{Secret, Setting};

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::plain(
        "SMTP_RELAY",
        "none: mail is kept in the outbox, for administrators to read",
        "Host of the mail server that takes outgoing mail.",
    ),
    Setting::plain(
        "SMTP_PORT",
        "587, or 465 where SMTP_TLS is `tls`",
        "Port of the mail server.",
    ),
    Setting::plain(
        "SMTP_USERNAME",
        "none",
        "Name to sign in with at the mail server.",
    ),
    Setting::secret(
        "SMTP_PASSWORD",
        "none",
        "Password that belongs to SMTP_USERNAME.",
    ),
    Setting::plain(
        "SMTP_FROM",
        "none; needed together with SMTP_RELAY",
        "Sender of every mail, such as `DevMetrics <devmetrics@example.com>`.",
    ),
    Setting::plain(
        "SMTP_TLS",
        "starttls",
        "`starttls` begins plainly and insists on encryption, `tls` encrypts from the start, `none` never does.",
    ),
];

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Begins plainly and insists on encryption before anything is said.
    StartTls,
    /// Encrypted from the start.
    Tls,
    /// Not at all: for a mail server on the same machine.
    None,
}

impl FromStr for SmtpTls {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "starttls" => Ok(Self::StartTls),
            "tls" => Ok(Self::Tls),
            "none" => Ok(Self::None),
            _ => Err(()),
        }
    }
}

/// Sending mail.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The mail server; none where mail stays in the outbox.
    pub smtp: Option<SmtpSettings>,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its host.
    pub relay: String,
    /// Its port.
    pub port: u16,
    /// Name and password.
    pub credentials: Option<(String, Secret)>,
    /// The sender.
    pub from: lettre::message::Mailbox,
    /// The encryption.
    pub tls: SmtpTls,
}

impl MailSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let tls = reader.parsed(
            "SMTP_TLS",
            SmtpTls::StartTls,
            "one of `starttls`, `tls` and `none`",
        );
        let usual = if tls == SmtpTls::Tls { 465 } else { 587 };
        let port = reader.number("SMTP_PORT", usual, 1..=65_535);
        let credentials = credentials(reader);
        let from = reader.text("SMTP_FROM");
        let from = match from.map(str::parse::<lettre::message::Mailbox>) {
            None => None,
            Some(Ok(mailbox)) => Some(mailbox),
            Some(Err(_)) => {
                reader.refuse(
                    "SMTP_FROM",
                    "is not a sender such as `DevMetrics <devmetrics@example.com>`",
                );
                return Self { smtp: None };
            }
        };
        let smtp = match (reader.text("SMTP_RELAY"), from) {
            (None, _) => None,
            (Some(_), None) => {
                reader.refuse("SMTP_FROM", "is needed together with SMTP_RELAY");
                None
            }
            (Some(relay), Some(from)) => Some(SmtpSettings {
                relay: relay.to_owned(),
                port: u16::try_from(port).unwrap_or(u16::MAX),
                credentials,
                from,
                tls,
            }),
        };
        Self { smtp }
    }
}

fn credentials(reader: &mut Reader<'_>) -> Option<(String, Secret)> {
    let password = reader.secret("SMTP_PASSWORD");
    match (reader.text("SMTP_USERNAME"), password) {
        (Some(name), Some(password)) => Some((name.to_owned(), password)),
        (None, None) => None,
        (Some(_), None) => {
            reader.refuse("SMTP_PASSWORD", "is needed together with SMTP_USERNAME");
            None
        }
        (None, Some(_)) => {
            reader.refuse("SMTP_USERNAME", "is needed together with SMTP_PASSWORD");
            None
        }
    }
}
