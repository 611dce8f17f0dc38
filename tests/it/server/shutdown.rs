//! The end of a server: nothing new is taken, and what is under way is finished.

use std::net::SocketAddr;

use tests::app::TestApp;
use tests::wait::{eventually, in_time};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn address(app: &TestApp) -> SocketAddr {
    app.url("").trim_start_matches("http://").parse().unwrap()
}

const BODY: &str = r#"{"query": "{ __typename }"}"#;

/// Sends a request as far as the server waits for its body.
async fn half_a_request(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(address(app)).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The handler is asking for the body.
    let mut interim = [0; 25];
    in_time(
        "the handler asks for the body",
        stream.read_exact(&mut interim),
    )
    .await
    .unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100"));
    stream
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_no_new_one_is_taken() {
    let app = TestApp::start().await;
    let mut under_way = half_a_request(&app).await;

    app.platform().tasks.close();

    eventually("no connection is taken", async || {
        TcpStream::connect(address(&app)).await.err().map(drop)
    })
    .await;
    under_way.write_all(BODY.as_bytes()).await.unwrap();
    let mut answer = String::new();
    in_time("the answer comes", under_way.read_to_string(&mut answer))
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_end_up() {
    let app = TestApp::start().await;
    let mut idle = TcpStream::connect(address(&app)).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 12];
    in_time("the first answer", idle.read_exact(&mut first))
        .await
        .unwrap();

    in_time("the end", app.server().stop()).await;

    let mut rest = Vec::new();
    in_time("the connection ends", idle.read_to_end(&mut rest))
        .await
        .unwrap();
}
