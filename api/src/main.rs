//! The program: everything is in the library, so that tests reach it.

/// A request makes and frees some hundred small pieces on whichever thread runs it, which is what this allocator is for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    api::cli::run()
}
