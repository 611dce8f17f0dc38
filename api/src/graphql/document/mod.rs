//! Documents: parsed once, checked against the limits, and kept for the next request that sends the same text.

mod cost;
mod doors;
mod limits;
mod shape;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{ServerError, Variables};

use doors::Door;
use shape::Shape;
use shape::Types;
pub(super) use shape::{Shaped, complete};

use crate::error::ErrorCode;

/// Documents kept in each of two generations; the older one is dropped when the younger is full.
const KEPT: usize = 256;
/// Longer documents are parsed each time.
const MAX_KEPT_BYTES: usize = 16 * 1024;

/// A parsed document within the limits.
pub(super) struct Document {
    /// What is executed.
    pub(super) executable: ExecutableDocument,
    operations: Vec<Operation>,
}

/// One operation of a document.
pub(super) struct Operation {
    name: Option<String>,
    /// Query, mutation or subscription.
    pub(super) kind: OperationType,
    /// What its result looks like.
    pub(super) shape: Shape,
    /// The fields of the root that it selects.
    pub(super) root_fields: Vec<String>,
    /// Whether it reads the same for everyone of the same role who may see it at all.
    pub(super) is_viewer_independent: bool,
    /// Whether it shows nothing but boards of the current organization.
    pub(super) is_about_boards: bool,
    doors: Vec<Door>,
}

impl Document {
    /// The operation that a request names; the only one where it names none.
    ///
    /// # Errors
    /// Where there is no such operation, or the request has to choose.
    pub(super) fn operation(&self, name: Option<&str>) -> Result<&Operation, ServerError> {
        let found = match name {
            Some(name) => self
                .operations
                .iter()
                .find(|operation| operation.name.as_deref() == Some(name)),
            None if self.operations.len() == 1 => self.operations.first(),
            None => return Err(refused("the document has several operations: name one")),
        };
        found.ok_or_else(|| refused("the document has no operation of this name"))
    }

    /// Points that an operation costs with these variables.
    pub(super) fn points(&self, name: Option<&str>, variables: &Variables) -> u32 {
        let mut operations = self.executable.operations.iter();
        let found = operations
            .find(|(known, _)| name.is_none() || known.map(|known| known.as_str()) == name);
        found.map_or(1, |(_, operation)| {
            cost::points(&self.executable, &operation.node, variables)
        })
    }
}

/// Parses documents and keeps them.
pub(super) struct Documents {
    types: Types,
    kept: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Box<str>, Arc<Document>>,
    old: HashMap<Box<str>, Arc<Document>>,
}

impl Documents {
    /// Documents for the schema of this SDL.
    pub(super) fn new(sdl: &str) -> Self {
        Self {
            types: Types::from_sdl(sdl),
            kept: Mutex::default(),
        }
    }

    /// The parsed document of this text.
    ///
    /// # Errors
    /// Where it does not parse or exceeds a limit.
    pub(super) fn get(&self, text: &str) -> Result<Arc<Document>, ServerError> {
        if let Some(document) = self.find(text) {
            return Ok(document);
        }
        limits::check_text(text)?;
        let executable = async_graphql::parser::parse_query(text)?;
        limits::check_document(&executable)?;
        let operations = executable
            .operations
            .iter()
            .map(|(name, operation)| {
                let (shape, fields) = self.types.shape_of(&operation.node, &executable);
                Operation {
                    name: name.map(|name| name.as_str().to_owned()),
                    kind: operation.node.ty,
                    shape,
                    root_fields: fields.of_root,
                    is_viewer_independent: fields.are_alike,
                    is_about_boards: fields.are_of_boards,
                    doors: fields.doors,
                }
            })
            .collect();
        let document = Arc::new(Document {
            executable,
            operations,
        });
        if text.len() <= MAX_KEPT_BYTES {
            self.keep(text, &document);
        }
        Ok(document)
    }

    fn find(&self, text: &str) -> Option<Arc<Document>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = kept.young.get(text) {
            return Some(Arc::clone(document));
        }
        let (text, document) = kept.old.remove_entry(text)?;
        kept.insert(text, Arc::clone(&document));
        Some(document)
    }

    fn keep(&self, text: &str, document: &Arc<Document>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(text.into(), Arc::clone(document));
    }
}

impl Generations {
    fn insert(&mut self, text: Box<str>, document: Arc<Document>) {
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, document);
    }
}

fn refused(message: &str) -> ServerError {
    error_of(ErrorCode::BadUserInput, message)
}

fn error_of(code: ErrorCode, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error
        .extensions
        .get_or_insert_default()
        .set("code", code.as_str());
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents() -> Documents {
        Documents::new("type Query { a: Int b: Query } schema { query: Query }")
    }

    #[test]
    fn the_same_text_is_parsed_once() {
        let documents = documents();
        let first = documents.get("{ a }").unwrap();
        assert!(Arc::ptr_eq(&first, &documents.get("{ a }").unwrap()));
    }

    #[test]
    fn a_document_in_use_outlives_many_others() {
        let documents = documents();
        let first = documents.get("{ a }").unwrap();
        for index in 0..KEPT * 4 {
            documents.get(&format!("{{ a{index}: a }}")).unwrap();
            documents.get("{ a }").unwrap();
        }
        assert!(Arc::ptr_eq(&first, &documents.get("{ a }").unwrap()));
        let kept = documents.kept.lock().unwrap();
        assert!(kept.young.len() + kept.old.len() <= 2 * KEPT);
    }

    #[test]
    fn an_operation_is_chosen_by_its_name() {
        let documents = documents();
        let document = documents.get("query A { a } query B { b { a } }").unwrap();
        assert!(document.operation(Some("B")).is_ok());
        assert!(document.operation(Some("C")).is_err());
        assert!(document.operation(None).is_err());
        assert!(
            documents
                .get("query A { a }")
                .unwrap()
                .operation(None)
                .is_ok()
        );
    }
}
