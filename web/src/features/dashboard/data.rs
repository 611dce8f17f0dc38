//! The dashboard's data, typed by its operations.

pub use crate::api::graphql::{
    Activity, DashboardActivity, DashboardEvents, DashboardPoints, DashboardPointsData,
    DashboardStanding, DashboardStandingData, DashboardStandingUpdated, StandingEntry,
};
use crate::{
    api::{graphql::DashboardStandingOrganization, live::use_live},
    state::remote::Remote,
};

/// Keeps the standing as new as the server's.
pub fn follow_standing(standing: Remote<DashboardStandingData>) {
    use_live().subscribe(&DashboardStandingUpdated {}, move |message| {
        if let Ok(update) = message {
            let organization = Some(DashboardStandingOrganization {
                leaderboard: update.leaderboard_updated,
            });
            standing.replace(DashboardStandingData { organization });
        }
    });
}

/// The person's place among the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ladder {
    /// The person's own entry; none without a place.
    pub own: Option<StandingEntry>,
    /// The nearest with more points, if the page knows them.
    pub above: Option<StandingEntry>,
    /// The next below.
    pub below: Option<StandingEntry>,
    /// The points of the first place.
    pub most: i32,
    /// How many stand on the board.
    pub size: i32,
}

/// Finds the person's neighbours on the board.
pub fn ladder(organization: &Option<DashboardStandingOrganization>) -> Ladder {
    let Some(organization) = organization else {
        return Ladder::default();
    };
    let board = &organization.leaderboard;
    let entries = &board.entries.nodes;
    let own = board.viewer_entry.clone();
    let place = entries.iter().position(|entry| entry.is_viewer);
    let above = own.as_ref().and_then(|own| {
        let known = place.unwrap_or(entries.len());
        // Someone of equal points is not above: ties share a rank.
        let nearest = entries[..known]
            .iter()
            .rev()
            .find(|entry| entry.points > own.points)?;
        // Without the own row among the known ones, the last known one is not the nearest.
        place.map(|_| nearest.clone())
    });
    let below = place.and_then(|place| entries.get(place + 1).cloned());
    Ladder {
        own,
        above,
        below,
        most: entries.first().map_or(0, |entry| entry.points),
        size: board.entries.total_count,
    }
}

impl StandingEntry {
    /// The name to show.
    pub fn name(&self) -> &str {
        match &self.user {
            Some(user) if !self.is_anonymous => &user.name,
            _ => "Somebody",
        }
    }
}
