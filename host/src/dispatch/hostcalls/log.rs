//! `log`: lines in the server's log.

use crate::dispatch::{
    logs::{LogLevel, LogSource},
    wasm::{GuestState, wit::log},
};

/// Bytes of one line that are kept.
const LINE_BYTES: usize = 8 << 10;

impl log::Host for GuestState {
    fn write(&mut self, level: log::Level, text: String) {
        let Some(left) = self.log_lines_left.checked_sub(1) else {
            metrics::counter!("talaria_plugin_log_lines_dropped_total", "plugin" => self.plugin.to_string())
                .increment(1);
            return;
        };
        self.log_lines_left = left;
        let text = cut(&text);
        if !self.account.take_log(text.len()) {
            return self.account.refuse("log_bytes_per_minute", &self.log);
        }
        let (plugin, hook) = (&*self.plugin, self.hook.map_or("lifecycle", crate::dispatch::wasm::Hook::name));
        self.log.enter(kept(level), LogSource::Log, Some(hook), text);
        match level {
            log::Level::Trace => tracing::trace!(target: "talaria::plugin", plugin, hook, "{text}"),
            log::Level::Debug => tracing::debug!(target: "talaria::plugin", plugin, hook, "{text}"),
            log::Level::Info => tracing::info!(target: "talaria::plugin", plugin, hook, "{text}"),
            log::Level::Warn => tracing::warn!(target: "talaria::plugin", plugin, hook, "{text}"),
            log::Level::Error => tracing::error!(target: "talaria::plugin", plugin, hook, "{text}"),
        }
        if left == 0 {
            tracing::warn!(target: "talaria::plugin", plugin, hook, "further lines of this call are dropped");
        }
    }
}

const fn kept(level: log::Level) -> LogLevel {
    match level {
        log::Level::Trace => LogLevel::Trace,
        log::Level::Debug => LogLevel::Debug,
        log::Level::Info => LogLevel::Info,
        log::Level::Warn => LogLevel::Warn,
        log::Level::Error => LogLevel::Error,
    }
}

/// The beginning of the line, up to the limit, cut between characters.
fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(LINE_BYTES)).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        let long = "é".repeat(LINE_BYTES);
        assert_eq!(cut(&long).len(), LINE_BYTES);
        let odd = format!("x{long}");
        assert_eq!(cut(&odd).len(), LINE_BYTES - 1);
    }
}
