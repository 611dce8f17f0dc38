//! The form that makes a key.

use leptos::prelude::*;
use shared::{
    field_access::useful_scopes,
    scope::{ApiKeyOwner, ApiScope},
    validation::api_key::{NAME_MAX, RATE_DEFAULT, name as check_name, rate_limit, scopes},
};

use super::{Desk, secret::Revealed};
use crate::{
    api::graphql::{CreateApiKeyInput, CreateKey, CreateKeyData},
    state::{clock::use_clock, pending::pending},
    ui::{
        button::{Look, button, submit_button},
        choice::{Tick, select_field, tick},
        dynamic::{show, switch},
        field::{TextField, text_field},
        icon::{Icon, icon},
        trouble::trouble_line,
    },
};

/// When a key ends, in days and in words.
const ENDS: [(Option<i64>, &str); 4] = [
    (Some(30), "In 30 days"),
    (Some(90), "In 90 days"),
    (Some(365), "In a year"),
    (None, "Never"),
];
const OWNERS: [(ApiKeyOwner, &str); 2] = [
    (ApiKeyOwner::Person, "Mine: it ends when I leave"),
    (
        ApiKeyOwner::Organization,
        "The organization\u{2019}s: a service account",
    ),
];

/// The form; on success it closes and the secret is shown.
pub fn form(desk: Desk, is_open: RwSignal<bool>) -> AnyView {
    let name = RwSignal::new(String::new());
    let rate = RwSignal::new(RATE_DEFAULT.to_string());
    let (name_refusal, rate_refusal) = (RwSignal::new(None), RwSignal::new(None));
    let chosen = RwSignal::new(Vec::<ApiScope>::new());
    let is_scopeless = RwSignal::new(false);
    let (end, owner) = (RwSignal::new(1_usize), RwSignal::new(0_usize));
    let call = pending();
    let clock = use_clock();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        name_refusal.set(name.with_untracked(|name| check(name)));
        rate_refusal.set(rate.with_untracked(|rate| check_rate(rate)));
        is_scopeless.set(chosen.with_untracked(|chosen| scopes(chosen).is_err()));
        let is_wrong = name_refusal.with_untracked(Option::is_some)
            || rate_refusal.with_untracked(Option::is_some)
            || is_scopeless.get_untracked();
        if is_wrong {
            return;
        }
        let input = CreateApiKeyInput {
            name: name.with_untracked(|name| name.trim().to_owned()),
            scopes: chosen.get_untracked(),
            owner: OWNERS[owner.get_untracked()].0,
            rate_limit: rate.with_untracked(|rate| rate.trim().parse().unwrap_or(RATE_DEFAULT)),
            expires_at: ENDS[end.get_untracked()]
                .0
                .map(|days| clock.now().plus_days(days)),
        };
        let done = move |data: CreateKeyData| {
            let created = data.create_api_key;
            is_open.set(false);
            desk.refresh.run(());
            desk.revealed.set(Some(Revealed {
                key: created.api_key,
                secret: created.secret,
            }));
        };
        call.run_or(CreateKey { input }, done, move |error| {
            let place = match error.field.as_deref() {
                Some("name") => name_refusal,
                Some("rateLimit") => rate_refusal,
                _ => return false,
            };
            place.set(Some(error.message.clone()));
            true
        });
    };
    let ticks = useful_scopes()
        .map(|scope| {
            tick(Tick {
                id: "scope-".to_owned() + scope.as_str(),
                label: scope.code(),
                help: scope.purpose(),
                is_on: Signal::derive(move || chosen.with(|chosen| chosen.contains(&scope))),
                toggle: Callback::new(move |()| {
                    is_scopeless.set(false);
                    chosen.update(|chosen| {
                        let before = chosen.len();
                        chosen.retain(|other| *other != scope);
                        if chosen.len() == before {
                            chosen.push(scope);
                        }
                    });
                }),
            })
        })
        .collect_view();
    let words = |choices: &[&'static str]| choices.iter().map(|one| (*one).to_owned()).collect();
    view! {
        <form class="form" novalidate on:submit=submit>
            {text_field(TextField {
                id: "key-name", label: "Name", help: "What uses it, for example the wallboard.", value: name,
                check, refusal: name_refusal, autocomplete: "off", limit: Some(NAME_MAX),
            })}
            <fieldset class="ticks">
                <legend>"What it may do"</legend>
                {ticks}
                {show(is_scopeless.into(), || view! { <p class="field-error">{icon(Icon::Warning)}"Choose at least one."</p> }.into_any())}
            </fieldset>
            {desk.is_whole.then(|| select_field("key-owner", "Whose it is", words(&OWNERS.map(|(_, words)| words)), owner))}
            {select_field("key-end", "When it ends", words(&ENDS.map(|(_, words)| words)), end)}
            {text_field(TextField {
                id: "key-rate", label: "Cost points a minute", help: "How much it may ask; a small request costs one point.",
                value: rate, check: check_rate, refusal: rate_refusal, autocomplete: "off", limit: None,
            })}
            {switch(move || trouble_line(call.trouble.get()))}
            <div class="form-end">
                {button(Look::Plain, "Cancel", Callback::new(move |()| is_open.set(false)))}
                {submit_button("Make the key", call.is_busy.into())}
            </div>
        </form>
    }
    .into_any()
}

/// What is wrong with a name: the server's own rule.
fn check(text: &str) -> Option<String> {
    check_name(text)
        .err()
        .map(|error| ["The name ", &error.message, "."].concat())
}

/// What is wrong with a limit: the server's own rule.
fn check_rate(text: &str) -> Option<String> {
    match text.trim().parse() {
        Ok(points) => rate_limit(points)
            .err()
            .map(|error| ["The limit ", &error.message, "."].concat()),
        Err(_) => Some("The limit must be a whole number.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_follow_the_rules_of_the_server() {
        assert_eq!(check(" ").as_deref(), Some("The name must not be empty."));
        assert_eq!(check("Wallboard"), None);
        assert_eq!(
            check_rate("0").as_deref(),
            Some("The limit must be between 1 and 10000.")
        );
        assert_eq!(
            check_rate("ten").as_deref(),
            Some("The limit must be a whole number.")
        );
        assert_eq!(check_rate(" 100 "), None);
    }
}
