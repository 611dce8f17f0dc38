//! What a program says of itself, in words that people know.

/// Programs by what they name themselves; those that also carry another's name come first.
const PROGRAMS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, in the same order of caution: phones name the system that they descend from as well.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The device of a session: "Firefox on Linux" for a browser, its own name for another program.
pub fn device(user_agent: Option<&str>) -> String {
    let Some(agent) = user_agent.map(str::trim).filter(|agent| !agent.is_empty()) else {
        return "A program without a name".to_owned();
    };
    match (find(&PROGRAMS, agent), find(&SYSTEMS, agent)) {
        (Some(program), Some(system)) => [program, " on ", system].concat(),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => agent
            .split(['/', ' '])
            .next()
            .unwrap_or(agent)
            .chars()
            .take(40)
            .collect(),
    }
}

fn find(names: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    names
        .iter()
        .find(|(sign, _)| agent.contains(sign))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_are_told_by_name_and_system() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
        ] {
            assert_eq!(device(Some(agent)), words);
        }
    }

    #[test]
    fn other_programs_keep_their_own_name() {
        assert_eq!(device(Some("curl/8.5.0")), "curl");
        assert_eq!(device(Some("  ")), "A program without a name");
        assert_eq!(device(None), "A program without a name");
    }
}
