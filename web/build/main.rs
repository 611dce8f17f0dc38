//! Compiles the client's GraphQL documents into plain Rust.
//!
//! Every `.graphql` file below `src` is validated against `../schema.graphql`, so a field that
//! the API does not have stops the build. The generated code reads answers by hand-sized
//! functions over `api::json` instead of serde: what travels to the browser stays small.

mod documents;
mod emit;
mod names;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env_var("CARGO_MANIFEST_DIR"));
    let schema_path = root.join("../schema.graphql");
    println!("cargo::rerun-if-changed={}", schema_path.display());
    println!("cargo::rerun-if-changed={}", root.join("src").display());
    println!("cargo::rerun-if-changed={}", root.join("build").display());

    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // Cutting the program into parts needs to know what refers to what.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }

    let schema = documents::read_schema(&schema_path)?;
    let document = documents::read_operations(&schema, &root.join("src"))?;
    let code = emit::generate(&schema, &document)?;

    fs::write(PathBuf::from(env_var("OUT_DIR")).join("graphql.rs"), code)?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo hands its settings to build scripts through the environment"
)]
fn env_var(name: &str) -> String {
    env::var(name).expect("cargo sets this for every build script")
}
