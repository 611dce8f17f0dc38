//! Activities, the people in them, and the facts that earn points.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use shared::points::PointRule;
use shared::vocabulary::EventType;

use crate::platform::crypto::sha256;

/// Longest key of a fact, in bytes: it is part of an index.
const FACT_KEY_MAX: usize = 400;

/// What an activity is known as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// A word of the neutral vocabulary.
    Known(EventType),
    /// The provider's own name for something the vocabulary has no word for.
    Other(String),
}

impl ActivityKind {
    /// The word as it is stored and shown.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(event_type) => event_type.as_str(),
            Self::Other(name) => name,
        }
    }
}

/// Something that happened at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What it is known as.
    pub kind: ActivityKind,
    /// One sentence of what happened, without the actor's name.
    pub title: String,
    /// Where to look at it.
    pub url: Option<String>,
    /// The repository or project it happened in.
    pub repository_name: Option<String>,
    /// Who did it, as far as the payload tells.
    pub actor: Option<Person>,
    /// The provider's own time; none where reception is what counts.
    pub occurred_at: Option<DateTime<Utc>>,
    /// What it proves. Each fact pays at most once.
    pub facts: Vec<Fact>,
    /// Why it is kept and nothing follows from it; none where something may.
    pub ignored_because: Option<Cow<'static, str>>,
}

impl Activity {
    /// Everybody it names, each once.
    pub fn people(&self) -> Vec<&Person> {
        let mut people: Vec<&Person> = Vec::new();
        let of_facts = self.facts.iter();
        let of_facts = of_facts.flat_map(|fact| [Some(&fact.earner), fact.not_by.as_ref()]);
        for person in of_facts.chain([self.actor.as_ref()]).flatten() {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }
}

/// A person as a payload names them. At least one of id, username and email is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Id on the provider's installation.
    pub external_id: Option<String>,
    /// Login name.
    pub username: Option<String>,
    /// Address, where the provider shows it.
    pub email: Option<String>,
    /// Name as people read it.
    pub display_name: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// No human: earns nothing.
    pub is_bot: bool,
}

impl Person {
    /// A person known by id alone.
    pub fn by_id(external_id: String) -> Self {
        Self {
            external_id: Some(external_id),
            ..Self::default()
        }
    }

    /// This person, unless nothing identifies them.
    pub fn if_identified(self) -> Option<Self> {
        let is_identified =
            self.external_id.is_some() || self.username.is_some() || self.email.is_some();
        is_identified.then_some(self)
    }

    /// How people read them: the name, else the username. Never the address.
    pub fn shown_name(&self) -> Option<&str> {
        self.display_name.as_deref().or(self.username.as_deref())
    }

    /// Whether both are the same account, by the strongest sign that both have.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let same = |left: &Option<String>, right: &Option<String>| match (left, right) {
            (Some(left), Some(right)) => Some(left.eq_ignore_ascii_case(right)),
            _ => None,
        };
        same(&self.external_id, &other.external_id)
            .or_else(|| same(&self.username, &other.username))
            .or_else(|| same(&self.email, &other.email))
            .unwrap_or(false)
    }
}

/// Something that is true from now on and pays one person once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The rule that pays it.
    pub rule: PointRule,
    /// Who earns it.
    pub earner: Person,
    /// Whose work it is about: they earn nothing for it, by whichever account they act.
    pub not_by: Option<Person>,
    /// What the rule counts, such as commits.
    pub units: u32,
    /// Whether it pays once a day instead of once ever.
    pub is_daily: bool,
    /// Names the fact, the same whichever delivery tells of it.
    key: String,
}

impl Fact {
    /// A fact that pays once ever.
    pub fn once(rule: PointRule, earner: Person, key: String) -> Self {
        Self {
            rule,
            earner,
            not_by: None,
            units: 1,
            is_daily: false,
            key: bounded(key),
        }
    }

    /// A fact that pays once a day.
    pub fn daily(rule: PointRule, earner: Person, key: String) -> Self {
        Self {
            is_daily: true,
            ..Self::once(rule, earner, key)
        }
    }

    /// The same, counting so many units.
    #[must_use]
    pub fn with_units(self, units: u32) -> Self {
        Self { units, ..self }
    }

    /// The same, paying nothing to this person by whichever account they act.
    #[must_use]
    pub fn not_by(self, person: Option<Person>) -> Self {
        Self {
            not_by: person,
            ..self
        }
    }

    /// The key under which it is paid, given the day it counts for in the organization's zone.
    pub fn key_on(&self, day: NaiveDate) -> String {
        if self.is_daily {
            format!("{}:{day}", self.key)
        } else {
            self.key.clone()
        }
    }
}

/// A key that is too long for the index is told apart by its digest.
fn bounded(key: String) -> String {
    if key.len() <= FACT_KEY_MAX {
        return key;
    }
    let provider = key.split(':').next().unwrap_or_default();
    format!("{provider}:sha256:{}", hex::encode(sha256(key.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: Option<&str>, username: Option<&str>) -> Person {
        Person {
            external_id: id.map(str::to_owned),
            username: username.map(str::to_owned),
            ..Person::default()
        }
    }

    #[test]
    fn people_are_compared_by_the_strongest_sign_both_have() {
        let renamed = person(Some("1"), Some("new-name"));
        assert!(person(Some("1"), Some("old-name")).is_same_as(&renamed));
        assert!(!person(Some("2"), Some("new-name")).is_same_as(&renamed));
        assert!(person(None, Some("New-Name")).is_same_as(&renamed));
        assert!(!person(None, None).is_same_as(&renamed));
    }

    #[test]
    fn a_daily_fact_has_another_key_each_day() {
        let fact = Fact::daily(
            PointRule::CodeReview,
            person(Some("1"), None),
            "mr/7".to_owned(),
        );
        let day = |n| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
        assert_ne!(fact.key_on(day(1)), fact.key_on(day(2)));
    }

    #[test]
    fn a_long_key_keeps_its_identity_within_the_limit() {
        let fact = |end: &str| {
            let key = format!("gitlab:{}{end}", "long/".repeat(200));
            Fact::once(PointRule::Push, person(Some("1"), None), key).key
        };
        assert!(fact("a").len() <= FACT_KEY_MAX);
        assert_ne!(fact("a"), fact("b"));
        assert_eq!(fact("a"), fact("a"));
    }
}
