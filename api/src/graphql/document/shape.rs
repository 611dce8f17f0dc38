//! What the result of an operation looks like: the order of its keys, and where null may stand.
//!
//! async-graphql collects fields as they become ready and leaves out those that failed. The specification asks for the order
//! of the document, for null in place of a failed field, and for the null to climb to where it is allowed.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
    ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, PathSegment, ServerError, Value};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use super::super::socket::{is_alike, is_of_boards};
use super::Door;

/// The fields of the schema's types, and what they return.
pub(super) struct Types {
    fields: HashMap<String, HashMap<String, Type>>,
    roots: [String; 3],
}

/// The keys of an object in the result.
#[derive(Debug, Default)]
pub(in crate::graphql) struct Shape {
    fields: Vec<(Name, Field)>,
}

#[derive(Debug, Default)]
struct Field {
    /// None where the schema does not know the field: introspection, whose fields do not fail.
    ty: Option<Type>,
    shape: Shape,
}

/// What an operation selects, as far as sharing needs to know.
pub(super) struct Fields {
    /// Names of the root's fields.
    pub(super) of_root: Vec<String>,
    /// Whether each reads the same for everyone of the same role.
    pub(super) are_alike: bool,
    /// Whether each shows nothing but boards of the current organization.
    pub(super) are_of_boards: bool,
    /// Those that a key needs a scope for.
    pub(super) doors: Vec<Door>,
}

impl Types {
    pub(super) fn from_sdl(sdl: &str) -> Self {
        let document = async_graphql::parser::parse_schema(sdl)
            .expect("the schema's own export is written in its language");
        let mut types = Self {
            fields: HashMap::new(),
            roots: ["Query", "Mutation", "Subscription"].map(str::to_owned),
        };
        types.read(document);
        types
    }

    fn read(&mut self, document: ServiceDocument) {
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let fields = fields
                .into_iter()
                .map(|field| {
                    let field = field.node;
                    (field.name.node.to_string(), field.ty.node)
                })
                .collect();
            self.fields
                .insert(definition.node.name.node.to_string(), fields);
        }
    }

    /// The shape of an operation's result. The document's limits were checked, so this ends.
    pub(super) fn shape_of(
        &self,
        operation: &OperationDefinition,
        document: &ExecutableDocument,
    ) -> (Shape, Fields) {
        let root = match operation.ty {
            OperationType::Query => &self.roots[0],
            OperationType::Mutation => &self.roots[1],
            OperationType::Subscription => &self.roots[2],
        };
        let mut collector = Collector {
            types: self,
            document,
            root,
            fields: Fields {
                of_root: Vec::new(),
                are_alike: true,
                are_of_boards: true,
                doors: Vec::new(),
            },
        };
        let mut shape = Shape::default();
        collector.collect(&mut shape, Some(root), &operation.selection_set.node);
        (shape, collector.fields)
    }

    fn type_of(&self, parent: Option<&str>, field: &str) -> Option<&Type> {
        self.fields.get(parent?)?.get(field)
    }
}

struct Collector<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    root: &'a str,
    fields: Fields,
}

impl Collector<'_> {
    fn collect(&mut self, shape: &mut Shape, parent: Option<&str>, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let is_root = parent == Some(self.root);
                    if is_root {
                        self.fields.of_root.push(name.to_owned());
                    }
                    if let Some(door) = parent.and_then(|parent| Door::of(parent, name))
                        && !self.fields.doors.contains(&door)
                    {
                        self.fields.doors.push(door);
                    }
                    self.fields.are_alike &= parent.is_some_and(|parent| is_alike(parent, name));
                    self.fields.are_of_boards &= parent
                        .is_some_and(|parent| is_of_boards(parent, name))
                        // An argument of the root names another organization than the current one.
                        && (!is_root || field.node.arguments.is_empty());
                    let ty = self.types.type_of(parent, name);
                    let entry = shape.entry(&field.node.response_key().node);
                    entry.ty = ty.cloned();
                    let set = &field.node.selection_set.node;
                    self.collect(&mut entry.shape, ty.map(name_of), set);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| Some(on.node.on.node.as_str()));
                    self.collect(shape, parent, &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name) {
                        let parent = Some(fragment.node.type_condition.node.on.node.as_str());
                        self.collect(shape, parent, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
}

fn name_of(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(of) => name_of(of),
    }
}

impl Shape {
    fn entry(&mut self, key: &Name) -> &mut Field {
        let index = match self.fields.iter().position(|(known, _)| known == key) {
            Some(index) => index,
            None => {
                self.fields.push((key.clone(), Field::default()));
                self.fields.len() - 1
            }
        };
        &mut self.fields[index].1
    }
}

/// Puts null where a field failed, or above it where the schema does not allow null there.
pub(in crate::graphql) fn complete(data: &mut Value, shape: &Shape, errors: &[ServerError]) {
    for error in errors {
        mark(data, &error.path);
    }
    if !enforce_object(data, shape) {
        *data = Value::Null;
    }
}

/// Puts null at the end of a path. An object of which everything failed came as null and is an object again.
fn mark(value: &mut Value, path: &[PathSegment]) {
    match path {
        [PathSegment::Field(key), rest @ ..] => {
            if *value == Value::Null {
                *value = Value::Object(Default::default());
            }
            if let Value::Object(map) = value {
                mark(map.entry(Name::new(key)).or_insert(Value::Null), rest);
            }
        }
        [PathSegment::Index(index), rest @ ..] => {
            if let Value::List(items) = value
                && let Some(item) = items.get_mut(*index)
            {
                mark(item, rest);
            }
        }
        [] => *value = Value::Null,
    }
}

