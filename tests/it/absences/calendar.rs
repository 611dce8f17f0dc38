//! The calendar: the organization's week and holidays, and a person's absences.

use serde_json::{Value, json};
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Person;

const CALENDAR: &str = "query ($from: Date!, $to: Date!, $user: ID) { organization {
  calendar(from: $from, to: $to, userId: $user) { day isWorkingDay dayOff holiday absence }
} }";
const HOLIDAYS: &str = "mutation ($holidays: [HolidayInput!]!) {
  setHolidays(input: { holidays: $holidays }) { holidays { day name } }
}";
const LISTED: &str = "{ organization { workingDays holidays { day name } } }";

async fn calendar(by: &Person, (from, to): (&str, &str), user: Option<&Person>) -> Answer {
    let user = user.map(Person::gid);
    by.graphql(CALENDAR, json!({ "from": from, "to": to, "user": user }))
        .await
}

fn reasons(answer: &Answer) -> Vec<Value> {
    let days = answer.list("/organization/calendar");
    days.iter().map(|day| day["dayOff"].clone()).collect()
}

async fn set_holidays(by: &Person, holidays: Value) -> Answer {
    by.graphql(HOLIDAYS, json!({ "holidays": holidays })).await
}

#[tokio::test]
async fn a_day_off_says_why() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let away = "mutation { setAbsence(input: { kind: SICK, startsOn: \"2026-04-02\", endsOn: \"2026-04-03\" }) { absence { id } } }";
    org.member.graphql(away, json!({})).await.data();
    set_holidays(
        &org.admin,
        json!([{ "day": "2026-04-03", "name": "Good Friday" }]),
    )
    .await
    .data();

    let for_member = calendar(&org.member, ("2026-04-01", "2026-04-05"), Some(&org.member)).await;
    let for_all = calendar(&org.viewer, ("2026-04-01", "2026-04-05"), None).await;

    let (weekend, holiday, absence) = (json!("WEEKEND"), json!("HOLIDAY"), json!("ABSENCE"));
    assert_eq!(
        reasons(&for_member),
        [
            Value::Null,
            absence,
            holiday.clone(),
            weekend.clone(),
            weekend.clone()
        ]
    );
    assert_eq!(
        reasons(&for_all),
        [Value::Null, Value::Null, holiday, weekend.clone(), weekend]
    );
    assert_eq!(
        for_member.at("/organization/calendar/2"),
        &json!({ "day": "2026-04-03", "isWorkingDay": false, "dayOff": "HOLIDAY", "holiday": "Good Friday", "absence": "SICK" })
    );
}

#[tokio::test]
async fn an_organization_chooses_its_week() {
    const WEEK: &str = "mutation ($days: [Weekday!]!) {
      updateOrganization(input: { workingDays: $days }) { organization { workingDays } }
    }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let week = async |days: Value| org.admin.graphql(WEEK, json!({ "days": days })).await;

    let changed = week(json!(["SUNDAY", "MONDAY", "SUNDAY"])).await;
    let refused = week(json!([])).await;

    assert_eq!(
        changed.at("/updateOrganization/organization/workingDays"),
        &json!(["MONDAY", "SUNDAY"])
    );
    assert_eq!(refused.error_fields(), ["workingDays"]);
    let days = calendar(&org.member, ("2026-04-04", "2026-04-06"), None).await;
    assert_eq!(reasons(&days), [json!("WEEKEND"), Value::Null, Value::Null]);
}

#[tokio::test]
async fn holidays_are_entered_renamed_and_removed() {
    const REMOVE: &str = "mutation { deleteHoliday(input: { day: \"2026-12-25\" }) { day } }";
    let app = TestApp::start().await;
    let org = app.org().await;
    let both = json!([
        { "day": "2026-12-26", "name": "Boxing Day" },
        { "day": "2026-12-25", "name": "Xmas" },
    ]);
    set_holidays(&org.admin, both).await.data();
    set_holidays(
        &org.admin,
        json!([{ "day": "2026-12-25", "name": " Christmas " }]),
    )
    .await
    .data();

    let listed = org.viewer.graphql(LISTED, json!({})).await;
    assert_eq!(
        listed.at("/organization/holidays"),
        &json!([
            { "day": "2026-12-25", "name": "Christmas" },
            { "day": "2026-12-26", "name": "Boxing Day" },
        ])
    );
    for _ in 0..2 {
        org.admin.graphql(REMOVE, json!({})).await.data();
    }
    let listed = org.viewer.graphql(LISTED, json!({})).await;
    assert_eq!(listed.list("/organization/holidays").len(), 1);
}

#[tokio::test]
async fn bad_holidays_and_calendars_are_refused_by_field() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let one = json!([{ "day": "2026-12-25", "name": "Christmas" }]);

    let by_member = set_holidays(&org.member, one).await;
    let nameless = set_holidays(&org.admin, json!([{ "day": "2026-12-25", "name": " " }])).await;
    let none = set_holidays(&org.admin, json!([])).await;
    let backwards = calendar(&org.member, ("2026-04-05", "2026-04-01"), None).await;
    let too_long = calendar(&org.member, ("2026-01-01", "2027-01-02"), None).await;
    let of_another = calendar(&org.member, ("2026-04-01", "2026-04-02"), Some(&org.lead)).await;

    assert_eq!(by_member.error_code(), "FORBIDDEN");
    assert_eq!(nameless.error_fields(), ["name"]);
    assert_eq!(none.error_fields(), ["holidays"]);
    assert_eq!(backwards.error_fields(), ["to"]);
    assert_eq!(too_long.error_fields(), ["to"]);
    assert_eq!(of_another.error_code(), "FORBIDDEN");
}
