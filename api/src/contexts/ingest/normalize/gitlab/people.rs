//! People in GitLab's payloads: whole, in part, or by id alone.

use super::super::json::Json;
use super::Payload;
use crate::contexts::activity::Person;

/// The person of an object such as `user`; none where nothing identifies them.
pub(super) fn person(user: Json<'_>) -> Option<Person> {
    identified(Person {
        external_id: user.at("id").id(),
        username: user.at("username").text(),
        email: email(user.at("email")),
        display_name: user.at("name").text(),
        avatar_url: user.at("avatar_url").web_url(),
        is_bot: false,
    })
}

/// The person who pushed: their fields stand beside the push itself.
pub(super) fn pusher(root: Json<'_>) -> Option<Person> {
    identified(Person {
        external_id: root.at("user_id").id(),
        username: root.at("user_username").text(),
        email: email(root.at("user_email")),
        display_name: root.at("user_name").text(),
        avatar_url: root.at("user_avatar").web_url(),
        is_bot: false,
    })
}

/// The person of an id, with everything else that the payload happens to say of the same id.
pub(super) fn by_id(payload: &Payload<'_>, id: String) -> Person {
    let root = payload.root;
    let named = [root.at("user"), root.at("assignee")]
        .into_iter()
        .chain(root.at("assignees").items())
        .chain(root.at("reviewers").items())
        .filter(|user| user.at("id").id().as_ref() == Some(&id))
        .find_map(person);
    named.unwrap_or_else(|| Person::by_id(id))
}

fn identified(mut person: Person) -> Option<Person> {
    person.is_bot = person.username.as_deref().is_some_and(is_bot);
    // Some installations let people sign in, and be shown, by their address alone.
    if person.email.is_none() {
        person.email = person.username.as_deref().and_then(address);
    }
    person.if_identified()
}

/// An address that is one: GitLab writes `[REDACTED]` where it hides it.
fn email(place: Json<'_>) -> Option<String> {
    address(place.word()?)
}

fn address(text: &str) -> Option<String> {
    shared::validation::sign_in::email(text).ok()
}

/// Accounts of tokens and of GitLab itself are no people.
fn is_bot(username: &str) -> bool {
    let username = username.to_lowercase();
    let is_token_of = |kind: &str| {
        username
            .strip_prefix(kind)
            .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()))
            .is_some_and(|rest| rest == "_bot" || rest.starts_with("_bot_") || is_old_token(rest))
    };
    username.ends_with("[bot]")
        || username.starts_with("service_account_")
        || is_token_of("project_")
        || is_token_of("group_")
        || matches!(
            username.as_str(),
            "ghost"
                | "support-bot"
                | "alert-bot"
                | "visual-review-bot"
                | "migration-bot"
                | "security-bot"
                | "automation-bot"
                | "gitlab-admin-bot"
                | "duo-code-review-bot"
        )
}

/// The second and later tokens of a project were once named `project_7_bot1`, `project_7_bot2`, …
fn is_old_token(rest: &str) -> bool {
    rest.strip_prefix("_bot")
        .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hidden_address_is_none() {
        for hidden in ["[REDACTED]", "", "nobody", "a b@example.com"] {
            let user = json!({"id": 1, "email": hidden});
            assert_eq!(person(Json::root(&user)).unwrap().email, None, "{hidden}");
        }
    }

    #[test]
    fn a_username_that_is_an_address_counts_as_the_address() {
        let user = json!({"username": "ada@example.com"});
        let person = person(Json::root(&user)).unwrap();
        assert_eq!(person.email.as_deref(), Some("ada@example.com"));
    }

    #[test]
    fn a_name_alone_identifies_nobody() {
        assert_eq!(person(Json::root(&json!({"name": "Ada"}))), None);
    }

    #[test]
    fn tokens_and_apps_are_bots_and_people_are_not() {
        for bot in [
            "renovate[bot]",
            "project_15_bot",
            "project_15_bot1",
            "group_7_bot_0a1b2c",
            "PROJECT_15_BOT_x",
            "service_account_group_1_ab",
            "ghost",
        ] {
            assert!(is_bot(bot), "{bot}");
        }
        for human in [
            "root",
            "bot",
            "botanist",
            "project_lead",
            "group_bottom",
            "project_x_bot",
            "abbot",
        ] {
            assert!(!is_bot(human), "{human}");
        }
    }
}
