//! What the commands say on the terminal: full sentences, with the time that each step took.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Prints one line. A reader that has gone away is no reason to stop half way.
pub fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints one line to the standard error stream.
pub fn error_line(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A step under way. On a terminal it is a spinner with what the tool says last; elsewhere it is
/// one line at its beginning and one at its end.
pub struct Step {
    started: Instant,
    spinner: ProgressBar,
}

impl Step {
    /// Announces the step with a full sentence.
    pub fn begin(sentence: &str) -> Self {
        let spinner = if std::io::stdout().is_terminal() && std::io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            line(sentence);
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
        };
        let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}");
        spinner.set_style(style.expect("the template is constant and valid"));
        spinner.set_prefix(sentence.to_owned());
        spinner.enable_steady_tick(Duration::from_millis(100));
        Self {
            started: Instant::now(),
            spinner,
        }
    }

    /// Shows what the tool at work said last.
    pub fn show(&self, detail: &str) {
        self.spinner.set_message(detail.to_owned());
    }

    /// Ends the step with a full sentence, to which the time is added.
    pub fn end(self, sentence: &str) {
        self.spinner.finish_and_clear();
        line(format!("{sentence} ({})", seconds(self.started.elapsed())));
    }
}

/// A step that is dropped on the way of an error leaves no spinner behind.
impl Drop for Step {
    fn drop(&mut self) {
        self.spinner.finish_and_clear();
    }
}

/// Seconds with one decimal: `7.3 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
