//! Writes the Rust code of the operations, fragments, enums and inputs that the documents use.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write,
};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::{OperationType, Type},
    executable::{Operation, Selection, SelectionSet},
    schema::ExtendedType,
    validation::Valid,
};

use crate::names::{pascal, snake, variant};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Enums that `shared` defines for both sides. The rest is generated from the schema.
const SHARED_ENUMS: &[(&str, &str)] = &[
    ("ApiKeyOwner", "shared::scope::ApiKeyOwner"),
    ("ApiScope", "shared::scope::ApiScope"),
    ("AbsenceKind", "shared::people::AbsenceKind"),
    ("AuditAction", "shared::audit::AuditAction"),
    ("AuditActorKind", "shared::audit::AuditActorKind"),
    ("AuditOutcome", "shared::audit::AuditOutcome"),
    ("DataExportStatus", "shared::people::DataExportStatus"),
    ("EventStatus", "shared::vocabulary::EventStatus"),
    ("InvitationStatus", "shared::people::InvitationStatus"),
    ("InviteOutcome", "shared::people::InviteOutcome"),
    ("JoinRuleKind", "shared::people::JoinRuleKind"),
    ("LeaderboardPeriod", "shared::vocabulary::LeaderboardPeriod"),
    ("LeaderboardScope", "shared::vocabulary::LeaderboardScope"),
    (
        "LeaderboardVisibility",
        "shared::vocabulary::LeaderboardVisibility",
    ),
    ("MailStatus", "shared::people::MailStatus"),
    ("MatchReason", "shared::people::MatchReason"),
    ("MatchStatus", "shared::people::MatchStatus"),
    ("MembershipStatus", "shared::role::MembershipStatus"),
    ("PlanType", "shared::role::PlanType"),
    ("Provider", "shared::vocabulary::Provider"),
    ("Role", "shared::role::Role"),
    ("Weekday", "shared::calendar::Weekday"),
];

/// Scalars that mean more than a string.
const SCALARS: &[(&str, &str)] = &[
    ("Int", "i32"),
    ("Float", "f64"),
    ("Boolean", "bool"),
    ("DateTime", "crate::time::Timestamp"),
    ("Date", "crate::time::Day"),
];

/// The whole generated module.
pub fn generate(schema: &Valid<Schema>, document: &Valid<ExecutableDocument>) -> Outcome<String> {
    let mut emitter = Emitter {
        schema,
        document,
        structs: BTreeMap::new(),
        enums: BTreeSet::new(),
        inputs: BTreeSet::new(),
        out: String::new(),
    };
    for fragment in document.fragments.values() {
        emitter.emit_object(&fragment.name, &fragment.selection_set)?;
    }
    for operation in document.operations.named.values() {
        emitter.emit_operation(operation)?;
    }
    emitter.emit_inputs()?;
    emitter.emit_enums()?;
    Ok(emitter.out)
}

struct Emitter<'a> {
    schema: &'a Valid<Schema>,
    document: &'a Valid<ExecutableDocument>,
    /// Struct names already taken, with what they were made for.
    structs: BTreeMap<String, String>,
    enums: BTreeSet<Name>,
    inputs: BTreeSet<Name>,
    out: String,
}

