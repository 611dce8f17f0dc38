//! Validation of those to invite: one by one, or many pasted as a table.

use super::{FieldError, line, sign_in};
use crate::role::Role;

/// How many people one request invites at most.
pub const PEOPLE_MAX: usize = 500;
/// Longest employee number, in characters.
pub const EMPLOYEE_ID_MAX: usize = 64;

/// Somebody to invite, as entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invitee {
    /// Where it stands in what was entered, from 1.
    pub line: usize,
    /// The address.
    pub email: String,
    /// The role; that of a member where none is given.
    pub role: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The number the organization knows the person by.
    pub employee_id: Option<String>,
    /// The name of a team.
    pub team: Option<String>,
}

/// Somebody who can be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedInvitee {
    /// Where it stands in what was entered, from 1.
    pub line: usize,
    /// The address in lower case.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The name.
    pub name: Option<String>,
    /// The number the organization knows the person by.
    pub employee_id: Option<String>,
    /// The name of a team.
    pub team: Option<String>,
}

impl Invitee {
    /// Checks what was entered about one person.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<CheckedInvitee, FieldError> {
        let email = sign_in::email(&self.email)?.to_lowercase();
        let role = match given(self.role.as_deref()) {
            None => Role::Member,
            Some(word) => role_of(word).ok_or_else(|| {
                FieldError::new("role", "must be administrator, member or viewer")
            })?,
        };
        let name = given(self.name.as_deref()).map(sign_in::person_name);
        let employee_id = given(self.employee_id.as_deref()).map(employee_id);
        let team = given(self.team.as_deref()).map(|text| line("team", text, 100));
        Ok(CheckedInvitee {
            line: self.line,
            email,
            role,
            name: name.transpose()?,
            employee_id: employee_id.transpose()?,
            team: team.transpose()?,
        })
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn role_of(word: &str) -> Option<Role> {
    match word.to_ascii_lowercase().as_str() {
        "admin" | "administrator" => Some(Role::Admin),
        "member" | "developer" => Some(Role::Member),
        "viewer" => Some(Role::Viewer),
        _ => None,
    }
}

/// The number an organization knows a person by.
///
/// # Errors
/// When it is empty, too long or contains control characters.
pub fn employee_id(text: &str) -> Result<String, FieldError> {
    line("employeeId", text, EMPLOYEE_ID_MAX)
}

/// What a column of a pasted table holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Email,
    Role,
    Name,
    EmployeeId,
    Team,
    Ignored,
}

impl Column {
    fn of_heading(text: &str) -> Self {
        let word: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match word.as_str() {
            "email" | "emailaddress" | "mail" | "address" => Self::Email,
            "role" => Self::Role,
            "name" | "fullname" => Self::Name,
            "employeeid" | "employeenumber" | "number" => Self::EmployeeId,
            "team" => Self::Team,
            _ => Self::Ignored,
        }
    }
}

/// The order of columns where the table has no headings.
const USUAL: [Column; 5] = [
    Column::Email,
    Column::Role,
    Column::Name,
    Column::EmployeeId,
    Column::Team,
];

/// Reads a pasted table: a person a line, separated by commas, semicolons or tabs, with quotes as spreadsheets set them.
/// A first line of headings says which column is which; without it they are email, role, name, employee number and team.
/// Empty lines are left out.
pub fn read_table(text: &str) -> Vec<Invitee> {
    let mut rows = rows_of(text.trim_start_matches('\u{feff}'))
        .into_iter()
        .peekable();
    let mut columns = USUAL.to_vec();
    if let Some((_, first)) = rows.peek() {
        let headings: Vec<Column> = first.iter().map(|text| Column::of_heading(text)).collect();
        if headings.contains(&Column::Email) && !first.iter().any(|text| text.contains('@')) {
            columns = headings;
            rows.next();
        }
    }
    rows.map(|(line, cells)| {
        let mut invitee = Invitee {
            line,
            ..Invitee::default()
        };
        for (column, cell) in columns.iter().zip(cells) {
            match column {
                Column::Email => invitee.email = cell,
                Column::Role => invitee.role = Some(cell),
                Column::Name => invitee.name = Some(cell),
                Column::EmployeeId => invitee.employee_id = Some(cell),
                Column::Team => invitee.team = Some(cell),
                Column::Ignored => {}
            }
        }
        invitee
    })
    .collect()
}

