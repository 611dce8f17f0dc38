//! Accepting connections, and letting them finish when the server goes away.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::platform::tasks::Tasks;

/// A client that takes longer to say what it wants is hung up on.
const HEADER_PATIENCE: Duration = Duration::from_secs(15);
/// How long requests under way may take to finish when the server goes away.
const FINISH_PATIENCE: Duration = Duration::from_secs(15);

/// Serves until `tasks` is asked to close; then takes no more connections and lets the requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, tasks: &Tasks) {
    // Apart from the server's own tasks: these end first, while the tasks that serve them still run.
    let connections = Tasks::default();
    let closing = tasks.closing();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closing.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = converse(stream, peer, router.clone(), closing.clone());
                connections.start("connection", connection);
            }
            Err(error) => {
                // Mostly "too many open files", which passes; asking again at once would only burn the processor.
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    if !connections.drain(FINISH_PATIENCE).await {
        tracing::warn!("some requests did not finish in time");
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, closing: CancellationToken) {
    // Answers are written whole: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::trace!("a connection broke: {error}");
    }
}
