//! What a lived-in organization has beside its events: people who are asked in, and people who are away.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use shared::people::AbsenceKind;
use shared::period::day_in_zone;
use shared::validation::invitation::Invitee;
use shared::vocabulary::Provider;

use super::Demo;
use super::account::email_of;
use super::store;
use crate::access::{OrgScope, system_scope};
use crate::contexts::absences::{self, NewAbsence};
use crate::contexts::identity::{self, AccountRef};
use crate::contexts::invitations::{self, Invitations};
use crate::contexts::keys;
use crate::contexts::orgs::{self, Holiday};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Who is asked in: address, role, name.
const ASKED_IN: &[(&str, &str, &str)] = &[
    ("noor.haidari@partner.example", "member", "Noor Haidari"),
    ("felix.brandt@partner.example", "member", "Felix Brandt"),
    ("board@tidewater.example", "viewer", "Board of Tidewater"),
];

/// Who is away: the number in the cast, why, and the first and last day counted from today.
const AWAY: &[(usize, AbsenceKind, i64, i64)] = &[
    (1, AbsenceKind::Sick, -9, -8),
    (2, AbsenceKind::Vacation, 6, 12),
    (5, AbsenceKind::Vacation, -1, 3),
    (7, AbsenceKind::Other, 0, 0),
    (9, AbsenceKind::Parental, 20, 76),
    (12, AbsenceKind::Vacation, -30, -21),
    (15, AbsenceKind::Vacation, 14, 25),
];

/// Who was met and is nobody yet: the id on GitLab, the login name, and the name.
const STRANGERS: &[(u32, &str, &str)] = &[
    (9001, "praman-old", "Priya Raman"),
    (9002, "build-contractor", "Jo Whitfield"),
];

/// Days on which nobody works: month, day and name.
const HOLIDAYS: [(u32, u32, &str); 5] = [
    (1, 1, "New Year's Day"),
    (5, 1, "Labour Day"),
    (12, 24, "Christmas Eve"),
    (12, 25, "Christmas Day"),
    (12, 31, "New Year's Eve"),
];

/// Who runs the demo's instance.
const OPERATOR: &str = "admin@demo.test";

/// The holidays of a year and the next.
fn holidays_from(year: i32) -> Vec<Holiday> {
    let days = (year..=year.saturating_add(1))
        .flat_map(|year| HOLIDAYS.map(|(month, day, name)| (year, month, day, name)));
    days.filter_map(|(year, month, day, name)| {
        Some(Holiday {
            day: NaiveDate::from_ymd_opt(year, month, day)?,
            name: name.to_owned(),
        })
    })
    .collect()
}

impl Demo {
    /// Asks people in, meets strangers, notes absences, holidays and uses of keys, once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn furnish(&self, platform: &Platform, invitations: &Invitations) -> Result<()> {
        let mut conn = platform.db.primary().await?;
        if store::is_furnished(&mut conn, self.organization_id.into()).await? {
            return Ok(());
        }
        let Some(scope) = system_scope(&mut conn, self.organization_id).await? else {
            return Ok(());
        };
        drop(conn);
        // The keys are as old as the organization; what uses them did so only now.
        let used = keys::list_keys(platform, &scope).await?;
        let used: Vec<_> = used
            .iter()
            .filter(|key| key.total_requests > 0)
            .map(|key| key.id)
            .collect();
        platform
            .db
            .transaction(async |tx| {
                let now = tx.now();
                for key in used {
                    keys::count_uses(tx, key, 1, now).await?;
                }
                Ok(())
            })
            .await?;
        let today = day_in_zone(platform.clock.now(), self.company.time_zone);
        platform
            .db
            .transaction(async |tx| {
                self.note_absences(tx, &scope, today).await?;
                self.meet_strangers(tx, &scope).await?;
                orgs::set_holidays(tx, &scope, &holidays_from(today.year())).await?;
                // The demo's administrator runs the instance, too: there is nobody else to.
                if let Some(admin) = identity::find_user_by_email(tx, OPERATOR).await? {
                    identity::make_operator(tx, admin.id).await?;
                }
                Ok(())
            })
            .await?;
        let people: Vec<Invitee> = (1..)
            .zip(ASKED_IN)
            .map(|(line, (email, role, name))| Invitee {
                line,
                email: (*email).to_owned(),
                role: Some((*role).to_owned()),
                name: Some((*name).to_owned()),
                ..Invitee::default()
            })
            .collect();
        invitations::invite(invitations, &scope, &people).await?;
        Ok(())
    }

    /// Accounts that nothing proves the owners of.
    async fn meet_strangers(&self, tx: &mut Transaction, scope: &OrgScope) -> Result<()> {
        for (number, username, name) in STRANGERS {
            let seen = AccountRef {
                provider: Provider::Gitlab,
                instance: self.company.gitlab_host().to_owned(),
                external_id: Some(number.to_string()),
                username: Some((*username).to_owned()),
                email: None,
                display_name: Some((*name).to_owned()),
                avatar_url: None,
                is_bot: false,
            };
            identity::resolve_account(tx, scope, seen).await?;
        }
        Ok(())
    }

    async fn note_absences(
        &self,
        tx: &mut Transaction,
        scope: &OrgScope,
        today: NaiveDate,
    ) -> Result<()> {
        for (number, kind, first, last) in AWAY {
            let Some(colleague) = self.company.people.get(*number) else {
                continue;
            };
            let email = email_of(colleague.username);
            let Some(user) = identity::find_user_by_email(tx, &email).await? else {
                continue;
            };
            let new = NewAbsence {
                user_id: user.id,
                kind: *kind,
                starts_on: today + TimeDelta::days(*first),
                ends_on: today + TimeDelta::days(*last),
            };
            absences::set_absence(tx, scope, None, new).await?;
        }
        Ok(())
    }
}