impl Emitter<'_> {
    fn emit_operation(&mut self, operation: &Node<Operation>) -> Outcome {
        let name = operation.name.as_ref().ok_or("operations need names")?;
        let data = format!("{name}Data");
        self.emit_object_as(&data, name, &operation.selection_set)?;

        let fields = operation
            .variables
            .iter()
            .map(|v| (v.name.clone(), v.ty.as_ref().clone()))
            .collect::<Vec<_>>();
        self.emit_input_struct(name, &fields)?;

        let text = self.operation_text(operation);
        if text.contains('"') {
            return Err(format!("{name}: pass strings as variables, not as literals").into());
        }
        let text = minify(&text);
        let (kind, label) = match operation.operation_type {
            OperationType::Query => ("Query", "query"),
            OperationType::Mutation => ("Mutation", "mutation"),
            OperationType::Subscription => ("Subscription", "subscription"),
        };
        writeln!(
            self.out,
            "impl crate::api::decode::Operation for {name} {{\n    type Data = {data};\n    \
             const NAME: &'static str = {name:?};\n    \
             const DOCUMENT: &'static str = {text:?};\n}}\n\
             impl crate::api::decode::{kind} for {name} {{}} // the {label} of its file\n",
            name = name.as_str(),
        )?;
        Ok(())
    }

    /// The operation with the fragments that it reaches, each once.
    fn operation_text(&self, operation: &Node<Operation>) -> String {
        let mut reached = BTreeSet::new();
        self.collect_fragments(&operation.selection_set, &mut reached);
        let mut text = operation.serialize().no_indent().to_string();
        for name in reached {
            text.push(' ');
            text.push_str(
                &self.document.fragments[&name]
                    .serialize()
                    .no_indent()
                    .to_string(),
            );
        }
        text
    }

    fn collect_fragments(&self, set: &SelectionSet, reached: &mut BTreeSet<Name>) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.collect_fragments(&field.selection_set, reached),
                Selection::InlineFragment(inline) => {
                    self.collect_fragments(&inline.selection_set, reached)
                }
                Selection::FragmentSpread(spread) => {
                    if reached.insert(spread.fragment_name.clone()) {
                        self.collect_fragments(
                            &self.document.fragments[&spread.fragment_name].selection_set,
                            reached,
                        );
                    }
                }
            }
        }
    }

    fn emit_object(&mut self, name: &str, set: &SelectionSet) -> Outcome {
        self.emit_object_as(name, name, set)
    }

    /// A struct `name` for a selection; structs below it are named after `prefix`.
    fn emit_object_as(&mut self, name: &str, prefix: &str, set: &SelectionSet) -> Outcome {
        if let Some(other) = self.structs.insert(name.to_owned(), set.ty.to_string()) {
            return Err(format!(
                "two selections want the struct {name} (one of {other}): rename one"
            )
            .into());
        }
        let mut fields = String::new();
        let mut readers = String::new();
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let key = field.response_key();
                    let inner = self.output_type(prefix, key, &field.selection_set, field.ty())?;
                    let rust = snake(key);
                    writeln!(fields, "    /// The field `{key}`.")?;
                    writeln!(fields, "    pub {rust}: {},", wrap(field.ty(), &inner))?;
                    writeln!(
                        readers,
                        "            {rust}: crate::api::decode::field(value, {:?})?,",
                        key.as_str()
                    )?;
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &spread.fragment_name;
                    let rust = snake(fragment);
                    writeln!(
                        fields,
                        "    /// The fields of the fragment `{fragment}`.\n    pub {rust}: {fragment},"
                    )?;
                    writeln!(
                        readers,
                        "            {rust}: crate::api::decode::Read::read(value)?,"
                    )?;
                }
                Selection::InlineFragment(_) => {
                    return Err(format!(
                        "{name}: inline fragments are not supported, name the fragment"
                    )
                    .into());
                }
            }
        }
        writeln!(
            self.out,
            "/// A selection of `{ty}`.\n#[derive(Clone, Debug, PartialEq)]\npub struct {name} {{\n{fields}}}\n\
             impl crate::api::decode::Read for {name} {{\n    \
             fn read(value: &crate::api::json::Json) -> Result<Self, crate::api::decode::ReadError> {{\n        \
             Ok(Self {{\n{readers}        }})\n    }}\n}}\n",
            ty = set.ty,
        )?;
        Ok(())
    }

    /// The Rust name of what a field holds, without lists and nulls.
    fn output_type(
        &mut self,
        prefix: &str,
        key: &Name,
        set: &SelectionSet,
        ty: &Type,
    ) -> Outcome<String> {
        let named = ty.inner_named_type();
        if set.selections.is_empty() {
            return self.leaf_type(named);
        }
        if let [Selection::FragmentSpread(spread)] = set.selections.as_slice() {
            return Ok(spread.fragment_name.to_string());
        }
        let name = format!("{prefix}{}", pascal(key));
        self.emit_object(&name, set)?;
        Ok(name)
    }

    fn leaf_type(&mut self, named: &Name) -> Outcome<String> {
        if let Some((_, rust)) = SCALARS
            .iter()
            .find(|(graphql, _)| *graphql == named.as_str())
        {
            return Ok((*rust).to_owned());
        }
        match self.schema.types.get(named) {
            Some(ExtendedType::Enum(_)) => {
                self.enums.insert(named.clone());
                Ok(enum_path(named))
            }
            Some(ExtendedType::InputObject(_)) => {
                self.inputs.insert(named.clone());
                Ok(named.to_string())
            }
            Some(ExtendedType::Scalar(_)) => Ok("String".to_owned()),
            _ => Err(format!("{named} needs a selection").into()),
        }
    }

    fn emit_inputs(&mut self) -> Outcome {
        let mut done = BTreeSet::new();
        while let Some(name) = self
            .inputs
            .iter()
            .find(|name| !done.contains(*name))
            .cloned()
        {
            let input = self
                .schema
                .get_input_object(&name)
                .ok_or("not an input object")?;
            let fields = input
                .fields
                .values()
                .map(|f| (f.name.clone(), f.ty.as_ref().clone()))
                .collect::<Vec<_>>();
            self.emit_input_struct(&name, &fields)?;
            done.insert(name);
        }
        Ok(())
    }

    /// A struct that writes itself as a JSON object; absent optional fields are left out.
    fn emit_input_struct(&mut self, name: &Name, fields: &[(Name, Type)]) -> Outcome {
        let mut members = String::new();
        let mut writers = String::new();
        for (field, ty) in fields {
            let inner = self.leaf_type(ty.inner_named_type())?;
            let rust = snake(field);
            writeln!(
                members,
                "    /// The value of `{field}`.\n    pub {rust}: {},",
                wrap(ty, &inner)
            )?;
            writeln!(
                writers,
                "        object.field({:?}, &self.{rust});",
                field.as_str()
            )?;
        }
        let out = if fields.is_empty() { "_" } else { "object" };
        writeln!(
            self.out,
            "/// What `{name}` takes.\n#[derive(Clone, Debug, PartialEq)]\npub struct {name} {{\n{members}}}\n\
             impl crate::api::decode::Fields for {name} {{\n    \
             fn write_fields(&self, {out}: &mut crate::api::decode::ObjectWriter<'_>) {{\n{writers}    }}\n}}\n"
        )?;
        if self.inputs.contains(name) {
            writeln!(
                self.out,
                "impl crate::api::decode::Write for {name} {{\n    fn write(&self, out: &mut String) {{\n        \
                 crate::api::decode::write_object(self, out);\n    }}\n}}\n"
            )?;
        }
        Ok(())
    }

    fn emit_enums(&mut self) -> Outcome {
        for name in &self.enums {
            let definition = self.schema.get_enum(name).ok_or("not an enum")?;
            let path = enum_path(name);
            if path == name.as_str() {
                let mut variants = String::new();
                let mut texts = String::new();
                let mut parses = String::new();
                for value in definition.values.keys() {
                    let rust = variant(value);
                    writeln!(variants, "    /// `{value}`\n    {rust},")?;
                    writeln!(texts, "            Self::{rust} => {:?},", value.as_str())?;
                    writeln!(
                        parses,
                        "            {:?} => Ok(Self::{rust}),",
                        value.as_str()
                    )?;
                }
                writeln!(
                    self.out,
                    "/// The enum `{name}` of the schema.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n\
                     pub enum {name} {{\n{variants}}}\nimpl {name} {{\n    /// Its name in the schema.\n    \
                     pub fn as_str(self) -> &'static str {{\n        match self {{\n{texts}        }}\n    }}\n}}\n\
                     impl std::str::FromStr for {name} {{\n    type Err = ();\n    \
                     fn from_str(text: &str) -> Result<Self, ()> {{\n        match text {{\n{parses}            \
                     _ => Err(()),\n        }}\n    }}\n}}\n"
                )?;
            }
            writeln!(
                self.out,
                "impl crate::api::decode::Read for {path} {{\n    \
                 fn read(value: &crate::api::json::Json) -> Result<Self, crate::api::decode::ReadError> {{\n        \
                 crate::api::decode::read_enum(value)\n    }}\n}}\n\
                 impl crate::api::decode::Write for {path} {{\n    fn write(&self, out: &mut String) {{\n        \
                 crate::api::json::write_string(self.as_str(), out);\n    }}\n}}\n"
            )?;
        }
        Ok(())
    }
}

fn enum_path(name: &Name) -> String {
    SHARED_ENUMS
        .iter()
        .find(|(graphql, _)| *graphql == name.as_str())
        .map_or_else(|| name.to_string(), |(_, path)| (*path).to_owned())
}

/// Puts lists and nulls around the innermost type.
fn wrap(ty: &Type, inner: &str) -> String {
    match ty {
        Type::NonNullNamed(_) => inner.to_owned(),
        Type::Named(_) => format!("Option<{inner}>"),
        Type::NonNullList(item) => format!("Vec<{}>", wrap(item, inner)),
        Type::List(item) => format!("Option<Vec<{}>>", wrap(item, inner)),
    }
}

/// Removes the spaces and commas that GraphQL does not need; documents hold no string literals.
fn minify(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_gap = false;
    for character in text.chars() {
        if character.is_whitespace() || character == ',' {
            is_gap = true;
            continue;
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        // `a $b` may be glued, `a b` may not; three dots after a word need nothing either.
        if is_gap && is_word(character) && character != '$' && out.ends_with(is_word) {
            out.push(' ');
        }
        is_gap = false;
        out.push(character);
    }
    out
}
