//! What happened in a stretch of time: a pure function of the seed, so that a history that was broken off goes on as it would
//! have gone.

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::period::day_in_zone;
use uuid::Uuid;

use super::account::Account;
use super::cast::{Company, Project};
use super::chance::Chance;
use super::gitlab::{Commit, Place, Post};
use super::rhythm::{at_minute, is_at_work, later, number_of};
use super::style::{Habits, Style};
use super::{machines, work};

/// Work that was begun longer ago has ended.
const LONGEST_WORK: Days = Days::new(10);

/// Something that GitLab would have told.
pub(super) struct Happening {
    pub(super) at: DateTime<Utc>,
    /// The delivery's own id.
    pub(super) key: Uuid,
    pub(super) post: Post,
}

/// Everything from one instant until before another, in the order of time.
pub(super) fn happenings(
    seed: u64,
    company: &'static Company,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<Happening> {
    let mut all = Vec::new();
    let mut day = day_in_zone(from, company.time_zone) - LONGEST_WORK;
    let last = day_in_zone(to, company.time_zone);
    while day <= last {
        for member in 0..company.people.len() {
            if is_at_work(seed, company, member, day) {
                let mut script = Script::of_member(seed, company, member, day);
                work::day_of(&mut script, member);
                all.append(&mut script.happenings);
            }
        }
        machines::day_of(seed, company, day, &mut all);
        day = day + Days::new(1);
    }
    all.retain(|happening| from <= happening.at && happening.at < to);
    all.sort_by_key(|happening| (happening.at, happening.key));
    all
}

/// What one actor does on one day, written down step by step.
pub(super) struct Script {
    pub(super) seed: u64,
    pub(super) company: &'static Company,
    pub(super) day: NaiveDate,
    pub(super) habits: Habits,
    pub(super) chance: Chance,
    pub(super) place: Place,
    pub(super) at: DateTime<Utc>,
    /// Numbers what the actor makes on this day.
    serial: u64,
    pub(super) happenings: Vec<Happening>,
}

impl Script {
    fn of_member(seed: u64, company: &'static Company, member: usize, day: NaiveDate) -> Self {
        let colleague = &company.people[member];
        let projects = company.projects_of(colleague);
        let number = u64::try_from(member).unwrap_or_default();
        Self::new(seed, company, number, day, colleague.style, &projects)
    }

    /// The script of an actor, who has a number of its own within the company.
    pub(super) fn new(
        seed: u64,
        company: &'static Company,
        actor: u64,
        day: NaiveDate,
        style: Style,
        projects: &[&'static Project],
    ) -> Self {
        let habits = style.habits();
        let mut chance = Chance::of(seed, &[company.number, 3, actor, number_of(day)]);
        let project = chance.pick(projects);
        let begins_at = habits.begins_at + chance.between(0, 70);
        Self {
            seed,
            company,
            day,
            habits,
            chance,
            place: Place { company, project },
            at: at_minute(company, day, begins_at),
            serial: (number_of(day) * 100 + actor) * 40,
            happenings: Vec::new(),
        }
    }

    /// A number that nothing else on this GitLab has.
    pub(super) fn next_id(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// The number within its project that people know a thing by; grows slowly.
    pub(super) fn next_iid(&mut self) -> u64 {
        let id = self.next_id();
        // A day's things of one project are few, and all days have numbers of their own.
        (number_of(self.day) % 2_000) * 3 + id % 3
    }

    /// Lets working time pass.
    pub(super) fn wait(&mut self, shortest: i64, longest: i64) {
        let minutes = self.chance.between(shortest, longest);
        self.at = later(self.company, &self.habits, self.at, minutes);
    }

    /// Writes down what happens now.
    pub(super) fn tell(&mut self, post: Post) {
        let seconds = self.chance.between(0, 59);
        self.happenings.push(Happening {
            at: self.at + chrono::TimeDelta::seconds(seconds),
            key: self.chance.uuid(),
            post,
        });
    }

    /// Writes down a push of some commits; gives the name of the last.
    pub(super) fn push(&mut self, by: &Account, branch: &str, title: &str) -> String {
        let count = self.chance.between(1, self.habits.commits);
        let commits: Vec<Commit> = (1..=count)
            .map(|number| Commit {
                sha: self.chance.sha(),
                title: if number == 1 {
                    title.to_owned()
                } else {
                    format!("{title}, part {number}")
                },
            })
            .collect();
        let before = self.chance.sha();
        let post = self.place.push(by, branch, &before, &commits, self.at);
        self.tell(post);
        commits.last().map_or(before, |commit| commit.sha.clone())
    }

    /// Somebody of the company who is at work this day; of the project's team where possible, and not `but`.
    pub(super) fn reviewer(&mut self, but: usize) -> Option<usize> {
        let day = day_in_zone(self.at, self.company.time_zone);
        let team = Some(self.place.project.team);
        let mut hat = Vec::new();
        for (member, colleague) in self.company.people.iter().enumerate() {
            let is_near = colleague.team == team || self.chance.happens(0.06);
            if member != but && is_near && is_at_work(self.seed, self.company, member, day) {
                // Whoever reviews much is in the hat more often.
                let tickets = (colleague.style.habits().reviews * 5.0).round();
                for _ in 0..num_tickets(tickets) {
                    hat.push(member);
                }
            }
        }
        (!hat.is_empty()).then(|| self.chance.pick(&hat))
    }
}

/// Tickets as a count; styles have few.
fn num_tickets(tickets: f64) -> u8 {
    (0..=u8::MAX)
        .take_while(|count| f64::from(*count) < tickets)
        .count()
        .try_into()
        .unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::{TimeDelta, TimeZone as _};

    use super::super::cast::{COMPANIES, NAMED, TIDEWATER};
    use super::*;

    fn instant(day: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 2, day, 12, 0, 0).unwrap()
    }

    #[test]
    fn a_stretch_told_in_two_parts_is_the_same_as_told_at_once() {
        let keys = |from, to| {
            let told = happenings(1, &TIDEWATER, from, to);
            told.into_iter().map(|one| one.key).collect::<Vec<_>>()
        };
        let at_once = keys(instant(1), instant(20));
        let in_parts = [keys(instant(1), instant(9)), keys(instant(9), instant(20))].concat();
        assert_eq!(at_once, in_parts);
    }

    #[test]
    fn no_delivery_is_there_twice_and_none_lies_outside() {
        for company in COMPANIES {
            let told = happenings(1, company, instant(1), instant(28));
            let keys: HashSet<_> = told.iter().map(|one| one.key).collect();
            assert_eq!(keys.len(), told.len());
            assert!(
                told.iter()
                    .all(|one| instant(1) <= one.at && one.at < instant(28))
            );
        }
    }

    #[test]
    fn ninety_days_are_lively_and_not_too_many() {
        let from = instant(1);
        let told = happenings(1, &TIDEWATER, from, from + TimeDelta::days(90));
        assert!((4_500..8_000).contains(&told.len()), "{}", told.len());
    }

    #[test]
    fn the_named_accounts_have_a_history_too() {
        let told = happenings(1, &TIDEWATER, instant(1), instant(28));
        for name in NAMED.iter().filter(|name| **name != "viewer") {
            let is_theirs = |one: &&Happening| {
                one.post.body["user_username"] == *name
                    || one.post.body["user"]["username"] == *name
            };
            assert!(told.iter().any(|one| is_theirs(&one)), "{name}");
        }
    }
}
