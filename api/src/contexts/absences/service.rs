//! Use cases of absences.

use chrono::NaiveDate;
use shared::calendar::{Away, Calendar};
use shared::ids::{AbsenceId, UserId};
use shared::permission::Permission;
use shared::role::MembershipStatus;
use shared::validation::absence;

use super::error::AbsenceError;
use super::model::{Absence, AbsenceFilter, AbsenceSlice, NewAbsence};
use super::store;
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::orgs;
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Enters an absence, or changes one.
///
/// # Errors
/// Where the actor may not, the person is no active member, the days do not do or overlap another absence.
pub async fn set_absence(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: Option<AbsenceId>,
    new: NewAbsence,
) -> Result<Absence> {
    if let Some(id) = id {
        let known = lock(tx, scope, id).await?;
        // An absence stays its person's.
        if known.user_id != new.user_id {
            return Err(AbsenceError::NoSuchAbsence.into());
        }
    }
    let standing = orgs::find_standing_of(tx, scope, new.user_id).await?;
    if standing != Some(MembershipStatus::Active) {
        return Err(AbsenceError::NoSuchMember.into());
    }
    scope.require_for(Permission::ManageAbsences, new.user_id)?;
    absence::days(new.starts_on, new.ends_on)?;
    let now = tx.now();
    let saved = match id {
        Some(id) => store::update(tx, scope, id, &new, now).await,
        None => {
            let id = AbsenceId(tx.new_id());
            store::insert(tx, scope, id, &new, (scope.user_id(), now)).await
        }
    };
    let absence = saved.map_err(overlap)?;
    record(tx, scope, Action::AbsenceSet, &absence).await?;
    Ok(absence)
}

/// Removes an absence.
///
/// # Errors
/// Where there is none for the actor.
pub async fn delete_absence(
    tx: &mut Transaction,
    scope: &OrgScope,
    id: AbsenceId,
) -> Result<Absence> {
    let absence = lock(tx, scope, id).await?;
    store::delete(tx, scope, id).await?;
    record(tx, scope, Action::AbsenceDeleted, &absence).await?;
    Ok(absence)
}

/// Forgets every absence of a person, in every organization, as the erasure of a person does.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_person(tx: &mut Transaction, user: UserId) -> Result<()> {
    Ok(store::delete_of_person(tx, user).await?)
}

/// Who may not change it does not learn that it is there.
async fn lock(tx: &mut Transaction, scope: &OrgScope, id: AbsenceId) -> Result<Absence> {
    store::lock(tx, scope, id)
        .await?
        .filter(|absence| scope.allows_for(Permission::ManageAbsences, absence.user_id))
        .ok_or_else(|| AbsenceError::NoSuchAbsence.into())
}

async fn record(
    tx: &mut Transaction,
    scope: &OrgScope,
    action: Action,
    absence: &Absence,
) -> Result<()> {
    let entry = Entry::new(action)
        .on(TargetKind::Absence, absence.id)
        .with(serde_json::json!({
            "userId": absence.user_id.0,
            "startsOn": absence.starts_on.to_string(),
            "endsOn": absence.ends_on.to_string(),
        }));
    audit::record(tx, scope, entry).await
}

fn overlap(error: diesel::result::Error) -> crate::error::AppError {
    match &error {
        diesel::result::Error::DatabaseError(_, details)
            if details.constraint_name() == Some("absences_no_overlap") =>
        {
            AbsenceError::Overlap.into()
        }
        _ => error.into(),
    }
}

/// A page of those absences that the actor may see, the latest first.
///
/// # Errors
/// Forbidden to those who may see nobody's, not even their own.
pub(super) async fn list(
    platform: &Platform,
    scope: &OrgScope,
    filter: &AbsenceFilter,
    slice: &AbsenceSlice,
) -> Result<Vec<Absence>> {
    let visible = visible(scope)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list(&mut conn, scope, (filter, visible.as_deref()), slice).await?)
}

/// How many of those absences there are.
///
/// # Errors
/// As [`list`].
pub(super) async fn count(
    platform: &Platform,
    scope: &OrgScope,
    filter: &AbsenceFilter,
) -> Result<i64> {
    let visible = visible(scope)?;
    let mut conn = platform.db.read().await?;
    Ok(store::count(&mut conn, scope, (filter, visible.as_deref())).await?)
}

/// Whose absences the actor may see; none where it is everybody's.
fn visible(scope: &OrgScope) -> Result<Option<Vec<UserId>>> {
    if scope.allows(Permission::ViewAbsences) {
        return Ok(None);
    }
    let people: Vec<UserId> = scope
        .user_id()
        .into_iter()
        .chain(scope.led_people())
        .filter(|user| scope.allows_for(Permission::ViewAbsences, *user))
        .collect();
    if people.is_empty() {
        scope.require(Permission::ViewAbsences)?;
    }
    Ok(Some(people))
}

/// What decides which days between two, both included, are working days: for a person, or for everybody where none is named.
///
/// # Errors
/// Forbidden to those who may not see the person's absences.
pub async fn calendar(
    platform: &Platform,
    scope: &OrgScope,
    user: Option<UserId>,
    between: (NaiveDate, NaiveDate),
) -> Result<Calendar> {
    if let Some(user) = user {
        scope.require_for(Permission::ViewAbsences, user)?;
    }
    let organization = orgs::get_organization(platform, scope).await?;
    let holidays = orgs::list_holidays(platform, scope, between).await?;
    let absences = match user {
        Some(user) => {
            let mut conn = platform.db.read().await?;
            store::list_touching(&mut conn, scope, user, between).await?
        }
        None => Vec::new(),
    };
    Ok(Calendar {
        working_days: organization.working_days,
        holidays: holidays
            .into_iter()
            .map(|holiday| (holiday.day, holiday.name))
            .collect(),
        absences: absences
            .iter()
            .map(|absence| Away {
                starts_on: absence.starts_on,
                ends_on: absence.ends_on,
                kind: absence.kind,
            })
            .collect(),
    })
}
