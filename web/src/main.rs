//! Starts the client in the browser.

fn main() {
    web::start();
}
