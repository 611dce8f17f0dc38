//! Relay connections over keysets: pages that stay right while rows are inserted.

use std::future::Future;

use async_graphql::connection::PageInfo;
use async_graphql::{Object, OutputType, TypeName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{AppError, Result};

/// Rows of a page where the caller names no number.
pub const DEFAULT_PAGE_SIZE: usize = 25;
/// Rows that a page has at most.
pub const MAX_PAGE_SIZE: usize = 100;
/// Longest search, in characters.
const SEARCH_MAX: usize = 100;

/// Changes when cursors are made differently; old ones are refused then.
const CURSOR_VERSION: u8 = 1;

/// Which rows of a list are asked for. `K` is the key that the list is sorted by, ending in something unique.
///
/// A store reads `limit + 1` rows after or before `key` in the list's order, or from its end where `is_backward`; the rows
/// come in the order they were read, and [`Connection::new`] turns a backward page around.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// Rows strictly after this key.
    pub after: Option<K>,
    /// Rows strictly before this key.
    pub before: Option<K>,
    /// How many rows.
    pub limit: usize,
    /// Read from the end of the list towards its beginning.
    pub is_backward: bool,
}

impl<K: DeserializeOwned> Page<K> {
    /// Checks the arguments of a connection.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for the argument that is wrong.
    pub fn new(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self> {
        if first.is_some() && last.is_some() {
            return Err(AppError::invalid("last", "is for use without `first`"));
        }
        let limit = match (first, last) {
            (Some(first), _) => size("first", first)?,
            (_, Some(last)) => size("last", last)?,
            _ => DEFAULT_PAGE_SIZE,
        };
        Ok(Self {
            after: after.map(|text| decode_cursor("after", text)).transpose()?,
            before: before
                .map(|text| decode_cursor("before", text))
                .transpose()?,
            limit,
            is_backward: last.is_some(),
        })
    }
}

impl<K> Page<K> {
    /// How many rows a store reads: one more than shown tells whether there is a further page.
    pub fn limit_plus_one(&self) -> i64 {
        i64::try_from(self.limit).map_or(i64::MAX, |limit| limit + 1)
    }
}

fn size(argument: &'static str, value: i32) -> Result<usize> {
    usize::try_from(value)
        .ok()
        .filter(|size| *size <= MAX_PAGE_SIZE)
        .ok_or_else(|| AppError::invalid(argument, format!("is from 0 to {MAX_PAGE_SIZE}")))
}

/// The complexity of a connection: each row costs what is selected of it.
///
/// Arguments out of range count as the largest page; they are refused when the field resolves.
pub fn cost(first: Option<i32>, last: Option<i32>, child_complexity: usize) -> usize {
    let rows = match first.or(last) {
        None => DEFAULT_PAGE_SIZE,
        Some(rows) => usize::try_from(rows).map_or(MAX_PAGE_SIZE, |rows| rows.min(MAX_PAGE_SIZE)),
    };
    rows.saturating_mul(child_complexity).saturating_add(1)
}

/// The opaque cursor of a key.
pub fn encode_cursor<K: Serialize>(key: &K) -> String {
    let json = serde_json::to_vec(&(CURSOR_VERSION, key))
        .expect("keys are plain tuples, which always serialize");
    URL_SAFE_NO_PAD.encode(json)
}

fn decode_cursor<K: DeserializeOwned>(argument: &'static str, text: &str) -> Result<K> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|json| serde_json::from_slice::<(u8, K)>(&json).ok())
        .and_then(|(version, key)| (version == CURSOR_VERSION).then_some(key))
        .ok_or_else(|| AppError::invalid(argument, "is not a cursor of this list"))
}

/// How many rows a list has altogether.
pub enum Total {
    /// Known already.
    Known(usize),
    /// Counted when somebody asks.
    Counted(Box<dyn Fn() -> BoxFuture<'static, Result<i64>> + Send + Sync>),
}

impl Total {
    /// Counts only when `totalCount` is selected.
    pub fn counted<F, Counting>(count: F) -> Self
    where
        F: Fn() -> Counting + Send + Sync + 'static,
        Counting: Future<Output = Result<i64>> + Send + 'static,
    {
        Self::Counted(Box::new(move || count().boxed()))
    }
}

/// One page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    has_previous_page: bool,
    has_next_page: bool,
    total: Total,
}

/// One row of a page, and where it stands.
pub struct Edge<T> {
    cursor: String,
    node: T,
}

impl<T> Connection<T> {
    /// A page of the rows that a store read for it: in the order read, at most one more than asked for.
    pub fn new<Row, K: Serialize>(
        page: &Page<K>,
        mut rows: Vec<Row>,
        total: Total,
        key: impl Fn(&Row) -> K,
        node: impl Fn(Row) -> T,
    ) -> Self {
        let has_more = rows.len() > page.limit;
        rows.truncate(page.limit);
        if page.is_backward {
            rows.reverse();
        }
        let (has_previous_page, has_next_page) = if page.is_backward {
            (has_more, page.before.is_some())
        } else {
            (page.after.is_some(), has_more)
        };
        let edges = rows
            .into_iter()
            .map(|row| Edge {
                cursor: encode_cursor(&key(&row)),
                node: node(row),
            })
            .collect();
        Self {
            edges,
            has_previous_page,
            has_next_page,
            total,
        }
    }

