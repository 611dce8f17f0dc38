//! The operators' page says what the server reads.

use api::config::catalogue;

const PAGE: &str = include_str!("../../../docs/operators.md");

#[test]
fn the_table_of_settings_is_what_the_server_reads() {
    let written: Vec<&str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|name| {
            name.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        })
        .collect();
    let read: Vec<&str> = catalogue().map(|setting| setting.name).collect();
    assert_eq!(
        written, read,
        "`devmetrics settings --markdown` prints the table"
    );
    for setting in catalogue() {
        assert!(
            PAGE.contains(setting.meaning),
            "the page says something else about {}",
            setting.name
        );
    }
}
