//! (b) Leaderboard queries against the same SQL by pgbench.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

use crate::{
    http::{self, Load},
    postgres::Database,
    server::{Server, Session},
};

const QUERY: &str = "{ organization { leaderboard(scope: INDIVIDUAL, period: WEEK, first: 100) { \
    entries { nodes { rank previousRank points isViewer isAnonymous \
    user { id name avatarUrl } team { id name } } } } } }";
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 2;
const WARM_UP: Duration = Duration::from_secs(2);
const DURATION: Duration = Duration::from_secs(8);

/// Prints the figures.
pub async fn measure(server: &Server) -> Result<()> {
    println!("\n(b) Leaderboard of 100 entries with user and team, authenticated");
    let session = server.sign_in("member@demo.test").await?;
    let database = Database::of(server)?;
    let script = server.scratch("board.sql");
    fs::write(&script, sql(&database, &session)?)?;
    check(server, &session).await?;
    let request = session.request(QUERY);
    let load = Load {
        connections: CONNECTIONS,
        warm_up: WARM_UP,
        duration: DURATION,
        expected_status: 200,
    };
    let (mut limit, mut served) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        limit = limit.max(database.pgbench(&script, CONNECTIONS, DURATION)?);
        let mut outcome = http::load(server.address(), load, &request, |_, _| ()).await?;
        println!(
            "    {:.0} a second, {}",
            outcome.per_second,
            outcome.latencies.summary()
        );
        served = served.max(outcome.per_second);
    }
    println!("    pgbench with SQL for the same rows: {limit:.0} a second");
    println!("    DevMetrics: {served:.0} a second");
    println!("    ratio {:.2} (goal: at least 0.5)", served / limit);
    Ok(())
}

/// The benchmark is worth nothing if the board is not the one that is meant.
async fn check(server: &Server, session: &Session) -> Result<()> {
    let data = server.graphql(session, QUERY).await?;
    let nodes = data["organization"]["leaderboard"]["entries"]["nodes"]
        .as_array()
        .context("the board has entries")?;
    anyhow::ensure!(nodes.len() == 100, "the board has {} rows", nodes.len());
    anyhow::ensure!(nodes[0]["user"]["name"].is_string(), "the rows have people");
    Ok(())
}

/// What a server without boards in memory would ask PostgreSQL for these rows; the server
/// under test asks in its own way, or not at all.
fn sql(database: &Database, session: &Session) -> Result<String> {
    let organization = &session.organization;
    let week = database.run(&format!(
        "SELECT date_trunc('week', now() AT TIME ZONE time_zone)::date
         FROM organizations WHERE id = '{organization}'"
    ))?;
    // pgbench ends a command at the semicolon; the whole is one statement.
    Ok(format!(
        "SELECT rank() OVER (ORDER BY board.points DESC), board.points, before.points,
                users.id, users.name, users.avatar_url, users.privacy_mode, teams.id, teams.name
         FROM (SELECT user_id, points FROM point_totals
               WHERE organization_id = '{organization}' AND period = 'WEEK' AND starts_on = '{week}'
               ORDER BY points DESC, user_id LIMIT 100) AS board
         JOIN users ON users.id = board.user_id
         JOIN memberships ON memberships.organization_id = '{organization}'
              AND memberships.user_id = board.user_id AND memberships.status = 'ACTIVE'
         LEFT JOIN team_members ON team_members.organization_id = '{organization}'
              AND team_members.user_id = board.user_id AND team_members.is_primary
         LEFT JOIN teams ON teams.organization_id = '{organization}' AND teams.id = team_members.team_id
         LEFT JOIN point_totals AS before ON before.organization_id = '{organization}'
              AND before.user_id = board.user_id AND before.period = 'WEEK'
              AND before.starts_on = '{week}'::date - 7
         ORDER BY board.points DESC, board.user_id;\n"
    ))
}
