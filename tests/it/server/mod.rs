//! The server as a process sees it: its database, its settings, its edge, its end.

mod budgets;
mod download;
mod embedded;
mod http;
mod operators_page;
mod shutdown;
mod transactions;
