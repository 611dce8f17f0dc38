//! The links of invitations, and the mails that carry them.

use anyhow::Context as _;
use shared::ids::InvitationId;
use shared::people::MailKind;
use shared::role::Role;

use super::model::Invitation;
use crate::contexts::mail::{Letter, NewMail};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::crypto::{random_token, sha256};
use crate::platform::resealing::SealedColumn;

/// What inviting needs beside the database. Cheap to clone.
#[derive(Clone)]
pub struct Invitations {
    pub(super) platform: Platform,
    /// What links start with; ends with a slash.
    public_url: String,
}

/// A token that was just made.
pub(super) struct Token {
    pub(super) hash: [u8; 32],
    pub(super) sealed: Vec<u8>,
    pub(super) text: String,
}

fn purpose(id: InvitationId) -> String {
    format!("invitation {id}")
}

/// What this context keeps sealed.
pub const SEALED: &[SealedColumn] = &[SealedColumn {
    table: "invitations",
    column: "token_sealed",
    purpose: |id| purpose(id.into()),
}];

impl Invitations {
    /// Invitations whose links lead to this address.
    pub fn new(platform: &Platform, public_url: impl Into<String>) -> Self {
        Self {
            platform: platform.clone(),
            public_url: public_url.into(),
        }
    }

    /// The address that opens an invitation.
    ///
    /// # Errors
    /// When the key that sealed its token is gone.
    pub fn link(&self, invitation: &Invitation) -> Result<String> {
        let sealed = &invitation.token_sealed;
        let token = self.platform.crypto.open(&purpose(invitation.id), sealed)?;
        let token = String::from_utf8(token).context("a token is text")?;
        Ok(self.link_of(&token))
    }

    fn link_of(&self, token: &str) -> String {
        format!(
            "{}/invite?token={token}",
            self.public_url.trim_end_matches('/')
        )
    }

    pub(super) fn token(&self, id: InvitationId) -> Result<Token> {
        let text = random_token()?;
        Ok(Token {
            hash: sha256(text.as_bytes()),
            sealed: self.platform.crypto.seal(&purpose(id), text.as_bytes())?,
            text,
        })
    }

    pub(super) fn mail(
        &self,
        invitation: &Invitation,
        token: &str,
        organization: &str,
        inviter: Option<&str>,
    ) -> NewMail {
        let role = match invitation.role {
            Role::Admin => "an administrator",
            Role::Member => "a member",
            Role::Viewer => "a viewer",
        };
        let by = inviter.map_or_else(
            || "You are invited".to_owned(),
            |name| format!("{name} invites you"),
        );
        let until = invitation.expires_at.format("%-d %B %Y");
        let letter = Letter {
            heading: format!("Join {organization}"),
            paragraphs: vec![
                format!("{by} to {organization} on DevMetrics, as {role}."),
                format!("The link below is for you alone and is good until {until}."),
            ],
            button: Some(("Accept the invitation".to_owned(), self.link_of(token))),
            note: format!(
                "You got this because somebody at {organization} entered your address. If that was a mistake, ignore it: nothing happens without you."
            ),
        };
        NewMail {
            organization_id: Some(invitation.organization_id),
            kind: MailKind::Invitation,
            idempotency_key: format!("invitation {} {}", invitation.id, invitation.sendings),
            recipient: invitation.email.clone(),
            subject: format!("Join {organization} on DevMetrics"),
            body: letter.body(),
        }
    }
}
