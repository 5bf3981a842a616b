//! Logs and metrics. Logs go to standard error, because standard output carries results; metrics are collected here and
//! served by the admin interface.

mod described;

use std::io::IsTerminal as _;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Log, LogFormat};

/// Overrides `log.level`, as everywhere in Rust.
const LEVEL_VARIABLE: &str = "RUST_LOG";

/// Seconds. A request takes microseconds to milliseconds, a plugin at most its deadline.
const LATENCY_BUCKETS: &[f64] = &[
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
    0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Writes that one commit carries.
const COMMIT_ROWS: &str = "talaria_store_commit_rows";
const ROW_BUCKETS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Why telemetry cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{origin} is no log level: {reason}")]
    Level { origin: &'static str, reason: String },
    #[error("a log or a metrics recorder is installed in this process already")]
    Installed,
    #[error("the metrics recorder cannot be built: {0}")]
    Metrics(String),
}

/// Sends what is logged in this process to standard error. Once a process.
pub fn log(settings: &Log) -> Result<(), Error> {
    let (origin, level) = match std::env::var(LEVEL_VARIABLE) {
        Ok(level) if !level.is_empty() => (LEVEL_VARIABLE, level),
        _ => ("log.level", settings.level.clone()),
    };
    let filter = EnvFilter::try_new(level).map_err(|cause| Error::Level { origin, reason: cause.to_string() })?;
    let registry = tracing_subscriber::registry().with(filter);
    let installed = match settings.format {
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            registry.with(fmt::layer().with_writer(std::io::stderr).with_ansi(colours)).try_init()
        }
        LogFormat::Json => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
        }
    };
    installed.map_err(|_| Error::Installed)
}

/// What has been counted so far. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Collects what is counted in this process from now on. Once a process.
    pub fn install() -> Result<Self, Error> {
        let recorder = builder()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|_| Error::Installed)?;
        described::describe();
        Ok(Self(handle))
    }

    /// Collects nothing; for tests, which share a process.
    pub fn detached() -> Result<Self, Error> {
        Ok(Self(builder()?.build_recorder().handle()))
    }

    /// In the text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Lets go of what histograms hold on to; to be called every few seconds, or they grow.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

fn builder() -> Result<PrometheusBuilder, Error> {
    PrometheusBuilder::new()
        .set_buckets(LATENCY_BUCKETS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full(COMMIT_ROWS.into()), ROW_BUCKETS))
        .map_err(|cause| Error::Metrics(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_rendered_for_prometheus() {
        let recorder = builder().unwrap().build_recorder();
        let metrics = Metrics(recorder.handle());
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("talaria_things_total").increment(2);
            metrics::histogram!("talaria_seconds").record(0.003);
            metrics::histogram!(COMMIT_ROWS).record(3.0);
            described::describe();
        });
        metrics.upkeep();
        let text = metrics.render();
        assert!(text.contains("talaria_things_total 2"), "{text}");
        assert!(text.contains("talaria_seconds_bucket{le=\"0.005\"} 1"), "{text}");
        assert!(text.contains("talaria_store_commit_rows_bucket{le=\"4\"} 1"), "{text}");
        assert!(text.contains("# HELP talaria_store_commit_rows Writes"), "{text}");
    }

    #[test]
    fn a_bad_level_is_named() {
        let settings = Log { level: "loud=loud=loud".into(), format: LogFormat::Text };
        let error = log(&settings).unwrap_err();
        assert!(matches!(error, Error::Level { .. }), "{error}");
    }
}
