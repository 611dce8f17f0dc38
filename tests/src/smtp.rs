//! A mail server that keeps what it takes, or refuses it as a test says.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail server on this machine.
pub struct MailServer {
    /// Where it listens.
    pub port: u16,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    taken: Vec<String>,
    refusal: Option<&'static str>,
}

impl MailServer {
    /// Starts one that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let port = listener.local_addr().expect("a bound port").port();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        #[expect(
            clippy::disallowed_methods,
            reason = "a server of the test's own, which ends with it"
        )]
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                // One conversation after the other is enough for a test.
                drop(converse(stream, &state).await);
            }
        });
        Self { port, state, task }
    }

    /// Answers every recipient with this line from now on, such as `450 later`; `None` takes them again.
    pub fn refuse(&self, line: Option<&'static str>) {
        self.lock().refusal = line;
    }

    /// Everything taken so far, as it was sent.
    pub fn taken(&self) -> Vec<String> {
        self.lock().taken.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', '\r']).next().unwrap_or_default();
        let refusal = state.lock().unwrap_or_else(PoisonError::into_inner).refusal;
        let answer = match verb.to_ascii_uppercase().as_str() {
            "RCPT" => refusal.unwrap_or("250 ok"),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                loop {
                    line.clear();
                    if stream.read_line(&mut line).await? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    mail.push_str(&line);
                }
                state
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .taken
                    .push(mail);
                "250 taken"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}
