//! One organization: its plan, and the rules by which people join it.

use leptos::prelude::*;
use shared::{
    people::JoinRuleKind,
    role::PlanType,
    validation::join_rule::{domain, tenant},
};

use crate::{
    api::graphql::{
        AddJoinRule, AddJoinRuleInput, ChangePlan, ChangePlanInput, DeleteJoinRule,
        DeleteJoinRuleInput, InstanceLine,
    },
    features::settings::plan::{rule_words, word},
    state::{pending::pending, toasts::use_toasts},
    ui::{
        button::{Look, busy_button, submit_button},
        dynamic::switch,
        field::{TextField, text_field},
        select::select_field,
        trouble::trouble_line,
    },
};

/// The form in the dialog; `own_tenant` is the directory that this server trusts.
pub(super) fn form(
    line: InstanceLine,
    own_tenant: Option<String>,
    changed: RwSignal<u32>,
) -> AnyView {
    view! {
        <p class="form-words"><b>{line.name.clone()}</b></p>
        {plan_form(&line, changed)}
        {rules(&line, changed)}
        {new_rule(line.id, own_tenant, changed)}
    }
    .into_any()
}

fn plan_form(line: &InstanceLine, changed: RwSignal<u32>) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let chosen = RwSignal::new(line.plan_type.as_str().to_owned());
    let choices = PlanType::ALL
        .iter()
        .map(|plan| {
            let seats = plan.limits().members.map_or_else(
                || ", any number of members".to_owned(),
                |limit| [", up to ", &limit.to_string(), " members"].concat(),
            );
            (plan.as_str().to_owned(), [word(*plan), &seats].concat())
        })
        .collect();
    let id = line.id.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let input = ChangePlanInput {
            organization_id: id.clone(),
            plan_type: chosen.get_untracked().parse().unwrap_or(PlanType::Free),
        };
        call.run(ChangePlan { input }, move |_| {
            toasts.say("The plan is changed.");
            changed.update(|count| *count += 1);
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {select_field("instance-plan", "Plan", choices, chosen)}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">{submit_button("Change plan", call.is_busy.into())}</div>
        </form>
    }
    .into_any()
}

fn rules(line: &InstanceLine, changed: RwSignal<u32>) -> AnyView {
    let call = pending();
    let left = RwSignal::new(line.join_rules.clone());
    let shown = move || {
        let lines = left
            .get()
            .into_iter()
            .map(|rule| {
                let id = rule.id.clone();
                let remove = Callback::new(move |()| {
                    let gone = id.clone();
                    let input = DeleteJoinRuleInput { id: id.clone() };
                    call.run(DeleteJoinRule { input }, move |_| {
                        left.update(|rules| rules.retain(|one| one.id != gone));
                        changed.update(|count| *count += 1);
                    });
                });
                view! {
                    <li class="line">
                        <div class="line-words"><p>{rule_words(rule.kind, &rule.value)}</p></div>
                        {busy_button(Look::Quiet, "End", call.is_busy.into(), remove)}
                    </li>
                }
                .into_any()
            })
            .collect_view();
        view! { <ul class="lines flush">{lines}</ul> }.into_any()
    };
    view! {
        <h3 class="form-part">"Joins without being asked"</h3>
        {switch(shown)}
        {switch(move || trouble_line(call.trouble.get()))}
    }
    .into_any()
}

fn new_rule(id: String, own_tenant: Option<String>, changed: RwSignal<u32>) -> AnyView {
    let (call, toasts) = (pending(), use_toasts());
    let kind = RwSignal::new(JoinRuleKind::EmailDomain.as_str().to_owned());
    let value = RwSignal::new(String::new());
    let refusal = RwSignal::new(None);
    let choices = vec![
        (
            JoinRuleKind::EmailDomain.as_str().to_owned(),
            "Everybody with a proven address of a domain".to_owned(),
        ),
        (
            JoinRuleKind::EntraTenant.as_str().to_owned(),
            "Everybody of an Entra directory".to_owned(),
        ),
    ];
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let chosen = kind.get_untracked().parse();
        let chosen = chosen.unwrap_or(JoinRuleKind::EmailDomain);
        // The directory that the server trusts is the one that is meant where nothing is typed.
        if let (JoinRuleKind::EntraTenant, true, Some(own)) =
            (chosen, value.with_untracked(String::is_empty), &own_tenant)
        {
            value.set(own.clone());
        }
        let wrong = value.with_untracked(|text| match chosen {
            JoinRuleKind::EmailDomain => domain(text),
            JoinRuleKind::EntraTenant => tenant(text),
        });
        let wrong = wrong
            .err()
            .map(|error| ["It ", &error.message, "."].concat());
        refusal.set(wrong.clone());
        if wrong.is_some() {
            return;
        }
        let input = AddJoinRuleInput {
            organization_id: id.clone(),
            kind: chosen,
            value: value.get_untracked(),
        };
        call.run(AddJoinRule { input }, move |_| {
            toasts.say("Whoever signs in from now on by this rule joins as a member.");
            changed.update(|count| *count += 1);
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {select_field("rule-kind", "A new rule", choices, kind)}
            {text_field(TextField {
                id: "rule-value", label: "Domain or directory", help: "A domain such as example.com, or the id of a directory.",
                value, check: |_| None, refusal, autocomplete: "off", limit: None,
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">{submit_button("Add rule", call.is_busy.into())}</div>
        </form>
    }
    .into_any()
}
