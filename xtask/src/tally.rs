//! Counting tests from what the runners print.

use std::{
    io::{BufRead, BufReader, Write},
    ops::AddAssign,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::process::Heartbeat;

/// How many tests passed, failed and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ran and held.
    pub passed: u64,
    /// Ran and did not hold, or could not be run although they should.
    pub failed: u64,
    /// Not run, for a reason that was printed.
    pub skipped: u64,
}

impl Tally {
    /// One check that passed.
    pub const PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    /// One check that failed.
    pub const FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };
    /// One check that was not run.
    pub const SKIPPED: Self = Self {
        passed: 0,
        failed: 0,
        skipped: 1,
    };

    /// Reads one line of a runner: the closing line of a Rust test binary, or a line of TAP.
    fn of_line(line: &str) -> Self {
        let line = without_colours(line);
        if line.starts_with("ok - ") {
            return if line.contains("# SKIP") {
                Self::SKIPPED
            } else {
                Self::PASSED
            };
        }
        if line.starts_with("not ok - ") {
            return Self::FAILED;
        }
        let Some(counts) = line.strip_prefix("test result: ") else {
            return Self::default();
        };
        let count = |word: &str| {
            counts
                .split([';', '.'])
                .filter_map(|part| part.trim().strip_suffix(word))
                .find_map(|number| number.trim().parse().ok())
                .unwrap_or_default()
        };
        Self {
            passed: count("passed"),
            failed: count("failed"),
            skipped: count("ignored"),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Runs a test runner with its output shown, and counts what it reports.
///
/// A runner that fails without reporting a failed test, because it did not compile or was
/// killed, counts as one failure; one that succeeds without any test as one success.
pub fn run_tests(label: &str, command: &mut Command) -> Result<Tally> {
    run_tests_to(label, command, &mut std::io::stdout())
}

fn run_tests_to(label: &str, command: &mut Command, screen: &mut impl Write) -> Result<Tally> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", command.get_program().display()))?;
    let output = child.stdout.take().context("the runner's output")?;
    let mut tally = Tally::default();
    {
        let _heartbeat = Heartbeat::start(label);
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            screen.write_all(&line)?;
            tally += Tally::of_line(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        writeln!(screen, "{label} ended with {status} before it could report")?;
        tally.failed = 1;
    }
    if status.success() && tally == Tally::default() {
        tally = Tally::PASSED;
    }
    Ok(tally)
}

/// A line without the escape sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str) -> Result<Tally> {
        let mut command = Command::new("sh");
        // Not shown: whoever counts this test's own output would count the script's too.
        run_tests_to("sh", command.args(["-c", script]), &mut std::io::sink())
    }

    #[test]
    fn the_closing_line_of_a_test_binary_is_counted() {
        let line = "test result: \u{1b}[32mok\u{1b}[m. 12 passed; 0 failed; 3 ignored; \
                    0 measured; 4 filtered out; finished in 1.20s";
        let expected = Tally {
            passed: 12,
            failed: 0,
            skipped: 3,
        };
        assert_eq!(Tally::of_line(line), expected);
        let failed = "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(Tally::of_line(failed).failed, 2);
    }

    #[test]
    fn lines_of_tap_are_counted_one_by_one() {
        assert_eq!(Tally::of_line("ok - accepts JSON"), Tally::PASSED);
        assert_eq!(Tally::of_line("not ok - closes with 4400"), Tally::FAILED);
        assert_eq!(Tally::of_line("ok - later # SKIP no clock"), Tally::SKIPPED);
        assert_eq!(Tally::of_line("running 3 tests"), Tally::default());
    }

    #[test]
    fn a_runner_that_dies_early_counts_as_a_failure() {
        let tally = run("exit 3");
        assert_eq!(tally.ok(), Some(Tally::FAILED));
    }

    #[test]
    fn what_a_failing_runner_reported_is_kept() {
        let script =
            "echo 'test result: FAILED. 4 passed; 1 failed; 2 ignored; 0 measured'; exit 1";
        let tally = run(script);
        let expected = Tally {
            passed: 4,
            failed: 1,
            skipped: 2,
        };
        assert_eq!(tally.ok(), Some(expected));
    }
}
