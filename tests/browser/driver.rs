//! A browser, driven through chromedriver by the few commands of `WebDriver` that the flows need.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use std::os::unix::process::CommandExt as _;

use serde_json::{Value, json};
use tests::eventually;

/// What `WebDriver` calls the member of an object that stands for an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Whatever becomes of this process, the browser and its driver end, and their files go.
const WATCHDOG: &str = r#"
profile=$1
read -r _
for process in /proc/[0-9]*; do
    [ "$process" = "/proc/$$" ] && continue
    grep -qs -- "$profile" "$process/cmdline" && kill -KILL "${process#/proc/}"
done
rm -rf "$profile"
"#;

/// Finds what a person would: something visible that can be pressed and is called so.
const FIND_CONTROL: &str = r#"
const called = (element) => (element.getAttribute("aria-label") ?? element.innerText).replace(/\s+/g, " ").trim();
return [...document.querySelectorAll("a, button, summary, [role=button]")]
    .find((element) => element.checkVisibility() && called(element).includes(arguments[0])) ?? null;
"#;

/// A browser window.
pub struct Browser {
    http: reqwest::Client,
    session: String,
    base_url: String,
    driver: Child,
    watchdog: Child,
}

/// Something on the page.
pub struct Element(String);

impl Browser {
    /// Opens a window of this size on a server.
    pub async fn open(base_url: &str, width: u32, height: u32) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!(
            "devmetrics-browser-{}-{number}",
            std::process::id()
        ));
        std::fs::create_dir_all(&profile).unwrap();
        let watchdog = Command::new("/bin/sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(&profile)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let port = tests::process::free_port();
        let driver = Command::new(program("CHROMEDRIVER", "chromedriver"))
            .arg(format!("--port={port}"))
            .arg(format!(
                "--log-path={}",
                profile.join("driver.log").display()
            ))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver is installed; `cargo xtask test` brings it");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let address = format!("http://127.0.0.1:{port}");
        eventually("chromedriver answers", || async {
            let answer = http.get(format!("{address}/status")).send().await;
            answer.ok().filter(|answer| answer.status().is_success())
        })
        .await;
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": program("CHROMIUM", "/usr/bin/chromium"),
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--force-device-scale-factor=1",
                    format!("--window-size={width},{height}"),
                    format!("--user-data-dir={}", profile.join("profile").display()),
                ],
            },
        } } });
        let mut browser = Self {
            session: format!("{address}/session"),
            base_url: base_url.to_owned(),
            http,
            driver,
            watchdog,
        };
        let opened = browser.command("", capabilities).await;
        let id = opened["sessionId"].as_str().unwrap().to_owned();
        browser.session = format!("{address}/session/{id}");
        // A headless window is no narrower than 500 pixels; the page inside it can be.
        browser
            .command(
                "/goog/cdp/execute",
                json!({
                    "cmd": "Emulation.setDeviceMetricsOverride",
                    "params": { "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false },
                }),
            )
            .await;
        browser
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        self.try_command(path, body)
            .await
            .unwrap_or_else(|error| panic!("{path}: {error:#}"))
    }

    async fn try_command(&self, path: &str, body: Value) -> Result<Value, Value> {
        let answer = self
            .http
            .post(format!("{}{path}", self.session))
            .timeout(Duration::from_secs(120))
            .json(&body)
            .send()
            .await
            .expect("chromedriver answers");
        let is_success = answer.status().is_success();
        let mut answer: Value = answer.json().await.expect("chromedriver speaks JSON");
        let value = answer["value"].take();
        if is_success { Ok(value) } else { Err(value) }
    }

    /// Loads a path of the server.
    pub async fn goto(&self, path: &str) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base_url)
        };
        self.command("/url", json!({ "url": url })).await;
    }

    /// Runs a script in the page; `arguments` are its own.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        self.command(
            "/execute/sync",
            json!({ "script": script, "args": arguments }),
        )
        .await
    }

    /// Runs a script that calls its last argument when it is done.
    pub async fn run_async(&self, script: &str, arguments: Value) -> Value {
        self.command(
            "/execute/async",
            json!({ "script": script, "args": arguments }),
        )
        .await
    }

    /// The path and query of the address.
    pub async fn path(&self) -> String {
        self.text_of("return location.pathname + location.search")
            .await
    }

    /// Everything that can be read on the page.
    pub async fn text(&self) -> String {
        self.text_of("return document.body.innerText").await
    }

    async fn text_of(&self, script: &str) -> String {
        self.run(script, json!([]))
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until some text can be read.
    pub async fn sees(&self, text: &str) {
        let looked = answer_or_refusal(|| async {
            let page = self.text().await;
            if page.to_lowercase().contains(&text.to_lowercase()) {
                Ok(())
            } else {
                Err(page)
            }
        });
        if let Err(page) = looked.await {
            panic!(
                "“{text}” is not there:\n{page}\n{:#?}",
                self.console().await
            );
        }
    }

    /// Waits until a script of the page answers true.
    pub async fn holds(&self, what: &str, script: &str, arguments: Value) {
        let asked = answer_or_refusal(|| async {
            let answer = self.run(script, arguments.clone()).await;
            if answer == Value::Bool(true) {
                Ok(())
            } else {
                Err(answer)
            }
        });
        if let Err(answer) = asked.await {
            let (page, console) = (self.text().await, self.console().await);
            panic!("still not: {what} ({answer}):\n{page}\n{console:#?}");
        }
    }

    /// Waits until the page follows the server live.
    pub async fn is_live(&self) {
        self.holds(
            "the connection is live",
            "return !!document.querySelector('.connection.live')",
            json!([]),
        )
        .await;
    }

    /// Waits for a control that is called so, and presses it.
    pub async fn press(&self, name: &str) {
        let control = self.control(name).await;
        self.click(&control).await;
    }

    /// Waits for a control that is called so.
    pub async fn control(&self, name: &str) -> Element {
        let found = answer_or_refusal(|| async {
            let found = self.run(FIND_CONTROL, json!([name])).await;
            match found[ELEMENT].as_str() {
                Some(id) => Ok(Element(id.to_owned())),
                None => Err(self.text().await),
            }
        });
        match found.await {
            Ok(element) => element,
            Err(page) => panic!("no control is called “{name}”:\n{page}"),
        }
    }

    /// Presses an element, again where it moved away meanwhile.
    pub async fn click(&self, element: &Element) {
        let path = format!("/element/{}/click", element.0);
        eventually("an element can be pressed", || async {
            self.try_command(&path, json!({})).await.ok()
        })
        .await;
    }

    /// Types into the field of this CSS selector.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let found = eventually("a field is there", || async {
            let using = json!({ "using": "css selector", "value": selector });
            let found = self.try_command("/element", using).await.ok()?;
            found[ELEMENT].as_str().map(str::to_owned)
        })
        .await;
        self.command(&format!("/element/{found}/value"), json!({ "text": text }))
            .await;
    }

    /// Presses keys on the keyboard, one after the other.
    pub async fn keys(&self, keys: &[&str]) {
        let actions: Vec<Value> = keys
            .iter()
            .flat_map(|key| {
                [
                    json!({ "type": "keyDown", "value": key }),
                    json!({ "type": "keyUp", "value": key }),
                ]
            })
            .collect();
        self.command(
            "/actions",
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        )
        .await;
    }

    /// Errors that the console has shown since the last time it was asked.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.command("/se/log", json!({ "type": "browser" })).await;
        entries
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The watchdog's input closes with the wait; it ends the browser too.
        let _ = self.watchdog.wait();
        let _ = self.driver.wait();
    }
}

/// Asks until there is an answer, or gives the last refusal at the deadline.
async fn answer_or_refusal<T, E, F>(mut ask: impl FnMut() -> F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let deadline = std::time::Instant::now() + tests::wait::DEADLINE;
    loop {
        match ask().await {
            Err(_) if std::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            answer => return answer,
        }
    }
}

fn program(variable: &str, default: &str) -> String {
    std::env::var_os(variable).map_or_else(
        || default.to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}
