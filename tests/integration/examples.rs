//! The example that needs a server, against the private one; `cargo test` runs the others by itself.

use std::process::Command;

use instaseed::database::Engine;

use crate::support::on_engine;

#[test]
fn the_example_on_postgres_passes_its_tests() {
    on_engine(Engine::Postgres, |test| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--locked", "--quiet", "--example", "diesel_postgres"]);
        let done = cargo.env("DATABASE_URL", test.url()).output().expect("cargo can be started");
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success() && out.contains("1 passed"), "{out}{err}");
    });
}
