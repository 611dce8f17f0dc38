//! Documents: their limits, and the form of what answers them.

use serde_json::json;
use tests::app::TestApp;

#[tokio::test]
async fn a_document_over_a_limit_is_too_complex() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let deep = format!(
        "{{ organization {} }}",
        "{ viewerMembership { organization ".repeat(10) + "{ id }" + &"} }".repeat(10)
    );
    let wide = format!(
        "{{ {} }}",
        (0..30)
            .map(|index| format!("a{index}: __typename "))
            .collect::<String>()
    );
    let many_tokens = format!("{{ {} }}", "__typename ".repeat(5_000));
    let brackets = format!(
        "{{ node(id: {}1{}) {{ id }} }}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let costly = "{ organization { members(first: 100) { nodes { user { id name } organization { members(first: 100) { nodes { id } } } } } } }".to_owned();
    let mut doubling = "{ ...F0 }".to_owned();
    for level in 0..30 {
        doubling += &format!(
            " fragment F{level} on Query {{ ...F{0} ...F{0} }}",
            level + 1
        );
    }
    doubling += " fragment F30 on Query { __typename }";
    for document in [deep, wide, many_tokens, brackets, costly, doubling] {
        let answer = org.member.graphql(&document, json!({})).await;
        assert_eq!(answer.error_code(), "QUERY_TOO_COMPLEX", "{document:.80}");
        assert!(answer.body.get("data").is_none());
    }
}

#[tokio::test]
async fn what_tools_ask_of_the_schema_is_within_the_limits() {
    let app = TestApp::start().await;
    let of_type = "ofType { kind name ".repeat(9) + &"} ".repeat(9);
    let document = format!(
        "query IntrospectionQuery {{
            __schema {{
                description
                queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
                types {{ ...FullType }}
                directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }}
            }}
        }}
        fragment FullType on __Type {{
            kind name description specifiedByURL
            fields(includeDeprecated: true) {{
                name description args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }}
                isDeprecated deprecationReason
            }}
            inputFields(includeDeprecated: true) {{ ...InputValue }}
            interfaces {{ ...TypeRef }}
            enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
            possibleTypes {{ ...TypeRef }}
        }}
        fragment InputValue on __InputValue {{
            name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason
        }}
        fragment TypeRef on __Type {{ kind name {of_type} }}"
    );
    let answer = app.graphql(&document, json!({})).await;
    assert!(answer.list("/__schema/types").len() > 20);
}

#[tokio::test]
async fn keys_stand_in_the_order_of_the_document() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let document =
        "{ z: organization { slug a: name id } viewer { user { name id } } a: __typename }";
    let request = app
        .http()
        .post(app.url("/graphql"))
        .bearer_auth(&org.member.token)
        .json(&json!({ "query": document }));
    let text = request.send().await.unwrap().text().await.unwrap();
    let places: Vec<_> = [
        "\"z\"",
        "\"slug\"",
        "\"a\"",
        "\"id\"",
        "\"viewer\"",
        "\"name\"",
    ]
    .iter()
    .map(|key| text.find(key).unwrap_or_else(|| panic!("no {key}: {text}")))
    .collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.ends_with("\"a\":\"Query\"}}"), "{text}");
}

#[tokio::test]
async fn a_failed_field_is_null_beside_others_that_are_not() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let document =
        "{ viewer { user { name } } organization { slug deadLetters { nodes { id } } } }";
    let answer = org.member.graphql(document, json!({})).await;
    assert_eq!(answer.error_code(), "FORBIDDEN");
    assert_eq!(
        answer.errors()[0]["path"],
        json!(["organization", "deadLetters"])
    );
    // `deadLetters` may not be null, so its organization is, and nothing else.
    assert_eq!(
        answer.body["data"],
        json!({ "viewer": { "user": { "name": org.member.name } }, "organization": null })
    );
}

#[tokio::test]
async fn page_sizes_and_cursors_are_checked() {
    let app = TestApp::start().await;
    let org = app.org().await;
    for (arguments, field) in [
        ("first: 101", "first"),
        ("first: -1", "first"),
        ("last: 101", "last"),
        ("first: 1, last: 1", "last"),
        ("after: \"nonsense\"", "after"),
        ("before: \"nonsense\"", "before"),
    ] {
        let document =
            format!("{{ organization {{ members({arguments}) {{ nodes {{ id }} }} }} }}");
        let answer = org.admin.graphql(&document, json!({})).await;
        assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{arguments}");
        assert_eq!(answer.error_fields(), [field], "{arguments}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps_in_both_directions() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    for _ in 0..5 {
        org.member_of("beta").await;
    }
    let members = |arguments: String| {
        format!(
            "{{ organization {{ members({arguments}) {{ totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} nodes {{ id }} }} }} }}"
        )
    };
    let whole = org
        .admin
        .graphql(&members("first: 100".to_owned()), json!({}))
        .await;
    let ids = |answer: &tests::answer::Answer| -> Vec<String> {
        answer
            .list("/organization/members/nodes")
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = ids(&whole);
    assert_eq!(whole.number("/organization/members/totalCount"), 9);
    assert_eq!(all.len(), 9);

    let mut forward = Vec::new();
    let mut after = String::new();
    loop {
        let page = org
            .admin
            .graphql(&members(format!("first: 4{after}")), json!({}))
            .await;
        forward.extend(ids(&page));
        if page.at("/organization/members/pageInfo/hasNextPage") == &json!(false) {
            break;
        }
        after = format!(
            ", after: \"{}\"",
            page.text("/organization/members/pageInfo/endCursor")
        );
    }
    assert_eq!(forward, all);

    let mut backward = Vec::new();
    let mut before = String::new();
    loop {
        let page = org
            .admin
            .graphql(&members(format!("last: 4{before}")), json!({}))
            .await;
        backward.splice(0..0, ids(&page));
        if page.at("/organization/members/pageInfo/hasPreviousPage") == &json!(false) {
            break;
        }
        before = format!(
            ", before: \"{}\"",
            page.text("/organization/members/pageInfo/startCursor")
        );
    }
    assert_eq!(backward, all);
}