    /// A page that was cut elsewhere, such as from a board in memory: cursors and objects in the list's order.
    pub fn from_parts(
        edges: impl IntoIterator<Item = (String, T)>,
        has_previous_page: bool,
        has_next_page: bool,
        total: Total,
    ) -> Self {
        Self {
            edges: edges
                .into_iter()
                .map(|(cursor, node)| Edge { cursor, node })
                .collect(),
            has_previous_page,
            has_next_page,
            total,
        }
    }

    /// The objects of the page, to read what they will need all at once.
    pub fn nodes(&self) -> impl Iterator<Item = &T> {
        self.edges.iter().map(|edge| &edge.node)
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// One page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The rows with their cursors.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The rows without their cursors.
    #[graphql(name = "nodes")]
    async fn node_list(&self) -> Vec<&T> {
        self.nodes().collect()
    }

    /// Whether there are further pages, and the cursors to ask for them.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous_page,
            has_next_page: self.has_next_page,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// How many rows the list has on all pages; counted only when asked for.
    async fn total_count(&self) -> Result<i64> {
        match &self.total {
            Total::Known(total) => Ok(i64::try_from(*total).unwrap_or(i64::MAX)),
            Total::Counted(count) => count().await,
        }
    }
}

/// One row of a page.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// Where the row stands: an opaque word for `after` and `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The row itself.
    async fn node(&self) -> &T {
        &self.node
    }
}

/// What an argument `search` asks for; nothing where it is empty.
///
/// # Errors
/// Where it is too long, or holds what PostgreSQL keeps in no text.
pub fn search_argument(text: Option<String>) -> Result<Option<String>> {
    let text = text
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    match &text {
        Some(long) if long.chars().count() > SEARCH_MAX => Err(AppError::invalid(
            "search",
            format!("must be at most {SEARCH_MAX} characters"),
        )),
        Some(odd) if odd.contains('\0') => Err(AppError::invalid("search", "must not contain NUL")),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(first: Option<i32>, last: Option<i32>) -> Result<Page<(i64, String)>> {
        Page::new(first, None, last, None)
    }

    fn field_of(error: AppError) -> &'static str {
        match error {
            AppError::Invalid(fields) => fields[0].field,
            other => panic!("unexpected {other:?}"),
        }
    }

    #[test]
    fn a_page_size_out_of_range_names_its_argument() {
        assert_eq!(field_of(page(Some(101), None).unwrap_err()), "first");
        assert_eq!(field_of(page(None, Some(-1)).unwrap_err()), "last");
        assert_eq!(field_of(page(Some(1), Some(1)).unwrap_err()), "last");
        assert_eq!(page(None, None).unwrap().limit, DEFAULT_PAGE_SIZE);
    }

    #[test]
    fn a_cursor_comes_back_and_another_list_s_cursor_is_refused() {
        let cursor = encode_cursor(&(7i64, "name"));
        let page = Page::<(i64, String)>::new(None, Some(&cursor), None, None).unwrap();
        assert_eq!(page.after, Some((7, "name".to_owned())));
        let error = Page::<(String, String)>::new(None, None, None, Some(&cursor)).unwrap_err();
        assert_eq!(field_of(error), "before");
    }

    #[test]
    fn a_backward_page_is_turned_around() {
        let page = Page::<i64>::new(None, None, Some(2), None).unwrap();
        let connection = Connection::new(
            &page,
            vec![9i64, 8, 7],
            Total::Known(9),
            |key| *key,
            |row| row,
        );
        assert_eq!(connection.nodes().copied().collect::<Vec<_>>(), vec![8, 9]);
        assert!(connection.has_previous_page);
        assert!(!connection.has_next_page);
    }

    #[test]
    fn rows_multiply_what_is_selected_of_them() {
        assert_eq!(cost(Some(10), None, 3), 31);
        assert_eq!(cost(None, None, 1), 26);
        assert_eq!(cost(Some(i32::MAX), None, 1), 101);
        assert_eq!(cost(None, Some(-5), usize::MAX), usize::MAX);
    }
}
