//! Events that keep coming, posted to the server's own address as GitLab would.
//!
//! They are never those of the named accounts: whoever signs in as one of them sees only what they did themselves.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;
use shared::period::day_in_zone;

use super::Demo;
use super::account::Account;
use super::cast::{Company, NAMED};
use super::chance::Chance;
use super::gitlab::{Commit, Issue, MergeRequest, Pipeline, Place, Post};
use super::rhythm::{is_at_work, is_working_hour};
use super::store;
use super::words::{branch_of, comment, complaint, title};
use crate::error::AppError;
use crate::platform::Platform;
use crate::platform::outbound::client_to_operators_choice;

/// Merge requests that wait for their reviews; the oldest is forgotten when there are more.
const OPEN_MAX: usize = 24;
/// How often it is noted how far the demo has come.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Pause between two events in milliseconds, at work and outside of it.
const PAUSE_AT_WORK: (i64, i64) = (2_000, 5_500);
const PAUSE_OTHERWISE: (i64, i64) = (4_000, 8_000);

/// What happens, and how often out of all.
const MIX: [(u32, Kind); 11] = [
    (28, Kind::Push),
    (11, Kind::Open),
    (19, Kind::Comment),
    (8, Kind::Approve),
    (8, Kind::Merge),
    (5, Kind::Update),
    (9, Kind::Succeed),
    (3, Kind::Fail),
    (3, Kind::OpenIssue),
    (4, Kind::CloseIssue),
    (2, Kind::Visit),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Push,
    Open,
    Comment,
    Approve,
    Merge,
    Update,
    Succeed,
    Fail,
    OpenIssue,
    CloseIssue,
    Visit,
}

/// Sends events until the server stops.
pub(super) struct Traffic {
    platform: Platform,
    client: reqwest::Client,
    url: String,
    demo: Demo,
    invention: Invention,
}

impl Traffic {
    /// Prepares to post to the server that listens on an address.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub(super) fn new(
        platform: &Platform,
        demo: &Demo,
        listens_on: SocketAddr,
    ) -> anyhow::Result<Self> {
        let host: IpAddr = match listens_on.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        let address = SocketAddr::new(host, listens_on.port());
        let now = platform.clock.now();
        Ok(Self {
            platform: platform.clone(),
            client: client_to_operators_choice().context("a client for the demo's events")?,
            url: format!("http://{address}{}", demo.webhook_path()),
            demo: demo.clone(),
            invention: Invention {
                seed: demo.seed,
                company: demo.company,
                // A start of its own draws differently from the one before.
                chance: Chance::of(demo.seed, &[demo.company.number, 4, micros(now)]),
                open: VecDeque::new(),
                last_number: 0,
            },
        })
    }

    /// Runs until the server stops.
    pub(super) async fn run(mut self) {
        let (closing, stopping) = (
            self.platform.tasks.closing(),
            self.platform.tasks.stopping(),
        );
        let mut noted_at = self.platform.clock.now();
        loop {
            let pause = self.pause();
            tokio::select! {
                () = closing.cancelled() => return,
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            let now = self.platform.clock.now();
            let post = self.invention.next(now);
            match self.send(&post).await {
                // Somebody gave the source a new secret.
                Ok(StatusCode::UNAUTHORIZED) => self.learn_secret().await,
                // A source that is switched off may be switched on again: it is asked as before.
                Ok(_) => {}
                Err(error) => tracing::debug!("a made-up event was not taken: {error}"),
            }
            if noted_at + NOTED_EVERY <= now {
                noted_at = now;
                self.note_progress().await;
            }
        }
    }

    fn pause(&mut self) -> Duration {
        let now = self.platform.clock.now();
        let (shortest, longest) = if is_working_hour(self.demo.company, now) {
            PAUSE_AT_WORK
        } else {
            PAUSE_OTHERWISE
        };
        let millis = self.invention.chance.between(shortest, longest);
        Duration::from_millis(millis.unsigned_abs())
    }

    async fn send(&self, post: &Post) -> reqwest::Result<StatusCode> {
        let key = self.platform.ids.new_id().to_string();
        let answer = self
            .client
            .post(&self.url)
            .header("x-gitlab-event", post.event)
            .header("x-gitlab-event-uuid", &key)
            .header("idempotency-key", &key)
            .header("x-gitlab-instance", self.demo.company.gitlab)
            .header("x-gitlab-token", self.demo.secret.expose())
            .json(&post.body)
            .send()
            .await?;
        Ok(answer.status())
    }

    async fn learn_secret(&mut self) {
        match self.demo.secret_now(&self.platform).await {
            Ok(secret) => self.demo.secret = secret,
            Err(error) => tracing::debug!(?error, "the demo's source has no secret to be learnt"),
        }
    }

    /// What was live is not told as history by the next start.
    async fn note_progress(&self) {
        let noted = async {
            let mut conn = self.platform.db.primary().await?;
            let now = self.platform.clock.now();
            store::update_told_until(&mut conn, self.demo.company.row_key(), now).await?;
            Ok::<_, AppError>(())
        };
        if let Err(error) = noted.await {
            tracing::debug!(?error, "the demo's progress was not noted");
        }
    }
}

