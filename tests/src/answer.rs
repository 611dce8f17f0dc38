//! What a GraphQL request answered.

use serde_json::Value;

/// A GraphQL response with the HTTP status that carried it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole response.
    pub body: Value,
}

impl Answer {
    /// The data of an answer that must have no error.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(
            self.errors().is_empty() && !self.body["data"].is_null(),
            "the request failed with status {}: {:#}",
            self.status,
            self.body
        );
        &self.body["data"]
    }

    /// The value at a JSON pointer below the data, such as `/organization/slug`.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        self.data()
            .pointer(pointer)
            .unwrap_or_else(|| panic!("nothing at {pointer}: {:#}", self.body))
    }

    /// The text at a JSON pointer below the data.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.at(pointer);
        value
            .as_str()
            .unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
    }

    /// The whole number at a JSON pointer below the data.
    #[track_caller]
    pub fn number(&self, pointer: &str) -> i64 {
        let value = self.at(pointer);
        value
            .as_i64()
            .unwrap_or_else(|| panic!("no whole number at {pointer}: {value}"))
    }

    /// The list at a JSON pointer below the data.
    #[track_caller]
    pub fn list(&self, pointer: &str) -> &[Value] {
        let value = self.at(pointer);
        value
            .as_array()
            .unwrap_or_else(|| panic!("no list at {pointer}: {value}"))
    }

    /// The errors; none where all went well.
    pub fn errors(&self) -> &[Value] {
        self.body["errors"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The code of the one error.
    #[track_caller]
    pub fn error_code(&self) -> &str {
        let codes = self.error_codes();
        assert!(codes.len() == 1, "not one error: {:#}", self.body);
        codes[0]
    }

    /// The codes of all errors; `""` for one without a code.
    pub fn error_codes(&self) -> Vec<&str> {
        self.errors()
            .iter()
            .map(|error| error["extensions"]["code"].as_str().unwrap_or_default())
            .collect()
    }

    /// The fields that `BAD_USER_INPUT` names.
    pub fn error_fields(&self) -> Vec<&str> {
        self.errors()
            .iter()
            .filter_map(|error| error["extensions"]["field"].as_str())
            .collect()
    }
}
