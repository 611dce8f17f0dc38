//! Who is in the demo: two invented organizations, their teams, people and projects.

use chrono_tz::Tz;
use shared::role::Role;

use super::style::Style;

/// An organization of the demo.
pub(super) struct Company {
    /// Tells it from the others in draws of chance.
    pub(super) number: u64,
    pub(super) name: &'static str,
    pub(super) slug: &'static str,
    pub(super) time_zone: Tz,
    /// The address of its GitLab.
    pub(super) gitlab: &'static str,
    pub(super) departments: &'static [&'static str],
    pub(super) teams: &'static [Squad],
    pub(super) people: &'static [Colleague],
    /// Those whom nobody has matched to a member: contributors from outside.
    pub(super) strangers: &'static [Stranger],
    pub(super) projects: &'static [Project],
    /// Whether machines write to its repositories too.
    pub(super) has_bots: bool,
}

/// A team.
pub(super) struct Squad {
    pub(super) name: &'static str,
    pub(super) department: usize,
    /// The username of who leads it.
    pub(super) lead: &'static str,
}

/// A member of an organization.
pub(super) struct Colleague {
    pub(super) username: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) team: Option<usize>,
    pub(super) style: Style,
}

/// Somebody with an account on the organization's GitLab and no membership.
pub(super) struct Stranger {
    pub(super) username: &'static str,
    pub(super) name: &'static str,
}

/// A repository.
pub(super) struct Project {
    pub(super) id: u64,
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    pub(super) team: usize,
}

/// The accounts that people sign in as; the demo's live events are never theirs.
pub(super) const NAMED: [&str; 4] = ["admin", "lead", "member", "viewer"];

/// The organizations, the large one first: it is everybody's default.
pub(super) const COMPANIES: [&Company; 2] = [&TIDEWATER, &LANTERN];

const fn of(team: usize, username: &'static str, name: &'static str, style: Style) -> Colleague {
    Colleague {
        username,
        name,
        role: Role::Member,
        team: Some(team),
        style,
    }
}

const fn without_team(
    role: Role,
    username: &'static str,
    name: &'static str,
    style: Style,
) -> Colleague {
    Colleague {
        username,
        name,
        role,
        team: None,
        style,
    }
}

const HARBOR: usize = 0;
const CURRENT: usize = 1;
const BEACON: usize = 2;
const COMPASS: usize = 3;
const ANCHOR: usize = 4;
const LOOKOUT: usize = 5;

use Style::{EarlyBird, Finisher, NightOwl, Occasional, PartTime, Prolific, Reviewer, Steady};

/// Maker of tide gauges and of the software around them.
pub(super) const TIDEWATER: Company = Company {
    number: 1,
    name: "Tidewater Instruments",
    slug: "tidewater",
    time_zone: Tz::Europe__Lisbon,
    gitlab: "https://gitlab.tidewater.example",
    departments: &["Platform", "Product", "Operations"],
    teams: &[
        squad("Harbor", 0, "ines.caldeira"),
        squad("Current", 0, "tomasz.wrona"),
        squad("Beacon", 1, "lead"),
        squad("Compass", 1, "noor.haddou"),
        squad("Anchor", 2, "grace.oyelaran"),
        squad("Lookout", 2, "piet.vandervelde"),
    ],
    people: &[
        without_team(Role::Admin, "admin", "Amira Haddad", Occasional),
        of(BEACON, "lead", "Lars Lindqvist", Reviewer),
        of(BEACON, "member", "Maya Torres", Steady),
        without_team(Role::Viewer, "viewer", "Viktor Novak", Style::Onlooker),
        of(HARBOR, "ines.caldeira", "Inês Caldeira", Reviewer),
        of(HARBOR, "kofi.mensah", "Kofi Mensah", Prolific),
        of(HARBOR, "yuki.tanabe", "Yuki Tanabe", EarlyBird),
        of(HARBOR, "marek.dvorak", "Marek Dvořák", Steady),
        of(HARBOR, "leila.farahani", "Leila Farahani", Finisher),
        of(HARBOR, "sam.whitlock", "Sam Whitlock", NightOwl),
        of(CURRENT, "tomasz.wrona", "Tomasz Wrona", Steady),
        of(CURRENT, "priya.raman", "Priya Raman", Prolific),
        of(CURRENT, "elif.aydin", "Elif Aydın", Finisher),
        of(CURRENT, "joao.sequeira", "João Sequeira", PartTime),
        of(CURRENT, "hanna.kivela", "Hanna Kivelä", EarlyBird),
        of(CURRENT, "diego.paredes", "Diego Paredes", Steady),
        of(BEACON, "aoife.brennan", "Aoife Brennan", Finisher),
        of(BEACON, "chidi.okafor", "Chidi Okafor", Steady),
        of(BEACON, "sofia.marchetti", "Sofia Marchetti", Prolific),
        of(BEACON, "jonas.bergmann", "Jonas Bergmann", NightOwl),
        of(BEACON, "mei.zhou", "Mei Zhou", EarlyBird),
        of(COMPASS, "noor.haddou", "Noor Haddou", Reviewer),
        of(COMPASS, "rafael.antunes", "Rafael Antunes", Steady),
        of(COMPASS, "astrid.holm", "Astrid Holm", Steady),
        of(COMPASS, "babak.shirazi", "Babak Shirazi", PartTime),
        of(COMPASS, "clara.duval", "Clara Duval", Finisher),
        of(COMPASS, "wanjiru.kamau", "Wanjiru Kamau", Prolific),
        of(ANCHOR, "grace.oyelaran", "Grace Oyelaran", Reviewer),
        of(ANCHOR, "mikkel.storm", "Mikkel Storm", NightOwl),
        of(ANCHOR, "anjali.deshpande", "Anjali Deshpande", Steady),
        of(ANCHOR, "pavel.horak", "Pavel Horák", Steady),
        of(ANCHOR, "lucia.ferrer", "Lucía Ferrer", Finisher),
        of(ANCHOR, "ben.achterberg", "Ben Achterberg", EarlyBird),
        of(LOOKOUT, "piet.vandervelde", "Piet van der Velde", Reviewer),
        of(LOOKOUT, "zuzana.kral", "Zuzana Král", Steady),
        of(LOOKOUT, "emeka.nwosu", "Emeka Nwosu", Finisher),
        of(LOOKOUT, "ida.sorensen", "Ida Sørensen", PartTime),
        of(LOOKOUT, "farid.benali", "Farid Benali", Steady),
        of(LOOKOUT, "rosa.quintero", "Rosa Quintero", EarlyBird),
        without_team(Role::Member, "helena.strand", "Helena Strand", Occasional),
    ],
    strangers: &[
        Stranger {
            username: "gull-watcher",
            name: "Bram Visser",
        },
        Stranger {
            username: "saltmarsh",
            name: "Una Kearney",
        },
        Stranger {
            username: "n.petrakis",
            name: "Nikos Petrakis",
        },
    ],
    projects: &[
        project(21, "harbor/gateway", "Gateway", HARBOR),
        project(22, "harbor/station-api", "Station API", HARBOR),
        project(31, "current/pipelines", "Pipelines", CURRENT),
        project(32, "current/forecast", "Forecast", CURRENT),
        project(41, "beacon/web-app", "Web app", BEACON),
        project(51, "compass/field-app", "Field app", COMPASS),
        project(61, "anchor/fleet", "Fleet", ANCHOR),
        project(71, "lookout/end-to-end", "End to end", LOOKOUT),
    ],
    has_bots: true,
};

