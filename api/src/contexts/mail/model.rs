//! Mails, as the rest of the product speaks of them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use shared::ids::{MailId, OrganizationId};
use shared::people::{MailKind, MailStatus};

use crate::platform::bus::Hint;

/// After so many attempts a mail is given up.
const ATTEMPTS_MAX: i16 = 6;
/// The pause after the first attempt; each further one is four times as long.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);

/// A mail to queue.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Whose administrators may read it in the outbox; none for what is between the server and a person.
    pub organization_id: Option<OrganizationId>,
    /// What it tells.
    pub kind: MailKind,
    /// What is told once: queueing the same key again changes nothing.
    pub idempotency_key: String,
    /// The address.
    pub recipient: String,
    /// One line. It is stored readable: no tokens and no names of people.
    pub subject: String,
    /// What it says.
    pub body: MailBody,
}

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MailBody {
    /// For readers without HTML.
    pub text: String,
    /// For the others.
    pub html: String,
}

/// A mail in the outbox.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The mail.
    pub id: MailId,
    /// What it tells.
    pub kind: MailKind,
    /// The address.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// What it says, sealed; none once it is sent.
    pub body_sealed: Option<Vec<u8>>,
    /// How far it came.
    pub status: MailStatus,
    /// How often it was tried.
    pub attempts: i16,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A mail was queued: the sender need not wait for its next look.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub struct MailQueued;

impl Hint for MailQueued {
    const TOPIC: Option<&'static str> = Some("mail-queued");
}

/// When to try again after so many failed attempts; none where it is given up.
pub(super) fn next_attempt(attempts: i16, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let exponent = u32::try_from(attempts - 1).unwrap_or(0);
    (attempts < ATTEMPTS_MAX).then(|| now + FIRST_PAUSE * 4_i32.pow(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let now = DateTime::UNIX_EPOCH;
        let pauses: Vec<_> = (1..=6)
            .map(|attempts| next_attempt(attempts, now).map(|at| (at - now).num_seconds()))
            .collect();
        assert_eq!(
            pauses,
            [Some(30), Some(120), Some(480), Some(1920), Some(7680), None]
        );
    }
}
