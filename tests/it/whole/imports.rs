//! Imports point one way: every path of the server's code is read and compared with the table of rooms.

use std::path::{Path, PathBuf};

/// What each room may import, besides itself, `shared` and the ground that everybody stands on.
const ROOMS: &[(&str, &[&str])] = &[
    ("config", &[]),
    ("platform", &[]),
    ("error", &[]),
    ("schema", &[]),
    ("access", &["platform", "schema"]),
    ("contexts", &["access", "platform", "schema"]),
    ("workflows", &["access", "contexts", "platform"]),
    ("graphql", &["access", "contexts", "platform", "workflows"]),
    (
        "demo",
        &["access", "contexts", "platform", "schema", "workflows"],
    ),
    (
        "http",
        &["access", "contexts", "graphql", "platform", "workflows"],
    ),
    (
        "app",
        &[
            "access",
            "contexts",
            "demo",
            "graphql",
            "http",
            "platform",
            "workflows",
        ],
    ),
    (
        "cli",
        &[
            "access",
            "app",
            "contexts",
            "demo",
            "graphql",
            "http",
            "platform",
            "workflows",
        ],
    ),
];

/// What everybody may import: settings and the error type carry no behaviour of a room.
const GROUND: &[&str] = &["config", "error"];

/// Contexts, lowest first: each imports only those before it.
const CONTEXTS: &[&str] = &[
    "audit",
    "mail",
    "notifications",
    "orgs",
    "identity",
    "instance",
    "keys",
    "invitations",
    "absences",
    "repositories",
    "activity",
    "points",
    "recognition",
    "reports",
    "metrics",
    "ai_review",
    "ingest",
    "privacy",
];

/// Files of a context that are its own business: others see what its `mod.rs` re-exports.
const INSIDE: &[&str] = &["model", "store", "service", "error", "jobs", "person"];

/// The outer ring of a context: may use every context's facade, the workflows and the rooms of both edges.
const OUTER_RING: &[&str] = &["graphql", "http"];

#[test]
fn imports_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src");
    let mut offenders = Vec::new();
    for file in rust_files(&source) {
        let name = file.strip_prefix(&source).unwrap();
        let module = module_of(name);
        let code = without_comments(&std::fs::read_to_string(&file).unwrap());
        for path in paths(&code, &module) {
            if let Err(why) = judge(&module, &path) {
                offenders.push(format!("{}: {} ({why})", name.display(), path.join("::")));
            }
        }
    }
    offenders.sort();
    offenders.dedup();
    assert!(
        offenders.is_empty(),
        "imports against the table of rooms:\n{}",
        offenders.join("\n")
    );
}

#[test]
fn an_import_upwards_is_noticed() {
    let judged = |module: &str, code: &str| {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        paths(code, &module)
            .iter()
            .filter(|path| judge(&module, path).is_err())
            .count()
    };
    assert_eq!(judged("platform::db", "use crate::contexts::points;"), 1);
    assert_eq!(judged("contexts::orgs", "use crate::contexts::points;"), 1);
    assert_eq!(
        judged(
            "contexts::points::store",
            "crate::contexts::orgs::store::find();"
        ),
        1
    );
    assert_eq!(
        judged(
            "contexts::points::service",
            "use crate::{contexts::{orgs, ingest::{self, Acceptor}}, http};"
        ),
        3
    );
    assert_eq!(
        judged(
            "contexts::points::graphql",
            "use crate::contexts::ingest::Event;"
        ),
        0
    );
    assert_eq!(
        judged("contexts::points::store", "use super::super::ingest;"),
        1
    );
    assert_eq!(
        judged("contexts::points::store", "use super::model::Entry;"),
        0
    );
}

/// Why a module may not name a path of the server's crate; fine where it may.
fn judge(module: &[String], path: &[String]) -> Result<(), &'static str> {
    let (from, to) = (module[0].as_str(), path[0].as_str());
    if from == "main" || from == "lib" || GROUND.contains(&to) {
        return Ok(());
    }
    if !ROOMS.iter().any(|(room, _)| *room == to) {
        // Not a room: a macro, or a name of the crate's root.
        return Ok(());
    }
    if from == "contexts" {
        return judge_within_context(module, path);
    }
    if from != to {
        let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == from) else {
            return Err("a room that the table does not know");
        };
        if !allowed.contains(&to) {
            return Err("this room may not import that one");
        }
        if to == "contexts"
            && path
                .get(2)
                .is_some_and(|part| INSIDE.contains(&part.as_str()))
        {
            return Err("past the context's facade");
        }
    }
    Ok(())
}