/// The cells of every line that has any, with the line's number.
fn rows_of(text: &str) -> Vec<(usize, Vec<String>)> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let separator = [',', ';', '\t']
        .into_iter()
        .max_by_key(|separator| {
            let count = first.map_or(0, |line| line.matches(*separator).count());
            // Where none is there more often, the comma stands.
            (count, *separator == ',')
        })
        .unwrap_or(',');
    let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begins, mut is_quoted) = (1, 1, false);
    let mut characters = text.chars().peekable();
    let mut end_row = |cells: &mut Vec<String>, cell: &mut String, begins: usize| {
        cells.push(std::mem::take(cell).trim().to_owned());
        let row = std::mem::take(cells);
        if row.iter().any(|cell| !cell.is_empty()) {
            rows.push((begins, row));
        }
    };
    while let Some(c) = characters.next() {
        match c {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                is_quoted = true;
            }
            '\n' if !is_quoted => {
                end_row(&mut cells, &mut cell, begins);
                line += 1;
                begins = line;
            }
            '\n' => {
                cell.push(' ');
                line += 1;
            }
            '\r' => {}
            c if c == separator && !is_quoted => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
            }
            c => cell.push(c),
        }
    }
    end_row(&mut cells, &mut cell, begins);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<(usize, String)> {
        let invitees = read_table(text).into_iter();
        invitees.map(|one| (one.line, one.email)).collect()
    }

    #[test]
    fn a_table_without_headings_is_email_role_name_number_and_team() {
        let invitees = read_table("ada@x.test, Admin, Ada Lovelace, 7, Alpha\n\nbob@x.test\n");
        assert_eq!(invitees.len(), 2);
        let ada = invitees[0].check().unwrap();
        assert_eq!((ada.line, ada.role), (1, Role::Admin));
        assert_eq!(ada.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(ada.employee_id.as_deref(), Some("7"));
        assert_eq!(ada.team.as_deref(), Some("Alpha"));
        let bob = invitees[1].check().unwrap();
        assert_eq!((bob.line, bob.role, bob.name), (3, Role::Member, None));
    }

    #[test]
    fn headings_say_which_column_is_which() {
        let invitees = read_table("Name;Shoe size;E-mail;Role\n\"Love; Ada\";39;ADA@x.test;viewer");
        let ada = invitees[0].check().unwrap();
        assert_eq!(ada.email, "ada@x.test");
        assert_eq!(ada.name.as_deref(), Some("Love; Ada"));
        assert_eq!((ada.line, ada.role), (2, Role::Viewer));
    }

    #[test]
    fn quotes_may_hold_quotes_and_line_breaks() {
        let text = "a@x.test,member,\"The \"\"Great\"\"\nOne\"\r\nb@x.test\tx";
        let invitees = read_table(text);
        assert_eq!(invitees[0].name.as_deref(), Some("The \"Great\" One"));
        assert_eq!(invitees[1].line, 3);
    }

    #[test]
    fn addresses_copied_from_a_spreadsheet_are_separated_by_tabs() {
        assert_eq!(
            emails("\u{feff}email\trole\na@x.test\tmember\nb@x.test\tviewer"),
            [(2, "a@x.test".to_owned()), (3, "b@x.test".to_owned())]
        );
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        let wrong = |text: &str| read_table(text)[0].check().unwrap_err().field;
        assert_eq!(wrong("nobody"), "email");
        assert_eq!(wrong("a@x.test,king"), "role");
        assert_eq!(wrong(&format!("a@x.test,,{}", "x".repeat(201))), "name");
        assert_eq!(
            wrong(&format!("a@x.test,,,{}", "x".repeat(65))),
            "employeeId"
        );
    }
}