/// Thinks of the next thing to happen.
struct Invention {
    seed: u64,
    company: &'static Company,
    chance: Chance,
    open: VecDeque<(Place, MergeRequest)>,
    last_number: u64,
}

impl Invention {
    fn next(&mut self, now: DateTime<Utc>) -> Post {
        let kind = self.kind();
        let by = self.somebody(now, None);
        let place = self.place_of(by);
        let account = Account::of_member(self.company, by);
        match kind {
            Kind::Comment | Kind::Approve | Kind::Merge | Kind::Update if !self.open.is_empty() => {
                self.on_merge_request(kind, now)
            }
            Kind::Open | Kind::Comment | Kind::Approve | Kind::Merge | Kind::Update => {
                self.open_merge_request(place, account, now)
            }
            Kind::Push => self.push(place, &account, now),
            Kind::Visit if !self.company.strangers.is_empty() => {
                let last = i64::try_from(self.company.strangers.len() - 1).unwrap_or_default();
                let number = usize::try_from(self.chance.between(0, last)).unwrap_or_default();
                let stranger = Account::of_stranger(self.company, number);
                self.push(place, &stranger, now)
            }
            Kind::Visit => self.push(place, &account, now),
            Kind::Succeed => self.pipeline(place, &account, "success", now),
            Kind::Fail => self.pipeline(place, &account, "failed", now),
            Kind::OpenIssue | Kind::CloseIssue => {
                let action = if kind == Kind::OpenIssue {
                    "open"
                } else {
                    "close"
                };
                let issue = Issue {
                    id: self.number(now),
                    iid: iid(now),
                    title: complaint(&mut self.chance),
                    opened_at: now,
                };
                place.issue(&issue, action, &account, &account, now)
            }
        }
    }

    fn kind(&mut self) -> Kind {
        let total: u32 = MIX.iter().map(|(share, _)| share).sum();
        let mut drawn = self.chance.between(1, i64::from(total));
        for (share, kind) in MIX {
            drawn -= i64::from(share);
            if drawn <= 0 {
                return kind;
            }
        }
        Kind::Push
    }

    /// A member who is at work, if anybody is; never a named account, and not `but`.
    fn somebody(&mut self, now: DateTime<Utc>, but: Option<u64>) -> usize {
        let day = day_in_zone(now, self.company.time_zone);
        let is_possible = |member: usize| {
            !NAMED.contains(&self.company.people[member].username)
                && Some(self.company.account_id(member)) != but
        };
        let possible = (0..self.company.people.len()).filter(|member| is_possible(*member));
        let (at_work, away): (Vec<usize>, Vec<usize>) =
            possible.partition(|member| is_at_work(self.seed, self.company, *member, day));
        self.chance
            .pick(if at_work.is_empty() { &away } else { &at_work })
    }

    fn place_of(&mut self, member: usize) -> Place {
        let projects = self.company.projects_of(&self.company.people[member]);
        Place {
            company: self.company,
            project: self.chance.pick(&projects),
        }
    }

