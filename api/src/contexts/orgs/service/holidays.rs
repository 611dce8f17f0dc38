//! Days on which nobody of an organization works.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use shared::permission::Permission;
use shared::validation::organization;

use super::super::model::Holiday;
use super::super::store;
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Enters holidays; a day that is one already gets the name given here. Answers them in their order.
///
/// # Errors
/// Where the actor may not, there are none or too many, or a name does not do: the line is named.
pub async fn set_holidays(
    tx: &mut Transaction,
    scope: &OrgScope,
    holidays: &[Holiday],
) -> Result<Vec<Holiday>> {
    scope.require(Permission::ManageOrganization)?;
    if !(1..=organization::HOLIDAYS_MAX).contains(&holidays.len()) {
        let message = format!("are 1 to {} at once", organization::HOLIDAYS_MAX);
        return Err(AppError::invalid("holidays", message));
    }
    let mut checked = BTreeMap::new();
    for holiday in holidays {
        let name = organization::holiday_name(&holiday.name).map_err(|error| {
            AppError::invalid("name", format!("of {} {}", holiday.day, error.message))
        })?;
        checked.insert(holiday.day, name);
    }
    let checked: Vec<Holiday> = checked
        .into_iter()
        .map(|(day, name)| Holiday { day, name })
        .collect();
    let now = tx.now();
    store::upsert_holidays(tx, scope, &checked, now).await?;
    let days: Vec<String> = checked.iter().map(|one| one.day.to_string()).collect();
    record(tx, scope, serde_json::json!({ "holidays": days })).await?;
    Ok(checked)
}

/// Removes a holiday. A day that is none stays so.
///
/// # Errors
/// Where the actor may not.
pub async fn delete_holiday(tx: &mut Transaction, scope: &OrgScope, day: NaiveDate) -> Result<()> {
    scope.require(Permission::ManageOrganization)?;
    if !store::delete_holiday(tx, scope, day).await? {
        return Ok(());
    }
    let what = serde_json::json!({ "holiday": day.to_string(), "isRemoved": true });
    record(tx, scope, what).await
}

async fn record(tx: &mut Transaction, scope: &OrgScope, what: serde_json::Value) -> Result<()> {
    let entry = Entry::new(Action::OrganizationUpdated)
        .on(TargetKind::Organization, scope.organization_id())
        .with(what);
    audit::record(tx, scope, entry).await
}

/// The holidays between two days, both included, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn list_holidays(
    platform: &Platform,
    scope: &OrgScope,
    between: (NaiveDate, NaiveDate),
) -> Result<Vec<Holiday>> {
    scope.require(Permission::ViewOrganization)?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_holidays(&mut conn, scope, between).await?)
}
