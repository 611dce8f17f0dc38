//! The organization that a person starts with.

use chrono_tz::Tz;
use shared::role::{PlanType, Role};
use shared::validation::sign_in;

use crate::access::RequestInfo;
use crate::contexts::audit::Origin;
use crate::contexts::identity::User;
use crate::contexts::orgs::{self, NewMember, NewOrganization};
use crate::error::Result;
use crate::platform::db::Transaction;

/// Founds an organization with the person as its administrator, named after them where no name is given.
pub(super) async fn found(
    tx: &mut Transaction,
    user: &User,
    name: Option<String>,
    time_zone: Tz,
    (plan, request): (PlanType, &RequestInfo),
) -> Result<()> {
    let name = name.unwrap_or_else(|| {
        let name = format!("{}'s organization", user.name);
        name.chars().take(sign_in::ORGANIZATION_NAME_MAX).collect()
    });
    let new = NewOrganization {
        name,
        slug: None,
        time_zone,
        is_personal: true,
        plan,
    };
    let origin = Origin::person(user.id, request.clone());
    let scope = orgs::create_organization(tx, &origin, new).await?;
    super::join_member(tx, &scope, NewMember::active(user.id, Role::Admin)).await?;
    Ok(())
}

/// A name to start with: what stands before the `@`, with its words apart.
pub(super) fn name_of(email: &str) -> String {
    let local = email.split('@').next().unwrap_or(email);
    let words: Vec<String> = local
        .split(['.', '_', '-', '+'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            })
        })
        .collect();
    if words.is_empty() {
        local.to_owned()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_from_the_address() {
        assert_eq!(name_of("ada.lovelace@example.com"), "Ada Lovelace");
        assert_eq!(name_of("...@example.com"), "...");
    }
}
