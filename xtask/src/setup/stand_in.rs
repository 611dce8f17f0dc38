//! A machine made of scripts, so that what cannot be reached from a test still is tested.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::layout::{Host, Layout};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A temporary folder with stand-in programs, removed at the end of the test.
pub struct Machine {
    /// Holds `bin` (the search path), `usr` (the distribution) and the scripts' state.
    pub top: PathBuf,
    pub host: Host,
    pub layout: Layout,
}

impl Machine {
    /// A machine with rustup on the path, and no Rust from the distribution.
    pub fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let top =
            std::env::temp_dir().join(format!("devmetrics-xtask-{}-{number}", std::process::id()));
        crate::folder::remove(&top).expect("an empty folder");
        fs::create_dir_all(top.join("root")).expect("a project");
        let machine = Self {
            host: Host {
                path: vec![top.join("bin"), "/usr/bin".into(), "/bin".into()],
                is_root: true,
                prefix: top.join("usr"),
            },
            layout: Layout {
                root: top.join("root"),
                cache: top.join("cache"),
                target: top.join("target"),
            },
            top,
        };
        machine.install("bin", &["rustup", "rustc", "cargo"]);
        let linker = machine.top.join("sysroot/lib/rustlib/host/bin");
        fs::create_dir_all(&linker).expect("a sysroot");
        symlink(stand_in("tool"), linker.join("rust-lld")).expect("a linker");
        machine
    }

    /// Adds the distribution's Rust with its library sources.
    pub fn with_distribution(self) -> Self {
        self.install("usr/bin", &["rustc", "cargo", "cargo-clippy"]);
        self.write("usr/version", "rustc 1.96.0");
        let sources = "usr/lib/rustlib/src/rust/library/std";
        fs::create_dir_all(self.top.join(sources)).expect("sources");
        self.write(&format!("{sources}/Cargo.toml"), "");
        self
    }

    /// Sets a file of the scripts' state.
    pub fn write(&self, file: &str, content: &str) {
        fs::write(self.top.join(file), content).expect("a state file");
    }

    /// Removes a file of the scripts' state.
    pub fn remove(&self, file: &str) {
        fs::remove_file(self.top.join(file)).expect("a state file");
    }

    fn install(&self, folder: &str, programs: &[&str]) {
        let folder = self.top.join(folder);
        fs::create_dir_all(&folder).expect("a folder of programs");
        for program in programs {
            // Links, not copies: a program that was just written may still count as busy.
            let script = if *program == "cargo-clippy" {
                "tool"
            } else {
                program
            };
            symlink(stand_in(script), folder.join(program)).expect("a stand-in");
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Left-overs in the temporary folder are no reason to fail a test.
        let _ = fs::remove_dir_all(&self.top);
    }
}

/// The script that stands in for a program.
pub fn stand_in(program: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("stand-ins")
        .join(program)
}
