//! The instance in the API, for its operators.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use shared::ids::{JoinRuleId, OrganizationId};
use shared::people::JoinRuleKind;
use shared::role::PlanType;
use uuid::Uuid;

use super::model::{self, NewJoinRule, Operator, OrganizationSlice};
use super::service;
use crate::access::OrgScope;
use crate::contexts::identity::{Providers, Sessions};
use crate::error::{AppError, Result};
use crate::graphql::{
    Connection, NodeKind, Page, RequestExt as _, Total, cost, global_id, search_argument,
};

/// By what people join an organization without being asked.
pub struct JoinRule(model::JoinRule);

/// By what people join an organization without being asked, as members, when they sign in.
#[Object]
impl JoinRule {
    /// The rule's id, for `deleteJoinRule`.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::JoinRule, self.0.id)
    }

    /// What the value is.
    async fn kind(&self) -> JoinRuleKind {
        self.0.kind
    }

    /// The id of a directory, or a domain.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// Since when.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// An organization, as operators see it.
pub struct InstanceOrganization {
    organization: model::InstanceOrganization,
    rules: Vec<model::JoinRule>,
}

/// An organization of this instance, as operators see it: from outside.
#[Object]
impl InstanceOrganization {
    /// The global id.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::Organization, self.organization.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.organization.id.into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.organization.name
    }

    /// Its part of the client's addresses.
    async fn slug(&self) -> &str {
        &self.organization.slug
    }

    /// What it has booked.
    async fn plan_type(&self) -> PlanType {
        self.organization.plan_type
    }

    /// Active members.
    async fn member_count(&self) -> i64 {
        self.organization.member_count
    }

    /// Since when it exists.
    async fn created_at(&self) -> DateTime<Utc> {
        self.organization.created_at
    }

    /// Since when it is deleted; null where it is not.
    async fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.organization.deleted_at
    }

    /// By what people join it without being asked.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn join_rules(&self) -> Vec<JoinRule> {
        self.rules.iter().cloned().map(JoinRule).collect()
    }
}

/// This instance, as its operators see it.
pub struct Instance(Operator);

/// This instance, as its operators see it.
#[Object]
impl Instance {
    /// Whether everybody may sign up; else whom somebody invited, whom a rule lets join, and operators.
    async fn is_sign_up_open(&self, ctx: &Context<'_>) -> bool {
        ctx.data_unchecked::<Providers>().is_open()
    }

    /// The directory of Microsoft Entra whose people sign in here; null where none is set up.
    async fn entra_tenant_id(&self, ctx: &Context<'_>) -> Option<String> {
        let providers = ctx.data_unchecked::<Providers>();
        providers.tenant().map(str::to_owned)
    }

    /// What new organizations have booked.
    async fn default_plan(&self, ctx: &Context<'_>) -> PlanType {
        ctx.data_unchecked::<Sessions>().settings().default_plan
    }

    /// All organizations by name, deleted ones included.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Part of the name or of the address.")] search: Option<String>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<InstanceOrganization>> {
        let page = Page::<(String, Uuid)>::new(first, after.as_deref(), last, before.as_deref())?;
        let search = search_argument(search)?;
        let cursor = |key: &Option<(String, Uuid)>| key.clone().map(|(name, id)| (name, id.into()));
        let slice = OrganizationSlice {
            search: search.clone(),
            after: cursor(&page.after),
            before: cursor(&page.before),
            limit: page.limit_plus_one(),
            is_backward: page.is_backward,
        };
        let platform = ctx.platform();
        let rows = service::list_organizations(platform, &self.0, &slice).await?;
        let ids: Vec<OrganizationId> = rows.iter().map(|one| one.id).collect();
        let mut rules: HashMap<OrganizationId, Vec<model::JoinRule>> = HashMap::new();
        for rule in service::list_rules_of(platform, &self.0, &ids).await? {
            rules.entry(rule.organization_id).or_default().push(rule);
        }
        let (platform, operator) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, operator, search) = (platform.clone(), operator.clone(), search.clone());
            async move { service::count_organizations(&platform, &operator, search.as_deref()).await }
        });
        let key = |one: &model::InstanceOrganization| (one.name.to_lowercase(), Uuid::from(one.id));
        Ok(Connection::new(&page, rows, total, key, |organization| {
            InstanceOrganization {
                rules: rules.get(&organization.id).cloned().unwrap_or_default(),
                organization,
            }
        }))
    }
}

/// The part of `Query` for operators.
#[derive(Default)]
pub struct InstanceQuery;