fn judge_within_context(module: &[String], path: &[String]) -> Result<(), &'static str> {
    let (Some(own), to) = (module.get(1), path[0].as_str()) else {
        return Ok(()); // the list of contexts
    };
    let is_outer = module
        .get(2)
        .is_some_and(|file| OUTER_RING.contains(&file.as_str()));
    if to != "contexts" {
        let (_, allowed) = ROOMS.iter().find(|(room, _)| *room == "contexts").unwrap();
        let is_allowed =
            allowed.contains(&to) || (is_outer && ["graphql", "http", "workflows"].contains(&to));
        return if is_allowed {
            Ok(())
        } else {
            Err("a context may not import this room")
        };
    }
    let Some(other) = path.get(1).filter(|other| *other != own && *other != "*") else {
        return Ok(());
    };
    let number = |name: &str| CONTEXTS.iter().position(|context| *context == name);
    let (Some(own), Some(number)) = (number(own), number(other)) else {
        return Err("a context that the table does not know");
    };
    match path.get(2) {
        Some(part) if INSIDE.contains(&part.as_str()) => Err("past the context's facade"),
        Some(part) if OUTER_RING.contains(&part.as_str()) && !is_outer => {
            Err("the outer ring of another context")
        }
        _ if number > own && !is_outer => Err("a higher context"),
        _ => Ok(()),
    }
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn module_of(file: &Path) -> Vec<String> {
    let mut module: Vec<String> = file
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

fn without_comments(code: &str) -> String {
    code.lines()
        .map(|line| line.split("//").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every path that starts at the crate's root, in `use` lines and in the code itself, groups taken apart.
fn paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue; // the tail of another path, or of a chain that was already taken
            }
            let mut base = Vec::new();
            let mut rest = &code[at..];
            if start == "super::" {
                base = module.to_vec();
                base.extend(inline_modules_around(code, at));
                while let Some(tail) = rest.strip_prefix("super::") {
                    base.pop();
                    rest = tail;
                }
            } else {
                rest = &rest[start.len()..];
            }
            expand(rest, &base, &mut found);
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

/// The modules written within a file that a place lies in, outermost first.
fn inline_modules_around(code: &str, place: usize) -> Vec<String> {
    let mut open = Vec::new();
    let mut at = 0;
    for line in code[..place].split_inclusive('\n') {
        let head = line.trim().strip_suffix('{').map(str::trim_end);
        let name = head.and_then(|head| {
            let (before, name) = head.rsplit_once("mod ").unwrap_or((".", ""));
            (before.is_empty() || before.starts_with("pub")).then(|| name.to_owned())
        });
        if let Some(name) = name {
            // rustfmt closes a module at the indentation it was opened with.
            let indent = line.len() - line.trim_start().len();
            let end = format!("\n{}}}", " ".repeat(indent));
            let ends_at = code[at + line.len() - 1..]
                .find(&end)
                .map_or(code.len(), |found| at + line.len() + found);
            if place < ends_at {
                open.push(name);
            }
        }
        at += line.len();
    }
    open
}

/// Reads one tree of a `use`, or one plain path, and returns what follows it.
fn expand<'c>(code: &'c str, base: &[String], found: &mut Vec<Vec<String>>) -> &'c str {
    let mut path = base.to_vec();
    let mut rest = code.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                let before = rest.len();
                rest = expand(rest, &path, found).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
                if let Some(renamed) = rest.strip_prefix("as ") {
                    rest = &renamed[renamed.find([',', '}']).unwrap_or(renamed.len())..];
                }
                if rest.len() == before {
                    break; // not a group of paths after all
                }
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*'))
            .unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        if !part.is_empty() && part != "self" {
            path.push(part.to_owned());
        }
        match tail.strip_prefix("::") {
            Some(tail) if !part.is_empty() => rest = tail,
            _ => {
                found.push(path);
                return tail;
            }
        }
    }
}
