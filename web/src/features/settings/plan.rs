//! What the organization has booked, how much of it is used, and who joins without being asked.

use leptos::prelude::*;
use shared::{people::JoinRuleKind, role::PlanType};

use crate::{
    api::graphql::{OrganizationPlan, OrganizationPlanData, OrganizationPlanOrganization},
    format,
    state::remote::{Loaded, remote},
    ui::{
        badge::{Tone, badge},
        skeleton,
    },
};

/// The card.
pub(super) fn card() -> AnyView {
    let plan = remote(|| OrganizationPlan {});
    view! {
        <section class="card form" aria-labelledby="plan-head">
            <h2 id="plan-head">"Plan"</h2>
            {plan.view(|| skeleton::rows(3), content)}
        </section>
    }
    .into_any()
}

/// The word for a plan.
pub fn word(plan: PlanType) -> &'static str {
    match plan {
        PlanType::Free => "Free",
        PlanType::Pro => "Pro",
        PlanType::Enterprise => "Enterprise",
    }
}

/// A rule by which people join, in words.
pub fn rule_words(kind: JoinRuleKind, value: &str) -> String {
    match kind {
        JoinRuleKind::EmailDomain => ["Everybody with a proven address of ", value].concat(),
        JoinRuleKind::EntraTenant => ["Everybody of the Entra directory ", value].concat(),
    }
}

fn content(data: Loaded<OrganizationPlanData>) -> AnyView {
    data.with_untracked(|data| {
        data.organization
            .as_ref()
            .map_or_else(|| ().into_any(), shown)
    })
}

fn shown(organization: &OrganizationPlanOrganization) -> AnyView {
    let limits = &organization.plan_limits;
    let of = |limit: Option<i32>| limit.map_or_else(|| "any".to_owned(), format::number);
    let members = organization.usage.members;
    let seats = match limits.members {
        Some(limit) => [&format::number(members), " of ", &format::number(limit)].concat(),
        None => format::number(members),
    };
    let is_full = limits.members.is_some_and(|limit| members >= limit);
    let rules = organization
        .join_rules
        .iter()
        .map(|rule| {
            view! { <li class="line"><p>{rule_words(rule.kind, &rule.value)}</p></li> }.into_any()
        })
        .collect_view();
    let joins = (!organization.join_rules.is_empty()).then(|| {
        view! {
            <h3 class="form-part">"Joins without being asked"</h3>
            <ul class="lines flush">{rules}</ul>
        }
    });
    view! {
        <p class="form-words">{badge(Tone::Info, word(organization.plan_type))}" Operators of this instance change it."</p>
        <dl class="facts">
            <div><dt>"Active members"</dt><dd>{seats}{is_full.then(|| badge(Tone::Warning, "Full"))}</dd></div>
            <div><dt>"Repositories"</dt><dd>{of(limits.repositories)}</dd></div>
            <div><dt>"Reviews by a model a month"</dt><dd>{of(limits.ai_reviews_per_month)}</dd></div>
            <div><dt>"Cost points a minute, each"</dt><dd>{of(limits.requests_per_minute)}</dd></div>
        </dl>
        {joins}
    }
    .into_any()
}
