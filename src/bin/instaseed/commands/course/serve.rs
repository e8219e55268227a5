//! `instaseed course serve`: the course as a page in the browser, served on this machine only.

use super::CourseContext;
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::Output;
use crate::serve::Page;
use serde::Serialize;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How soon Ctrl-C is noticed.
const MOMENT: Duration = Duration::from_millis(100);

/// Solve the exercises in the browser
///
/// Serves a page on 127.0.0.1 until you press Ctrl-C, and prints a link that opens it in one browser. The page works on the
/// files of the course: it saves what you write, and shows what you write in another editor. Nothing leaves this machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course serve
  instaseed course serve --open          and open the browser
  instaseed course serve --port 8080     on the same port each time")]
pub struct Args {
    /// Port to listen on [default: any free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Open the link in the browser of this machine
    #[arg(long)]
    open: bool,
}

#[derive(Serialize)]
struct ServeOutput {
    ok: bool,
    /// Opens the page in one browser.
    url: String,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let port = self.port;
        let page = Page::open(course, port).map_err(|source| Failure::Page { port, source })?;
        // From here on a signal closes the page.
        let _serving = interrupt::begin(Work::Serving);
        let url = page.link();
        out.print(format_args!("Open this link:  {url}"));
        out.say("It opens the course in one browser. Press Ctrl-C to end.");
        if self.open && !open(&url) {
            out.note("no browser could be started: open the link yourself");
        }
        out.answer(&ServeOutput { ok: true, url });
        while !interrupt::is_stopping() && !page.has_ended() {
            if page.wait(MOMENT) {
                out.say(format_args!("The course is open. For another browser:  {}", page.link()));
            }
        }
        page.close().map_err(|source| Failure::Page { port, source })?;
        out.say("The page is closed. Your answers are in the folder of the course.");
        Ok(Answer::Done)
    }
}

/// Hands the link to the desktop.
fn open(url: &str) -> bool {
    ["xdg-open", "open"].iter().any(|program| {
        let started = Command::new(program)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        // Nobody waits for it: it may last as long as the browser.
        started.is_ok()
    })
}