/// A small publisher, so that there is a second place to switch to.
pub(super) const LANTERN: Company = Company {
    number: 2,
    name: "Lantern Press",
    slug: "lantern",
    time_zone: Tz::Europe__Lisbon,
    gitlab: "https://gitlab.lantern.example",
    departments: &["Studio"],
    teams: &[squad("Typesetting", 0, "member")],
    people: &[
        without_team(Role::Admin, "admin", "Amira Haddad", Occasional),
        of(0, "member", "Maya Torres", Occasional),
        of(0, "orla.finnegan", "Orla Finnegan", Steady),
        of(0, "theo.lambert", "Theo Lambert", PartTime),
        of(0, "mina.okuda", "Mina Okuda", Finisher),
    ],
    strangers: &[],
    projects: &[project(11, "studio/site", "Site", 0)],
    has_bots: false,
};

const fn squad(name: &'static str, department: usize, lead: &'static str) -> Squad {
    Squad {
        name,
        department,
        lead,
    }
}

const fn project(id: u64, path: &'static str, name: &'static str, team: usize) -> Project {
    Project {
        id,
        path,
        name,
        team,
    }
}

impl Company {
    /// What the history's row knows it by.
    pub(super) fn row_key(&self) -> i16 {
        i16::try_from(self.number).expect("companies are numbered from 1")
    }

    /// The host of its GitLab.
    pub(super) fn gitlab_host(&self) -> &'static str {
        self.gitlab.trim_start_matches("https://")
    }

    /// The number of a colleague's account on the organization's GitLab.
    pub(super) fn account_id(&self, colleague: usize) -> u64 {
        100 * self.number + u64::try_from(colleague).unwrap_or_default() * 3 + 4
    }

    /// The number of a stranger's account.
    pub(super) fn stranger_id(&self, stranger: usize) -> u64 {
        9_000 + 100 * self.number + u64::try_from(stranger).unwrap_or_default()
    }

    /// The project that a colleague mostly works on.
    pub(super) fn projects_of(&self, colleague: &Colleague) -> Vec<&'static Project> {
        let own: Vec<_> = self
            .projects
            .iter()
            .filter(|project| Some(project.team) == colleague.team)
            .collect();
        if own.is_empty() {
            self.projects.iter().collect()
        } else {
            own
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::contexts::identity::DEMO_ACCOUNTS;

    #[test]
    fn the_large_organization_has_forty_people_in_six_teams() {
        assert_eq!((TIDEWATER.people.len(), TIDEWATER.teams.len()), (40, 6));
    }

    #[test]
    fn the_named_accounts_are_played_as_announced() {
        for account in DEMO_ACCOUNTS {
            let username = account.email.split('@').next().unwrap();
            let played = TIDEWATER.people.iter().find(|one| one.username == username);
            let played = played.unwrap();
            assert_eq!((played.name, played.role), (account.name, account.role));
        }
    }

    #[test]
    fn every_lead_is_in_the_team_and_no_username_is_there_twice() {
        for company in COMPANIES {
            for (number, team) in company.teams.iter().enumerate() {
                let lead = company.people.iter().find(|one| one.username == team.lead);
                assert_eq!(lead.unwrap().team, Some(number), "{}", team.name);
            }
            let names: HashSet<_> = company.people.iter().map(|one| one.username).collect();
            assert_eq!(names.len(), company.people.len());
        }
    }
}
