//! Who may sign up, who runs the instance, and what new organizations have booked.

use std::str::FromStr;

use shared::role::PlanType;

use super::reader::Reader;

/// Who may become a person of this server by signing in at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Everybody.
    Open,
    /// Whom somebody invited, and the operators.
    Invited,
}

impl FromStr for SignUp {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "open" => Ok(Self::Open),
            "invited" => Ok(Self::Invited),
            _ => Err(()),
        }
    }
}

pub(super) fn default_plan(reader: &mut Reader<'_>) -> PlanType {
    let text = reader.text("DEFAULT_PLAN").unwrap_or("enterprise");
    text.to_ascii_uppercase().parse().unwrap_or_else(|_| {
        reader.refuse(
            "DEFAULT_PLAN",
            format!("is `{text}`, which is none of `free`, `pro` and `enterprise`"),
        );
        PlanType::Enterprise
    })
}

pub(super) fn operators(reader: &mut Reader<'_>) -> Vec<String> {
    let addresses: Vec<String> = reader.list("OPERATORS", "an email address");
    for address in &addresses {
        if shared::validation::sign_in::email(address).is_err() {
            reader.refuse(
                "OPERATORS",
                format!("holds `{address}`, which is not an email address"),
            );
        }
    }
    addresses
        .into_iter()
        .map(|address| address.to_lowercase())
        .collect()
}