/// What operators see.
#[Object]
impl InstanceQuery {
    /// This instance, for its operators; null for everybody else.
    async fn instance(&self, ctx: &Context<'_>) -> Result<Option<Instance>> {
        let Some(actor) = ctx.optional_actor() else {
            return Ok(None);
        };
        match service::require_operator(ctx.platform(), actor).await {
            Ok(operator) => Ok(Some(Instance(operator))),
            Err(AppError::Refused {
                code: crate::error::ErrorCode::Forbidden,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The part of `Organization` about who joins it without being asked.
pub struct OrganizationJoinRules(pub OrgScope);

/// Who joins the organization without being asked.
#[Object]
impl OrganizationJoinRules {
    /// By what people join without being asked; operators of the instance decide it. For administrators.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn join_rules(&self, ctx: &Context<'_>) -> Result<Vec<JoinRule>> {
        let rules = service::list_join_rules(ctx.platform(), &self.0).await?;
        Ok(rules.into_iter().map(JoinRule).collect())
    }
}

/// Another plan for an organization.
#[derive(InputObject)]
struct ChangePlanInput {
    /// The global id of the organization.
    organization_id: ID,
    /// What it has booked from now on.
    plan_type: PlanType,
}

/// The organization with its new plan.
#[derive(SimpleObject)]
struct ChangePlanPayload {
    /// The organization as it is now.
    organization: InstanceOrganization,
}

/// Whose people are to join an organization.
#[derive(InputObject)]
struct AddJoinRuleInput {
    /// The global id of the organization.
    organization_id: ID,
    /// What the value is.
    kind: JoinRuleKind,
    /// The id of a directory, or a domain such as example.com.
    value: String,
}

/// The new rule.
#[derive(SimpleObject)]
struct AddJoinRulePayload {
    /// The rule.
    join_rule: JoinRule,
}

/// Which rule to end.
#[derive(InputObject)]
struct DeleteJoinRuleInput {
    /// The rule.
    id: ID,
}

/// The rule that ended.
#[derive(SimpleObject)]
struct DeleteJoinRulePayload {
    /// The id that it had.
    id: ID,
}

/// Changes of the instance.
#[derive(Default)]
pub struct InstanceMutation;

/// Changes of the instance, by its operators.
#[Object]
impl InstanceMutation {
    /// Changes what an organization has booked; for operators. Who is above a smaller plan's limit stays, and nobody joins
    /// until there is room.
    async fn change_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization and its plan.")] input: ChangePlanInput,
    ) -> Result<ChangePlanPayload> {
        let (platform, actor) = (ctx.platform(), ctx.actor()?);
        let operator = service::require_operator(platform, actor).await?;
        let id = organization_of(&input.organization_id)?;
        let organization = platform
            .db
            .transaction(async |tx| {
                service::change_plan(tx, &operator, actor, id, input.plan_type).await
            })
            .await?;
        let rules = service::list_rules_of(platform, &operator, &[id]).await?;
        Ok(ChangePlanPayload {
            organization: InstanceOrganization {
                organization,
                rules,
            },
        })
    }

    /// Lets everybody of a directory, or with a proven address of a domain, join an organization as a member when they sign
    /// in; for operators.
    async fn add_join_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] input: AddJoinRuleInput,
    ) -> Result<AddJoinRulePayload> {
        let (platform, actor) = (ctx.platform(), ctx.actor()?);
        let operator = service::require_operator(platform, actor).await?;
        let new = NewJoinRule {
            organization_id: organization_of(&input.organization_id)?,
            kind: input.kind,
            value: input.value,
        };
        let rule = platform
            .db
            .transaction(async |tx| service::add_join_rule(tx, &operator, actor, new.clone()).await)
            .await?;
        Ok(AddJoinRulePayload {
            join_rule: JoinRule(rule),
        })
    }

    /// Ends a rule by which people join; for operators. Who joined by it stays.
    async fn delete_join_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DeleteJoinRuleInput,
    ) -> Result<DeleteJoinRulePayload> {
        let (platform, actor) = (ctx.platform(), ctx.actor()?);
        let operator = service::require_operator(platform, actor).await?;
        let id = JoinRuleId(global_id::decode(&input.id, NodeKind::JoinRule)?);
        platform
            .db
            .transaction(async |tx| service::delete_join_rule(tx, &operator, actor, id).await)
            .await?;
        Ok(DeleteJoinRulePayload { id: input.id })
    }
}

fn organization_of(id: &ID) -> Result<OrganizationId> {
    global_id::decode_argument("organizationId", id, NodeKind::Organization).map(Into::into)
}
