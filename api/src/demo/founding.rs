//! The first day of the demo: organizations, departments, people, teams and their accounts, in one transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::ids::{DepartmentId, UserId};
use shared::scope::{ApiKeyOwner, ApiScope};
use shared::vocabulary::Provider;

use super::account::{Account, email_of};
use super::cast::{COMPANIES, Company};
use super::store::{self, HistoryRow};
use crate::access::OrgScope;
use crate::contexts::audit::Origin;
use crate::contexts::identity::{self, AccountRef, NewUser};
use crate::contexts::keys::{self, NewKey};
use crate::contexts::orgs::{self, Assignment, NewMember, NewOrganization, NewTeam};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Makes everything that the demo's history needs. What is made is as old as the platform's clock says; the history begins
/// at `begins_at`.
///
/// # Errors
/// When the database does not answer; nothing is left then.
pub(super) async fn found(platform: &Platform, seed: i64, begins_at: DateTime<Utc>) -> Result<()> {
    platform
        .db
        .transaction(async |tx| {
            let mut users = HashMap::new();
            for company in COMPANIES {
                create_people(tx, company, &mut users).await?;
                let scope = create_company(tx, company, &users).await?;
                create_keys(tx, &scope).await?;
                let row = HistoryRow {
                    organization_id: scope.organization_id().into(),
                    company: company.row_key(),
                    seed,
                    told_until: begins_at,
                };
                store::insert_history(tx, &row).await?;
            }
            Ok(())
        })
        .await
}

/// Makes those people of a company who are not there by another company already.
async fn create_people(
    tx: &mut Transaction,
    company: &Company,
    users: &mut HashMap<&'static str, UserId>,
) -> Result<()> {
    let new: Vec<_> = company
        .people
        .iter()
        .filter(|colleague| !users.contains_key(colleague.username))
        .collect();
    let rows = new
        .iter()
        .map(|colleague| NewUser::verified(email_of(colleague.username), colleague.name))
        .collect();
    for user in identity::create_users(tx, rows).await? {
        let colleague = new
            .iter()
            .find(|colleague| user.email == email_of(colleague.username));
        if let Some(colleague) = colleague {
            users.insert(colleague.username, user.id);
        }
    }
    Ok(())
}

async fn create_company(
    tx: &mut Transaction,
    company: &Company,
    users: &HashMap<&'static str, UserId>,
) -> Result<OrgScope> {
    let new = NewOrganization {
        name: company.name.to_owned(),
        slug: Some(company.slug.to_owned()),
        time_zone: company.time_zone,
        is_personal: false,
        plan: shared::role::PlanType::Enterprise,
    };
    let scope = orgs::create_organization(tx, &Origin::default(), new).await?;
    let mut departments = Vec::new();
    for name in company.departments {
        departments.push(orgs::create_department(tx, &scope, name).await?.id);
    }
    let members = members(company, users, &departments);
    orgs::add_members(tx, &scope, members).await?;
    create_teams(tx, &scope, company, users, &departments).await?;
    for member in 0..company.people.len() {
        // Meeting an account links it to the member of the verified address.
        let seen = seen(company, Account::of_member(company, member));
        identity::resolve_account(tx, &scope, seen).await?;
    }
    Ok(scope)
}

fn members(
    company: &Company,
    users: &HashMap<&'static str, UserId>,
    departments: &[DepartmentId],
) -> Vec<NewMember> {
    let people = company.people.iter().enumerate();
    people
        .filter_map(|(number, colleague)| {
            let department = colleague.team.map(|team| company.teams[team].department);
            Some(NewMember {
                employee_id: Some(format!("{}-{number:03}", company.slug[..2].to_uppercase())),
                department_id: department.map(|department| departments[department]),
                ..NewMember::active(*users.get(colleague.username)?, colleague.role)
            })
        })
        .collect()
}

async fn create_teams(
    tx: &mut Transaction,
    scope: &OrgScope,
    company: &Company,
    users: &HashMap<&'static str, UserId>,
    departments: &[DepartmentId],
) -> Result<()> {
    let mut assignments = Vec::new();
    for (number, squad) in company.teams.iter().enumerate() {
        let new = NewTeam {
            name: squad.name.to_owned(),
            lead_id: users.get(squad.lead).copied(),
            department_id: Some(departments[squad.department]),
        };
        let team = orgs::create_team(tx, scope, new).await?;
        let people = company.people.iter();
        let of_team = people.filter(|colleague| colleague.team == Some(number));
        assignments.extend(of_team.filter_map(|colleague| {
            Some(Assignment {
                team_id: team.id,
                user_id: *users.get(colleague.username)?,
                is_primary: true,
            })
        }));
    }
    orgs::assign_members(tx, scope, &assignments).await
}

/// Keys of the organization itself, as a company of some years has them.
async fn create_keys(tx: &mut Transaction, scope: &OrgScope) -> Result<()> {
    use ApiScope::{ReadPoints, ReadRepos, ReadTeam, WriteWebhooks};
    let keys: [(&str, &[ApiScope], i32, i64); 3] = [
        (
            "Wallboard in the hall",
            &[ReadTeam, ReadPoints],
            100,
            18_204,
        ),
        (
            "Deployment pipeline",
            &[WriteWebhooks, ReadRepos],
            300,
            2_911,
        ),
        ("Spreadsheet of the month", &[ReadPoints], 60, 0),
    ];
    for (name, scopes, rate_limit, uses) in keys {
        let new = NewKey {
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            owner: ApiKeyOwner::Organization,
            rate_limit,
            expires_at: None,
        };
        // Nobody learns the secret: the demo's own past is all that such a key ever did.
        let (key, _) = keys::add_key(tx, scope, &new).await?;
        if uses > 0 {
            let now = tx.now();
            keys::count_uses(tx, key.id, uses, now).await?;
        }
    }
    Ok(())
}

fn seen(company: &Company, account: Account) -> AccountRef {
    AccountRef {
        provider: Provider::Gitlab,
        instance: company.gitlab_host().to_owned(),
        external_id: Some(account.id.to_string()),
        username: Some(account.username),
        email: account.email,
        display_name: Some(account.name),
        avatar_url: None,
        is_bot: false,
    }
}