/// False where the object itself has to become null.
fn enforce_object(value: &mut Value, shape: &Shape) -> bool {
    let Value::Object(map) = value else {
        return true;
    };
    shape.fields.iter().all(|(key, field)| {
        match (map.get_mut(key), &field.ty) {
            (Some(value), Some(ty)) => enforce(value, ty, &field.shape),
            // Left out by a directive or on another type; or introspection, which does not fail.
            _ => true,
        }
    })
}

/// False where null would stand here and may not: it climbs.
fn enforce(value: &mut Value, ty: &Type, shape: &Shape) -> bool {
    let stays = match (&mut *value, &ty.base) {
        (Value::List(items), BaseType::List(of)) => {
            items.iter_mut().all(|item| enforce(item, of, shape))
        }
        (value, _) => enforce_object(value, shape),
    };
    if !stays {
        *value = Value::Null;
    }
    ty.nullable || *value != Value::Null
}

/// A value that serializes its objects' keys in the order of the document.
pub(in crate::graphql) struct Shaped<'a> {
    /// The value.
    pub(in crate::graphql) value: &'a Value,
    /// Its shape.
    pub(in crate::graphql) shape: &'a Shape,
}

impl Serialize for Shaped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            // A scalar's own object has no shape and keeps its order.
            Value::Object(map) if !self.shape.fields.is_empty() => {
                let mut object = serializer.serialize_map(None)?;
                for (key, field) in &self.shape.fields {
                    // What a directive left out, or a fragment on another type, is not there.
                    if let Some(value) = map.get(key) {
                        let shape = &field.shape;
                        object.serialize_entry(key.as_str(), &Self { value, shape })?;
                    }
                }
                object.end()
            }
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    let shape = self.shape;
                    list.serialize_element(&Self { value, shape })?;
                }
                list.end()
            }
            value => value.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    const SDL: &str = "
        interface Node { id: ID! }
        type Query { a: A  strict: A!  list: [A!]  strictList: [A!]!  node: Node }
        type A implements Node { id: ID!  name: String  must: String!  a: A }
        schema { query: Query }";

    fn shape(query: &str) -> Shape {
        let document = parse_query(query).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        Types::from_sdl(SDL).shape_of(&operation.node, &document).0
    }

    fn failed(path: &[&str]) -> ServerError {
        let path = path.iter().map(|step| match step.parse() {
            Ok(index) => PathSegment::Index(index),
            Err(_) => PathSegment::Field((*step).to_owned()),
        });
        ServerError::new("failed", None).with_path(path.collect())
    }

    fn completed(query: &str, data: serde_json::Value, paths: &[&[&str]]) -> String {
        let shape = shape(query);
        let mut value = Value::from_json(data).unwrap();
        let errors: Vec<_> = paths.iter().map(|path| failed(path)).collect();
        complete(&mut value, &shape, &errors);
        serde_json::to_string(&Shaped {
            value: &value,
            shape: &shape,
        })
        .unwrap()
    }

    #[test]
    fn keys_stand_in_the_document_s_order_across_fragments() {
        let query = "{ b: a { ...F id } a { name } } fragment F on A { name x: must }";
        let shape = shape(query);
        let value =
            Value::from_json(json!({"a": {"name": 1}, "b": {"id": 1, "x": 2, "name": 3}})).unwrap();
        let text = serde_json::to_string(&Shaped {
            value: &value,
            shape: &shape,
        });
        assert_eq!(
            text.unwrap(),
            r#"{"b":{"name":3,"x":2,"id":1},"a":{"name":1}}"#
        );
    }

    #[test]
    fn a_failed_field_is_null_and_its_neighbours_stay() {
        let query = "{ a { id name } }";
        assert_eq!(
            completed(query, json!({"a": {"id": "1"}}), &[&["a", "name"]]),
            r#"{"a":{"id":"1","name":null}}"#
        );
    }

    #[test]
    fn null_climbs_to_where_it_may_stand() {
        let data = json!({"a": {"a": {"id": "1"}}});
        assert_eq!(
            completed("{ a { a { id must } } }", data, &[&["a", "a", "must"]]),
            r#"{"a":{"a":null}}"#
        );
        let data = json!({"list": [{"id": 1, "must": 1}, {"id": 2}]});
        assert_eq!(
            completed("{ list { id must } }", data, &[&["list", "1", "must"]]),
            r#"{"list":null}"#
        );
        let data = json!({"a": {"id": 1}});
        assert_eq!(
            completed("{ a { id } strictList { must } }", data, &[&["strictList"]]),
            "null"
        );
    }

    #[test]
    fn an_object_of_which_everything_failed_is_there_where_its_fields_may_be_null() {
        let data = || json!({"strict": null});
        assert_eq!(
            completed("{ strict { name } }", data(), &[&["strict", "name"]]),
            r#"{"strict":{"name":null}}"#
        );
        let query = "{ strict { name must } }";
        let (name, must): (&[&str], &[&str]) = (&["strict", "name"], &["strict", "must"]);
        assert_eq!(completed(query, data(), &[name, must]), "null");
        assert_eq!(completed(query, data(), &[must, name]), "null");
    }

    #[test]
    fn a_failure_behind_an_interface_is_filled_by_the_fragment_s_type() {
        let query = "{ node { id ... on A { must } } }";
        assert_eq!(
            completed(query, json!({"node": {"id": "1"}}), &[&["node", "must"]]),
            r#"{"node":null}"#
        );
    }
}