    fn push(&mut self, place: Place, by: &Account, now: DateTime<Utc>) -> Post {
        let subject = title(&mut self.chance);
        let branch = if self.chance.happens(0.4) {
            "main".to_owned()
        } else {
            branch_of(&subject)
        };
        let commits: Vec<Commit> = (0..self.chance.between(1, 3))
            .map(|_| Commit {
                sha: self.chance.sha(),
                title: subject.clone(),
            })
            .collect();
        let before = self.chance.sha();
        place.push(by, &branch, &before, &commits, now)
    }

    fn open_merge_request(&mut self, place: Place, author: Account, now: DateTime<Utc>) -> Post {
        let subject = title(&mut self.chance);
        let merge_request = MergeRequest {
            id: self.number(now),
            iid: iid(now),
            branch: branch_of(&subject),
            title: subject,
            author,
            opened_at: now,
        };
        let post = place.merge_request(&merge_request, "open", &merge_request.author, now);
        self.open.push_back((place, merge_request));
        self.open.truncate(OPEN_MAX);
        post
    }

    fn on_merge_request(&mut self, kind: Kind, now: DateTime<Utc>) -> Post {
        let last = i64::try_from(self.open.len() - 1).unwrap_or_default();
        let which = usize::try_from(self.chance.between(0, last)).unwrap_or_default();
        let (place, merge_request) = self.open[which].clone();
        let other = self.somebody(now, Some(merge_request.author.id));
        let reviewer = Account::of_member(self.company, other);
        match kind {
            Kind::Comment => {
                let (text, id) = (comment(&mut self.chance), self.number(now));
                place.comment(&merge_request, text, id, &reviewer, now)
            }
            Kind::Approve => place.merge_request(&merge_request, "approved", &reviewer, now),
            Kind::Merge => {
                self.open.remove(which);
                place.merge_request(&merge_request, "merge", &reviewer, now)
            }
            _ => place.merge_request(&merge_request, "update", &merge_request.author, now),
        }
    }

    fn pipeline(
        &mut self,
        place: Place,
        by: &Account,
        status: &'static str,
        now: DateTime<Utc>,
    ) -> Post {
        let pipeline = Pipeline {
            id: self.number(now),
            branch: "main".to_owned(),
            sha: self.chance.sha(),
            status,
            seconds: self.chance.between(95, 640),
        };
        place.pipeline(&pipeline, by, now)
    }

    /// A number that nothing else on this GitLab has, whichever start of the server made it.
    fn number(&mut self, now: DateTime<Utc>) -> u64 {
        self.last_number = micros(now).max(self.last_number + 1);
        self.last_number
    }
}

fn micros(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_micros()).unwrap_or_default()
}

/// The number within its project that people know a thing by.
fn iid(at: DateTime<Utc>) -> u64 {
    10_000 + micros(at) / 20_000_000 % 80_000
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeZone as _;

    use super::super::cast::TIDEWATER;
    use super::*;

    fn posts(count: i64) -> Vec<Post> {
        let mut invention = Invention {
            seed: 1,
            company: &TIDEWATER,
            chance: Chance::of(1, &[4]),
            open: VecDeque::new(),
            last_number: 0,
        };
        let start = Utc.with_ymd_and_hms(2026, 3, 11, 10, 0, 0).unwrap();
        (0..count)
            .map(|number| invention.next(start + TimeDelta::seconds(number)))
            .collect()
    }

    #[test]
    fn live_events_are_never_those_of_the_named_accounts() {
        for post in posts(600) {
            let body = post.body.to_string();
            for name in NAMED {
                assert!(!body.contains(&format!("\"{name}@demo.test\"")), "{body}");
                assert!(!body.contains(&format!("username\":\"{name}\"")), "{body}");
            }
        }
    }

    #[test]
    fn every_kind_of_event_comes_by() {
        let kinds: HashSet<&str> = posts(200).iter().map(|post| post.event).collect();
        assert_eq!(kinds.len(), 5, "{kinds:?}");
    }
}
