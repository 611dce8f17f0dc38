//! The leaderboard: who stands where, as it moves.

mod data;
mod filter;
mod row;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use shared::{
    permission::Permission,
    vocabulary::{LeaderboardPeriod, LeaderboardScope},
};

use self::{
    data::{LeaderboardPageData, board_of},
    filter::{Filter, period_word, scope_word},
};
use crate::{
    format,
    state::{
        organization::{Organization, use_organization},
        remote::{Loaded, Remote},
    },
    ui::{
        dynamic::{show, switch, text},
        empty::empty,
        field::search_field,
        icon::Icon,
        list::keyed,
        page::{page_head, set_title},
        segments::{Segment, segments},
        skeleton,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Leaderboard");
    let organization = use_organization();
    let scopes = scopes(&organization);
    let default_scope = scopes.first().copied().unwrap_or(LeaderboardScope::Team);
    let query = use_location().query;
    let filter =
        Memo::new(move |_| query.with(|query| Filter::read(default_scope, |name| query.get(name))));
    let board = data::board(filter);
    view! {
        {page_head("Leaderboard", text(move || sentence(board, filter.with(|filter| filter.scope))), search(filter, organization.slug()))}
        {filters(filter, scopes, organization.slug())}
        <section class="card board-card" aria-label="Board">{board.view(|| skeleton::rows(10), move |data| content(data, filter))}</section>
    }
    .into_any()
}

/// The boards that the person may see.
fn scopes(organization: &Organization) -> Vec<LeaderboardScope> {
    let mut scopes = Vec::new();
    if organization.allows(Permission::ViewIndividualLeaderboard) {
        scopes.push(LeaderboardScope::Individual);
        if organization.place().primary_team.is_some() {
            scopes.push(LeaderboardScope::MyTeam);
        }
    }
    scopes.extend([LeaderboardScope::Team, LeaderboardScope::Department]);
    scopes
}

/// "23 Nov – 29 Nov. You are 2nd of 38."
fn sentence(board: Remote<LeaderboardPageData>, scope: LeaderboardScope) -> String {
    let (who_is, who_has) = match scope {
        LeaderboardScope::Team => (": your team is ", ": your team has"),
        LeaderboardScope::Department => (": your department is ", ": your department has"),
        LeaderboardScope::Individual | LeaderboardScope::MyTeam => (": you are ", ": you have"),
    };
    board.data.with(|data| {
        let Some(board) = data.as_ref().and_then(board_of) else {
            return "\u{a0}".to_owned();
        };
        let mut words = match (board.starts_on, board.ends_on) {
            (Some(first), Some(last)) if first == last => format::short_day(first),
            (Some(first), Some(last)) => [
                &format::short_day(first),
                " \u{2013} ",
                &format::short_day(last),
            ]
            .concat(),
            _ => "Since the beginning".to_owned(),
        };
        match &board.viewer_entry {
            Some(own) if own.points > 0 => {
                let rank = format::ordinal(own.rank);
                words.push_str(
                    &[
                        who_is,
                        &rank,
                        " with ",
                        &format::count(own.points, "point"),
                        ".",
                    ]
                    .concat(),
                );
            }
            Some(_) => words.push_str(&[who_has, " no points yet."].concat()),
            None => words.push('.'),
        }
        words
    })
}

fn filters(filter: Memo<Filter>, scopes: Vec<LeaderboardScope>, slug: &str) -> AnyView {
    let slug = StoredValue::new(slug.to_owned());
    let by_scope = move || {
        let choices = scopes
            .iter()
            .map(|scope| {
                let scope = *scope;
                let target = Filter {
                    scope,
                    ..filter.get()
                };
                choice(
                    scope_word(scope),
                    &target,
                    slug,
                    Signal::derive(move || filter.with(|filter| filter.scope == scope)),
                )
            })
            .collect();
        segments("Whom", choices)
    };
    let by_period = move || {
        let choices = LeaderboardPeriod::ALL
            .iter()
            .map(|period| {
                let period = *period;
                let target = Filter {
                    period,
                    ..filter.get()
                };
                choice(
                    period_word(period),
                    &target,
                    slug,
                    Signal::derive(move || filter.with(|filter| filter.period == period)),
                )
            })
            .collect();
        segments("Over which time", choices)
    };
    view! { <div class="filters">{switch(by_scope)}{switch(by_period)}</div> }.into_any()
}

fn choice(
    label: &'static str,
    target: &Filter,
    slug: StoredValue<String>,
    is_current: Signal<bool>,
) -> Segment {
    Segment {
        label,
        href: slug.with_value(|slug| target.path(slug)),
        is_current,
    }
}

fn search(filter: Memo<Filter>, slug: &str) -> AnyView {
    let navigate = use_navigate();
    let slug = slug.to_owned();
    let on_type = Callback::new(move |search: String| {
        let target = Filter {
            search,
            ..filter.get_untracked()
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        navigate(&target.path(&slug), options);
    });
    // What is typed leads, the address follows: the other way round would eat quick letters.
    let typed = filter.with_untracked(|filter| filter.search.clone());
    search_field("Search by name", Signal::stored(typed), on_type)
}

fn content(data: Loaded<LeaderboardPageData>, filter: Memo<Filter>) -> AnyView {
    let is_search = Memo::new(move |_| filter.with(|filter| !filter.search.is_empty()));
    let is_empty =
        Memo::new(move |_| data.with(|data| data::entries(data, is_search.get()).is_empty()));
    // A search shows some rows; bars still compare with the first of the board.
    let most = Memo::new(move |before: Option<&i32>| {
        let first = data.with(|data| {
            data::entries(data, false)
                .iter()
                .map(|entry| entry.points)
                .max()
                .unwrap_or(0)
        });
        if is_search.get() {
            first.max(before.copied().unwrap_or(0))
        } else {
            first
        }
    });
    let keys = move || {
        data.with(|data| {
            data::entries(data, is_search.get())
                .iter()
                .map(|entry| entry.key.clone())
                .collect()
        })
    };
    let points_word = move || {
        let is_mean = filter.with(|filter| filter.scope == LeaderboardScope::Team);
        if is_mean { "Points a member" } else { "Points" }.to_owned()
    };
    let rest = move || {
        data.with(|data| {
            board_of(data).map_or_else(String::new, |board| {
                let shown = board.entries.nodes.len();
                let size = usize::try_from(board.entries.total_count).unwrap_or(shown);
                if size <= shown {
                    return String::new();
                }
                let size = format::number(board.entries.total_count);
                [
                    "The first ",
                    &shown.to_string(),
                    " of ",
                    &size,
                    ". Search finds the others.",
                ]
                .concat()
            })
        })
    };
    view! {
        {show(is_empty.into(), move || nothing(is_search.get_untracked()))}
        <div class="board-head" class:gone=is_empty aria-hidden="true">
            <span>"Rank"</span><span></span><span>"Name"</span><span></span><span class="figure">{text(points_word)}</span>
        </div>
        <ol class="board" class:gone=is_empty>{keyed(keys, move |key| row::row(data, key, filter, most.into()))}</ol>
        <p class="board-rest">{text(rest)}</p>
    }
    .into_any()
}

fn nothing(is_search: bool) -> AnyView {
    if is_search {
        empty(
            Icon::Search,
            "Nobody by that name",
            "The search looks at every name on this board.",
            None,
        )
    } else {
        empty(
            Icon::Podium,
            "No points yet",
            "The board fills with the first push, merge or review of this time.",
            None,
        )
    }
}
