//! What each metric means, for whoever reads them. `docs/ADMIN.md` has the same table.

use self::Kind::{Counter, Gauge, Histogram};

/// A metric of the server's own; those that plugins show have names of their own.
struct Described {
    name: &'static str,
    kind: Kind,
    /// What it is told apart by.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the documentation, which a test holds to it"))]
    labels: &'static str,
    help: &'static str,
}

/// How it changes.
#[derive(Clone, Copy)]
enum Kind {
    /// It only grows.
    Counter,
    Gauge,
    Histogram,
}

const fn of(kind: Kind, name: &'static str, labels: &'static str, help: &'static str) -> Described {
    Described { name, kind, labels, help }
}

/// All of them, by name.
const METRICS: [Described; 47] = [
    of(Counter, "talaria_events_dropped_total", "", "Events of sessions that could not be entered into the outbox"),
    of(Counter, "talaria_gateway_connections_refused_total", "", "Connections beyond a limit"),
    of(Counter, "talaria_gateway_connections_total", "transport", "Connections accepted"),
    of(Counter, "talaria_gateway_frames_in_total", "", "Frames received"),
    of(Counter, "talaria_gateway_frames_out_total", "", "Frames sent"),
    of(Counter, "talaria_gateway_invalid_frames_total", "", "Frames that break the protocol"),
    of(Counter, "talaria_gateway_notifications_delivered_total", "", "Notifications handed to a session"),
    of(Counter, "talaria_gateway_outbound_overflows_total", "", "Sessions that read too slowly"),
    of(Histogram, "talaria_gateway_request_seconds", "kind", "Time from a request to its answer"),
    of(Counter, "talaria_gateway_requests_total", "kind, code", "Requests answered"),
    of(Gauge, "talaria_gateway_sessions", "", "Sessions that are open"),
    of(
        Counter,
        "talaria_gateway_text_frames_ignored_total",
        "",
        "WebSocket text frames, which the protocol does not use",
    ),
    of(Gauge, "talaria_http_connections", "", "Connections to the public listener for HTTP"),
    of(
        Counter,
        "talaria_http_refused_connections_total",
        "limit",
        "Connections beyond a limit, of one `address` or of `all`",
    ),
    of(Counter, "talaria_http_requests_total", "status", "Requests to routes of plugins"),
    of(Counter, "talaria_objects_bytes_total", "direction", "Bytes of files that came `in` and went `out`"),
    of(
        Counter,
        "talaria_objects_cut_off_total",
        "direction",
        "Clients of the public listener that brought (`in`) or took (`out`) too little, also of answers of plugins",
    ),
    of(
        Counter,
        "talaria_objects_requests_total",
        "operation, outcome",
        "What plugins asked of files, and clients of those on the disk",
    ),
    of(Gauge, "talaria_objects_transfers", "", "Transfers on the disk that are under way"),
    of(Counter, "talaria_plugin_breaker_opened_total", "plugin, hook", "Times that a breaker opened"),
    of(Gauge, "talaria_plugin_breaker_state", "plugin, hook", "0 closed, 1 half-open, 2 open"),
    of(
        Histogram,
        "talaria_plugin_call_seconds",
        "plugin, hook",
        "Time of a call, of one in eight, of all that waited for an instance and of all that timed out",
    ),
    of(Counter, "talaria_plugin_calls_skipped_total", "plugin, hook", "Calls not made because the breaker was open"),
    of(Counter, "talaria_plugin_calls_total", "plugin, hook", "Calls of a hook"),
    of(Counter, "talaria_plugin_cpu_microseconds_total", "plugin", "Time for which its calls held a thread"),
    of(Gauge, "talaria_plugin_event_lag_seconds", "plugin", "Age of the oldest event that waits for it"),
    of(Counter, "talaria_plugin_events_dropped_total", "plugin, hook", "Events that were given up"),
    of(Gauge, "talaria_plugin_events_waiting", "plugin", "Events that wait for it"),
    of(Counter, "talaria_plugin_faults_total", "plugin, hook, kind", "Calls that failed"),
    of(Counter, "talaria_plugin_http_bytes_total", "plugin", "Bytes that it sent and got over HTTP"),
    of(Counter, "talaria_plugin_http_requests_total", "plugin, outcome", "Requests that it sent over HTTP"),
    of(Gauge, "talaria_plugin_jobs_dead", "plugin", "Jobs that were given up and wait to be seen to"),
    of(Counter, "talaria_plugin_jobs_given_up_total", "plugin", "Jobs that were given up"),
    of(Gauge, "talaria_plugin_jobs_waiting", "plugin", "Jobs that wait"),
    of(Gauge, "talaria_plugin_kv_bytes", "plugin", "Bytes that it keeps in the store"),
    of(Counter, "talaria_plugin_log_bytes_total", "plugin", "Bytes that it wrote to the log"),
    of(Counter, "talaria_plugin_log_lines_dropped_total", "plugin", "Log lines beyond its limit"),
    of(
        Counter,
        "talaria_plugin_quota_refusals_total",
        "plugin, quota",
        "What a quota did not let it do, by the setting",
    ),
    of(Gauge, "talaria_plugin_recorders", "plugin", "Recordings of it that are being made"),
    of(Counter, "talaria_plugin_renewals_total", "plugin", "Times that its one instance was replaced with its state"),
    of(Counter, "talaria_plugin_rollbacks_total", "plugin, by", "Versions taken back, by `operator` or `probation`"),
    of(
        Counter,
        "talaria_plugin_shadow_verdicts_total",
        "plugin, hook, verdict",
        "What a version in shadow would have done",
    ),
    of(Histogram, "talaria_plugin_swap_pause_seconds", "plugin", "How long calls of a serial plugin waited for a swap"),
    of(Histogram, super::COMMIT_ROWS, "", "Writes that one commit carries"),
    of(Histogram, "talaria_store_commit_seconds", "", "Time of a commit"),
    of(Gauge, "talaria_store_queue_depth", "", "Writes that wait for a commit"),
    of(Counter, "talaria_store_reads_interrupted_total", "", "Reads that were interrupted because they took too long"),
];

/// Tells the recorder.
pub(super) fn describe() {
    for Described { name, kind, help, .. } in METRICS {
        match kind {
            Counter => metrics::describe_counter!(name, help),
            Gauge => metrics::describe_gauge!(name, help),
            Histogram => metrics::describe_histogram!(name, help),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The names of metrics in the sources below a folder.
    fn names(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && !path.starts_with(folder.join("telemetry"))
            {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let names = code.split('"').filter(|part| part.starts_with("talaria_"));
                found.extend(
                    names
                        .filter(|name| !name.contains(|c: char| !c.is_ascii_lowercase() && c != '_'))
                        .map(str::to_owned),
                );
            }
        }
    }

    #[test]
    fn every_metric_is_described_and_no_other() {
        let mut found = BTreeSet::new();
        names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let described: BTreeSet<_> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
        assert_eq!(described, found);
    }

    #[test]
    fn the_documentation_has_the_same_table() {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ADMIN.md")).unwrap();
        for Described { name, labels, help, .. } in METRICS {
            let labels = labels.split(", ").filter(|label| !label.is_empty()).map(|label| format!("`{label}`"));
            let line = format!("| `{name}` | {} | {help} |", labels.collect::<Vec<_>>().join(", "));
            assert!(text.contains(&line), "docs/ADMIN.md lacks the line\n{line}");
        }
    }
}
