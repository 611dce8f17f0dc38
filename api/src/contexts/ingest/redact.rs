//! Payloads as an administrator may read them: secrets and addresses left out.

use serde_json::Value;

/// What stands in the place of what is left out.
const REDACTED: &str = "[REDACTED]";
/// Words that a key of a secret contains.
const SECRET_WORDS: [&str; 8] = [
    "token",
    "secret",
    "password",
    "passwd",
    "authorization",
    "private_key",
    "api_key",
    "credential",
];
/// Keys of lists of variables, whose values may be anything.
const VARIABLES: &str = "variables";

/// A payload in readable form; none where it is no JSON that can be built.
pub(super) fn redacted(payload: &[u8]) -> Option<String> {
    let mut value: Value = serde_json::from_slice(payload).ok()?;
    redact(&mut value);
    serde_json::to_string_pretty(&value).ok()
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == VARIABLES {
                    redact_variables(value);
                } else if is_secret(key) && !value.is_null() && !value.is_boolean() {
                    *value = REDACTED.into();
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) if holds_address(text) => *text = without_addresses(text),
        _ => {}
    }
}

/// `[{"key": …, "value": …}]`, as pipelines carry them.
fn redact_variables(value: &mut Value) {
    let Value::Array(items) = value else {
        return redact(value);
    };
    for item in items {
        if let Some(value) = item.get_mut("value") {
            *value = REDACTED.into();
        }
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

fn holds_address(text: &str) -> bool {
    text.contains('@')
}

/// Leaves out every word that is an address of a person; `git@host:path` and the like stay.
fn without_addresses(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "@.!#$%&'*+/=?^_`{|}~-()".contains(c);
    let mut result = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if is_part(c) {
            word.push(c);
            continue;
        }
        let is_remote = word.starts_with("git@") && c == ':';
        if is_address(&word) && !is_remote {
            result.push_str(REDACTED);
        } else {
            result.push_str(&word);
        }
        word.clear();
        result.push(c);
    }
    result.pop();
    result
}

fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted_value(value: &Value) -> Value {
        let text = redacted(value.to_string().as_bytes()).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn secrets_and_addresses_are_left_out_and_the_rest_stays() {
        let value = json!({
            "user": {"name": "Ada", "email": "ada@example.com"},
            "message": "Co-authored-by: Bob <bob@example.com>\n",
            "git_ssh_url": "git@example.com:mike/diaspora.git",
            "object_attributes": {"variables": [{"key": "ENV", "value": "s3cr3t"}], "access_token": "x", "count": 2},
            "token_expired": false,
        });
        assert_eq!(
            redacted_value(&value),
            json!({
                "user": {"name": "Ada", "email": "[REDACTED]"},
                "message": "Co-authored-by: Bob <[REDACTED]>\n",
                "git_ssh_url": "git@example.com:mike/diaspora.git",
                "object_attributes": {"variables": [{"key": "ENV", "value": "[REDACTED]"}], "access_token": "[REDACTED]", "count": 2},
                "token_expired": false,
            })
        );
    }

    #[test]
    fn what_is_no_json_is_not_shown() {
        assert_eq!(redacted(b"{"), None);
        assert_eq!(redacted(b"\xff"), None);
    }
}
