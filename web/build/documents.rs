//! Finds, parses and validates the documents.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use apollo_compiler::{
    ExecutableDocument, Schema, parser::Parser, validation::DiagnosticList, validation::Valid,
};

/// Reads and validates the schema.
pub fn read_schema(path: &Path) -> Result<Valid<Schema>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Schema::parse_and_validate(text, path).map_err(|e| e.errors.to_string().into())
}

/// Reads every document below `folder` as one, so that fragments can be shared between files.
pub fn read_operations(
    schema: &Valid<Schema>,
    folder: &Path,
) -> Result<Valid<ExecutableDocument>, Box<dyn Error>> {
    let mut files = Vec::new();
    find_documents(folder, &mut files)?;
    files.sort();

    let mut errors = DiagnosticList::new(Default::default());
    let mut builder = ExecutableDocument::builder(Some(schema), &mut errors);
    for file in files {
        let text = fs::read_to_string(&file)?;
        let name = file.strip_prefix(folder).unwrap_or(&file);
        Parser::new().parse_into_executable_builder(text, name, &mut builder);
    }
    let document = builder.build();
    if !errors.is_empty() {
        return Err(errors.to_string().into());
    }
    document
        .validate(schema)
        .map_err(|e| e.errors.to_string().into())
}

fn find_documents(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_documents(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "graphql")
        {
            files.push(path);
        }
    }
    Ok(())
}
